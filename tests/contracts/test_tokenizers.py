"""The span law, for every tokenizer that config.yml can name.

Tokens are ordered and disjoint, `text[start:end] == token.text`, and nothing but spaces lies outside of them.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.analyzers import NAMES
from bot.nlu.tokenizer import TAG, KoreanTokenizer, align
from bot.web.body import MAX_TEXT
from tests.korean.strategies import any_texts, typed_texts

ROOT = Path(__file__).parents[2]
needs_java = pytest.mark.skipif(not shutil.which("java"), reason="no Java runtime")
TOKENIZERS = [
    "mecab",
    "kiwi",
    pytest.param("okt", marks=needs_java),
    pytest.param("komoran", marks=needs_java),
]
pytestmark = pytest.mark.timeout(120)
Tokenize = Callable[[str], list[Token]]


@cache
def _tokenizer(name: str) -> KoreanTokenizer:
    return KoreanTokenizer({**KoreanTokenizer.get_default_config(), "tokenizer": name})


@pytest.fixture(params=TOKENIZERS, scope="module")
def tokenize(request: pytest.FixtureRequest) -> Tokenize:
    tokenizer = _tokenizer(request.param)

    def run(text: str) -> list[Token]:
        return tokenizer.tokenize(Message({TEXT: text}), TEXT)

    return run


def hold(text: str, tokens: list[Token]) -> None:
    cursor = 0
    for token in tokens:
        assert token.start >= cursor, f"{token.text!r} overlaps what stands before it"
        assert not text[cursor : token.start].strip(), f"{text[cursor : token.start]!r} is lost"
        assert text[token.start : token.end] == token.text
        assert token.text.strip()
        assert isinstance(token.lemma, str)
        assert token.lemma.strip()
        assert isinstance(token.data[TAG], str)
        cursor = token.end
    assert not text[cursor:].strip(), f"{text[cursor:]!r} is lost"


SENTENCES = [
    "계약 상세가 안 보여요. 어떻게 하죠?",
    "한다 됐어요 해줘 갔어 봤다 했는데 안돼",
    "세금계산서를 발행했는데 업로드가 안 됩니다!!",
    "PartnerPlus ID를 잊어버렸어요(비번도)",
    "010-1234-5678로 인증번호가 안 와요",
    "2026-11-23 15:00 이후 10,000,000원 3.5%",
    "How do I sign up? password reset",
    "ㅠㅠㅠㅠ ㅋㅋㅋ ㄱㅇ ㅎㅇㄱㅇ ㅇㅋ",
    "회언가입 갸약채결 게산서",
    "안녕하세요😀👍🏽👨‍👩‍👧🇰🇷 반가워요",
    "😀",
    "ㄱ",
    "ㅏ",
    "계약\n상세\r\n조회\t방법",
    "  앞뒤   공백  ",
    "　전각　공백　ＩＤ　１２３",
    "EOS",
    "EOS EOS\nEOS",
    "漢字 カタカナ Ünïcödé Ω ™ ㈜ ① ½",
    "<script>alert('계약')</script>",
    "a\\tb \\n {} [] \"'`",
    "계약계약계약계약계약계약",
    "ㅇㅣ렇게 ㄱㅖ약",
    "됄까요 됬는데 않되요",
    "www.kefci.com http://www.kefci.com/a?b=c#d",
    "e\u0301 café 가\u0301",
    "\u1100\u1161\u11a8",
]


@pytest.mark.parametrize("text", SENTENCES)
def test_what_vendors_type(tokenize: Tokenize, text: str) -> None:
    hold(text, tokenize(text))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=typed_texts.filter(str.strip))
@example(text="ㅓㅓ가ㄴ다")
def test_anything_typed(tokenize: Tokenize, text: str) -> None:
    hold(text, tokenize(text))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=any_texts.filter(str.strip))
def test_anything_at_all(tokenize: Tokenize, text: str) -> None:
    hold(text, tokenize(text))


@pytest.mark.parametrize("text", ["", " ", "\n", "\t \r\n", "　"])
def test_nothing_typed_is_no_token(tokenize: Tokenize, text: str) -> None:
    assert tokenize(text) == []


@pytest.mark.parametrize("text", ["\u200b", "\0", "\x1f\x1b", "계약\ud800"])
def test_what_is_no_text_is_no_crash(tokenize: Tokenize, text: str) -> None:
    for token in tokenize(text):
        assert text[token.start : token.end] == token.text


@pytest.mark.parametrize("piece", ["계약 상세 조회가 안 돼요. ", "ㅋ", "a", "1", "😀", "계약\n", "가"])
def test_the_longest_texts_there_are(tokenize: Tokenize, piece: str) -> None:
    text = (piece * MAX_TEXT)[:MAX_TEXT]
    hold(text, tokenize(text))


@pytest.mark.parametrize("name", ["mecab", "kiwi"])
@pytest.mark.parametrize("piece", ["계약 상세 조회가 안 돼요. ", "ㅋ", "a", "😀", "가"])
def test_far_longer_texts(name: str, piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    hold(text, _tokenizer(name).tokenize(Message({TEXT: text}), TEXT))


def test_the_same_text_has_the_same_tokens(tokenize: Tokenize) -> None:
    text = "계약 상세가 안 보여요"
    first = [(token.text, token.start, token.lemma) for token in tokenize(text)]
    assert [(token.text, token.start, token.lemma) for token in tokenize(text)] == first


def test_verbs_have_their_dictionary_form(tokenize: Tokenize) -> None:
    lemmas = [part for token in tokenize("계약 상세를 보았다") for part in token.lemma.split("+")]
    assert any(lemma.startswith("보") and lemma.endswith("다") for lemma in lemmas), lemmas


def test_nouns_are_cut_from_their_particles(tokenize: Tokenize) -> None:
    assert "계약" in [token.text for token in tokenize("계약을 체결하는 방법")]


def test_a_message_gets_its_tokens(tokenize: Tokenize) -> None:
    """As Rasa calls it in a pipeline."""
    message = Message({TEXT: "계약 방법"})
    (processed,) = _tokenizer("mecab").process([message])
    assert [token.text for token in processed.get(TOKENS_NAMES[TEXT])] == ["계약", "방법"]


def test_the_names_of_config_are_these() -> None:
    assert NAMES == ("mecab", "okt", "komoran", "kiwi")


@pytest.mark.parametrize("name", ["", "Mecab", "hannanum", None])
def test_an_unknown_tokenizer_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="mecab, okt, komoran, kiwi"):
        KoreanTokenizer({**KoreanTokenizer.get_default_config(), "tokenizer": name})


# align: what no analyzer may break -------------------------------------------------------------------------------------

pieces = st.lists(
    st.tuples(
        st.text("가나다ㄱㄴㅏ ᆫᆯab\n", max_size=3), st.just("NNG"), st.text("가나다", min_size=1, max_size=3)
    ),
    max_size=12,
)


@given(st.text("가나다ㄱㄴㅏ ab\n", max_size=20), pieces)
def test_whatever_an_analyzer_says_spans_are_in_order(text: str, said: list) -> None:
    cursor = 0
    for token in align(text, said):
        assert cursor <= token.start < token.end <= len(text)
        assert text[token.start : token.end] == token.text
        cursor = token.end


@given(st.text("가나다ㄱㄴㅏ ab\n", max_size=20), pieces)
def test_whatever_an_analyzer_says_nothing_is_lost(text: str, said: list) -> None:
    """Even where an analyzer leaves pieces out, what it does not name is a token of its own or part of one."""
    hold(text, align(text, said))


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("한다", [("하", "VV", "하다"), ("ᆫ다", "EF", "ᆫ다")], [("한다", "하다+ᆫ다")]),
        ("안 한다", [("안", "MAG", "안"), ("하", "VV", "하다"), ("ᆫ다", "EF", "ᆫ다")], [("안", "안"), ("한다", "하다+ᆫ다")]),
        ("해 줘", [("하", "VV", "하다"), ("어", "EC", "어"), ("주", "VX", "주다"), ("어", "EF", "어")], [("해 줘", "하다+어+주다+어")]),
        ("계약을", [("계약", "NNG", "계약"), ("을", "JKO", "을")], [("계약", "계약"), ("을", "을")]),
        ("", [], []),
        ("   ", [], []),
    ],
)  # fmt: skip
def test_pieces_that_are_not_in_the_text(text: str, said: list, expected: list) -> None:
    tokens = align(text, said)
    assert [(token.text, token.lemma) for token in tokens] == expected
    hold(text, tokens)


def printed(program: str) -> str:
    """What a program prints in a process of its own, or what it ended with."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=100
    )
    return done.stdout or f"{done.returncode} {done.stderr[-500:]}"


@needs_java
def test_java_leaves_the_stack_to_linear_algebra() -> None:
    """The classifier inverts a matrix of all training examples in the process that Java has been started in."""
    program = (
        "from bot.nlu.analyzers import make_analyzer; make_analyzer('okt')('계약');"
        "import numpy; numpy.linalg.inv(numpy.random.rand(2500, 2500)); print('inverted')"
    )
    assert printed(program) == "inverted\n"


@needs_java
def test_mecab_works_beside_one_of_java() -> None:
    """Repair and search use Mecab whatever config.yml names, in the same process."""
    program = (
        "from bot.nlu.analyzers import make_analyzer; java = list(make_analyzer('komoran')('계약'));"
        "print(java, list(make_analyzer('mecab')('계약'))[0].text)"
    )
    assert printed(program) == "[('계약', 'NNG', '계약')] 계약\n"
