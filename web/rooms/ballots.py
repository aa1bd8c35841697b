"""The vote: declare first, read the packet, move, vote, recuse; the chair closes after seeing the arithmetic."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields
from marshmallow.validate import OneOf, Regexp

from privileging.engine.explain import Option
from privileging.engine.tally import CHOICES
from privileging.engine.values import body_id
from privileging.errors import NotFound, NotPermitted, Reason, Refused
from privileging.queries.ballots import Ballot, closing_of, standing_of
from privileging.queries.people import names_of
from privileging.services import verbs
from web import parse
from web.desk import act, close_unit, desk, session, unit
from web.guard import SIGNED_IN, Rule, bodies_with_votes, rule
from web.signing import proof_needed, sign

bp = Blueprint("ballots", __name__)
MEMBERS, ASKED = Rule(resource="confidential"), Rule(resource="confidential", undeclared=True)
rule(ballots__page=ASKED, ballots__declare=ASKED, ballots__recuse=ASKED, ballots__left=SIGNED_IN)
rule(ballots__move=MEMBERS, ballots__cast=MEMBERS, ballots__close=MEMBERS)

NO_CONFLICT = "I have no conflict with this practitioner"
RESULTS = {
    "carried": "Carried",
    "carried_not_executed": "Carried, but not executed",
    "lost": "Not carried",
    "no_quorum": "No quorum",
}


class Declaring(parse.Form):
    """Whether there is a conflict; with one, which."""

    body = fields.String(required=True)
    conflict = fields.String(required=True, validate=OneOf(("none", "yes")))
    reason = fields.String(load_default="")


class Recusing(parse.Form):
    body = fields.String(required=True)
    reason = fields.String(load_default="")


class Voting(parse.Form):
    """A vote. ``seen``: the motion, its wording and the voter's last vote, as the page showed them."""

    seen = fields.String(  # type: ignore[assignment]
        required=True, validate=Regexp(r"[0-9]{1,9},[0-9]{1,9},[0-9]{1,9}\Z")
    )
    choice = fields.String(required=True, validate=OneOf(CHOICES))
    reason = fields.String(load_default="")


class Closing(parse.Form):
    held_on = fields.String(load_default="")
    reason = fields.String(load_default="")


@bp.get("/cases/<number>/vote")
def page(number: str) -> ResponseReturnValue:
    """The packet and the motion; before that, to a member who has not answered it, the question."""
    return shown()


def shown(reasons: Iterable[Reason] = (), code: int = 200) -> ResponseReturnValue:
    ballot = standing_of(unit(), g.case, now=desk().now(), reader=session().person)
    asked = g.asked or ballot.asked
    return with_ballot("ballots_question.html" if asked else "ballots.html", ballot, reasons, asked=asked), code


def with_ballot(template: str, ballot: Ballot, reasons: Iterable[Reason] = (), **more: object) -> str:
    about: dict[str, object] = {"ballot": ballot, "view": ballot.view, "workflow": ballot.workflow, "results": RESULTS}
    seen = bodies_with_votes()
    bodies = {result.body for result in ballot.results}
    about["names_votes_of"] = {b: seen is None or body_id(g.facts.facility, b) in seen for b in bodies}
    names = names_of(unit(), ballot.people())
    return render_template(template, **about, **more, names=names, reasons=reasons, password=proof_needed())


def to_page(said: str, place: str | None = None) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("ballots.page", number=g.case.partition("/")[2], _anchor=place))


def declared() -> Ballot:
    """The vote, for whoever has declared where they must. Raises NotPermitted for others."""
    return answered(standing_of(unit(), g.case, now=desk().now(), reader=session().person))


def answered(ballot: Ballot) -> Ballot:
    if ballot.asked:
        raise NotPermitted([Reason("declare", "First say whether you have a conflict with the practitioner.")])
    return ballot


def again_for(refused: Refused) -> int:
    """The status of a page that is shown again with reasons."""
    return 403 if isinstance(refused, NotPermitted) else 422


@bp.post("/cases/<number>/vote/declare")
def declare(number: str) -> ResponseReturnValue:
    """Declares having no conflict; or, having one, leaves at once."""
    told = parse.parsed(Declaring)
    if told["conflict"] == "yes":
        return leave(str(told["body"]), str(told["reason"]))
    close_unit()
    verbs.declare(desk().store, act(key=parse.key()), g.case, str(told["body"]), NO_CONFLICT)
    return redirect(url_for("ballots.page", number=number))


