"""The tables. Times are UTC seconds since the epoch; texts of visitors are stored masked (bot.privacy)."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

visitor = Table(
    "visitor",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("mode", String(8), nullable=False),
    Column("subject", String(255), unique=True),  # issuer and sub of the portal's token; null for guests
    Column("name", String(100), nullable=False, default=""),
    Column("company", String(200), nullable=False, default=""),
    Column("business_number", String(16), nullable=False, default=""),  # from the portal's token, never typed
    Column("created_at", Float, nullable=False),
)

conversation = Table(
    "conversation",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("visitor_id", ForeignKey("visitor.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("last_seq", Integer, nullable=False, default=0),
    Column("seen_seq", Integer, nullable=False, default=0, server_default="0"),  # looked at up to this turn
    Column("state", JSON, nullable=False, default=dict),  # the dialogue's memory between turns
    Column("claimed_by", String(36)),  # who works on the conversation's next turn,
    Column("claimed_until", Float),  # and until when that claim holds
    Column("updated_at", Float, nullable=False, index=True),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("visitor_id", ForeignKey("visitor.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False, index=True),
)

# Written out, not bound: for a bound value SQLite does not know that the index holds what is asked for.
UNJUDGED = text("outcome = 'faq_list' AND judged_at IS NULL")

turn = Table(
    "turn",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("client_id", String(36), nullable=False),
    Column("digest", String(64), nullable=False),  # of the text as sent: tells a resend from another question
    Column("text", Text, nullable=False),
    Column("asked_at", Float, nullable=False),
    Column("finished_at", Float),  # null: no outcome yet
    Column("outcome", String(20)),  # kind of the first reply, or `failed`
    Column("intent", String(40)),
    Column("faq_id", String(120)),  # the entry shown at once
    Column("replies", JSON),
    Column("judged_at", Float),  # of a list: when it was looked at whether anything of it was opened
    UniqueConstraint("conversation_id", "seq", name="uq_turn_seq"),
    UniqueConstraint("conversation_id", "client_id", name="uq_turn_client_id"),
    Index("ix_turn_unfinished", "finished_at", "asked_at"),
    Index("ix_turn_unjudged", "id", sqlite_where=UNJUDGED, postgresql_where=UNJUDGED),
    sqlite_autoincrement=True,
)

question = Table(
    "question",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("visitor_id", ForeignKey("visitor.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("item_id", ForeignKey("item.id", ondelete="SET NULL"), index=True),
    Column("turn_id", ForeignKey("turn.id", ondelete="SET NULL")),
    Column("text", Text, nullable=False),
    Column("digest", String(64), nullable=False, default=""),  # of its key (bot.korean.text)
    Column("reason", String(20), nullable=False),  # see bot.review.intake.REASONS
    Column("comment", Text, nullable=False, default=""),  # given with a thumbs-down
    Column("times", Integer, nullable=False, default=1),  # the same person, the same words
    Column("state", String(20), nullable=False, default="new"),
    Column("category", String(40)),  # the classifier's guess
    Column("about", String(120)),  # the FAQ entry it is about, where the visitor said so
    Column("candidates", JSON, nullable=False, default=list),  # [{"id", "title", "score"}], best first
    Column("context", JSON, nullable=False, default=list),  # [{"text", "outcome"}] of the turns before
    Column("asked_at", Float, nullable=False),
    Index("ix_question_state", "state", "asked_at"),
)

faq_open = Table(
    "faq_open",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("faq_id", String(120), nullable=False),
    Column("visitor_id", ForeignKey("visitor.id", ondelete="CASCADE"), nullable=False),
    Column("mode", String(8), nullable=False),
    Column("opened_at", Float, nullable=False),
    Index("ix_faq_open_mode", "mode", "opened_at"),
    sqlite_autoincrement=True,
)

feedback = Table(
    "feedback",
    metadata,
    Column("visitor_id", ForeignKey("visitor.id", ondelete="CASCADE"), primary_key=True),
    Column("faq_id", String(120), primary_key=True),
    Column("helpful", Boolean, nullable=False),
    Column("comment", Text, nullable=False, default=""),
    Column("given_at", Float, nullable=False),
)

share = Table(
    "share",
    metadata,
    Column("token", String(32), primary_key=True),
    Column("faq_id", String(120), nullable=False),
    Column("visitor_id", ForeignKey("visitor.id", ondelete="SET NULL")),
    Column("created_at", Float, nullable=False),
)

onboarding = Table(
    "onboarding",
    metadata,
    Column("business_number", String(10), primary_key=True),
    Column("company", String(200), nullable=False),
    Column("representative", String(100), nullable=False),
    Column("track", String(20), nullable=False),  # purchasing | account_only
    Column("mail_sent_at", Float),
    Column("mail_confirmed_at", Float),
    Column("certificate_issued_at", Float),
    Column("certificate_kind", String(20)),
    Column("certificate_expires_on", Date),
    Column("bank", String(20)),
    Column("loan_joined_at", Float),
    Column("bank_sent_at", Float),  # the bank's transmission to LG CNS has arrived
    Column("mp_joined_at", Float),
    Column("signed_up_at", Float),
    Column("certificate_registered_at", Float),
    Column("account_registered_at", Float),
    Column("demo", Boolean, nullable=False, default=False),  # of `--demo`: goes where it is served without
    Column("updated_at", Float, nullable=False),
)

onboarding_attempt = Table(
    "onboarding_attempt",
    metadata,
    Column("key", String(80), primary_key=True),  # whose: session, address or business number, keyed digests
    Column("wrong", Integer, nullable=False),  # pairs in a row that did not match
    Column("last_at", Float, nullable=False, index=True),
)
