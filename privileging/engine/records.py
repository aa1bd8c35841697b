"""What may be recorded in a case without moving it: the application, verifications, the service of notices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from privileging.definition.model import Verification, Workflow
from privileging.engine.answers import Answer, denied, mapping_of, names_of, number_of, refuse, shown, text_of
from privileging.engine.authority import holds_role
from privileging.engine.calendar import is_day
from privileging.engine.facts import answer_fault, digest_fault, text_fault
from privileging.engine.standing import OUTCOMES
from privileging.engine.turn import Turn
from privileging.engine.values import Case, Form, Line, Refusal
from privileging.errors import Reason


def with_applicant(workflow: Workflow, case: Case) -> bool:
    """Whether the application is in its applicant's hands: an action of theirs sends it off, complete."""
    mine = {role.name for role in workflow.roles.values() if role.of == "case"}
    actions = workflow.states[case.state].actions.values() if case.state else ()
    return any(
        mine.intersection(action.by) and any(item.name == "application_complete" for item in action.requires)
        for action in actions
    )


def record_items(turn: Turn) -> Answer:
    """Answers items of the application. Staff may do so later too, with a reason; it undoes the attestation."""
    items = mapping_of(turn.command.args, "items")
    if no := _may_edit(turn):
        return no
    faults = [_item_fault(turn.workflow, name, value) for name, value in items.items()]
    reasons = tuple(fault for fault in faults if fault)
    if reasons or not items:
        return Refusal(reasons or (Reason("items", "items: nothing to record"),))
    told = {"items": dict(items), "reason": text_of(turn.command.args, "reason")}
    turn.emit("items_recorded", told, role=_capacity(turn))
    return None


def _item_fault(workflow: Workflow, name: str, value: object) -> Reason | None:
    wanted = workflow.application.get(name)
    if wanted is None:
        return Reason("items", f"{shown(name)}: the application has no such item")
    fault = answer_fault(wanted.kind, value)
    return Reason("items", f"{name}: {fault}", (), wanted.cite) if fault else None


def _may_edit(turn: Turn) -> Refusal | None:
    case = turn.case
    if case.outcome:
        return refuse("ended", "The case has ended; its application stands as it is")
    if turn.command.actor == case.practitioner:
        title = turn.workflow.states[case.state].title
        return None if with_applicant(turn.workflow, case) else denied(f"The application is not with you: {title}")
    staff = {name for wanted in turn.workflow.verifications.values() for name in wanted.by}
    if not _role_among(turn, staff):
        return denied("Only the applicant, or staff with a reason, may change the application", tuple(staff))
    if text_fault(turn.command.args.get("reason")):
        return refuse("reason", "reason: a change by somebody else than the applicant needs a reason")
    return None


def request_privileges(turn: Turn) -> Answer:
    """Chooses privileges on a department's delineation form: core less what is struck out, and special ones."""
    if no := _may_edit(turn):
        return no
    args = turn.command.args
    form = turn.context.facility.forms.get(text_of(args, "form"))
    if form is None:
        known = ", ".join(turn.context.facility.forms) or "none"
        wanted = shown(text_of(args, "form"))
        return refuse("form", f"form: {wanted} is not in use at this facility (in use: {known})")
    struck, special = names_of(args, "without"), names_of(args, "special")
    reasons = (*_unknown(form, "core", struck, "without"), *_unknown(form, "special", special, "special"))
    core = [line for line in form.lines if line.group == "core" and line.code not in struck]
    lines = [*core, *(line for line in form.lines if line.group == "special" and line.code in special)]
    if reasons or not lines:
        return Refusal(reasons or (Reason("form", "form: every privilege of it is struck out"),))
    if not _still_open(turn) and not _narrower(turn.case, form, lines):
        return refuse("form", "The request is under review: it may be narrowed; to widen it, return the application")
    body = {
        "form": form.name,
        "version": form.version,
        "lines": [_plain(line) for line in lines],
        "departments": [form.department],
        "reason": text_of(args, "reason"),
    }
    turn.emit("privileges_requested", body, role=_capacity(turn))
    return None


def _still_open(turn: Turn) -> bool:
    """Whether the request is still to be made: an action of the state requires that there is one."""
    actions = turn.workflow.states[turn.case.state].actions.values()
    return any(item.name == "privileges_requested" for action in actions for item in action.requires)


def _narrower(case: Case, form: Form, lines: list[Line]) -> bool:
    return case.departments == (form.department,) and set(lines) <= set(case.lines)


def _unknown(form: Form, group: str, codes: Iterable[str], field: str) -> tuple[Reason, ...]:
    known = {line.code for line in form.lines if line.group == group}
    return tuple(
        Reason("form", f"{field}: {shown(code)} is no {group} privilege of {form.title}")
        for code in codes
        if code not in known
    )


def _plain(line: Line) -> dict[str, str]:
    return {"code": line.code, "title": line.title, "group": line.group, "criteria": line.criteria}


def attest(turn: Turn) -> Answer:
    """The applicant attests to the application as it stands."""
    if turn.command.actor != turn.case.practitioner:
        return denied("Only the applicant may attest to the application", _subject(turn.workflow))
    if no := _may_edit(turn):
        return no
    statement = turn.command.args.get("statement")
    if fault := text_fault(statement):
        return refuse("statement", f"statement: {fault}")
    told = {"statement": statement, "reason": text_of(turn.command.args, "reason")}
    turn.emit("attested", told, role=_capacity(turn))
    return None


def _subject(workflow: Workflow) -> tuple[str, ...]:
    return tuple(role.name for role in workflow.roles.values() if role.of == "case")


