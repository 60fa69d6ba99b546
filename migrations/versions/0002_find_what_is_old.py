"""Find what is due to be deleted without reading everything: conversations that have their text, sessions that have their token."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    greeting, has_token = sa.text("number = 0"), sa.text("substr(token_hash, 1, 8) <> 'deleted:'")
    op.create_index("ix_turns_greetings", "turns", ["at"], sqlite_where=greeting, postgresql_where=greeting)
    op.create_index("ix_sessions_with_token", "sessions", ["expires_at"], sqlite_where=has_token, postgresql_where=has_token)


def downgrade() -> None:
    op.drop_index("ix_sessions_with_token", "sessions")
    op.drop_index("ix_turns_greetings", "turns")
