"""The tables of the review: items of the queue, who works on them, what they published, and what was told to whom."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.schema import metadata

staff = Table(
    "staff",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("login", String(60), nullable=False, unique=True),  # lower case
    Column("name", String(100), nullable=False),
    Column("role", String(12), nullable=False),  # viewer | editor | publisher | admin
    Column("password_hash", String(200), nullable=False),  # argon2id
    Column("created_at", Float, nullable=False),
    Column("signed_in_at", Float),
    Column("failures", Integer, nullable=False, default=0),  # wrong passwords since the last right one
    Column("locked_until", Float),
    Column("disabled_at", Float),
    sqlite_autoincrement=True,
)

staff_session = Table(
    "staff_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),  # what forms of this session carry
    Column("created_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),  # idle limit
    Column("expires_at", Float, nullable=False, index=True),  # absolute limit
)

item = Table(
    "item",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("text", Text, nullable=False),  # of the first question
    Column(
        "digest", String(64), nullable=False, index=True
    ),  # of its key (bot.korean.text), for equal questions
    Column("state", String(12), nullable=False, default="new"),
    Column("version", Integer, nullable=False, default=1),
    Column("reason", String(20), nullable=False),  # the most explicit one of its questions
    Column("category", String(40)),
    Column("about", String(120)),
    Column("assignee_id", ForeignKey("staff.id", ondelete="SET NULL")),
    Column("claimed_until", Float),
    Column("draft", JSON),
    Column("note", Text, nullable=False, default=""),  # why it is held or rejected
    Column("duplicate_of", ForeignKey("item.id", ondelete="SET NULL"), index=True),
    Column("faq_id", String(120)),  # the entry that answers it
    Column("askers", Integer, nullable=False, default=0),  # people, not questions
    Column("times", Integer, nullable=False, default=0),
    Column("first_asked_at", Float, nullable=False),
    Column("last_asked_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
    Column("published_at", Float),
    Index("ix_item_state", "state", "last_asked_at"),
    sqlite_autoincrement=True,
)

history = Table(  # append-only: a trigger refuses updates and deletes
    "history",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("staff_id", Integer),  # no foreign key: what was done stays
    Column(
        "name", String(100), nullable=False, default=""
    ),  # who, as they were called then; empty = 엘비 itself
    Column("action", String(30), nullable=False),
    Column("item_id", Integer),
    Column("faq_id", String(120)),
    Column("detail", JSON, nullable=False, default=dict),
    Index("ix_history_item_id", "item_id", "id"),
    Index("ix_history_faq_id", "faq_id", "id"),
    sqlite_autoincrement=True,
)

revision = Table(
    "revision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("faq_id", String(120), nullable=False),
    Column("at", Float, nullable=False),
    Column("staff_id", Integer),
    Column("name", String(100), nullable=False, default=""),  # empty = by hand in the file
    Column(
        "action", String(12), nullable=False
    ),  # start | create | change | phrasing | delete | restore | file
    Column("digest", String(64), nullable=False),  # of the fields; empty where the entry is gone
    Column("fields", JSON),  # null: the entry is gone
    Index("ix_revision_faq_id", "faq_id", "id"),
    sqlite_autoincrement=True,
)

publication = Table(  # the journal of publishing: a row stays `pending` until file and tables agree
    "publication",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("operation", String(12), nullable=False),  # create | change | phrasing | delete | restore
    Column("item_id", ForeignKey("item.id", ondelete="SET NULL")),
    Column("faq_id", String(120), nullable=False),
    Column("fields", JSON),  # as the entry is to be; null: it is to be gone
    Column("base", String(64), nullable=False, default=""),  # digest of the entry it was made from
    Column("staff_id", Integer),
    Column("name", String(100), nullable=False, default=""),
    Column("state", String(10), nullable=False),  # pending | done | failed
    Column("problem", Text, nullable=False, default=""),
    Column("claimed_until", Float, nullable=False),  # who made it works on it until then
    Column("created_at", Float, nullable=False),
    Column("finished_at", Float),
    Index("ix_publication_state", "state", "created_at"),
)

notice = Table(  # what staff are told by webhook or e-mail, sent by one worker, tried again
    "notice",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(12), nullable=False),  # new | overdue
    Column("item_id", ForeignKey("item.id", ondelete="CASCADE"), nullable=False),
    Column("channel", String(10), nullable=False),  # webhook | mail
    Column("created_at", Float, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", Float, nullable=False),
    Column("sent_at", Float),
    Column("problem", Text, nullable=False, default=""),
    UniqueConstraint("kind", "item_id", "channel", name="uq_notice_kind"),
    Index("ix_notice_sent_at", "sent_at", "next_at"),
    sqlite_autoincrement=True,
)

lease = Table(  # what only one worker does at a time
    "lease",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("holder", String(36), nullable=False),
    Column("until", Float, nullable=False),
)

status = Table(  # small facts every worker looks at: the content's version, the model in use
    "status",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("version", Integer, nullable=False, default=0),
    Column("value", JSON, nullable=False, default=dict),
    Column("changed_at", Float, nullable=False),
)

training = Table(  # each time the model was learnt anew
    "training",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("state", String(10), nullable=False),  # waiting | training | checking | used | refused | failed
    Column("model", String(120), nullable=False, default=""),
    Column("reason", Text, nullable=False, default=""),  # why it is not used
    Column("report", JSON, nullable=False, default=dict),
    Column("asked_by", String(100), nullable=False, default=""),  # empty = because content changed
    Column("started_at", Float, nullable=False),
    Column("finished_at", Float),
    sqlite_autoincrement=True,
)
