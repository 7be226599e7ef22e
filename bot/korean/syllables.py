"""How likely a word is, syllable by syllable, in the texts of a FAQ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import log

from bot.korean.phonetic import letters

COST = 700  # of a factor of e, on the scale of MeCab's path costs
PRIOR = 3.0  # occurrences that the shorter context counts for
ALPHABET = 2000  # syllables in common use
REMEMBERED = 100_000
_START, _END = "^^", "$"


@dataclass(frozen=True)
class Syllables:
    """A trigram model with Dirichlet smoothing (MacKay and Peto 1995): counts of 1-, 2- and 3-grams of padded words."""

    counts: Counter[str]
    total: int  # syllables and ends of words
    costs: dict[str, float] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, texts: Iterable[str]) -> Syllables:
        """The model of normalised texts."""
        words = Counter(word for text in texts for word in letters(text, " ").split())
        counts: Counter[str] = Counter()
        for word, times in words.items():
            padded = _START + word + _END
            for n in (1, 2, 3):
                for i in range(len(padded) - n + 1):
                    counts[padded[i : i + n]] += times
        return cls(counts, sum(times * (len(word) + 1) for word, times in words.items()))

    def __or__(self, other: Syllables) -> Syllables:
        """The model of the texts of both."""
        counts = self.counts.copy()
        counts.update(other.counts)  # the time grows with the other's alone
        return Syllables(counts, self.total + other.total)

    def knows_pair(self, pair: str) -> bool:
        """Whether two syllables (or one) stand together in a word."""
        return pair in self.counts

    def knows(self, word: str) -> bool:
        """Whether every three neighbours of a word, its ends among them, have been seen."""
        return all(gram in self.counts for gram in grams(word))

    def cost(self, gram: str) -> float:
        """What the last syllable of three costs after the other two."""
        found = self.costs.get(gram)
        if found is None:
            if len(self.costs) > REMEMBERED:
                self.costs.clear()
            found = self.costs[gram] = -COST * log(self._probability(gram))
        return found

    def word_cost(self, word: str) -> float:
        """What a word costs."""
        return sum(map(self.cost, grams(word)))

    def _probability(self, gram: str) -> float:
        last = gram[-1]
        found = (self.counts[last] + 1) / (self.total + ALPHABET)
        for start in (1, 0):
            context = gram[start:-1]
            found = (self.counts[context + last] + PRIOR * found) / (self.counts[context] + PRIOR)
        return found


def grams(word: str) -> list[str]:
    """Every three neighbours in a word, its beginning and end included."""
    padded = _START + word + _END
    return [padded[i : i + 3] for i in range(len(padded) - 2)]
