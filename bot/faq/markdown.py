"""Answers: Markdown → HTML a page may show as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = {
    "p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr",
    "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_REFUSED_LINK = re.compile(r"\]\(\s*<?\s*((?:javascript|data|vbscript|file):[^)\s]*)", re.IGNORECASE)
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return (
        MarkdownIt("commonmark", {"html": False})
        .enable(["table", "strikethrough"])
        .disable(["image", "autolink"])
    )


def links(markdown: str) -> tuple[str, ...]:
    """Where the links of an answer lead, those too that are not shown as links."""
    return tuple(_links(markdown)) if "]" in markdown else ()


def foreign_links(markdown: str, hosts: tuple[str, ...]) -> tuple[str, ...]:
    """The links of an answer that do not lead to one of `hosts` by http(s)."""
    return tuple(link for link in links(markdown) if not allowed(link, hosts))


def _links(markdown: str) -> Iterator[str]:
    for token in _flat(_parser().parse(markdown)):
        if token.type == "text" and _REFUSED_LINK.search(token.content):
            yield _REFUSED_LINK.search(token.content)[1]  # Markdown itself leaves such a link as text
        if token.type == "link_open":
            yield str(token.attrGet("href"))


@lru_cache(maxsize=4096)
def to_html(markdown: str, hosts: tuple[str, ...] = ()) -> str:
    """HTML of an answer: no raw HTML, no images, links to `hosts` only (the text of others stays)."""
    tokens = _parser().parse(markdown)
    html = _parser().renderer.render(tokens, _parser().options, {})

    def attribute(tag: str, name: str, value: str) -> str | None:
        return None if tag == "a" and name == "href" and not allowed(value, hosts) else value

    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def _flat(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.children or [])


def allowed(href: str, hosts: tuple[str, ...]) -> bool:
    """Whether a link leads to one of `hosts` by http(s)."""
    try:
        parts = urlsplit(href)
        return parts.scheme in ("http", "https") and parts.hostname in hosts and parts.port in (None, 80, 443)
    except ValueError:
        return False
