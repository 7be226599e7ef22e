"""Publishing: an entry goes into its file, its item is closed and who asked is told, as one thing, whatever is killed when.

Written down first (the journal), then the file, then everything else in one transaction. What a killed process left is
finished by who finds it: each step can be done twice.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.engine import Connection

from bot.errors import Conflict, ContentError, NotFound, Stale, StoreUnavailable, Unavailable
from bot.faq.fields import EntryFields, dated, differences
from bot.faq.writer import Step, Writer, Written
from bot.review.announcing import tell
from bot.review.model import Draft, Published
from bot.store import items, log, publications, revisions, shared
from bot.store.database import Database
from bot.store.items import Item
from bot.store.publications import Publication
from bot.store.staff import Account

CONTENT, FILES = "content", "faq files"  # the fact that tells of other files; what one host writes at a time
SAVED_OVER_SECONDS = 60.0
DISK = (
    "FAQ 파일을 쓸 수 없습니다 ({}). 디스크의 빈 자리와 권한을 확인해 주세요. 작성한 내용은 그대로 있습니다."
)
Result = TypeVar("Result")
_log = structlog.get_logger("elbi")


class Publisher:
    """Raises Stale, Conflict, NotFound, ContentError, Unavailable; then nothing was published."""

    def __init__(
        self,
        database: Database,
        writer: Writer,
        reload: Callable[[], object],
        step: Step = lambda name: None,
    ) -> None:
        self.database = database
        self.writer = writer
        self.reload = reload
        self._step = step  # told what is about to be done; the tests end the process there

    def publish(self, wanted: Publication, item: Item | None = None, draft: Draft | None = None) -> Published:
        """Publishes a change, and with it the answer to an item at the version given."""
        self._step("beginning")
        with self.database.write() as connection:
            if item is not None:
                held = draft.as_dict() if draft else item.draft
                if publications.pending_for(connection, item.id) or not items.change(
                    connection, item.id, item.version, draft=held
                ):
                    raise Stale()
            begun = publications.begin(connection, wanted)
        self._step("begun")
        written = self._write(begun)
        self._step("written")
        try:
            with self.database.write() as connection:
                told = self._finish(connection, begun, written)
        except StoreUnavailable:  # written down and in the file: finished as soon as the database answers
            _log.warning("publish.unfinished", faq=begun.faq_id)
            self.reload()
            return Published(begun.faq_id, begun.operation, None, 0, written.lines, written.file, True)
        self._step("finished")
        self.reload()
        with self.database.read() as connection:
            after = items.find(connection, item.id) if item else None
        return Published(begun.faq_id, begun.operation, after, told, written.lines, written.file)

    def publish_all(self, wanted: Sequence[Publication]) -> dict[str, Written]:
        """Publishes changes of several entries, by id: all of them, or where anything is wrong none."""
        with self.database.write() as connection:
            begun = [publications.begin(connection, each) for each in wanted]
        self._step("begun")
        written = self._writing(
            begun, lambda: self.writer.put_all({b.faq_id: partial(_wanted, b) for b in begun})
        )
        self._step("written")
        with self.database.write() as connection:
            for each in begun:
                self._finish(connection, each, written[each.faq_id])
        self.reload()
        return written

    def change_of(
        self, who: Account, fields: EntryFields, base: str, item_id: int | None = None
    ) -> Publication:
        """The publication of a changed entry; dated today where what vendors read changed and the date was left."""
        now = self.expect(fields.id, base, fields)
        if now is None:
            raise NotFound("그 FAQ 항목이 지금은 없습니다.")
        fields = dated(fields, today(), now)
        return Publication("change", fields.id, who, fields, base, item_id)

    def expect(self, faq_id: str, base: str, wanted: EntryFields | None) -> EntryFields | None:
        """The entry as the files have it; raises Stale, with how `wanted` differs, where its digest is not `base`."""
        content, _ = self.writer.read()
        entry = content.by_id.get(faq_id)
        now = EntryFields.of(entry) if entry else None
        if (now.digest if now else "") != base:
            raise stale_entry(now, wanted)
        return now

    def recover(self) -> int:
        """Finishes what killed processes left; returns how many."""
        with self.database.write() as connection:
            left = publications.left_over(connection)
        for each in left:
            try:
                written = self._write(each)
            except (Conflict, ContentError, NotFound, Unavailable) as error:
                _log.error("publish.given_up", faq=each.faq_id, reason=str(error))
                continue
            with self.database.write() as connection:
                self._finish(connection, each, written)
            _log.info("publish.recovered", faq=each.faq_id)
        if left:
            with self.database.alone(FILES):  # nobody is about to put one in place
                self.writer.forget_leftovers()
            self.reload()
        return len(left)

    def put_back(self, seconds: float = SAVED_OVER_SECONDS) -> int:
        """Publishes again what an editor that was opened before saved over, once; how many entries.

        Such a save brings an entry back to just what it was before it was published a moment ago. Whoever means that does
        it again, or later.
        """
        with self.database.read() as connection:
            recent = publications.recent(connection, seconds)
        once = {each.faq_id for each in recent if each.again}
        left: list[Publication] = []  # of an entry the last publication, and the phrasings added after it
        for each in recent:
            if each.operation != "phrasing":
                left = [other for other in left if other.faq_id != each.faq_id]
            left.append(each)
        left = [each for each in left if each.faq_id not in once]
        content, _ = self.writer.read() if left else (None, ())
        done = 0
        for each in left:
            entry = content.by_id.get(each.faq_id) if content else None
            if _saved_over(each, EntryFields.of(entry) if entry else None):
                _log.warning("publish.saved_over", faq=each.faq_id)
                self.publish(replace(each, item_id=None, again=True))
                done += 1
        return done

    def _write(self, begun: Publication) -> Written:
        return self._writing([begun], lambda: self.writer.put(begun.faq_id, partial(_wanted, begun)))

    def _writing(self, begun: Sequence[Publication], write: Callable[[], Result]) -> Result:
        """Writes, or gives all of them up and raises what was in the way."""
        try:
            with self.database.alone(FILES):
                return write()
        except (Conflict, ContentError, NotFound, OSError) as error:
            disk = isinstance(error, OSError)
            for each in begun:
                self._give_up(each, str(error.strerror or error) if disk else str(error))
            if disk:
                raise Unavailable(DISK.format(error.strerror or error), code="disk") from error
            raise

    def _give_up(self, begun: Publication, problem: str) -> None:
        with self.database.write() as connection:
            if publications.end(connection, begun.id, "failed", problem[:2000]):
                log.note(
                    connection,
                    begun.who,
                    "publish_failed",
                    item_id=begun.item_id,
                    faq_id=begun.faq_id,
                    problem=problem[:500],
                )

    def _finish(self, connection: Connection, begun: Publication, written: Written) -> int:
        """Everything that follows from what is in the file now, in one transaction; how many people were told."""
        if not publications.end(connection, begun.id, "done"):
            return 0  # somebody else finished it
        changed = [each.field for each in differences(written.before, written.after)]
        revisions.add(connection, begun.faq_id, written.after, begun.who, begun.operation)
        log.note(
            connection,
            begun.who,
            "publish" if begun.item_id else f"faq.{begun.operation}",
            item_id=begun.item_id,
            faq_id=begun.faq_id,
            operation=begun.operation,
            fields=changed,
            file=written.file,
        )
        shared.say(connection, CONTENT)
        item = items.find(connection, begun.item_id) if begun.item_id else None
        if item is None or written.after is None:
            return 0
        # conversations are locked before the item, as turns lock them; who came in between is told after it
        told = tell(connection, item.id, written.after)
        items.publish(connection, item.id, begun.faq_id)
        return len(told | tell(connection, item.id, written.after, told))


def today() -> str:
    """The date in Asia/Seoul."""
    return datetime.datetime.now(ZoneInfo("Asia/Seoul")).date().isoformat()


def stale_entry(now: EntryFields | None, wanted: EntryFields | None) -> Stale:
    """The entry is another than what the change was made from; with the difference."""
    fields = [{"field": d.field, "before": d.before, "after": d.after} for d in differences(now, wanted)]
    return Stale(difference={"digest": now.digest if now else "", "fields": fields})


def _saved_over(done: Publication, now: EntryFields | None) -> bool:
    """Whether an entry is again what it was before a publication."""
    if done.operation == "phrasing":
        return now is not None and bool(done.fields) and not set(done.fields.questions) <= set(now.questions)
    return (now.digest if now else "") == done.base != (done.fields.digest if done.fields else "")


def _wanted(begun: Publication, now: EntryFields | None) -> EntryFields | None:
    """What a publication makes of an entry's state now; that state itself where it is done already."""
    target = begun.fields
    if begun.operation == "phrasing":
        if now is None:
            raise NotFound("그 FAQ 항목이 지금은 없습니다.")
        fresh = [text for text in (target.questions if target else ()) if text not in now.questions]
        return replace(now, questions=(*now.questions, *fresh))
    if (now.digest if now else "") == (target.digest if target else ""):
        return now
    if begun.operation == "create" and now is not None:
        raise Conflict(f"id {begun.faq_id!r}은(는) 이미 있습니다. 다른 id를 써 주세요.", code="taken")
    if (now.digest if now else "") != begun.base:
        raise stale_entry(now, target)
    return target
