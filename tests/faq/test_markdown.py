"""Answers become HTML that a page may show as it is, whatever stands in them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.faq.markdown import foreign_links, to_html

HOSTS = ("www.kefci.com",)
TAGS = {
    "p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr",
    "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


class _Page(HTMLParser):
    """What a browser would find in a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def harmless(html: str) -> None:
    for tag, attributes in _Page(html).tags:
        assert tag in TAGS, html
        allowed = {"a": {"href", "rel", "target", "title"}, "ol": {"start"}}.get(tag, set())
        assert attributes.keys() <= allowed, html
        if "href" in attributes:
            # a user name before the host changes nothing about where a browser goes
            there = r"https?://([^/\\?#@]*@)?www\.kefci\.com(:80|:443)?([/?#]|$)"
            assert re.match(there, attributes["href"], re.I), html
            assert attributes["rel"] == "noopener noreferrer"
            assert attributes["target"] == "_blank"


PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src=https://evil.example></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=https://www.kefci.com onclick=alert(1)>x</a>",
    "<style>*{display:none}</style>",
    "<math><mtext></p><style><img src=x onerror=alert(1)></style></math>",
    "<base href=https://evil.example>",
    "<form action=https://evil.example><input name=p></form>",
    "<!--><script>alert(1)</script>-->",
    "<details open ontoggle=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](data:image/svg+xml,<svg/onload=alert(1)>)",
    "[x](vbscript:msgbox(1))",
    "[x](//evil.example)",
    "[x](///evil.example)",
    "[x](/\\evil.example)",
    "[x](\\\\evil.example)",
    "[x](https:\\\\evil.example)",
    "[x](https://www.kefci.com@evil.example)",
    "[x](https://www.kefci.com\\@evil.example)",
    "[x](https://evil.example\\@www.kefci.com)",
    "[x](https://evil.example#@www.kefci.com)",
    "[x](https://evil.example?www.kefci.com)",
    "[x](https://www.kefci.com.evil.example)",
    "[x](https://evil.example%2f@www.kefci.com)",
    "[x](https://www。kefci。com)",
    "[x](https://user:pass@evil.example)",
    '[x](https://www.kefci.com"onmouseover="alert(1))',
    '[x](https://www.kefci.com "title\\" onmouseover=alert(1)")',
    "[x](<https://www.kefci.com onmouseover=alert(1)>)",
    "<javascript:alert(1)>",
    "<https://evil.example>",
    "![x](https://evil.example/pixel.png)",
    "![x](javascript:alert(1))",
    "[![x](https://evil.example/p.png)](https://www.kefci.com)",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "[x][y]\n\n[y]: //evil.example",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\ntext\n```',
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "1000000000. <b onmouseover=alert(1)>x</b>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "# <script>alert(1)</script>",
    "<p title='</p><script>alert(1)</script>'>",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payload_is_harmless(payload: str) -> None:
    harmless(to_html(payload, HOSTS))
    harmless(to_html(f"안내\n\n- {payload}\n\n> {payload}", HOSTS))


@pytest.mark.parametrize("payload", [text for text in PAYLOADS if text.startswith("[x](")])
def test_link_elsewhere_keeps_its_text_only(payload: str) -> None:
    assert "x" in to_html(payload, HOSTS)


@settings(deadline=None)
@given(st.text(st.sampled_from("[]()<>!`*_#|-\\/:\"'&; \n\tajsx가:javascript//evil.example"), max_size=80))
def test_nothing_made_of_markup_is_harmful(text: str) -> None:
    harmless(to_html(text, HOSTS))


@pytest.mark.parametrize(
    ("host", "markdown"),
    [
        ("evil.example", "[x](https://evil.example)"),
        ("evil.example", "[x](//evil.example)"),
        ("www.kefci.com:8443", "[x](https://www.kefci.com:8443/)"),
        ("", "[x](/chat)"),
    ],
)
def test_foreign_links_are_named(host: str, markdown: str) -> None:
    (link,) = foreign_links(markdown, HOSTS)
    assert host in link


def test_a_link_as_the_answers_have_it() -> None:
    html = to_html("[MP사이트](http://www.kefci.com)", HOSTS)
    assert html == (
        '<p><a href="http://www.kefci.com" target="_blank" rel="noopener noreferrer">MP사이트</a></p>\n'
    )
    assert not list(foreign_links("[MP사이트](http://www.kefci.com)", HOSTS))


def test_no_host_is_allowed_unless_it_is_named() -> None:
    assert "href" not in to_html("[x](https://www.kefci.com)")


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        (
            "**굵게** *기울임* ~~지움~~ `코드`",
            "<p><strong>굵게</strong> <em>기울임</em> <s>지움</s> <code>코드</code></p>\n",
        ),
        ("- 하나\n- 둘", "<ul>\n<li>하나</li>\n<li>둘</li>\n</ul>\n"),
        ("3. 셋\n4. 넷", '<ol start="3">\n<li>셋</li>\n<li>넷</li>\n</ol>\n'),
        ("첫 줄\n둘째 줄", "<p>첫 줄\n둘째 줄</p>\n"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>\n"),
        ("", ""),
    ],
)
def test_what_answers_are_made_of(markdown: str, html: str) -> None:
    assert to_html(markdown, HOSTS) == html


def test_tables() -> None:
    html = to_html("| 은행 | 이름 |\n|---|---|\n| 우리은행 | 우리상생파트너론 |", HOSTS)
    assert [tag for tag, _ in _Page(html).tags if tag in ("table", "th", "td")] == [
        "table", "th", "th", "td", "td",
    ]  # fmt: skip


def test_a_very_long_answer_is_rendered() -> None:
    assert len(to_html("- 항목 **하나**\n" * 5000, HOSTS)) > 50_000


@pytest.mark.parametrize("text", ["[" * 5000, "*" * 5000, "> " * 2000 + "x", "- " * 2000 + "x", "`" * 5000])
def test_deep_markup_ends(text: str) -> None:
    harmless(to_html(text, HOSTS))
