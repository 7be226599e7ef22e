"""Learning: after changes settle the Rasa model is trained anew in another process, checked, and taken into use."""

from __future__ import annotations

from bot.review.model import Learning
from bot.store.staff import Account


class Learner:
    """Raises Forbidden."""

    def status(self, who: Account) -> Learning:
        """Progress, the model in use, and how earlier runs went."""
        raise NotImplementedError

    def train(self, who: Account) -> None:
        """Asks for training now; Conflict (code `running`) where one is under way."""
        raise NotImplementedError
