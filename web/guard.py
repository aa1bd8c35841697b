"""Access, denied by default: a route without a rule answers nobody.

What is out of the reader's scope is 404, as if it were not there; what is in it but not theirs to see or do is 403.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Response, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from privileging.errors import NotPermitted, Reason
from privileging.queries.ballots import asked_of
from privileging.queries.visible import facts_of
from privileging.services.access import record_read
from privileging.services.cases import case_id
from web.desk import desk, holds, reach, reader, seats, unit
from web.outside import signed_in


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may come in: anybody (``public``); whoever may read ``resource`` of the case; whoever has one of ``classes``.

    With none of these set, anybody signed in. ``undeclared``: also a member who has not yet said whether they have a
    conflict (``g.asked``: in which body); the room shows them that question and nothing else.
    """

    public: bool = False
    resource: str = ""
    classes: tuple[str, ...] = ()
    undeclared: bool = False


PUBLIC, SIGNED_IN = Rule(public=True), Rule()
STATUS, FILE, CONFIDENTIAL, HISTORY = (Rule(resource=name) for name in ("status", "file", "confidential", "history"))
STAFF, AUDIT, STAFF_OR_AUDIT = (
    Rule(classes=("staff",)),
    Rule(classes=("audit",)),
    Rule(classes=("staff", "audit")),
)

RULES: dict[str, Rule] = {"static": PUBLIC}


def rule(**rules: Rule) -> None:
    """A room says who may come in by each of its doors (``worklist__page=SIGNED_IN`` for ``worklist.page``)."""
    RULES.update({name.replace("__", "."): entry for name, entry in rules.items()})


def admit() -> Response | Redirect | None:
    """Before every request: lets it in, or sends it to sign in, or answers 403 or 404."""
    if request.endpoint is None:
        return None
    found = RULES.get(request.endpoint)
    if found is None:
        abort(403)
    if found.public:
        return None
    if not signed_in():
        return _sign_in()
    if found.classes and not any(holds(name) for name in found.classes):
        abort(403)
    return _admit_to_case(found) if found.resource else None


def _sign_in() -> Redirect:
    if request.method not in ("GET", "HEAD"):
        abort(401)
    return redirect(url_for("session.sign_in", next=request.full_path.rstrip("?")))


def _admit_to_case(found: Rule) -> Redirect | None:
    """Whether the reader may read this of the case; the same 404 for a case out of scope and one that is not there."""
    assert request.view_args is not None
    number = str(request.view_args["number"])
    g.case = case_id(number)
    g.facts = facts_of(unit(), g.case)
    if g.facts is None or not reach("status").covers(replace(g.facts, recused=frozenset())):
        abort(404)
    if reader().id in g.facts.recused and reader().id != g.facts.practitioner:
        raise NotPermitted([Reason("recused", "You are recused from this case: nothing of it is open to you.")])
    if not within_reach(found.resource):
        abort(403)
    g.asked = _to_declare(found.resource)
    if g.asked and not found.undeclared:
        return _to_question(number)
    if within_reach("confidential") and not g.asked:
        record_read(desk().store, g.case, g.session, found.resource, desk().now())
    return None


def _to_declare(resource: str) -> str:
    """The body to which whoever reaches the case through a seat only must first declare; the status is open to them."""
    scope = reach(resource)
    seats = scope.bodies & g.facts.bodies
    if resource == "status" or not seats or replace(scope, bodies=frozenset()).covers(g.facts):
        return ""
    return asked_of(unit(), g.case, reader().id, seats)


def _to_question(number: str) -> Redirect:
    if request.method not in ("GET", "HEAD"):
        raise NotPermitted([Reason("declare", "First say whether you have a conflict with the practitioner.")])
    return redirect(url_for("ballots.page", number=number))


def must_declare() -> bool:
    """Whether the reader reaches the case through a seat only, and has not yet said whether they have a conflict."""
    return bool(_to_declare("file"))


def bodies_with_votes() -> frozenset[str] | None:
    """The bodies whose members' votes the reader may see once they are closed; None: of every body."""
    whole = replace(reach("history"), departments=frozenset(), bodies=frozenset())
    return None if whole.covers(g.facts) else frozenset(seats())


def within_reach(resource: str) -> bool:
    """Whether the reader may read this of the case the request is about."""
    return reach(resource).covers(g.facts)
