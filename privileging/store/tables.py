"""Every table, declared once and used through Core statements everywhere.

*Truth*: event, event_body, evidence, workflow_source. *Derived* (rebuilt from the truth and found equal):
stream, command and the read tables. *Private*, neither: password. Days and instants are text that sorts; only
text, integers and bytes are stored, so both databases hold and give back the same values.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)
# The same order on every database: that of the bytes.
TEXT = Text().with_variant(Text(collation="C"), "postgresql")


def _table(name: str, *parts: Column[str] | Column[int] | Column[bytes] | object) -> Table:
    return Table(name, metadata, *parts, sqlite_with_rowid=False)  # type: ignore[arg-type]


def _text(name: str, *, key: bool = False, null: bool = False) -> Column[str]:
    return Column(name, TEXT, primary_key=key, nullable=null)


def _number(name: str, *, key: bool = False, null: bool = False) -> Column[int]:
    return Column(name, Integer, primary_key=key, nullable=null, autoincrement=False)


# Truth ----------------------------------------------------------------------------------------------------

event = _table(
    "event",
    _text("stream", key=True),
    _number("seq", key=True),
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
    CheckConstraint("seq > 0", name="counted_from_one"),
)

event_body = _table(
    "event_body",
    _text("stream", key=True),
    _number("seq", key=True),
    _text("salt"),
    _text("body"),
    ForeignKeyConstraint(["stream", "seq"], ["event.stream", "event.seq"]),
)

evidence = Table(
    "evidence",
    metadata,
    _text("digest", key=True),
    _text("media_type"),
    _number("size"),
    Column("bytes", LargeBinary, nullable=False),
)

workflow_source = Table("workflow_source", metadata, _text("digest", key=True), _text("source"))

# Derived: streams and commands ----------------------------------------------------------------------------

stream = _table(
    "stream",
    _text("id", key=True),
    _text("kind"),
    _number("version"),
    _text("digest"),
    _text("recorded_at"),
    _number("fold"),
    _text("snapshot"),
)

command = _table(
    "command",
    _text("key", key=True),
    _text("actor"),
    _text("fingerprint"),
    _text("stream"),
    _number("first"),
    _number("last"),
)

# Derived: read tables -------------------------------------------------------------------------------------

practitioner = _table(
    "practitioner",
    _text("person", key=True),
    _text("npi", null=True),
    _text("name"),
    _text("credential"),
    _text("taxonomy"),
    Index("uq_practitioner_npi", "npi", unique=True),
    Index("ix_practitioner_name", "name", "person"),
)

account = _table("account", _text("name", key=True), _text("person"), _text("opened"), _text("closed", null=True))

role_held = _table(
    "role_held",
    _text("person", key=True),
    _text("facility", key=True),
    _text("role", key=True),
    _text("department", key=True),
    _text("since", key=True),
    _text("before", null=True),
    Index("ix_role_held_facility_role", "facility", "role"),
)

seat = _table(
    "seat",
    _text("body", key=True),
    _text("person", key=True),
    _text("since", key=True),
    _text("before", null=True),
    _text("title"),
    _number("chair"),
    _number("votes"),
    Index("ix_seat_person", "person"),
)

workflow_version = _table(
    "workflow_version",
    _text("name", key=True),
    _number("version", key=True),
    _text("digest"),
    _text("title"),
    _text("live_from"),
    _text("withdrawn_from", null=True),
)

# ``owner`` names whose turn it is, null once the case has ended: the worklist's index holds open cases only.
case_file = _table(
    "case_file",
    _text("id", key=True),
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
    Index("ix_case_file_practitioner", "practitioner"),
)
is_open = case_file.c.owner.is_not(None)
# What `due` holds where no deadline runs: it sorts last. One expression serves the index and every query.
NEVER = "9999"
Index(
    "ix_case_file_open",
    case_file.c.owner,
    case_file.c.due,
    case_file.c.id,
    sqlite_where=is_open,
    postgresql_where=is_open,
)

has_ended = case_file.c.owner.is_(None)
Index(
    "ix_case_file_ended",
    case_file.c.ended_at,
    case_file.c.id,
    sqlite_where=has_ended,
    postgresql_where=has_ended,
)

verification = _table(
    "verification",
    _text("case_id", key=True),
    _number("number", key=True),
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
)

# Which bodies a case came before, and who recused themselves: what a reader's scope is compared with.
case_body = _table(
    "case_body",
    _text("case_id", key=True),
    _text("body", key=True),
    Index("ix_case_body_body", "body"),
)

recusal = _table(
    "recusal",
    _text("case_id", key=True),
    _text("person", key=True),
    _text("body", key=True),
    _text("since"),
)

motion = _table(
    "motion",
    _text("case_id", key=True),
    _number("number", key=True),
    _text("body"),
    _text("action"),
    _text("moved_by"),
    _text("moved_at"),
    _text("closed_at", null=True),
    _text("result", null=True),
)

vote = _table(
    "vote",
    _text("case_id", key=True),
    _number("motion", key=True),
    _text("person", key=True),
    _text("choice"),
    _text("cast_at"),
    _number("seq"),
)

deadline = _table(
    "deadline",
    _text("case_id", key=True),
    _number("number", key=True),
    _text("name"),
    _text("state"),
    _text("started"),
    _text("due"),
    _text("lapses", null=True),
    _text("rule"),
    _text("stopped", null=True),
)
runs_and_lapses = (deadline.c.stopped.is_(None)) & (deadline.c.lapses.is_not(None))
Index("ix_deadline_due", deadline.c.due, sqlite_where=runs_and_lapses, postgresql_where=runs_and_lapses)

notice = _table(
    "notice",
    _text("case_id", key=True),
    _number("number", key=True),
    _text("name"),
    _text("recipient"),
    _text("owed_since"),
    _text("served_on", null=True),
    _text("method", null=True),
)

privilege_grant = _table(
    "privilege_grant",
    _text("case_id", key=True),
    _text("privilege", key=True),
    _text("title"),
    _text("practitioner"),
    _text("facility"),
    _text("begins"),
    _text("ends"),
    _text("conditions"),
    Index("ix_privilege_grant_practitioner_facility", "practitioner", "facility"),
)

# Private --------------------------------------------------------------------------------------------------

web_session = _table(
    "web_session",
    _text("token_sha256", key=True),
    _text("account"),
    _text("began"),
    _text("seen"),
    _text("proved"),
    _text("ended", null=True),
    Index("ix_web_session_account", "account"),
)

# `subject` is an account or an address; what it may do next follows from how often it failed, and when last.
sign_in_failure = _table("sign_in_failure", _text("subject", key=True), _number("failures"), _text("last_at"))

# Reads of what is confidential, one row for a reader, a case and a minute.
access_log = _table(
    "access_log",
    _text("case_id", key=True),
    _text("account", key=True),
    _text("resource", key=True),
    _text("minute", key=True),
    _text("person"),
)

password = Table("password", metadata, _text("account", key=True), _text("hash"), _text("changed_at"))

TRUTH = (event, event_body, evidence, workflow_source)
READ_TABLES = (
    practitioner,
    account,
    role_held,
    seat,
    workflow_version,
    case_file,
    case_body,
    recusal,
    verification,
    motion,
    vote,
    deadline,
    notice,
    privilege_grant,
)
DERIVED = (stream, command, *READ_TABLES)
PRIVATE = (password, web_session, sign_in_failure, access_log)
