"""Commands that read, and those that keep house: worklist, history, export, verify, sweep, rebuild."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import IO

import click

from privileging.canonical import instant
from privileging.cli.shared import db_option, json_option, opened, say
from privileging.errors import HistoryBroken, InvalidInput, NotFound
from privileging.services import verbs
from privileging.services.cases import case_id
from privileging.services.door import now_or
from privileging.services.people import person_from
from privileging.store.history import Verified, verify_evidence
from privileging.store.history import verify as verify_all

SOON = timedelta(days=14)


@click.command()
@click.option("--as", "account", required=True, metavar="ACCOUNT")
@click.option("--after", default="", metavar="DUE,CASE", help="Where the page before ended.")
@click.option("--limit", default=25, show_default=True, type=click.IntRange(1, 200))
@db_option
@json_option
def worklist(account: str, after: str, limit: int, db: str, as_json: bool) -> None:
    """The cases whose turn is ACCOUNT's, soonest due first."""
    from privileging.exchange.text import worklist_text
    from privileging.queries.loading import acting, person_of
    from privileging.queries.worklist import counts, owners_of
    from privileging.queries.worklist import worklist as page_of

    now = now_or(None)
    due, comma, last = after.partition(",")
    if after and not comma:
        raise InvalidInput({"after": "must be DUE,CASE as the page before printed it"})
    with opened(db) as store, store.reading() as unit:
        owners = owners_of(unit, person_of(unit, acting(unit, account)[0]), now[:10])
        page = page_of(unit, owners, after=(due, last) if after else None, limit=limit)
        tallied = counts(unit, owners, now=now, soon=instant(datetime.fromisoformat(now) + SOON))
    mine = {
        name: getattr(tallied, name) for name in ("mine", "overdue", "due_soon")
    }  # never what is not theirs to open
    say({"counts": mine, "page": page}, worklist_text(page, tallied), as_json=as_json)


@click.command()
@click.argument("text", default="")
@db_option
@json_option
def people(text: str, db: str, as_json: bool) -> None:
    """Practitioners whose name holds TEXT, or whose NPI it is."""
    from privileging.exchange.text import columns
    from privileging.queries.people import practitioners

    with opened(db) as store, store.reading() as unit:
        found = practitioners(unit, text)
    rows = [(entry.npi, entry.name, entry.credential, entry.taxonomy) for entry in found]
    say(found, columns(rows) if rows else "Nobody found.", as_json=as_json)


@click.command("grants")
@click.argument("practitioner", metavar="NPI|NAME")
@db_option
@json_option
def practitioner_grants(practitioner: str, db: str, as_json: bool) -> None:
    """Which privileges a practitioner was granted, where, and from when to when."""
    from privileging.exchange.text import grants_text
    from privileging.queries.cases import grants_of
    from privileging.queries.loading import person_of

    with opened(db) as store, store.reading() as unit:
        person_of(unit, person_from(practitioner))
        grants = grants_of(unit, person_from(practitioner))
    say(grants, grants_text(grants) if grants else "No privileges were granted.", as_json=as_json)


def _stream(text: str) -> str:
    kinds = ("case/", "person/", "facility/", "body/", "workflow/")
    return text if text.startswith(kinds) else case_id(text)


@click.command()
@click.argument("case")
@db_option
@json_option
def history(case: str, db: str, as_json: bool) -> None:
    """Who did what, when, why and on what evidence (a case, or another stream by its full id)."""
    from privileging.exchange.text import history_text
    from privileging.queries.history import history as entries_of

    with opened(db) as store, store.reading() as unit:
        entries = entries_of(unit, _stream(case))
    say(entries, history_text(entries), as_json=as_json)


@click.command()
@click.argument("case")
@click.option("-o", "--output", type=click.File("wb"), default="-", help="A file; standard output if left out.")
@db_option
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of lines.")
def export(case: str, output: IO[bytes], db: str, as_json: bool) -> None:
    """Every event of CASE as JSON lines that an independent program can verify."""
    from privileging.store.history import export as lines_of

    with opened(db) as store, store.reading() as unit:
        lines = list(lines_of(unit, _stream(case)))
    if not lines:
        raise NotFound(f"There is no case {case}")
    output.write(b"[" + b",".join(line.strip() for line in lines) + b"]\n" if as_json else b"".join(lines))


@click.command()
@db_option
@json_option
def verify(db: str, as_json: bool) -> None:
    """Check every event and every kept file; the first bad one is named, and the exit code is 1."""
    try:
        found, files = _verified(db, check=True)
    except HistoryBroken:
        _verified(db, check=False)  # where a guard is missing, rather say which event was changed
        raise
    text = f"{files} kept files and {found.events} events in {found.streams} streams verify"
    say({"events": found.events, "streams": found.streams, "files": files}, text, as_json=as_json)


def _verified(db: str, *, check: bool) -> tuple[Verified, int]:
    with opened(db, check=check) as store, store.reading() as unit:
        return verify_all(unit), verify_evidence(unit)


@click.command()
@db_option
@json_option
def sweep(db: str, as_json: bool) -> None:
    """Fire every lapse that is due, once each."""
    with opened(db) as store:
        fired = verbs.sweep(store)
    told = [{"case": done.case.id, "state": done.case.state, "first": done.first} for done in fired]
    lines = [f"{done.case.id.removeprefix('case/')}: {done.case.state}" for done in fired]
    say(told, "\n".join([f"{len(fired)} lapsed", *lines]), as_json=as_json)


@click.command()
@db_option
def rebuild(db: str) -> None:
    """Make every derived table again from the events."""
    from privileging.services.rebuild import rebuild as rebuild_all

    with opened(db) as store:
        click.echo(f"Rebuilt from {rebuild_all(store)} events")
