"""``check``, ``show`` and ``publish``: write a workflow."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from privileging.cli.shared import db_option, json_option, opened, say
from privileging.definition.load import load_near
from privileging.definition.model import Workflow
from privileging.errors import DefinitionError, InvalidInput
from privileging.services.door import now_or

files_argument = click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))


@click.command()
@files_argument
@json_option
def check(files: tuple[str, ...], as_json: bool) -> None:
    """Load FILES strictly; print every problem with file and line, or what each is and that it is proved."""
    loaded, failed = _each([Path(file) for file in files])
    told = [
        {
            "name": w.name,
            "version": w.version,
            "digest": w.digest,
            "states": len(w.states),
            "safeguards": len(w.safeguards),
        }
        for w in loaded
    ]
    good = [
        f"{e['name']} version {e['version']}: {e['safeguards']} safeguards proved, digest {e['digest']}" for e in told
    ]
    problems = [{"file": error.file, **asdict(problem)} for error in failed for problem in error.problems]
    say({"workflows": told, "problems": problems}, "\n".join([*good, *map(str, failed)]), as_json=as_json)
    if failed:
        raise SystemExit(1)


def _each(paths: list[Path]) -> tuple[list[Workflow], list[DefinitionError]]:
    loaded, failed = [], []
    for path in paths:
        try:
            loaded.append(load_near(path, paths))
        except DefinitionError as error:
            failed.append(error)
    return loaded, failed


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--svg", metavar="PATH", help="Draw it to this file (- for standard output).")
@json_option
def show(file: str, svg: str | None, as_json: bool) -> None:
    """FILE as a table of states, actions, roles, requirements and deadlines."""
    from privileging.definition.drawing import svg as drawn
    from privileging.definition.table import table

    workflow = load_near(Path(file))
    if svg is None:
        say(workflow, table(workflow), as_json=as_json)
    elif svg == "-":
        click.echo(drawn(workflow))
    else:
        _write(svg, drawn(workflow))
        click.echo(f"Drawn to {svg}")


def _write(path: str, text: str) -> None:
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidInput({"svg": f"{path}: {error.strerror}"}) from None


@click.command()
@files_argument
@click.option("--from", "live_from", default="", metavar="DAY", help="Live from this day on; today if left out.")
@db_option
@json_option
def publish(files: tuple[str, ...], live_from: str, db: str, as_json: bool) -> None:
    """Make the versions in FILES live from a day on. A published version never changes."""
    from privileging.services.workflows import publish as publish_all

    day = live_from or now_or(None)[:10]
    sources = {file: _bytes(file) for file in files}
    with opened(db) as store:
        names = publish_all(store, sources, live_from=day)
    text = "\n".join(f"{name} is published, live from {day}" for name in names) or "Nothing new: published already"
    say({"published": names, "live_from": day}, text, as_json=as_json)


def _bytes(file: str) -> bytes:
    from privileging.definition.reader import LARGEST

    try:
        with Path(file).open("rb") as stream:
            return stream.read(LARGEST + 1)
    except OSError as error:
        raise InvalidInput({"file": f"{file}: {error.strerror}"}) from None
