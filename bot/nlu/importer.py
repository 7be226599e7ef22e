"""FaqImporter: the phrasings of the FAQ as training examples, each with its category as intent."""

from __future__ import annotations

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
        seen: set[str] = set()
        examples = []
        for entry in content.entries:
            for text in (entry.title, *entry.questions):
                if key(text) not in seen:
                    seen.add(key(text))
                    examples.append(Message.build(text=text, intent=entry.category))
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
