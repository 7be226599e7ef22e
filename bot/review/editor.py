"""The FAQ editor: entries as they are and were, checked as they would be, saved into the files."""

from __future__ import annotations

from collections.abc import Sequence

from bot.faq.fields import Difference, EntryFields
from bot.faq.model import Entry
from bot.review.model import Checked, OpenedEntry, Published, Revision
from bot.store.staff import Account


class Editor:
    """Raises Forbidden, NotFound, Stale (with the difference), ContentError (with what the linter says)."""

    def list(self, who: Account, text: str = "", category: str = "", audience: str = "") -> Sequence[Entry]:
        """Entries whose id, title, phrasings or keywords hold a text; all for none. In file order."""
        raise NotImplementedError

    def open(self, who: Account, faq_id: str) -> OpenedEntry:
        """An entry with what visitors think of it."""
        raise NotImplementedError

    def check(self, who: Account, fields: EntryFields, *, replaces: str = "") -> Checked:
        """Lint and preview of an entry as it would stand in the files; `replaces` is its id where it is there already."""
        raise NotImplementedError

    def create(self, who: Account, fields: EntryFields) -> Published:
        """Adds an entry; raises Conflict (code `taken`) for an id that is taken."""
        raise NotImplementedError

    def save(self, who: Account, fields: EntryFields, base: str) -> Published:
        """Changes the entry `fields.id`; `base` is the digest of the state the form was made from.

        `updated` becomes today where title, answer, system or audience changed and the form left it as it was.
        """
        raise NotImplementedError

    def delete(self, who: Account, faq_id: str, base: str) -> Published:
        """Takes an entry out of the files; its revisions stay."""
        raise NotImplementedError

    def revisions(self, who: Account, faq_id: str) -> list[Revision]:
        """The states an entry had, newest first; raises NotFound for an id that never was."""
        raise NotImplementedError

    def deleted(self, who: Account) -> list[Revision]:
        """For each entry that is no longer there, the row that says when and by whom."""
        raise NotImplementedError

    def difference(
        self, who: Account, faq_id: str, older: int | None, newer: int | None
    ) -> Sequence[Difference]:
        """What differs between two revisions (ids); None stands for nothing before the first, or what is now."""
        raise NotImplementedError

    def restore(self, who: Account, faq_id: str, revision_id: int, base: str) -> Published:
        """Makes an entry what it was; `base` is the digest of what it is now, empty where it is gone."""
        raise NotImplementedError
