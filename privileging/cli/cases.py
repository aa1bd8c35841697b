"""``privileging case …``: walk a case."""

from __future__ import annotations

from typing import Any

import click

from privileging.cli.shared import (
    act_of,
    act_options,
    db_option,
    facility_from,
    file_of,
    json_option,
    opened,
    say,
    tell,
)
from privileging.errors import InvalidInput
from privileging.services import verbs
from privileging.services.cases import case_id
from privileging.services.door import now_or
from privileging.services.people import person_from


@click.group()
def case() -> None:
    """Open a case and walk it to a decision."""


facts_option = click.option(
    "--fact", "facts", multiple=True, metavar="NAME=VALUE", help="What the act must state; privileges=all or codes."
)


def _pairs(texts: tuple[str, ...], field: str) -> dict[str, str]:
    wrong = [text for text in texts if "=" not in text]
    if wrong:
        raise InvalidInput({field: f"{wrong[0]!r} is not NAME=VALUE"})
    return dict((text.split("=", 1)[0], text.split("=", 1)[1]) for text in texts)


@case.command("open")
@click.argument("workflow")
@click.option("--practitioner", required=True, metavar="NPI|NAME")
@click.option("--facility", required=True, metavar="NAME")
@click.option("--action", default="", help="Which opening of the workflow, where it has several.")
@click.option("--department", "departments", multiple=True)
@facts_option
@act_options
@db_option
@json_option
def open_(workflow: str, practitioner: str, facility: str, db: str, as_json: bool, **options: Any) -> None:
    """Open a case of WORKFLOW for a practitioner at a facility."""
    about = (workflow, person_from(practitioner), facility_from(facility))
    facts = _pairs(options["facts"], "fact")
    more = {"action": options["action"], "departments": options["departments"], "facts": facts}
    with opened(db) as store:
        tell(verbs.open_case(store, act_of(options), *about, **more), as_json=as_json)


@case.command()
@click.argument("number")
@click.option("--set", "items", multiple=True, metavar="ITEM=VALUE", help="A text, day or choice.")
@click.option("--from", "source", type=click.Path(exists=True), help="A YAML file of items; lists of rows too.")
@click.option("--document", "documents", multiple=True, metavar="ITEM=PATH")
@act_options
@db_option
@json_option
def fill(number: str, source: str | None, db: str, as_json: bool, **options: Any) -> None:
    """Answer items of the application of case NUMBER."""
    from privileging.exchange.typed import items_from_file

    items = {**(items_from_file(source) if source else {}), **_pairs(options["items"], "set")}
    documents = {name: file_of(path) for name, path in _pairs(options["documents"], "document").items()}
    with opened(db) as store:
        done = verbs.record_items(store, act_of(options), number, items, documents=documents, reason=options["reason"])
        tell(done, as_json=as_json)


@case.command()
@click.argument("number")
@click.argument("form")
@click.option("--without", multiple=True, metavar="CODE", help="A core privilege to strike out.")
@click.option("--special", multiple=True, metavar="CODE", help="A special privilege to ask for.")
@act_options
@db_option
@json_option
def request(number: str, form: str, db: str, as_json: bool, **options: Any) -> None:
    """Choose privileges on the delineation form FORM."""
    chosen = {"without": options["without"], "special": options["special"], "reason": options["reason"]}
    with opened(db) as store:
        tell(verbs.request_privileges(store, act_of(options), number, form, **chosen), as_json=as_json)


@case.command()
@click.argument("number")
@click.option("--statement", required=True, help="What is attested to.")
@act_options
@db_option
@json_option
def attest(number: str, statement: str, db: str, as_json: bool, **options: Any) -> None:
    """Attest to the application as it stands."""
    with opened(db) as store:
        tell(verbs.attest(store, act_of(options), number, statement), as_json=as_json)


@case.command()
@click.argument("number")
@click.argument("name")
@click.option("--method", required=True, help="How it was verified (or which proof was accepted).")
@click.option("--on", "verified_on", required=True, metavar="DAY")
@click.option("--outcome", default="verified", show_default=True)
@click.option("--source", default="", help="The source, where it differs from the definition's.")
@click.option("--good-until", default="", metavar="DAY")
@click.option("--note", default="")
@click.option("--evidence", metavar="PATH")
@act_options
@db_option
@json_option
def verify(number: str, name: str, evidence: str | None, db: str, as_json: bool, **options: Any) -> None:
    """Record the verification NAME of case NUMBER at its source."""
    told = {key: options[key] for key in ("method", "verified_on", "outcome", "source", "good_until", "note", "reason")}
    proof = file_of(evidence) if evidence else None
    with opened(db) as store:
        tell(verbs.verify(store, act_of(options), number, name, proof=proof, **told), as_json=as_json)


@case.command()
@click.argument("number")
@click.argument("verification", type=int)
@act_options
@db_option
@json_option
def strike(number: str, verification: int, db: str, as_json: bool, **options: Any) -> None:
    """Strike verification number VERIFICATION, recorded in error; needs --reason."""
    with opened(db) as store:
        tell(verbs.strike(store, act_of(options), number, verification, options["reason"]), as_json=as_json)


