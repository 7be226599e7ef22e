"""KoreanTokenizer: morphemes of a Korean tagger as Rasa tokens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.analyzers import Piece, make_analyzer

TAG = "tag"
UNKNOWN = "UNKNOWN"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class KoreanTokenizer(Tokenizer):
    """Cuts a text into morphemes; `tokenizer` in config.yml is mecab (default), okt, komoran or kiwi.

    Law: tokens are ordered and disjoint, and `text[token.start:token.end] == token.text`. The dictionary form is
    `token.lemma`, the part of speech `token.data["tag"]`.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "tokenizer": "mecab",
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._analyze = make_analyzer(config["tokenizer"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> KoreanTokenizer:
        return cls({**cls.get_default_config(), **config})

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        text = message.get(attribute)
        return self._apply_token_pattern(align(text, self._analyze(text)))


def align(text: str, pieces: Iterable[Piece]) -> list[Token]:
    """Tokens over `text` for the pieces of an analyzer, whose surfaces need not be substrings (하+ᆫ다 for 한다).

    A piece found next in the text becomes a token of its own. Pieces that are not found wait, and become one token
    over the stretch up to the next piece that is found (or up to the end), with their dictionary forms joined. A stretch
    that the analyzer leaves out becomes a token as it stands: nothing but spaces is lost.
    """
    tokens: list[Token] = []
    waiting: list[Piece] = []
    cursor = 0

    def emit(start: int, end: int, tag: str, lemma: str) -> None:
        covered = text[start:end]
        tokens.append(Token(covered, start, end, data={TAG: tag}, lemma=lemma.strip() or covered))

    def settle(end: int) -> None:
        """One token over what lies between the last token and `end`, where there is more than space."""
        start = cursor + len(text[cursor:end]) - len(text[cursor:end].lstrip())
        end = start + len(text[start:end].rstrip())
        if start < end:
            skipped = text[start:end]
            tags = "+".join(piece[1] for piece in waiting) or UNKNOWN
            emit(start, end, tags, "+".join(piece[2] for piece in waiting) or skipped)
        waiting.clear()

    for piece in pieces:
        surface = piece[0]
        position = text.find(surface, cursor) if surface.strip() else -1
        if position < 0:
            waiting.append(piece)
            continue
        settle(position)
        emit(position, position + len(surface), piece[1], piece[2])
        cursor = position + len(surface)
    settle(len(text))
    return tokens
