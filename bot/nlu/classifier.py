"""KoreanIntentClassifier: kernel ridge regression over morphemes, characters, sounds and the sentence's meaning."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.linalg import inv

from bot.faq.model import CATEGORIES
from bot.korean.encoder import quick_encoder
from bot.korean.features import terms
from bot.korean.kernel import Kernel, Views, build_kernel
from bot.korean.phonetic import normalise
from bot.korean.repair import Repair
from bot.korean.syllables import Syllables
from bot.korean.synonyms import Synonyms
from bot.nlu.importer import KEYWORD, synonyms_of
from bot.nlu.tokenizer import TAG
from bot.settings import Settings

INTENT_RANKING = "intent_ranking"
_TOKENS = "text_tokens"
_PARAMETERS, _ARRAYS = "classifier.json", "classifier.npz"
_TEMPERATURES = np.geomspace(2, 60, 60)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class KoreanIntentClassifier(GraphComponent, IntentClassifier):
    """Needs a tokenizer before it in the pipeline; saved as JSON and npz, so that loading runs no code.

    The same kernel as the ranker's (bot.korean.kernel) with one column a intent. Two sets of coefficients are kept: with the
    sentence encoder and without, for when it does not work where the model is loaded.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "penalty": 0.1,  # of the ridge
            "keyword_weight": 0.5,  # of the FAQ's keywords against phrasings, as examples
            "balance": 0.5,  # 0 = every example counts the same, 1 = every intent
            "meaning": 0.6,  # share of the encoder in the kernel
            "ranking_length": 10,
        }

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._intents: list[str] = []
        settings = Settings.from_env()
        self._encoder = quick_encoder(settings.encoder, settings.model_dir)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> KoreanIntentClassifier:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fits on every example; raises RasaException where a category of the FAQ has none (see FaqImporter)."""
        examples = [example for example in training_data.intent_examples if example.get(_TOKENS)]
        labels = [example.get(INTENT) for example in examples]
        missing = CATEGORIES.keys() - set(labels)
        if missing:
            raise RasaException(
                f"No training example for {', '.join(sorted(missing))}: the FAQ was not imported. Check that config.yml "
                "names bot.nlu.importer.FaqImporter under `importers`, and what was logged above."
            )
        self._intents = sorted(set(labels))
        groups = synonyms_of(examples)
        self._read(groups, [example.get(TEXT) for example in examples])
        texts, views = zip(*(self._views(example) for example in examples), strict=True)
        target = np.asarray([self._intents.index(label) for label in labels])
        weights = self._weights(examples, target)
        kernel = build_kernel(texts, self._encoder, analysed=views)
        lexical, dense = kernel.row_cosines(np.arange(len(texts)))
        arrays = {"lexical": np.stack(self._fit(kernel.values(lexical, None), target, weights))}
        if dense is not None:
            values = kernel.values(lexical, dense, self._config["meaning"])
            arrays |= {"joint": np.stack(self._fit(values, target, weights)), **kernel.arrays()}
        parameters = {"intents": self._intents, "synonyms": groups, "rows": list(texts), "views": views}
        with self._storage.write_to(self._resource) as directory:
            (directory / _PARAMETERS).write_text(json.dumps(parameters, ensure_ascii=False), encoding="utf-8")
            np.savez_compressed(directory / _ARRAYS, **arrays)
        self._use(kernel, arrays)
        return self._resource

    def _weights(self, examples: list[Message], target: np.ndarray) -> np.ndarray:
        """How much each example counts, shape (N,)."""
        own = np.asarray(
            [self._config["keyword_weight"] if example.get(KEYWORD) else 1.0 for example in examples]
        )
        totals = np.bincount(target, weights=own)
        return own * (np.median(totals) / totals[target]) ** self._config["balance"]

    def _fit(self, gram: np.ndarray, target: np.ndarray, weights: np.ndarray) -> list[np.ndarray]:
        """Coefficients (N, C), and a matrix of that shape filled with the temperature.

        The temperature makes the scores that examples get when they are left out of the fit most likely (left-out scores:
        Rifkin and Lippert 2007, "Notes on regularized least squares").
        """
        inverse = inv(gram + np.diag(self._config["penalty"] / weights), check_finite=False)
        coefficients = inverse @ np.eye(len(self._intents))[target]
        left_out = np.eye(len(self._intents))[target] - coefficients / np.diag(inverse)[:, None]
        rows = np.arange(len(target))

        def loss(temperature: float) -> float:
            scaled = temperature * left_out
            total = np.log(np.exp(scaled - scaled.max(axis=1, keepdims=True)).sum(axis=1)) + scaled.max(
                axis=1
            )
            return float(np.average(total - scaled[rows, target], weights=weights))

        temperature = min(_TEMPERATURES, key=loss)
        return [coefficients.astype(np.float32), np.full_like(coefficients, temperature, dtype=np.float32)]

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            known = bool(message.get(_TOKENS)) and bool(self._intents)
            probabilities = self._probabilities(message) if known else np.zeros(len(self._intents))
            order = np.argsort(-probabilities, kind="stable")[: self._config["ranking_length"]]
            ranking = [{"name": self._intents[i], "confidence": float(probabilities[i])} for i in order]
            message.set(
                INTENT, ranking[0] if known else {"name": None, "confidence": 0.0}, add_to_output=True
            )
            message.set(INTENT_RANKING, ranking, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data  # nothing after it in a pipeline learns from its guesses

    def _probabilities(self, message: Message) -> np.ndarray:
        """Softmax over intents, shape (number of intents,)."""
        text, views = self._views(message)
        lexical, dense = self._kernel.cosines(text, views)
        scores = self._temperature * (
            self._coefficients.T @ self._kernel.values(lexical, dense, self._config["meaning"])
        )
        exponents = np.exp(scores - scores.max())
        return exponents / exponents.sum()

    def _read(self, groups: list[list[str]], texts: list[str]) -> None:
        self._synonyms = Synonyms(groups)
        self._repair = Repair(Syllables.of(normalise(text) for text in texts))

    def _views(self, message: Message) -> tuple[str, Views]:
        """The text as it was probably meant, and its terms; the morphemes are the pipeline's tokenizer's."""
        text = normalise(self._synonyms.usual(self._repair(message.get(TEXT))))
        tokens = [f"{token.lemma.lower()}/{token.data.get(TAG, '')[:1]}" for token in message.get(_TOKENS)]
        return text, (tokens, *terms(text)[1:])

    def _use(self, kernel: Kernel, arrays: dict[str, np.ndarray]) -> None:
        coefficients, temperature = arrays["lexical" if kernel.projection is None else "joint"]
        self._kernel, self._coefficients, self._temperature = kernel, coefficients, float(temperature[0, 0])

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> KoreanIntentClassifier:
        """The trained component."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as directory:
            parameters = json.loads((directory / _PARAMETERS).read_text(encoding="utf-8"))
            with np.load(directory / _ARRAYS, allow_pickle=False) as stored:
                arrays = dict(stored.items())
        component._intents = parameters["intents"]
        component._read(parameters["synonyms"], parameters["rows"])
        encoder = component._encoder if "joint" in arrays else None
        analysed = [tuple(views) for views in parameters["views"]]
        component._use(build_kernel(parameters["rows"], encoder, arrays, analysed), arrays)
        return component
