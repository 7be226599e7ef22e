"""What benchmarks do to a running server: publish an entry, have it take another model, look at its memory."""

from __future__ import annotations

import hashlib
import shutil
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.faq.fields import EntryFields
from bot.faq.writer import Writer
from bot.review.learning import MODEL
from bot.review.publishing import Publisher
from bot.settings import Settings
from bot.store import shared
from bot.store.database import Database
from bot.store.publications import Publication
from bot.store.staff import Account

WHO = Account(0, "", "benchmark", "publisher")


def entry(place: str) -> EntryFields:
    """An entry about a place nobody has asked about."""
    questions = [f"{place} {what}" for what in ("위치", "이용 시간", "예약 방법", "이용 요금", "문의처")]
    return EntryFields(
        id=f"place-{uuid.uuid4().hex[:8]}",
        category="general",
        title=f"{place} 이용 안내",
        questions=(f"{place}은 어디에 있나요", *questions),
        keywords=(place,),
        answer=f"{place}은 1층 안내대에 문의해 주십시오.",
        updated="2026-11-23",
    )


def make_publisher(settings: Settings, faq: Path, state: Path, database: Database) -> Publisher:
    """Publishes as `elbi faq restore` does, from a process of its own."""
    return Publisher(database, Writer(faq, settings.link_hosts, state / "faq.lock"), lambda: True)


def create(publisher: Publisher, fields: EntryFields) -> None:
    """Publishes a new entry."""
    publisher.publish(Publication("create", fields.id, WHO, fields))


def state_new_model(models: Path, database: Database) -> str:
    """Has every worker take a copy of the newest model; returns its name."""
    used = max(models.glob("elbi-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    fresh = models / f"elbi-{uuid.uuid4().hex[:16]}.tar.gz"
    shutil.copyfile(used, fresh)
    digest = hashlib.sha256(fresh.read_bytes()).hexdigest()
    fresh.with_name(fresh.name + ".sha256").write_text(digest + "\n")
    with database.write() as connection:
        shared.say(connection, MODEL, {"name": fresh.name})
    return fresh.name


def swaps(log: Path) -> int:
    """How often a worker took another model."""
    return log.read_text(encoding="utf-8").count("model.swapped")


def tree(pid: int) -> list[int]:
    """A process and all it started, and they."""
    found = [pid]
    for each in found:
        with suppress(OSError):  # it has ended since
            for path in Path(f"/proc/{each}/task").glob("*/children"):
                found += map(int, path.read_text().split())
    return found


def fits(log: Path) -> int:
    """How often a worker took over the full fit of the FAQ."""
    return log.read_text(encoding="utf-8").count("faq.fitted")


@dataclass(frozen=True)
class Memory:
    """MiB of a server: PSS (what its processes share counts once), the sum of RSS, and the PSS of what it has running beside."""

    pss: float
    rss: float
    beside: float


def memory(pid: int) -> Memory:
    """What a server and all it started take."""
    pss = rss = beside = 0
    for each in tree(pid):
        lines: list[str] = []
        with suppress(OSError):  # it has ended since
            serves = b"\0serve\0" in Path(f"/proc/{each}/cmdline").read_bytes()
            lines = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()[1:]  # the first: its range
        for line in lines:
            name, value, *_ = line.split()
            pss += int(value) * (serves and name == "Pss:")
            rss += int(value) * (serves and name == "Rss:")
            beside += int(value) * (not serves and name == "Pss:")
    return Memory(pss / 1024, rss / 1024, beside / 1024)
