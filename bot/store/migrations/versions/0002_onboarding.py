"""Onboarding: a company's record a row, and the count of pairs that guests gave and that did not match."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "onboarding",
        sa.Column("business_number", sa.String(length=10), nullable=False),
        sa.Column("company", sa.String(length=200), nullable=False),
        sa.Column("representative", sa.String(length=100), nullable=False),
        sa.Column("track", sa.String(length=20), nullable=False),
        sa.Column("mail_sent_at", sa.Float(), nullable=True),
        sa.Column("mail_confirmed_at", sa.Float(), nullable=True),
        sa.Column("certificate_issued_at", sa.Float(), nullable=True),
        sa.Column("certificate_kind", sa.String(length=20), nullable=True),
        sa.Column("certificate_expires_on", sa.Date(), nullable=True),
        sa.Column("bank", sa.String(length=20), nullable=True),
        sa.Column("loan_joined_at", sa.Float(), nullable=True),
        sa.Column("bank_sent_at", sa.Float(), nullable=True),
        sa.Column("mp_joined_at", sa.Float(), nullable=True),
        sa.Column("signed_up_at", sa.Float(), nullable=True),
        sa.Column("certificate_registered_at", sa.Float(), nullable=True),
        sa.Column("account_registered_at", sa.Float(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("business_number", name=op.f("pk_onboarding")),
    )
    op.create_table(
        "onboarding_attempt",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_onboarding_attempt")),
    )
    op.create_index(op.f("ix_onboarding_attempt_last_at"), "onboarding_attempt", ["last_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_onboarding_attempt_last_at"), table_name="onboarding_attempt")
    op.drop_table("onboarding_attempt")
    op.drop_table("onboarding")
