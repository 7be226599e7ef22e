"""FaqImporter: phrasings become training examples, and nothing is trained on content that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.shared.core.constants import DEFAULT_INTENTS
from rasa.shared.core.domain import Domain
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import INTENT, TEXT

from bot.errors import ContentError
from bot.faq.loader import load
from bot.faq.model import CATEGORIES
from bot.korean.text import key
from bot.nlu.importer import FaqImporter
from bot.settings import Settings
from tests.faq.writing import document, entry, write

ROOT = Path(__file__).parent.parent.parent


def _examples(importer: FaqImporter) -> list[tuple[str, str]]:
    return [(each.get(TEXT), each.get(INTENT)) for each in importer.get_nlu_data().intent_examples]


def test_every_title_and_phrasing_is_an_example_of_its_category() -> None:
    settings = Settings()
    content = load(settings.faq_dir, settings.link_hosts)
    examples = {(key(text), intent) for text, intent in _examples(FaqImporter(faq_dir=str(settings.faq_dir)))}
    for item in content.entries:
        for text in (item.title, *item.questions):
            assert (key(text), item.category) in examples
    assert {intent for _, intent in examples} == CATEGORIES.keys()


def test_no_example_counts_twice() -> None:
    examples = [(key(text), intent) for text, intent in _examples(FaqImporter())]
    assert len(set(examples)) == len(examples)


def test_a_title_that_is_a_phrasing_too_counts_once(tmp_path: Path) -> None:
    write(
        tmp_path, document(entry(title="계약 방법", questions="[계약 방법, 계약방법 좀, ㄷ3, ㄹ4, ㅁ5, ㅂ6]"))
    )
    assert [text for text, _ in _examples(FaqImporter(faq_dir=str(tmp_path)))].count("계약 방법") == 1


def test_broken_content_raises_with_file_and_line(tmp_path: Path) -> None:
    path = write(tmp_path, document(entry(system="PP")))
    with pytest.raises(ContentError, match=rf"{path}:4: "):
        FaqImporter(faq_dir=str(tmp_path)).get_nlu_data()


def test_a_directory_that_is_not_there_raises(tmp_path: Path) -> None:
    with pytest.raises(ContentError):
        FaqImporter(faq_dir=str(tmp_path / "nowhere")).get_nlu_data()


def test_the_directory_of_the_settings_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, document(entry("only")))
    monkeypatch.setenv("ELBI_FAQ_DIR", str(tmp_path))
    assert {intent for _, intent in _examples(FaqImporter())} == {"quote_contract"}


def test_it_brings_examples_only() -> None:
    importer = FaqImporter()
    assert importer.get_domain().as_dict() == Domain.empty().as_dict()
    assert not importer.get_stories().story_steps
    assert not importer.get_conversation_tests().story_steps
    assert importer.get_config() == {}


def test_config_yml_names_it_and_rasa_finds_it() -> None:
    importer = TrainingDataImporter.load_from_config(
        str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "data" / "nlu")]
    )
    intents = importer.get_nlu_data().intents
    # Rasa brings these with every domain; out_of_scope is one of them, and taught by us
    assert intents - set(DEFAULT_INTENTS) == set(importer.get_domain().intents) - set(DEFAULT_INTENTS)
    assert "out_of_scope" in intents
    assert intents >= CATEGORIES.keys()
