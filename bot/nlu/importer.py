"""FaqImporter: titles, phrasings and keywords of the FAQ as training examples, each with its category as intent."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.faq.loader import load
from bot.korean.text import key
from bot.settings import Settings

# what examples from the FAQ carry beside text and intent
KEYWORD, SYNONYMS = "faq_keyword", "faq_synonyms"


def synonyms_of(examples: Iterable[Message]) -> list[list[str]]:
    """The synonym groups that examples from the FAQ carry."""
    found = next((example.get(SYNONYMS) for example in examples if example.get(SYNONYMS)), ())
    return [list(group) for group in found]


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

    def get_nlu_data(self, language: str | None = "ko") -> TrainingData:
        content = load(self._directory, self._link_hosts)
        seen: set[tuple[str, str]] = set()
        examples = []
        for entry in content.entries:
            for number, text in enumerate((entry.title, *entry.questions, *entry.keywords)):
                if (key(text), entry.category) not in seen:
                    seen.add((key(text), entry.category))
                    example = Message.build(text=text, intent=entry.category)
                    example.set(SYNONYMS, content.synonyms)
                    if number > len(entry.questions):
                        example.set(KEYWORD, True)
                    examples.append(example)
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
