"""The desk: everything the staff pages and commands do, in five parts. All calls block: run them beside the event loop."""

from __future__ import annotations

from dataclasses import dataclass

from bot.review.editor import Editor
from bot.review.learning import Learner
from bot.review.people import People
from bot.review.publishing import Publisher
from bot.review.queue import Queue
from bot.review.reports import Reports


@dataclass(frozen=True)
class Desk:
    """What staff do. Every call takes the account that does it first, and raises Forbidden where its role may not."""

    queue: Queue  # items: list, open, claim, draft, publish …
    editor: Editor  # FAQ entries: check, save, restore …
    reports: Reports  # statistics, history, export, problems of the content, explanations
    learner: Learner  # the model: what it learnt, what it has yet to
    people: People  # accounts of staff; what is kept of one visitor
    publisher: Publisher  # beneath queue and editor; finishes what a killed process left