def _acts(verb: str, number: str, action: str, db: str, as_json: bool, options: dict[str, Any]) -> None:
    from privileging.exchange.typed import facts_from_texts

    with opened(db) as store:
        facts = facts_from_texts(store, number, _pairs(options["facts"], "fact"))
        act = getattr(verbs, verb)
        tell(act(store, act_of(options), number, action, facts=facts, reason=options["reason"]), as_json=as_json)


@case.command()
@click.argument("number")
@click.argument("action")
@facts_option
@act_options
@db_option
@json_option
def do(number: str, action: str, db: str, as_json: bool, **options: Any) -> None:
    """Take ACTION in your role."""
    _acts("do", number, action, db, as_json, options)


@case.command()
@click.argument("number")
@click.argument("action")
@facts_option
@act_options
@db_option
@json_option
def move(number: str, action: str, db: str, as_json: bool, **options: Any) -> None:
    """Move that your body take ACTION."""
    _acts("move", number, action, db, as_json, options)


motion_option = click.option("--motion", type=int, help="The motion's number; the open one if left out.")


def _motion(store: Any, number: str, motion: int | None) -> int:
    from privileging.queries.loading import case_of

    with store.reading() as unit:
        current = case_of(unit, case_id(number))[1].open_motion
    if motion is not None:
        return motion
    if current is None:
        raise InvalidInput({"motion": "no motion is open in this case"})
    return current.number


@case.command()
@click.argument("number")
@click.argument("choice", type=click.Choice(["for", "against", "abstain"]))
@motion_option
@act_options
@db_option
@json_option
def vote(number: str, choice: str, motion: int | None, db: str, as_json: bool, **options: Any) -> None:
    """Vote on the open motion."""
    with opened(db) as store:
        chosen = _motion(store, number, motion)
        tell(verbs.vote(store, act_of(options), number, chosen, choice, reason=options["reason"]), as_json=as_json)


@case.command()
@click.argument("number")
@click.option("--body", required=True, help="The body you declare in.")
@click.option("--statement", default="I have no conflict of interest in this case.", show_default=True)
@act_options
@db_option
@json_option
def declare(number: str, body: str, statement: str, db: str, as_json: bool, **options: Any) -> None:
    """Declare that you have no conflict in a case."""
    with opened(db) as store:
        tell(verbs.declare(store, act_of(options), number, body, statement), as_json=as_json)


@case.command()
@click.argument("number")
@click.option("--body", required=True, help="The body you recuse yourself in.")
@act_options
@db_option
@json_option
def recuse(number: str, body: str, db: str, as_json: bool, **options: Any) -> None:
    """Recuse yourself from a case; needs --reason."""
    with opened(db) as store:
        tell(verbs.recuse(store, act_of(options), number, body, options["reason"]), as_json=as_json)


@case.command()
@click.argument("number")
@motion_option
@act_options
@db_option
@json_option
def close(number: str, motion: int | None, db: str, as_json: bool, **options: Any) -> None:
    """Close the vote on the open motion, as the body's chair."""
    with opened(db) as store:
        chosen = _motion(store, number, motion)
        done = verbs.close(store, act_of(options), number, chosen, reason=options["reason"])
        if not as_json:
            closed = next(entry for entry in done.case.motions if entry.number == chosen)
            click.echo(f"motion {chosen}: {closed.result.replace('_', ' ')}\n{_how_it_closed(store, done.case.id)}")
        tell(done, as_json=as_json)


def _how_it_closed(store: Any, stream: str) -> str:
    """The count, and why nothing was executed where nothing was."""
    from privileging.queries.history import history

    with store.reading() as unit:
        return next(entry.says for entry in reversed(history(unit, stream)) if entry.kind == "motion_closed")


@case.command()
@click.argument("number")
@click.argument("notice")
@click.option("--on", "served_on", required=True, metavar="DAY")
@click.option("--method", default="", help="How it was served, where it differs from the definition's.")
@click.option("--evidence", metavar="PATH")
@act_options
@db_option
@json_option
def serve(number: str, notice: str, evidence: str | None, db: str, as_json: bool, **options: Any) -> None:
    """Record that NOTICE was served."""
    told = {key: options[key] for key in ("served_on", "method", "reason")}
    proof = file_of(evidence) if evidence else None
    with opened(db) as store:
        tell(verbs.serve(store, act_of(options), number, notice, proof=proof, **told), as_json=as_json)


@case.command()
@click.argument("number")
@click.option("--as", "account", default="", metavar="ACCOUNT", help="Says also what is yours to do.")
@db_option
@json_option
def show(number: str, account: str, db: str, as_json: bool) -> None:
    """What is missing to go on, who can cure it, which clause asks for it."""
    from privileging.exchange.text import case_text
    from privileging.queries import cases

    with opened(db) as store, store.reading() as unit:
        view = cases.show(unit, case_id(number), now=now_or(None), account=account)
    say(view, case_text(view), as_json=as_json)
