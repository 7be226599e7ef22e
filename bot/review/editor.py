"""The FAQ editor: entries as they are and were, checked as they would be, saved into the files."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence

from bot.errors import Conflict, NotFound
from bot.faq.fields import Difference, EntryFields, dated, differences
from bot.faq.markdown import to_html
from bot.faq.model import Entry
from bot.korean.text import key
from bot.review import proposals
from bot.review.model import Checked, OpenedEntry, Published
from bot.review.publishing import Publisher, today
from bot.review.roles import require
from bot.search.index import Catalogue
from bot.store import engagement, revisions
from bot.store.publications import Publication
from bot.store.revisions import Revision
from bot.store.staff import Account


class Editor:
    """Raises Forbidden, NotFound, Stale (with the difference), ContentError (with what the linter says)."""

    def __init__(
        self, publisher: Publisher, catalogue: Callable[[], Catalogue], link_hosts: tuple[str, ...]
    ) -> None:
        self._publisher = publisher
        self._database = publisher.database
        self._catalogue = catalogue
        self._link_hosts = link_hosts

    def list(
        self, who: Account, text: str = "", category: str = "", audience: str = "", source: str = ""
    ) -> Sequence[Entry]:
        """Entries whose id, title, phrasings or keywords hold a text; all for none. In file order."""
        require(who, "see")
        words = [key(word) for word in text.split() if key(word)]
        return [
            entry
            for entry in self._catalogue().content.entries
            if category in ("", entry.category)
            and audience in ("", entry.audience)
            and source in ("", entry.source)
            and all(word in _haystack(entry) for word in words)
        ]

    def open(self, who: Account, faq_id: str) -> OpenedEntry:
        """An entry with what visitors think of it."""
        require(who, "see")
        entry = self._now(faq_id)
        if entry is None:
            raise NotFound()
        fields = EntryFields.of(entry)
        with self._database.read() as connection:
            opened = engagement.people_who_opened(connection, faq_id)
            said = engagement.said_of(connection, faq_id)
        return OpenedEntry(
            fields,
            fields.digest,
            to_html(entry.answer, self._link_hosts),
            entry.location.file,
            entry.location.line,
            opened,
            sum(each["helpful"] for each in said),
            sum(not each["helpful"] for each in said),
            [each for each in said if each["comment"]],
        )

    def check(self, who: Account, fields: EntryFields, *, replaces: str = "") -> Checked:
        """Lint and preview of an entry as it would stand in the files; `replaces` is its id where it is there already."""
        require(who, "see")
        problems = self._publisher.writer.check(dated(fields, today()), replaces)
        catalogue = self._catalogue()
        near: dict[str, dict] = {}
        for text in (fields.title, *fields.questions[:10]):
            for each in proposals.candidates(catalogue, text)[:2] if text else ():
                if each["id"] not in (fields.id, replaces):
                    best = near.get(each["id"])
                    near[each["id"]] = max(best, each, key=lambda one: one["score"]) if best else each
        ranked = sorted(near.values(), key=lambda each: -each["score"])[:5]
        return Checked(problems, to_html(fields.answer, self._link_hosts), ranked)

    def create(self, who: Account, fields: EntryFields) -> Published:
        """Adds an entry; raises Conflict (code `taken`) for an id that is taken."""
        require(who, "edit_faq")
        if self._now(fields.id):
            raise Conflict(f"id {fields.id!r}은(는) 이미 있습니다. 다른 id를 써 주세요.", code="taken")
        return self._publisher.publish(Publication("create", fields.id, who, dated(fields, today())))

    def save(self, who: Account, fields: EntryFields, base: str) -> Published:
        """Changes the entry `fields.id`; `base` is the digest of the state the form was made from.

        `updated` becomes today where title, answer, system or audience changed and the form left it as it was.
        """
        require(who, "edit_faq")
        return self._publisher.publish(self._publisher.change_of(who, fields, base))

    def delete(self, who: Account, faq_id: str, base: str) -> Published:
        """Takes an entry out of the files; its revisions stay."""
        require(who, "edit_faq")
        self._publisher.expect(faq_id, base, None)
        return self._publisher.publish(Publication("delete", faq_id, who, None, base))

    def revisions(self, who: Account, faq_id: str) -> builtins.list[Revision]:
        """The states an entry had, newest first; raises NotFound for an id that never was."""
        require(who, "see")
        with self._database.read() as connection:
            found = revisions.of(connection, faq_id)
        if not found:
            raise NotFound()
        return found

    def deleted(self, who: Account) -> builtins.list[Revision]:
        """For each entry that is no longer there, the row that says when and by whom."""
        require(who, "see")
        with self._database.read() as connection:
            return revisions.gone(connection)

    def difference(
        self, who: Account, faq_id: str, older: int | None, newer: int | None
    ) -> Sequence[Difference]:
        """What differs between two revisions (ids); None stands for nothing before the first, or what is now."""
        require(who, "see")
        before = self._revision(faq_id, older).fields if older is not None else None
        if newer is not None:
            return list(differences(before, self._revision(faq_id, newer).fields))
        entry = self._now(faq_id)
        return list(differences(before, EntryFields.of(entry) if entry else None))

    def restore(self, who: Account, faq_id: str, revision_id: int, base: str) -> Published:
        """Makes an entry what it was; `base` is the digest of what it is now, empty where it is gone."""
        require(who, "edit_faq")
        fields = self._revision(faq_id, revision_id).fields
        self._publisher.expect(faq_id, base, fields)
        return self._publisher.publish(Publication("restore", faq_id, who, fields, base))

    def _revision(self, faq_id: str, revision_id: int) -> Revision:
        with self._database.read() as connection:
            found = revisions.find(connection, revision_id)
        if found is None or found.faq_id != faq_id:
            raise NotFound()
        return found

    def _now(self, faq_id: str) -> Entry | None:
        """An entry as the files have it."""
        content, _ = self._publisher.writer.read()
        return content.by_id.get(faq_id)


def _haystack(entry: Entry) -> str:
    return "\n".join(map(key, (entry.id, entry.title, *entry.questions, *entry.keywords)))
