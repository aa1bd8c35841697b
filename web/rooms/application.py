"""The application page: answers, privileges, attestation, in one place; for others, to be read."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields

from privileging.engine.values import Facility
from privileging.errors import NotPermitted, Reason, Refused
from privileging.queries import application as looked
from privileging.queries import cases
from privileging.queries.application import Application
from privileging.queries.loading import head_of, value_of
from privileging.services import verbs
from privileging.store import evidence as files
from web import answers, parse
from web.answers import Filled
from web.desk import act, close_unit, desk, facilities, reader, session, today, unit
from web.guard import FILE, rule, within_reach
from web.signing import proof_needed, sign

bp = Blueprint("application", __name__)
rule(application__page=FILE, application__save=FILE, application__choose=FILE, application__attest=FILE)
rule(application__evidence=FILE)
STATEMENT = (
    "Everything stated in this application is true and complete to the best of my knowledge. "
    "I know that a false or missing statement may be a ground to refuse or to end an appointment."
)
ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "image/tiff": "tif"}


class Chosen(parse.Form):
    """The privileges chosen on a delineation form; lists come as they are ticked."""

    form = fields.String(required=True)
    reason = fields.String(load_default="")
    without = fields.Raw()
    special = fields.Raw()


class Agreed(parse.Form):
    """The box under the statement."""

    agree = fields.String(load_default="")


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of privileges that was refused, as it was made."""

    form: str
    without: list[str]
    special: list[str]
    reason: str
    reasons: tuple[Reason, ...]


@bp.get("/cases/<number>/application")
def page(number: str) -> ResponseReturnValue:
    return _shown()


@bp.post("/cases/<number>/application")
def save(number: str) -> ResponseReturnValue:
    """Records what is answered; what cannot be taken as it is stays on the page, as typed."""
    filled = answers.read(_theirs_to_change(), mine=_mine())
    close_unit()
    if filled.items or filled.files:
        terms = act(seen=parse.seen(), key=parse.key())
        verbs.record_items(desk().store, terms, g.case, filled.items, documents=filled.files, reason=filled.reason)
    if filled.faults or filled.more:
        return _shown(filled)
    return _back(filled.said)


@bp.post("/cases/<number>/application/privileges")
def choose(number: str) -> ResponseReturnValue:
    """Chooses the privileges asked for: the form's core less what is struck out, and the special ones ticked."""
    _theirs_to_change()
    sent = parse.parsed(Chosen)
    form, reason = str(sent["form"]), str(sent["reason"]).strip()
    told = {name: request.form.getlist(name) for name in ("without", "special")}
    close_unit()
    terms = act(seen=parse.seen(), key=parse.key())
    try:
        verbs.request_privileges(desk().store, terms, g.case, form, reason=reason, **told)
    except NotPermitted:
        raise
    except Refused as refused:
        return _shown(choice=Choice(form, told["without"], told["special"], reason, refused.reasons))
    return _back("The choice of privileges is saved.")


@bp.post("/cases/<number>/application/attestation")
def attest(number: str) -> ResponseReturnValue:
    """Signs the statement, as the application now stands."""
    if not _mine():
        abort(403)
    if not parse.parsed(Agreed)["agree"]:
        return _shown(Filled(faults={"agree": "tick the box to attest to the statement"}))
    sign()
    close_unit()
    verbs.attest(desk().store, act(seen=parse.seen(), key=parse.key()), g.case, STATEMENT)
    return _back("Your attestation is signed.")


@bp.get("/cases/<number>/evidence/<digest>")
def evidence(number: str, digest: str) -> ResponseReturnValue:
    """A file that this case names, to be kept: never shown in the browser as a page of ours."""
    name = looked.file_named(unit(), g.case, digest, confidential=within_reach("confidential"))
    found = files.get(unit(), digest) if name else None
    if found is None:
        abort(404)
    response = Response(found[1], mimetype=found[0])
    ending = ENDINGS.get(found[0], "bin")
    response.headers.set("Content-Disposition", "attachment", filename=f"{number}-{name}.{ending}")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _mine() -> bool:
    return bool(g.facts.practitioner == reader().id)


def _theirs_to_change() -> Application:
    """The application, for its applicant and for whoever may change it with a reason; 403 for all others."""
    read = looked.application_of(unit(), g.case)
    if not (_mine() or looked.may_change(read.workflow, read.case, reader(), today())):
        abort(403)
    return read


def _back(said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("application.page", number=g.case.partition("/")[2]))


def _shown(filled: Filled | None = None, choice: Choice | None = None) -> ResponseReturnValue:
    """The page; after a form that could not be taken (``filled``, ``choice``), with what was typed, and 422."""
    known, edited = filled or Filled(), filled is not None or choice is not None
    read = looked.application_of(unit(), g.case)
    view = cases.show(unit(), g.case, now=desk().now(), account=session().account)
    open_ = looked.with_applicant(read.workflow, view.state) and not view.outcome
    change = looked.may_change(read.workflow, read.case, reader(), today()) and not view.outcome
    facility = _facility(view.facility)
    form = choice.form if choice else request.args.get("form", "") or read.form
    shown = render_template(
        "application.html",
        view=view,
        read=read,
        workflow=read.workflow,
        facility=facility,
        mine=_mine(),
        editing=open_ if _mine() else change and (edited or "edit" in request.args or "form" in request.args),
        open_=open_,
        change=change,
        marks=read.since and not _mine(),
        filled=known,
        fields=answers.fields_of(read, known),
        choice=choice,
        form=facility.forms.get(form),
        sends=[entry for entry in view.options if entry.yours and _sends_off(read, view.state, entry.action)],
        sizes=looked.sizes_of(unit(), read.documents),
        statement=STATEMENT,
        password=proof_needed(),
    )
    return shown, 422 if choice or known.faults else 200


def _facility(id: str) -> Facility:
    known = next((entry for entry in facilities() if entry.id == id), None)
    head = None if known else head_of(unit(), id)
    return known or (value_of(unit(), head, Facility) if head else Facility(id))


def _sends_off(read: Application, state: str, action: str) -> bool:
    return action in looked.sending(read.workflow, state)
