"""Finding the custom actions: every ElbiAction in the package `actions`."""

from __future__ import annotations

import importlib
import pkgutil

from rasa_sdk import Action

from bot.answerer import Answerer


def load_actions(answerer: Answerer) -> dict[str, Action]:
    """The actions by name, each given its services."""
    import actions
    from actions.base import ElbiAction

    for module in pkgutil.iter_modules(actions.__path__):
        importlib.import_module(f"{actions.__name__}.{module.name}")
    made = [kind(answerer) for kind in ElbiAction.__subclasses__()]
    return {action.name(): action for action in made}
