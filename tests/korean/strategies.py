"""Texts as vendors type them, for hypothesis."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

settings.register_profile("elbi", deadline=None)  # a busy machine is no failure
settings.load_profile("elbi")

SYLLABLES = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)
LETTERS = st.characters(min_codepoint=0x3131, max_codepoint=0x3163)
ASCII = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
ODD = st.sampled_from("　ＡＢＣ０１２！～·…“”ㆍ～℃㈜①😀👨👩\u200d🏽🇰🇷é漢字")

syllable_texts = st.text(SYLLABLES, max_size=30)
typed_texts = st.text(st.one_of(SYLLABLES, LETTERS, ASCII, ODD), max_size=60)
# anything but what cannot be written as UTF-8 and what C strings end at
any_texts = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=60)
