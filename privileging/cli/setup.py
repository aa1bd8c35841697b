"""``init``, ``office``, ``user``, ``import``: set an office up and bring people in."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

import click

from privileging.cli.shared import db_option, json_option, opened, say, secret_file
from privileging.errors import InvalidInput
from privileging.services.door import now_or
from privileging.services.people import person_from


@click.command()
@click.option("--secret", "secret_path", metavar="PATH", help="The secret file; beside the database if left out.")
@db_option
def init(db: str, secret_path: str | None) -> None:
    """Create or upgrade the database, a secret file beside it, and publish the shipped workflows."""
    from privileging.definition.load import shipped
    from privileging.services.workflows import publish
    from privileging.store.schema import migrate

    migrate(db)
    path = _secret(secret_file(db, secret_path))
    with opened(db) as store:
        names = publish(store, shipped(), live_from=now_or(None)[:10])
    click.echo(f"Database ready. Secret: {path}")
    click.echo(f"Published: {', '.join(names) or 'nothing new'}. There are no users yet: `privileging user add`.")


def _secret(path: Path) -> Path:
    """The secret file, made if missing; readable by its owner only."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        from privileging.cli.serving import read_secret

        read_secret(path)
        return path
    except OSError as error:
        raise InvalidInput({"secret": f"{path}: {error.strerror}"}) from None
    with os.fdopen(descriptor, "w") as stream:
        stream.write(secrets.token_urlsafe(48) + "\n")
    return path


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Print the plan only.")
@db_option
@json_option
def office(file: str, dry_run: bool, db: str, as_json: bool) -> None:
    """Set facilities, departments, bodies, seats and roles as FILE says; a second time changes nothing."""
    from privileging.exchange.office_file import read_office
    from privileging.services.office import apply_office, plan_office

    wanted = read_office(Path(file).read_bytes(), file)
    with opened(db) as store:
        steps = plan_office(store, wanted) if dry_run else apply_office(store, wanted)
    done = "would change" if dry_run else "changed"
    lines = [f"{len(steps)} {done}" if steps else "Nothing to change", *(f"  {step.says}" for step in steps)]
    say(steps, "\n".join(lines), as_json=as_json)


@click.group()
def user() -> None:
    """Accounts: who signs in as whom."""


@user.command()
@click.argument("name")
@click.option("--person", required=True, metavar="NPI|NAME", help="Whose account it is.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@db_option
def add(name: str, person: str, password_stdin: bool, db: str) -> None:
    """Open the account NAME for a person; asks for a password of 15 characters or more."""
    from privileging.services.people import open_account

    asked = "Password (15 characters or more)"
    password = (
        sys.stdin.readline().rstrip("\n")
        if password_stdin
        else click.prompt(asked, hide_input=True, confirmation_prompt=True)
    )
    with opened(db) as store:
        open_account(store, name, person_from(person), password)
    click.echo(f"Account {name} opened for {person}")


@user.command("list")
@db_option
@json_option
def list_(db: str, as_json: bool) -> None:
    """Every account."""
    from privileging.exchange.text import columns
    from privileging.queries.people import accounts

    with opened(db) as store, store.reading() as unit:
        found = accounts(unit)
    rows = [(entry.name, entry.person, "closed" if entry.closed else "open") for entry in found]
    say(found, columns(rows) if rows else "No accounts.", as_json=as_json)


@click.group("import")
def import_() -> None:
    """Bring people in."""


@import_.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Print the preview only.")
@db_option
@json_option
def nppes(files: tuple[str, ...], dry_run: bool, db: str, as_json: bool) -> None:
    """Practitioners from recorded NPI Registry replies: what is new, what changed, what is rejected and why."""
    from privileging.exchange.registry import bring_in, preview, preview_text

    sources = [(Path(file).name, Path(file).read_bytes()) for file in files]
    with opened(db) as store:
        seen = preview(store, sources)
        done = () if dry_run else bring_in(store, seen)
    told = {
        "added": seen.added,
        "changed": seen.changed,
        "same": seen.same,
        "rejects": seen.rejects,
        "notes": seen.notes,
    }
    text = f"{preview_text(seen)}\n{'Nothing was written.' if dry_run else f'{len(done)} entered.'}"
    say({**told, "entered": done}, text, as_json=as_json)
    if not seen.entries and seen.rejects:
        raise SystemExit(1)
