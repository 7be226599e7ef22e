"""The lists of which it is not known yet whether anything was opened: looked for every few seconds, and always few."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_UNJUDGED = sa.text("outcome = 'faq_list' AND judged_at IS NULL")


def upgrade() -> None:
    op.create_index("ix_turn_unjudged", "turn", ["id"], sqlite_where=_UNJUDGED, postgresql_where=_UNJUDGED)


def downgrade() -> None:
    op.drop_index("ix_turn_unjudged", table_name="turn")
