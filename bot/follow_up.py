"""Replies to what can only be understood by what was shown before: a number of a list, a question that goes on."""

from __future__ import annotations

from bot import replies, wording
from bot.answerer import Answerer
from bot.answers import OFF_TOPIC, SURE_CATEGORY, Answer, Guess
from bot.faq.model import CATEGORIES
from bot.korean.text import clean
from bot.memory import Memory, picked
from bot.search import following
from bot.search.decision import OTHERS, SURE
from bot.visitor import Visitor

_QUESTIONS = {None, *CATEGORIES, *OFF_TOPIC}  # so short a question is easily taken for talk


def pick(answerer: Answerer, text: str, visitor: Visitor, memory: Memory) -> Answer | None:
    """The entry whose number in the last list a text is; None for a text that is no number."""
    number = picked(text, len(memory.listed))
    if number is None:
        return None
    if not memory.listed:
        return Answer(replies.text(wording.NO_LIST, replies.ELSEWHERE))
    if not 1 <= number <= len(memory.listed):
        return Answer(replies.text(wording.NOT_IN_LIST.format(last=len(memory.listed))))
    entry = answerer.find(memory.listed[number - 1], visitor)
    return answerer.show(entry, visitor) if entry else Answer(replies.text(wording.GONE))


async def go_on(
    answerer: Answerer, text: str, visitor: Visitor, guess: Guess, memory: Memory
) -> Answer | None:
    """The answer to a short question that goes on from the topic; None where it stands for itself, or is not clear."""
    question, topic = clean(text), answerer.find(memory.topic, visitor)
    if topic is None or not following.short(question):
        return None
    if guess.intent not in _QUESTIONS and guess.confidence >= SURE:
        return None
    if not visitor.is_member and guess.members_only and guess.confidence >= SURE_CATEGORY:
        return None
    index = answerer.index_for(
        visitor
    )  # one for both searches: content may be swapped while e5 is waited for
    await answerer.consider(question, visitor)
    result = index.search(question)
    if not following.open_ended(result, topic):
        return None
    await answerer.consider(following.joined(question, topic), visitor)
    found = following.meant(index, question, result, topic)
    if not found:
        return None
    return answerer.show(found[0], visitor, found[1 : 1 + OTHERS], result.told(replies.FIRST))
