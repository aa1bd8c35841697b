"""The first tables: history, evidence, streams, read tables, passwords."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _table(name: str, *parts: sa.Column[Any] | sa.Constraint, rowid: bool = False) -> None:
    options = {} if rowid else {"sqlite_with_rowid": False}
    op.create_table(name, *parts, **options)


def _text(name: str, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, TEXT, nullable=null)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, autoincrement=False)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def upgrade() -> None:
    """Create everything, from the tables that hold the truth to those rebuilt from it."""
    _truth()
    _streams()
    _people()
    _workflows()
    _cases()
    _records()
    _votes()
    _duties()
    _table(
        "password",
        _text("account"),
        _text("hash"),
        _text("changed_at"),
        _key("password", "account"),
        rowid=True,
    )


def _truth() -> None:
    _table(
        "event",
        _text("stream"),
        _number("seq"),
        _number("format"),
        _text("kind"),
        _text("recorded_at"),
        _text("effective_at"),
        _text("actor"),
        _text("for_person"),
        _text("role"),
        _text("account"),
        _text("command"),
        _text("commitment"),
        _text("previous"),
        _text("digest"),
        _key("event", "stream", "seq"),
        sa.CheckConstraint("seq > 0", name=op.f("ck_event_counted_from_one")),
    )
    _table(
        "event_body",
        _text("stream"),
        _number("seq"),
        _text("salt"),
        _text("body"),
        _key("event_body", "stream", "seq"),
        sa.ForeignKeyConstraint(
            ["stream", "seq"], ["event.stream", "event.seq"], name=op.f("fk_event_body_stream_seq_event")
        ),
    )
    _table(
        "evidence",
        _text("digest"),
        _text("media_type"),
        _number("size"),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        _key("evidence", "digest"),
        rowid=True,
    )
    _table("workflow_source", _text("digest"), _text("source"), _key("workflow_source", "digest"), rowid=True)


def _streams() -> None:
    _table(
        "stream",
        _text("id"),
        _text("kind"),
        _number("version"),
        _text("digest"),
        _text("recorded_at"),
        _number("fold"),
        _text("snapshot"),
        _key("stream", "id"),
    )
    _table(
        "command",
        _text("key"),
        _text("actor"),
        _text("fingerprint"),
        _text("stream"),
        _number("first"),
        _number("last"),
        _key("command", "key"),
    )


def _people() -> None:
    _table(
        "practitioner",
        _text("person"),
        _text("npi", null=True),
        _text("name"),
        _text("credential"),
        _text("taxonomy"),
        _key("practitioner", "person"),
    )
    op.create_index("uq_practitioner_npi", "practitioner", ["npi"], unique=True)
    _table(
        "account",
        _text("name"),
        _text("person"),
        _text("opened"),
        _text("closed", null=True),
        _key("account", "name"),
    )
    _table(
        "role_held",
        _text("person"),
        _text("facility"),
        _text("role"),
        _text("department"),
        _text("since"),
        _text("before", null=True),
        _key("role_held", "person", "facility", "role", "department", "since"),
    )
    op.create_index("ix_role_held_facility_role", "role_held", ["facility", "role"])
    _table(
        "seat",
        _text("body"),
        _text("person"),
        _text("since"),
        _text("before", null=True),
        _text("title"),
        _number("chair"),
        _number("votes"),
        _key("seat", "body", "person", "since"),
    )
    op.create_index("ix_seat_person", "seat", ["person"])


def _workflows() -> None:
    _table(
        "workflow_version",
        _text("name"),
        _number("version"),
        _text("digest"),
        _text("title"),
        _text("live_from"),
        _text("withdrawn_from", null=True),
        _key("workflow_version", "name", "version"),
    )


def _cases() -> None:
    _table(
        "case_file",
        _text("id"),
        _text("workflow"),
        _text("digest"),
        _text("title"),
        _text("practitioner"),
        _text("practitioner_name"),
        _text("facility"),
        _text("department"),
        _text("opener", null=True),
        _text("state"),
        _text("state_title"),
        _text("since"),
        _text("due"),
        _text("owner", null=True),
        _text("opened_at"),
        _text("ended_at", null=True),
        _text("outcome", null=True),
        _key("case_file", "id"),
    )
    where = sa.text("owner IS NOT NULL")
    op.create_index(
        "ix_case_file_open", "case_file", ["owner", "due", "id"], sqlite_where=where, postgresql_where=where
    )
    op.create_index("ix_case_file_practitioner", "case_file", ["practitioner"])


def _records() -> None:
    _table(
        "verification",
        _text("case_id"),
        _number("number"),
        _text("name"),
        _text("source"),
        _text("method"),
        _text("verified_on"),
        _text("outcome"),
        _text("good_until", null=True),
        _text("evidence", null=True),
        _text("recorded_by"),
        _text("recorded_for"),
        _number("struck"),
        _key("verification", "case_id", "number"),
    )
    _table("case_body", _text("case_id"), _text("body"), _key("case_body", "case_id", "body"))
    op.create_index("ix_case_body_body", "case_body", ["body"])
    _table(
        "recusal",
        _text("case_id"),
        _text("person"),
        _text("body"),
        _text("since"),
        _key("recusal", "case_id", "person", "body"),
    )


def _votes() -> None:
    _table(
        "motion",
        _text("case_id"),
        _number("number"),
        _text("body"),
        _text("action"),
        _text("moved_by"),
        _text("moved_at"),
        _text("closed_at", null=True),
        _text("result", null=True),
        _key("motion", "case_id", "number"),
    )
    _table(
        "vote",
        _text("case_id"),
        _number("motion"),
        _text("person"),
        _text("choice"),
        _text("cast_at"),
        _number("seq"),
        _key("vote", "case_id", "motion", "person"),
    )


def _duties() -> None:
    _table(
        "deadline",
        _text("case_id"),
        _number("number"),
        _text("name"),
        _text("state"),
        _text("started"),
        _text("due"),
        _text("lapses", null=True),
        _text("rule"),
        _text("stopped", null=True),
        _key("deadline", "case_id", "number"),
    )
    where = sa.text("stopped IS NULL AND lapses IS NOT NULL")
    op.create_index("ix_deadline_due", "deadline", ["due"], sqlite_where=where, postgresql_where=where)
    _table(
        "notice",
        _text("case_id"),
        _number("number"),
        _text("name"),
        _text("recipient"),
        _text("owed_since"),
        _text("served_on", null=True),
        _text("method", null=True),
        _key("notice", "case_id", "number"),
    )
    _table(
        "privilege_grant",
        _text("case_id"),
        _text("privilege"),
        _text("title"),
        _text("practitioner"),
        _text("facility"),
        _text("begins"),
        _text("ends"),
        _text("conditions"),
        _key("privilege_grant", "case_id", "privilege"),
    )
    op.create_index("ix_privilege_grant_practitioner_facility", "privilege_grant", ["practitioner", "facility"])