@bp.post("/cases/<number>/vote/recuse")
def recuse(number: str) -> ResponseReturnValue:
    """Leaves the case, at any time; an earlier vote on the open motion is set aside."""
    told = parse.parsed(Recusing)
    return leave(str(told["body"]), str(told["reason"]))


def leave(body: str, reason: str) -> ResponseReturnValue:
    close_unit()
    try:
        verbs.recuse(desk().store, act(key=parse.key()), g.case, body, reason)
    except Refused as refused:
        return shown(refused.reasons, again_for(refused))
    return redirect(url_for("ballots.left"))


@bp.get("/recused")
def left() -> ResponseReturnValue:
    """Where somebody lands who has just recused themselves; it names no case."""
    return render_template("ballots_left.html")


@bp.route("/cases/<number>/vote/move/<action>", methods=["GET", "POST"])
def move(number: str, action: str) -> ResponseReturnValue:
    """Moves that the body take one of its actions."""
    ballot = declared()
    option = offered(ballot, action)
    if request.method != "POST":
        return with_ballot("ballots_move.html", ballot, option=option)
    facts = parse.facts(ballot.workflow, ballot.workflow.states[ballot.case.state].actions[action])
    reason, terms = request.form.get("reason", ""), act(seen=parse.seen(), key=parse.key())
    close_unit()
    verbs.move(desk().store, terms, g.case, action, body=ballot.body, facts=facts, reason=reason)
    return to_page(f"Moved: {option.title}. It is open to the vote.")


def offered(ballot: Ballot, action: str) -> Option:
    here = (option for option in ballot.view.options if option.action == action and ballot.body in option.by)
    found = next(here, None)
    if found is None:
        raise NotFound(f"No body may move {action.replace('_', ' ')} at {ballot.view.state_title}")
    if not found.yours:
        raise NotPermitted([Reason("move", "Only a member of the body may move this.")])
    return found


@bp.post("/cases/<number>/vote/cast")
def cast(number: str) -> ResponseReturnValue:
    """Votes, signed; another vote on the same motion takes its place until it is closed."""
    declared()
    told = parse.parsed(Voting)
    motion, wording, last = (int(part) for part in str(told["seen"]).split(","))
    choice, reason = str(told["choice"]), str(told["reason"])
    try:
        sign()
    except NotPermitted as refused:
        return shown(refused.reasons, 403)
    close_unit()
    terms = act(seen=(motion, wording, last), key=parse.key())
    verbs.vote(desk().store, terms, g.case, motion, choice, reason=reason)
    return to_page(f"Your vote is recorded: {choice}. You may change it until the vote is closed.")


@bp.route("/cases/<number>/vote/close", methods=["GET", "POST"])
def close(number: str) -> ResponseReturnValue:
    """The arithmetic and the result before the signature; signed, the vote is closed."""
    if request.method != "POST":
        return confirmed(request.args.get("held_on", ""))
    told = parse.parsed(Closing)
    try:
        return closed(str(told["held_on"]), str(told["reason"]))
    except Refused as refused:
        return confirmed(str(told["held_on"]), refused.reasons, again_for(refused))


def closing(held_on: str) -> tuple[Ballot, tuple[Reason, ...]]:
    found = closing_of(unit(), g.case, now=desk().now(), reader=session().person, held_on=held_on)
    return answered(found[0]), found[1]


def confirmed(held_on: str, reasons: Iterable[Reason] = (), code: int = 200) -> ResponseReturnValue:
    ballot, refused = closing(held_on)
    if ballot.motion is None:
        return to_page("No motion is open. What was decided stands below.")
    return with_ballot("ballots_close.html", ballot, reasons or refused, held_on=held_on), code


def closed(held_on: str, reason: str) -> ResponseReturnValue:
    ballot, _ = closing(held_on)
    if ballot.motion is None:
        return to_page("No motion is open. What was decided stands below.")
    number = ballot.motion.number
    sign()
    close_unit()
    terms = act(seen=parse.seen(), key=parse.key(), at=ballot.at)
    done = verbs.close(desk().store, terms, g.case, number, reason=reason)
    result = next(motion.result for motion in done.case.motions if motion.number == number)
    stands = ballot.workflow.states[done.case.state].title
    return to_page(f"The vote is closed: {RESULTS[result].lower()}. The case stands at {stands}.", f"result-{number}")
