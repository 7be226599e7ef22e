"""Learning: after changes settle the Rasa model is trained anew in another process, checked, and taken into use.

What is learnt is decided by the fingerprint of everything a model is made from: an answer that is reworded starts nothing.
One worker tends it (see bot.web.background); the others see through a fact in the database that there is a new model.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from bot.errors import Conflict, ContentError
from bot.review.model import Learning
from bot.review.roles import require
from bot.store import log, shared, trainings
from bot.store.database import Database
from bot.store.staff import SYSTEM, Account

MODEL, WANTED = "model", "training_wanted"  # facts
_log = structlog.get_logger("elbi")


@dataclass(frozen=True)
class Plan:
    """What a model of now would be called, and the command that trains and checks one.

    `command(model in use)` writes a JSON report to the path that is put behind it: {"model", "figures", "before", "worse",
    "missed"}; its exit code tells whether there is a model at all.
    """

    name_of_now: Callable[[], str]
    command: Callable[[str], Sequence[str]]
    settle_seconds: float
    code: str = ""  # of the code models are made with: hosts of another version go by their own models


class Learner:
    """Raises Forbidden, Conflict. `model` is the file name of the model this process answers with."""

    def __init__(self, database: Database, plan: Plan, model: str = "") -> None:
        self._database = database
        self._plan = plan
        self._process: subprocess.Popen | None = None
        self._met: tuple[str, float] = ("", 0.0)  # the name of the model of now, and since when it is that
        self.model = model

    def status(self, who: Account) -> Learning:
        """Progress, the model in use, and how earlier runs went."""
        require(who, "see")
        with self._database.read() as connection:
            runs = trainings.newest(connection)
            content = shared.fact(connection, "content")
        state = runs[0]["state"] if runs else "idle"
        stale = self._stale()
        if state not in trainings.UNDER_WAY:
            refused = bool(runs) and runs[0]["state"] in ("refused", "failed")
            state = "waiting" if stale and not refused else "idle"
        due = content.changed_at + self._plan.settle_seconds if state == "waiting" else None
        return Learning(state, self.model, stale, due, runs)

    def train(self, who: Account) -> None:
        """Asks for training now; Conflict (code `running`) where one is under way."""
        require(who, "train")
        with self._database.write() as connection:
            runs = trainings.newest(connection, 1)
            if runs and runs[0]["state"] in trainings.UNDER_WAY:
                raise Conflict("이미 학습하고 있습니다.", code="running")
            shared.say(connection, WANTED, {"by": who.name})
            log.note(connection, who, "train")

    def tend(self, report: Path) -> bool:
        """Called now and then by the one worker that tends learning: trains where it is due; True where it did."""
        with self._database.read() as connection:
            content = shared.fact(connection, "content")
            wanted = shared.fact(connection, WANTED)
            runs = trainings.newest(connection)
            taken = shared.fact(connection, MODEL).value or {}  # perhaps not loaded here yet
        asked = wanted.version > 0 and wanted.changed_at > (runs[0]["started_at"] if runs else 0.0)
        if runs and runs[0]["state"] in trainings.UNDER_WAY:
            with self._database.write() as connection:
                trainings.give_up(connection, "학습하던 프로세스가 끝나 버렸습니다.")
        name = self._name()
        if name != self._met[0]:  # the files say so before anybody else does
            self._met = name, time.time()
        settled = time.time() - max(content.changed_at, self._met[1]) >= self._plan.settle_seconds
        if settled and name and name == self.model != taken.get("name"):
            self._announce(name)  # a host that was started since: the others are to answer as it does
            return False
        tried = {run["model"] for run in runs if run["state"] in ("refused", "failed")}
        if not name or not (asked or (settled and name not in {self.model, taken.get("name"), *tried})):
            return False
        self._learn(report, wanted.value.get("by", "") if asked else "")
        return True

    def stop(self) -> None:
        """Ends training that is under way."""
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def _learn(self, report: Path, asked_by: str) -> None:
        name = self._name()
        with self._database.write() as connection:
            run = trainings.begin(connection, asked_by)
        report.unlink(missing_ok=True)
        command = [*self._plan.command(self.model), str(report)]
        _log.info("model.training", model=name)
        try:
            self._process = subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
            )
            _, said = self._process.communicate()
            made = json.loads(report.read_text(encoding="utf-8")) if report.is_file() else None
        except (OSError, ValueError) as error:
            said, made = str(error), None
        if made is None:
            lines = (said or "").strip().splitlines()
            self._end(
                run, "failed", model=name, reason=lines[-1][:500] if lines else "학습이 끝나지 못했습니다."
            )
        elif made["worse"]:
            self._end(
                run, "refused", model=made["model"], report=made, reason="; ".join(made["worse"])[:2000]
            )
        else:
            self._end(run, "used", model=made["model"], report=made)

    def _end(self, run: int, state: str, **values: Any) -> None:
        with self._database.write() as connection:
            trainings.change(connection, run, state, **values)
            if state == "used":
                shared.say(connection, MODEL, self._fact(values["model"]))
            elif state == "refused":  # a host that was started meanwhile may be using it
                shared.say(connection, MODEL, self._fact(self.model))
            log.note(connection, SYSTEM, f"model.{state}", model=values.get("model", ""))
        _log.info("model.trained", state=state, reason=values.get("reason", ""))

    def suits(self, fact: dict[str, Any]) -> bool:
        """Whether a model that another process states is one to take: not ours already, made with this code."""
        name, code = fact.get("name", ""), fact.get("code", self._plan.code)
        return bool(name) and name != self.model and code == self._plan.code

    def _announce(self, name: str) -> None:
        with self._database.write() as connection:
            shared.say(connection, MODEL, self._fact(name))

    def _fact(self, name: str) -> dict[str, str]:
        return {"name": name, "code": self._plan.code}

    def _name(self) -> str:
        """The name of the model of now; empty where the content is broken."""
        try:
            return self._plan.name_of_now()
        except (ContentError, OSError):
            return ""

    def _stale(self) -> bool:
        name = self._name()
        return bool(name and self.model and name != self.model)