def _role_among(turn: Turn, roles: Iterable[str]) -> str:
    """In which of these roles the actor may record something here; empty on their own case."""
    actor = turn.context.actor
    own = actor.id == turn.case.practitioner
    roles_ = turn.workflow.roles
    held = (
        n for n in sorted(roles) if n in roles_ and holds_role(roles_[n], turn.case, turn.context, actor, turn.today)
    )
    return "" if own else next(held, "")


def _capacity(turn: Turn) -> str:
    """In which role the application is changed: its applicant's, or that of staff."""
    if turn.command.actor == turn.case.practitioner:
        return next(iter(_subject(turn.workflow)), "")
    return _role_among(turn, {name for wanted in turn.workflow.verifications.values() for name in wanted.by})


def verify(turn: Turn) -> Answer:
    """Records one verification at its source. Possible in every open state."""
    args: Mapping[str, object] = turn.command.args
    wanted = turn.workflow.verifications.get(text_of(args, "name"))
    if wanted is None:
        known = ", ".join(turn.workflow.verifications) or "none"
        return refuse("name", f"name: {shown(text_of(args, 'name'))} is not asked for here (asked for: {known})")
    if turn.case.outcome:
        return refuse("ended", "The case has ended; nothing is verified any more")
    role = _role_among(turn, wanted.by)
    if not role:
        titles = " or ".join(turn.workflow.roles[name].title for name in wanted.by)
        return denied(f"{wanted.title}: recorded only by {titles}, never on one's own case", wanted.by)
    if reasons := tuple(_verification_faults(turn, wanted)):
        return Refusal(reasons)
    check = {key: text_of(args, key) for key in ("method", "verified_on", "outcome", "good_until", "evidence", "note")}
    source = text_of(args, "source") or wanted.source
    told = {"number": len(turn.case.checks) + 1, "name": wanted.name, "source": source, **check}
    turn.emit("verified", {"check": told, "reason": text_of(args, "reason")}, role=role)
    return None


def _verification_faults(turn: Turn, wanted: Verification) -> Iterable[Reason]:
    args = turn.command.args
    on, until = args.get("verified_on"), args.get("good_until") or ""
    for field in ("method", "source", "note"):
        if (field == "method" or args.get(field)) and (fault := text_fault(args.get(field))):
            yield Reason(field, f"{field}: {fault}")
    if args.get("evidence") and (fault := digest_fault(args["evidence"])):
        yield Reason("evidence", f"evidence: {fault}")
    if wanted.accept and args.get("method") not in wanted.accept:
        yield Reason("method", f"method: {wanted.title} is accepted by {', '.join(wanted.accept)}", (), wanted.cite)
    if not is_day(on):
        yield Reason("verified_on", "verified_on: must be a day that exists, as in 2026-12-09")
    elif str(on) > turn.day:
        yield Reason("verified_on", f"verified_on: {on} lies in the future; it is {turn.day}")
    if until and not is_day(until):
        yield Reason("good_until", "good_until: must be a day that exists, as in 2026-12-09")
    elif until and is_day(on) and str(until) < str(on):
        yield Reason("good_until", f"good_until: {until} lies before the day it was verified, {on}")
    if text_of(args, "outcome") not in OUTCOMES:
        yield Reason("outcome", f"outcome: must be one of {', '.join(OUTCOMES)}")
    if args.get("outcome") == "verified_with_concern" and text_fault(args.get("note")):
        yield Reason("note", "note: say what the reviewers must read")


def strike(turn: Turn) -> Answer:
    """Strikes a verification that was recorded in error. It stays in the history and no longer counts."""
    number = number_of(turn.command.args, "number")
    check = next((entry for entry in turn.case.checks if entry.number == number and not entry.struck), None)
    if check is None:
        return refuse("number", "number: must be the number of a verification that is not struck")
    if turn.case.outcome:
        return refuse("ended", "The case has ended; what it relied on stands")
    role = _role_among(turn, turn.workflow.verifications[check.name].by)
    if not role:
        return denied("Only whoever may record this verification may strike it")
    if fault := text_fault(turn.command.args.get("reason")):
        return refuse("reason", f"reason: {fault}")
    struck = {"number": number, "reason": text_of(turn.command.args, "reason")}
    turn.emit("verification_struck", struck, role=role)
    return None


def serve(turn: Turn) -> Answer:
    """Records that a notice owed was served: the moment that periods count from."""
    args = turn.command.args
    name = text_of(args, "name")
    owed = next((entry for entry in turn.case.notices if entry.name == name and not entry.served_on), None)
    if owed is None:
        return refuse("name", f"name: no notice {shown(name)} is owed in this case")
    notice = turn.workflow.notices[name]
    role = _role_among(turn, {*notice.by, notice.sender})
    if not role:
        return denied(f"{notice.title}: recorded only by {', '.join(notice.by)}", notice.by)
    on, method = args.get("served_on"), text_of(args, "method") or notice.sent_by
    since = turn.context.calendar.day_of(owed.since)
    if not is_day(on) or not since <= str(on) <= turn.day:
        return refuse("served_on", f"served_on: must be a day from {since}, when it was owed, to {turn.day}")
    if fault := text_fault(method):
        return refuse("method", f"method: {fault}")
    if args.get("evidence") and (fault := digest_fault(args["evidence"])):
        return refuse("evidence", f"evidence: {fault}")
    served = {"number": owed.number, "name": name, "served_on": on, "method": method}
    more = {"evidence": text_of(args, "evidence"), "reason": text_of(args, "reason")}
    told = {**served, **more, "served_at": turn.context.calendar.start_of(str(on))}
    turn.emit("notice_served", told, role=role)
    return None
