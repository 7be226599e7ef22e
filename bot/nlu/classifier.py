"""KoreanIntentClassifier: logistic regression over morphemes, character and jamo n-grams and the sentence's meaning."""

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
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.faq.model import CATEGORIES
from bot.korean.encoder import load_encoder
from bot.korean.jamo import decompose
from bot.korean.text import fold
from bot.settings import Settings

INTENT_RANKING = "intent_ranking"
_TOKENS = "text_tokens"
_PARAMETERS, _WEIGHTS = "classifier.json", "weights.npz"


def _vectorizers(config: dict[str, Any]) -> dict[str, TfidfVectorizer]:
    def grams(low: int, high: int) -> TfidfVectorizer:
        return TfidfVectorizer(
            analyzer="char_wb", ngram_range=(low, high), sublinear_tf=True, lowercase=False, dtype=np.float32
        )

    words = TfidfVectorizer(analyzer=_same, sublinear_tf=True, dtype=np.float32)
    return {"morphemes": words, "characters": grams(*config["characters"]), "jamo": grams(*config["jamo"])}


def _same(tokens: list[str]) -> list[str]:
    return tokens


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class KoreanIntentClassifier(GraphComponent, IntentClassifier):
    """Needs a tokenizer before it in the pipeline; its weights are saved as JSON and npz, so loading runs no code."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "characters": [1, 3],  # lengths of character n-grams
            "jamo": [3, 5],  # lengths of jamo n-grams
            "encoder_weight": 1.5,  # of the meaning vector beside each unit-length n-gram block
            "C": 30.0,  # inverse regularisation
            "ranking_length": 10,
        }

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._vectorizers = _vectorizers(config)
        self._encoder = load_encoder(Settings.from_env().encoder)
        self._intents: list[str] = []
        self._weights = np.zeros((0, 0), np.float32)
        self._bias = np.zeros(0, np.float32)

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
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        labels = [example.get(INTENT) for example in examples]
        missing = CATEGORIES.keys() - set(labels)
        if missing:
            raise RasaException(
                f"No training example for {', '.join(sorted(missing))}: the FAQ was not imported. Check that config.yml "
                "names bot.nlu.importer.FaqImporter under `importers`, and what was logged above."
            )
        lexical = [
            self._vectorizers[name].fit_transform(texts) for name, texts in self._inputs(examples).items()
        ]
        features = hstack([*lexical, csr_matrix(self._meaning(examples))]).tocsr()
        model = LogisticRegression(
            C=self._config["C"], max_iter=1000, class_weight="balanced", random_state=0
        )
        model.fit(features, labels)
        self._intents = list(model.classes_)
        self._weights = np.ascontiguousarray(model.coef_.T, dtype=np.float32)
        self._bias = model.intercept_.astype(np.float32)
        self._persist()
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            probabilities = (
                self._probabilities(message) if message.get(_TOKENS) else np.zeros(len(self._intents))
            )
            order = np.argsort(-probabilities, kind="stable")[: self._config["ranking_length"]]
            ranking = [{"name": self._intents[i], "confidence": float(probabilities[i])} for i in order]
            best = ranking[0] if ranking[0]["confidence"] > 0 else {"name": None, "confidence": 0.0}
            message.set(INTENT, best, add_to_output=True)
            message.set(INTENT_RANKING, ranking, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def _probabilities(self, message: Message) -> np.ndarray:
        """Softmax over intents, shape (number of intents,)."""
        inputs = self._inputs([message])
        scores = self._bias.copy()
        row = 0
        for name, vectorizer in self._vectorizers.items():
            block = vectorizer.transform(inputs[name])
            scores += block.data @ self._weights[row + block.indices]
            row += block.shape[1]
        if row < len(self._weights):
            scores += self._meaning([message])[0] @ self._weights[row:]
        exponents = np.exp(scores - scores.max())
        return exponents / exponents.sum()

    @staticmethod
    def _inputs(messages: list[Message]) -> dict[str, list]:
        texts = [fold(message.get(TEXT)) for message in messages]
        tokens = [[token.lemma.lower() for token in message.get(_TOKENS) or []] for message in messages]
        return {"morphemes": tokens, "characters": texts, "jamo": [decompose(text) for text in texts]}

    def _meaning(self, messages: list[Message]) -> np.ndarray:
        if self._encoder is None:
            return np.zeros((len(messages), 0), np.float32)
        return self._config["encoder_weight"] * self._encoder.encode(
            [message.get(TEXT) for message in messages]
        )

    def _persist(self) -> None:
        parameters = {
            "intents": self._intents,
            "encoder": self._encoder.name if self._encoder else None,
            "vocabularies": {name: _plain(v.vocabulary_) for name, v in self._vectorizers.items()},
        }
        with self._storage.write_to(self._resource) as directory:
            (directory / _PARAMETERS).write_text(json.dumps(parameters, ensure_ascii=False), encoding="utf-8")
            idf = {name: vectorizer.idf_ for name, vectorizer in self._vectorizers.items()}
            np.savez_compressed(directory / _WEIGHTS, weights=self._weights, bias=self._bias, **idf)

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
            arrays = np.load(directory / _WEIGHTS, allow_pickle=False)
            component._weights, component._bias = arrays["weights"], arrays["bias"]
            for name, vectorizer in component._vectorizers.items():
                vectorizer.vocabulary_ = parameters["vocabularies"][name]
                vectorizer.idf_ = arrays[name]
        component._intents = parameters["intents"]
        component._match_encoder(parameters["encoder"])
        return component

    def _match_encoder(self, trained_with: str | None) -> None:
        """An encoder that was on in training and is off now counts for nothing; one that is new is not asked."""
        if self._encoder is None and trained_with:
            lexical = sum(len(vectorizer.vocabulary_) for vectorizer in self._vectorizers.values())
            self._weights = self._weights[:lexical]
        if not trained_with:
            self._encoder = None


def _plain(vocabulary: dict[str, Any]) -> dict[str, int]:
    return {term: int(index) for term, index in vocabulary.items()}
