"""The tokenizers config.yml can name, behind one signature: text → (surface, tag, lemma) in reading order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from bot.korean.morphemes import morphemes, taggers

JAVA_HEAP_MB, STACK_MB = 1024, 8
_BEYOND = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\U00010000-\U0010ffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
Piece = tuple[str, str, str]
Analyzer = Callable[[str], Iterable[Piece]]


def _mecab() -> Analyzer:
    return morphemes


def _start_java() -> None:
    """Starts the Java runtime that konlpy's tokenizers need, before konlpy does.

    Java takes all but its own thread size (1 MB) of this thread's stack away; linear algebra on matrices of 2,500 rows
    needs more and crashes the process, so the size asked for is that of a whole stack.
    """
    import jpype

    if jpype.isJVMStarted():
        return
    home = Path(taggers().__file__).parents[1] / "java"
    jars = [str(home), str(home / "bin"), *map(str, sorted(home.glob("*.jar")))]
    options = ("-Dfile.encoding=UTF8", f"-Xmx{JAVA_HEAP_MB}m", f"-Xss{STACK_MB}m")
    jpype.startJVM(jpype.getDefaultJVMPath(), *options, classpath=jars, convertStrings=True)


def _konlpy(name: str) -> Analyzer:
    _start_java()
    tagger = getattr(taggers(), name)()
    verbs = ("Verb", "Adjective", "VV", "VA")

    def analyze(text: str) -> Iterable[Piece]:
        # both fail on emoji and other characters beyond the basic plane, and on texts of nothing but space
        text = _BEYOND.sub(" ", text)
        if not text.strip():
            return ()
        return ((word, tag, word + "다" if tag in verbs else word) for word, tag in tagger.pos(text))

    return analyze


def _kiwi() -> Analyzer:
    from kiwipiepy import Kiwi

    kiwi = Kiwi(num_workers=1)

    def analyze(text: str) -> Iterable[Piece]:
        tokens = kiwi.tokenize(_SURROGATES.sub(" ", text))
        return ((token.form, token.tag, token.lemma) for token in tokens)

    return analyze


_MAKERS: dict[str, tuple[Callable[[], Analyzer], str]] = {
    "mecab": (_mecab, ""),
    "okt": (lambda: _konlpy("Okt"), "a Java runtime (JAVA_HOME or `java` on the path)"),
    "komoran": (lambda: _konlpy("Komoran"), "a Java runtime (JAVA_HOME or `java` on the path)"),
    "kiwi": (_kiwi, "the extra `kiwi` (kiwipiepy)"),
}
NAMES = tuple(_MAKERS)


def make_analyzer(name: str) -> Analyzer:
    """The analyzer of a name in NAMES; raises ValueError for another name, RuntimeError where its needs are missing."""
    if name not in _MAKERS:
        raise ValueError(f"tokenizer {name!r} is unknown; config.yml may name {', '.join(NAMES)}")
    maker, needs = _MAKERS[name]
    try:
        return maker()
    except Exception as error:
        raise RuntimeError(
            f"tokenizer {name!r} does not start ({error}); it needs {needs or 'its package'}"
        ) from error
