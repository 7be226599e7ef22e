"""Korean typed with the keyboard in English mode (rPdir → 계약), and the reverse (ㅡㅏ → mk): the 두벌식 layout."""

from __future__ import annotations

from bot.korean.jamo import COMPOUND, FINALS, INITIALS, MEDIALS, is_hangul, join, keystrokes

_KEYS = {
    "q": "ㅂ", "w": "ㅈ", "e": "ㄷ", "r": "ㄱ", "t": "ㅅ", "y": "ㅛ", "u": "ㅕ", "i": "ㅑ", "o": "ㅐ", "p": "ㅔ",
    "a": "ㅁ", "s": "ㄴ", "d": "ㅇ", "f": "ㄹ", "g": "ㅎ", "h": "ㅗ", "j": "ㅓ", "k": "ㅏ", "l": "ㅣ",
    "z": "ㅋ", "x": "ㅌ", "c": "ㅊ", "v": "ㅍ", "b": "ㅠ", "n": "ㅜ", "m": "ㅡ",
    "Q": "ㅃ", "W": "ㅉ", "E": "ㄸ", "R": "ㄲ", "T": "ㅆ", "O": "ㅒ", "P": "ㅖ",
}  # fmt: skip
_LETTERS = {letter: key for key, letter in _KEYS.items()}
_JOIN = {parts: whole for whole, parts in COMPOUND.items()}


def to_hangul(text: str) -> str:
    """Latin letters read as keys of the Korean layout: rPdir → 계약."""
    return compose("".join(_KEYS.get(char, _KEYS.get(char.lower(), char)) for char in text))


def to_latin(text: str) -> str:
    """Hangul read as keys of the English layout: ㅔㅁㄴㄴ → pass."""
    return "".join(_LETTERS.get(letter, letter) for letter in keystrokes(text))


def compose(letters: str) -> str:
    """Letters typed one by one joined to syllables, as an input method does: ㄱㅖㅇㅑㄱ → 계약."""
    out: list[str] = []
    index = 0
    while index < len(letters):
        initial = letters[index]
        medial, after = _medial(letters, index + 1)
        if initial not in INITIALS or not medial:
            whole = letters[index : index + 2]
            joined = _JOIN.get(whole) if initial in MEDIALS else None
            out.append(joined or initial)
            index += 2 if joined else 1
            continue
        final, index = _final(letters, after)
        out.append(join(initial, medial, final))
    return "".join(out)


def _medial(letters: str, index: int) -> tuple[str, int]:
    pair = _JOIN.get(letters[index : index + 2])
    if pair and pair in MEDIALS:
        return pair, index + 2
    one = letters[index : index + 1]
    return (one, index + 1) if one and one in MEDIALS else ("", index)


def _final(letters: str, index: int) -> tuple[str, int]:
    """The final consonant at `index`: a consonant before a vowel begins the next syllable instead."""
    for length in (2, 1):
        part = letters[index : index + length]
        final = _JOIN.get(part, "") if length == 2 else part
        following = letters[index + length : index + length + 1]
        if (
            final
            and final.strip()
            and final in FINALS
            and len(part) == length
            and following not in (*MEDIALS,)
        ):
            return final, index + length
    return "", index


def is_hangul_text(text: str) -> bool:
    """Whether a text has any Hangul."""
    return any(map(is_hangul, text))
