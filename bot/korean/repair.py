"""Repair of a question's spacing, spelling and keyboard mode, judged by MeCab's path cost and the FAQ's own syllables.

The noisy channel (Kernighan, Church and Gale 1990): of the rewrites of a word by a list of Korean slips, the one is taken
that the analyser and the FAQ's trigrams of syllables, together, find cheapest, where that outweighs the price of the slips.
Words that the FAQ uses are never touched.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from bot.korean.jamo import is_syllable
from bot.korean.keyboard import to_hangul, to_latin
from bot.korean.morphemes import morphemes, path_cost
from bot.korean.phonetic import letters, normalise
from bot.korean.slips import plain, rewrites
from bot.korean.syllables import Syllables, grams

SLIP = 4000  # what a slip costs …
USUAL_SLIP = 5500  # … in a word that the analyser knows
FAMILIAR = 0.5  # weight of the FAQ's syllables beside the analyser's cost
MOST_SLIPS = 3  # in a word
PRICED, KEPT = 6, 2  # rewrites that the analyser is asked about, and those that are rewritten further
JOIN_MARGIN = 2500  # joining neighbours must lower the cost by this much
SPACED = 0.6  # below this share of expected spaces, the missing ones are added
LONGEST_JOINED, LONGEST_WORD, LONGEST_TEXT = 12, 14, 300
_ENDS = ("J", "E", "SF", "MM", "MA", "IC")  # a space follows these …
_STARTS = ("N", "V", "M", "XR", "XPN", "IC", "SL", "SN")  # … before these


def _pairs(word: str) -> list[str]:
    return [word[i : i + 2] for i in range(len(word) - 1)] or [word]


def _spaces(text: str) -> set[int]:
    places, n = set(), 0
    for char in text:
        if char == " ":
            places.add(n)
        n += char != " "
    return places


@dataclass(frozen=True)
class Repair:
    """The repair of questions to one FAQ, by the syllables of its texts."""

    known: Syllables

    def __call__(self, text: str) -> str:
        """Return the normalised question, repaired where that is clearly better."""
        words = normalise(" ".join(self._keys(w) for w in text.split())).split(" ")
        if sum(map(len, words)) > LONGEST_TEXT:
            return " ".join(words)
        groups = self._join(words)
        words = ["".join(group) for group in groups]
        for i in range(len(words)):
            spelt = self._spell(words, i)
            words[i] = spelt if spelt == words[i] else _as_typed(spelt, groups[i])
        return self._space(" ".join(words))

    def _knows(self, word: str) -> float:
        pairs = _pairs(letters(word))
        return sum(map(self.known.knows_pair, pairs)) / len(pairs)

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

    def _join(self, words: list[str]) -> list[list[str]]:
        """Return the words in groups, each of which is better read as one word."""
        groups, i = [], 0
        used = [self.known.knows(letters(word)) for word in words]
        while i < len(words):
            gains = [(0, 1)]
            for n in (2, 3):
                group = words[i : i + n]
                if len(group) < n or sum(map(len, group)) > LONGEST_JOINED or all(used[i : i + n]):
                    continue
                if (gain := _gain(group)) > JOIN_MARGIN * (n - 1):
                    gains.append((gain, n))
            n = max(gains)[1]
            groups.append(words[i : i + n])
            i += n
        return groups

    def _spell(self, words: list[str], i: int) -> str:
        word = letters(words[i])
        if len(words[i]) > LONGEST_WORD or not any(map(is_syllable, word)) or self.known.knows(word):
            return words[i]
        before, found, after = words[i].partition(word)
        if not found:
            return words[i]
        left = f"{''.join(words[max(i - 1, 0) : i])} {before}"
        right = f"{after} {''.join(words[i + 1 : i + 2])}"
        usual = path_cost(word) < 0
        slip, slips = (USUAL_SLIP, 1) if usual else (SLIP, MOST_SLIPS)
        familiar = FAMILIAR * self.known.word_cost(word)
        best, spelt = path_cost(left + word + right) + familiar, word
        front, seen = [(familiar, word)], {word}
        for turn in range(slips):
            most = familiar if usual else inf  # of a word that is usual, only what the FAQ speaks for
            options = self._options(front, slip, most, with_plain=not turn)
            cheapest = sorted((cost, o) for o, cost in options.items() if o not in seen)[:PRICED]
            priced = sorted((cost + path_cost(left + o + right), cost, o) for cost, o in cheapest)[:KEPT]
            if not priced or priced[0][0] > best + slip:
                break
            if priced[0][0] < best:
                best, spelt = priced[0][0], priced[0][2]
            front = [(cost, o) for _, cost, o in priced]
            seen.update(options)
        return before + spelt + after

    def _options(
        self, front: list[tuple[float, str]], slip: int, most: float, with_plain: bool
    ) -> dict[str, float]:
        """Return words one slip further than those of `front`, with what syllables and slips cost, where that is below `most`."""
        found: dict[str, float] = {}
        for familiar, word in front:
            lax = plain(word)
            if with_plain and lax != word and (cost := FAMILIAR * self.known.word_cost(lax) + slip) < most:
                found[lax] = cost
            around = grams(word)
            costs = [self.known.cost(gram) for gram in around]
            for j in range(len(word)):
                fixed = familiar + slip - FAMILIAR * sum(costs[j : j + 4])
                if fixed >= most:
                    continue
                for pair in rewrites(word[j], word[j + 1 : j + 2]):
                    changed = word[:j] + pair + word[j + 2 :]
                    cost = fixed + FAMILIAR * sum(map(self.known.cost, grams(changed)[j : j + 4]))
                    if cost < most:
                        found[changed] = min(cost, found.get(changed, cost))
        return found

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


def _gain(group: list[str]) -> int:
    """By how much joining words lowers the cost."""
    return path_cost(" ".join(group)) - path_cost("".join(group))


def _as_typed(spelt: str, group: list[str]) -> str:
    """A group of words after a change of spelling: with the spaces that were typed, unless joining is still better."""
    if len(group) == 1 or len(spelt) != sum(map(len, group)):
        return spelt
    parts, end = [], 0
    for word in group:
        parts.append(spelt[end : end + len(word)])
        end += len(word)
    return spelt if _gain(parts) > JOIN_MARGIN * (len(parts) - 1) else " ".join(parts)
