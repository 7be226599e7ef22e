"""FaqImporter: titles, phrasings and keywords of the FAQ as training examples, each with its category as intent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.faq.loader import load
from bot.faq.model import Content, Entry
from bot.korean.text import key
from bot.settings import Settings

# what examples from the FAQ carry beside text and intent
KEYWORD, SYNONYMS = "faq_keyword", "faq_synonyms"


def synonyms_of(examples: Iterable[Message]) -> list[list[str]]:
    """The synonym groups that examples from the FAQ carry."""
    found = next((example.get(SYNONYMS) for example in examples if example.get(SYNONYMS)), ())
    return [list(group) for group in found]


def _example(text: str, entry: Entry, content: Content, *, keyword: bool = False) -> Message:
    example = Message.build(text=text, intent=entry.category)
    example.set(SYNONYMS, content.synonyms)
    if keyword:
        example.set(KEYWORD, True)
    return example


def _keys_of_examples(directory: Path) -> set[str]:
    """What is an example of an intent of conversation, in Rasa's `- text` lines."""
    lines = (
        line for path in directory.glob("*.yml") for line in path.read_text(encoding="utf-8").splitlines()
    )
    return {key(line.strip()[2:]) for line in lines if line.strip().startswith("- ")}


class FaqImporter(TrainingDataImporter):
    """Reads the FAQ directory of the settings (ELBI_FAQ_DIR), or `faq_dir` given in config.yml.

    Raises ContentError naming file and line where the content cannot be used, so that a training run stops. (Rasa only
    logs an importer it cannot import at all: the classifier refuses to train without every category.)
    """

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: Any = None,
        faq_dir: str | None = None,
    ) -> None:
        settings = Settings.from_env()
        self._directory = Path(faq_dir) if faq_dir else settings.faq_dir
        self._link_hosts = settings.link_hosts
        self._nlu_dir = settings.nlu_dir

    def get_nlu_data(self, language: str | None = "ko") -> TrainingData:
        content = load(self._directory, self._link_hosts)
        seen = _keys_of_examples(self._nlu_dir)
        examples = []
        for entry in content.entries:
            for text in (entry.title, *entry.questions):
                if key(text) not in seen:
                    seen.add(key(text))
                    examples.append(_example(text, entry, content))
        owners: dict[str, set[str]] = defaultdict(set)
        for entry in content.entries:
            for word in entry.keywords:
                owners[key(word)].add(entry.category)
        for entry in content.entries:
            for word in entry.keywords:
                # a keyword of several categories, or one that is an example already, would contradict itself
                if len(owners[key(word)]) == 1 and key(word) not in seen:
                    seen.add(key(word))
                    examples.append(_example(word, entry, content, keyword=True))
        return TrainingData(examples)

    def get_domain(self) -> Domain:
        return Domain.empty()

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        return StoryGraph([])

    def get_conversation_tests(self) -> StoryGraph:
        return StoryGraph([])

    def get_config(self) -> dict:
        return {}

    def get_config_file_for_auto_config(self) -> str | None:
        return None
