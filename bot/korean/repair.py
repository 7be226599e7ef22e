"""Repair of a question's spacing, spelling and keyboard mode, judged by MeCab's path cost and the FAQ's own syllable pairs.

The idea is the noisy channel (Kernighan, Church and Gale 1990): a rewrite from a short list of Korean slips is kept when
the analyser reads the result at a much lower cost; syllable pairs that the FAQ knows count for it. Words the FAQ knows
are never touched.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.korean.jamo import is_syllable
from bot.korean.keyboard import to_hangul, to_latin
from bot.korean.morphemes import morphemes, path_cost
from bot.korean.phonetic import letters, normalise
from bot.korean.slips import plain, rewrites

MARGIN = 3000  # a rewrite must lower the cost by this much
BONUS = 3000  # cost credited when all syllable pairs of a word are known to the FAQ
JOIN_MARGIN = 2500  # joining neighbours must lower the cost by this much
SPACED = 0.6  # below this share of expected spaces, the missing ones are added
LONGEST_WORD, LONGEST_TEXT = 14, 300
_ENDS = ("J", "E", "SF", "MM", "MA", "IC")  # a space follows these …
_STARTS = ("N", "V", "M", "XR", "XPN", "IC", "SL", "SN")  # … before these


def _pairs(word: str) -> list[str]:
    return [word[i : i + 2] for i in range(len(word) - 1)] or [word]


def known_pairs(texts: Iterable[str]) -> frozenset[str]:
    """Return the syllable pairs inside the words of normalised texts."""
    return frozenset(p for t in texts for word in letters(t, " ").split() for p in _pairs(word))


def _spaces(text: str) -> set[int]:
    places, n = set(), 0
    for char in text:
        if char == " ":
            places.add(n)
        n += char != " "
    return places


@dataclass(frozen=True)
class Repair:
    """The repair of questions to one FAQ, by the syllable pairs that the FAQ knows."""

    known: frozenset[str]

    def __call__(self, text: str) -> str:
        """Return the normalised question, repaired where that is clearly better."""
        words = normalise(" ".join(self._keys(w) for w in text.split())).split(" ")
        if sum(map(len, words)) > LONGEST_TEXT:
            return " ".join(words)
        words = self._join(words)
        for i in range(len(words)):
            words[i] = self._spell(words, i)
        return self._space(" ".join(words))

    def _knows(self, word: str) -> float:
        pairs = _pairs(letters(word))
        return sum(p in self.known for p in pairs) / len(pairs)

    def _keys(self, word: str) -> str:
        if word.isascii() and any(map(str.isalpha, word)):
            other = to_hangul(word)
            other = other if all(map(is_syllable, other)) else None
        else:
            other = to_latin(word) if any("ㄱ" <= char <= "ㅣ" for char in word) else None
        if not other:
            return word
        known = self._knows(normalise(other))
        return other if known >= 0.5 and known > self._knows(normalise(word)) else word

    def _join(self, words: list[str]) -> list[str]:
        words, i = list(words), 0
        while i < len(words) - 1:
            gains = []
            for n in (2, 3):
                group = words[i : i + n]
                if len(group) == n and sum(map(len, group)) <= 12:
                    gain = path_cost(" ".join(group)) - path_cost("".join(group))
                    gains += [(gain, n)] * (gain > JOIN_MARGIN * (n - 1))
            if gains:
                n = max(gains)[1]
                words[i : i + n] = ["".join(words[i : i + n])]
            else:
                i += 1
        return words

    def _spell(self, words: list[str], i: int) -> str:
        word = words[i]
        if len(word) > LONGEST_WORD or self._knows(word) == 1 or not any(map(is_syllable, word)):
            return word
        left, right = "".join(words[max(i - 1, 0) : i]), "".join(words[i + 1 : i + 2])

        def price(w: str) -> float:
            return path_cost(f"{left} {w} {right}") - BONUS * self._knows(w)

        if path_cost(word) < 0:
            return word
        best = price(word)
        lax = plain(word)
        for _ in range(2):
            before = word
            for j in range(-1, len(word)):
                options = (
                    [lax]
                    if j < 0
                    else [word[:j] + a + b + word[j + 2 :] for a, b in rewrites(word[j], word[j + 1 : j + 2])]
                )
                cheapest, option = min(((price(o), o) for o in options), default=(best, word))
                if cheapest < best - MARGIN:
                    best, word = cheapest, option
            if word == before:
                break
        return word

    def _space(self, text: str) -> str:
        expected, n, last = set(), 0, ""
        for surface, tag, _ in morphemes(text.replace(" ", "")):
            if last.startswith(_ENDS) and tag.startswith(_STARTS) and not tag.startswith("VCP"):
                expected.add(n)
            n, last = n + len(surface), tag.split("+")[-1]
        present = _spaces(text)
        if not expected or len(expected & present) >= SPACED * len(expected):
            return text
        chars = text.replace(" ", "")
        return "".join(" " * (i in expected | present) + c for i, c in enumerate(chars)).strip()
