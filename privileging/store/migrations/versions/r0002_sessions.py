"""What the pages need of their own: sessions, failed sign-ins, the log of confidential reads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _table(name: str, columns: tuple[str, ...], keys: int, *more: sa.Column[int] | sa.Column[str]) -> None:
    texts = (sa.Column(column, TEXT, nullable=False) for column in columns)
    key = sa.PrimaryKeyConstraint(*columns[:keys], name=op.f(f"pk_{name}"))
    op.create_table(name, *texts, *more, key, sqlite_with_rowid=False)


def upgrade() -> None:
    """Create the private tables of the pages, and what their lists are read by."""
    op.create_index("ix_practitioner_name", "practitioner", ["name", "person"])
    ended = sa.text("owner IS NULL")
    op.create_index("ix_case_file_ended", "case_file", ["ended_at", "id"], sqlite_where=ended, postgresql_where=ended)
    over = sa.Column("ended", TEXT, nullable=True)
    _table("web_session", ("token_sha256", "account", "began", "seen", "proved"), 1, over)
    op.create_index("ix_web_session_account", "web_session", ["account"])
    failures = sa.Column("failures", sa.Integer(), nullable=False, autoincrement=False)
    last_at = sa.Column("last_at", TEXT, nullable=False)
    _table("sign_in_failure", ("subject",), 1, failures, last_at)
    _table("access_log", ("case_id", "account", "resource", "minute", "person"), 4)
