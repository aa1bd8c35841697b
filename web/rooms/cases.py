"""The case page: what is missing first, then what can be done about it."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields

from privileging.definition.model import Action, Workflow
from privileging.engine.standing import OUTCOMES
from privileging.errors import NotFound
from privileging.queries import cases as looked
from privileging.queries import library
from privileging.queries.loading import case_of
from privileging.queries.people import names_of
from privileging.services import verbs
from privileging.services.people import person_from
from web import parse
from web.desk import act, close_unit, desk, facilities, reader, session, unit
from web.guard import CONFIDENTIAL, FILE, STAFF, rule, within_reach
from web.signing import proof_needed, sign

bp = Blueprint("cases", __name__)
rule(cases__page=FILE, cases__do=FILE, cases__form=FILE)
rule(cases__verify=CONFIDENTIAL, cases__strike=CONFIDENTIAL, cases__serve=CONFIDENTIAL, cases__open_=STAFF)


class Verification(parse.Form):
    name = fields.String(required=True)
    method = fields.String(load_default="")
    verified_on = fields.String(required=True)
    outcome = fields.String(load_default="verified")
    good_until = fields.String(load_default="")
    note = fields.String(load_default="")


class Strike(parse.Form):
    number = fields.Integer(strict=False, required=True)
    reason = fields.String(load_default="")


class Service(parse.Form):
    name = fields.String(required=True)
    served_on = fields.String(required=True)
    method = fields.String(load_default="")


class Opening(parse.Form):
    workflow = fields.String(required=True)
    action = fields.String(required=True)
    practitioner = fields.String(required=True)
    facility = fields.String(required=True)


def workflow_of_case() -> Workflow:
    return library.workflow_of(unit(), case_of(unit(), g.case)[1].digest)


def back_to_case(said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("cases.page", number=g.case.partition("/")[2]))


@bp.get("/cases/<number>")
def page(number: str) -> ResponseReturnValue:
    view = looked.show(unit(), g.case, now=desk().now(), account=session().account)
    return render_template(
        "case.html",
        view=view,
        mine=view.practitioner == reader().id,
        confidential=within_reach("confidential"),
        workflow=workflow_of_case(),
        outcomes=OUTCOMES,
        names=names_of(unit(), looked.people_in(view)),
    )


@bp.get("/cases/<number>/do/<action>")
def form(number: str, action: str) -> ResponseReturnValue:
    """The page that asks what an act must state, and for the signature."""
    view = looked.show(unit(), g.case, now=desk().now(), account=session().account)
    option = next((entry for entry in view.options if entry.action == action), None)
    if option is None:
        raise NotFound(f"{view.state_title} offers no {action.replace('_', ' ')}")
    if not option.yours:
        abort(403)
    return render_template("act.html", view=view, option=option, workflow=workflow_of_case(), password=proof_needed())


@bp.post("/cases/<number>/do/<action>")
def do(number: str, action: str) -> ResponseReturnValue:
    """Takes an action in one's role, signed."""
    offered, workflow = _offered(action)
    parse.only("reason", several=("grant",), beginning=("fact-", "conditions-"))
    facts, reason = parse.facts(workflow, offered), request.form.get("reason", "")
    sign()
    close_unit()
    done = verbs.do(desk().store, act(seen=parse.seen(), key=parse.key()), g.case, action, facts=facts, reason=reason)
    state = workflow.states[done.case.state]
    told = (state.shown_as if done.case.practitioner == session().person else "") or state.title
    return back_to_case(f"{offered.title}: done. The case stands at {told}.")


def _offered(action: str) -> tuple[Action, Workflow]:
    case, workflow = case_of(unit(), g.case)[1], workflow_of_case()
    found = workflow.states[case.state].actions.get(action)
    if found is None:
        raise NotFound(f"{workflow.states[case.state].title} offers no {action.replace('_', ' ')}")
    return found, workflow


@bp.post("/cases/<number>/verify")
def verify(number: str) -> ResponseReturnValue:
    """Records a verification with its evidence."""
    told, proof = parse.texts(Verification), parse.file("evidence")
    name = told.pop("name")
    close_unit()
    terms = act(seen=parse.seen(), key=parse.key())
    verbs.verify(desk().store, terms, g.case, name, proof=proof, **told)
    return back_to_case(f"{name.replace('_', ' ').capitalize()}: recorded.")


@bp.post("/cases/<number>/strike")
def strike(number: str) -> ResponseReturnValue:
    """Strikes a verification recorded in error."""
    told = parse.parsed(Strike)
    close_unit()
    terms, number_ = act(seen=parse.seen(), key=parse.key()), cast(int, told["number"])
    verbs.strike(desk().store, terms, g.case, number_, cast(str, told["reason"]))
    return back_to_case(f"Verification {number_} is struck.")


@bp.post("/cases/<number>/serve")
def serve(number: str) -> ResponseReturnValue:
    """Records that a notice was served."""
    told, proof = parse.texts(Service), parse.file("evidence")
    name = told.pop("name")
    close_unit()
    verbs.serve(desk().store, act(seen=parse.seen(), key=parse.key()), g.case, name, proof=proof, **told)
    return back_to_case(f"{name.replace('_', ' ').capitalize()}: service recorded.")


@bp.route("/cases/open", methods=["GET", "POST"])
def open_() -> ResponseReturnValue:
    """Opens a case for a practitioner."""
    if request.method != "POST":
        return render_template(
            "open.html", workflows=library.all_live(unit(), desk().now()[:10]), facilities=facilities()
        )
    told = parse.texts(Opening)
    close_unit()
    person, terms = person_from(told["practitioner"]), act(key=parse.key())
    done = verbs.open_case(desk().store, terms, told["workflow"], person, told["facility"], action=told["action"])
    flash(f"Case {done.case.id.partition('/')[2]} is open.")
    return redirect(url_for("cases.page", number=done.case.id.partition("/")[2]))
