"""What every command shares: the database option, JSON, who acts, and what errors become."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from privileging.canonical import instant
from privileging.errors import DefinitionError, InvalidInput, PrivilegingError, Refused
from privileging.services.cases import Act, File, Outcome

F = TypeVar("F", bound=Callable[..., Any])

db_option = click.option(
    "--db",
    envvar="PRIVILEGING_DATABASE_URL",
    required=True,
    metavar="PATH|URL",
    help="The database: a SQLite file's path, or a URL. Also PRIVILEGING_DATABASE_URL.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of text.")


def act_options(command: F) -> F:
    """Who acts, and the terms on which."""
    options = (
        click.option("--as", "account", required=True, metavar="ACCOUNT", help="The account that acts."),
        click.option("--reason", default="", help="Why; needed for late entries and for changes by staff."),
        click.option("--effective-at", default="", metavar="INSTANT", help="When it was done, if entered later."),
        click.option("--seen", type=int, help="The case's version you looked at; a newer one is a conflict."),
        click.option("--key", default="", help="Makes repeating the command harmless."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def act_of(options: Mapping[str, Any]) -> Act:
    return Act(options["account"], options["key"], options["seen"], when(options["effective_at"]))


def when(text: str) -> str:
    """An instant as the history spells it, from any ISO 8601 text that names its offset."""
    from datetime import datetime

    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
        spelled = instant(moment) if moment.tzinfo else ""
    except (ValueError, OverflowError):
        spelled = ""
    if not spelled:
        raise InvalidInput({"effective_at": "must be an instant with its offset, as in 2026-12-09T10:12:00-06:00"})
    return spelled


@contextmanager
def opened(db: str, *, check: bool = True) -> Iterator[Any]:
    """The store at ``db``, found in order where ``check``; closed afterwards."""
    from privileging.store.driver import open_store

    store = open_store(db, check=check)
    try:
        yield store
    finally:
        store.close()


def secret_file(db: str, wanted: str | None) -> Path:
    """Where the secret of a database is: at the path given, else beside it."""
    from privileging.store.engines import address

    url = address(db)
    beside = f"{url.database}.secret" if url.get_backend_name() == "sqlite" else "privileging.secret"
    return Path(wanted or beside)


def file_of(path: str | Path) -> File:
    """A file to keep as evidence. Raises InvalidInput when it cannot be read or is too large to be taken."""
    from privileging.store.evidence import LARGEST

    try:
        with Path(path).open("rb") as stream:
            return File(Path(path).name, stream.read(LARGEST + 1))
    except OSError as error:
        raise InvalidInput({"evidence": f"{path}: {error.strerror}"}) from None


def facility_from(text: str) -> str:
    return text if text.startswith("facility/") else f"facility/{text}"


def say(value: object, text: str, *, as_json: bool) -> None:
    """Prints ``text``, or ``value`` as JSON."""
    click.echo(json.dumps(plain(value), indent=2, ensure_ascii=False) if as_json else text)


def plain(value: object) -> object:
    """Dataclasses, tuples and mappings as what JSON can say."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    return [plain(entry) for entry in value] if isinstance(value, (list, tuple)) else value


def tell(outcome: Outcome, *, as_json: bool = False) -> None:
    """What a command did."""
    case = outcome.case
    short = case.id.removeprefix("case/")
    told = {"case": case.id, "state": case.state, "outcome": case.outcome, "version": case.seq}
    more = {"first": outcome.first, "last": outcome.last, "replayed": outcome.replayed}
    again = " (done before; nothing new was written)" if outcome.replayed else ""
    say({**told, **more}, f"{short}: {case.state}, version {case.seq}{again}", as_json=as_json)


def fail(error: PrivilegingError, *, as_json: bool) -> int:
    """Prints an error in words, or as JSON; the exit code: 2 for misuse, 1 when the answer is no."""
    told: dict[str, object] = {"error": type(error).__name__, "text": str(error)}
    if isinstance(error, Refused):
        told["reasons"] = plain(error.reasons)
    if isinstance(error, InvalidInput):
        told["fields"] = plain(error.fields)
    if isinstance(error, DefinitionError):
        told["problems"] = plain(error.problems)
    if as_json:
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        click.echo(_said(error), err=True)
    return 2 if isinstance(error, InvalidInput) else 1


def _said(error: PrivilegingError) -> str:
    if isinstance(error, Refused):
        return "Refused:\n" + "\n".join(f"  - {reason}" for reason in error.reasons)
    return str(error)
