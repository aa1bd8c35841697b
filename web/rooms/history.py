"""A case's history, and what an auditor looks for across cases; everything here is read and nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from flask import Blueprint, Response, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from privileging.engine.calendar import Calendar, is_day
from privileging.engine.policy import Scope
from privileging.engine.values import Case
from privileging.queries import library
from privileging.queries import search as looked
from privileging.queries.telling import actor_name
from privileging.queries.trail import Line, Trail, strip_of, trail
from privileging.store.history import export as lines_of
from web.desk import facilities, reader, session, today, unit
from web.guard import AUDIT, HISTORY, bodies_with_votes, rule

bp = Blueprint("history", __name__)
rule(history__page=HISTORY, history__export=HISTORY, history__search=AUDIT, history__reads=AUDIT)
FILTERS = ("kind", "person", "from", "to")
SHOWN = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a history is shown: the events that fit, from the newest on, and the case as it stood after ``upto``."""

    upto: int
    stood: Case | None
    filters: Mapping[str, str]
    lines: tuple[Line, ...]
    more: int


@bp.get("/cases/<number>/history")
def page(number: str) -> ResponseReturnValue:
    found = trail(unit(), g.case, session().person, bodies_with_votes())
    return render_template(
        "history.html",
        view=strip_of(found.workflow, found.case, found.facility),
        trail=found,
        asked=asked_of(found),
        people={line.actor: line.who for line in found.lines if line.actor},
        kinds=sorted({line.kind for line in found.lines}),
        auditor=audited().covers(g.facts),
        who=lambda actor: actor_name(found.names, actor),
    )


@bp.get("/cases/<number>/history.jsonl")
def export(number: str) -> ResponseReturnValue:
    """The events as lines that another program verifies; up to the first vote that is still open."""
    if not audited().covers(g.facts):
        abort(403)
    end = looked.first_unclosed(unit(), g.case)
    lines = b"".join(islice(lines_of(unit(), g.case), end - 1 if end else None))
    name = f"{number}{f'-to-event-{end - 1}' if end else ''}.jsonl"
    sent = Response(lines, mimetype="application/x-ndjson")
    sent.headers.set("Content-Disposition", "attachment", filename=name)
    return sent


@bp.get("/history")
def search() -> ResponseReturnValue:
    filters = {name: request.args.get(name, "").strip() for name in (*looked.FILTERS, "from", "to")}
    zone = facilities()[0].zone
    since, before = between(filters, zone)
    case, _, seq = request.args.get("after", "").rpartition(",")
    after = (case, int(seq)) if case and is_number(seq) else None
    workflows = library.all_live(unit(), today())
    hits = looked.search(unit(), audited(), workflows, filters=filters, since=since, before=before, after=after)
    actions = sorted({action.name for workflow in workflows.values() for action in workflow.actions()})
    offered = {"workflows": workflows, "kinds": looked.KINDS, "actions": actions}
    return render_template("history_search.html", filters=filters, hits=hits, zone=zone, **offered)


@bp.get("/history/reads")
def reads() -> ResponseReturnValue:
    """Who read what that is confidential, and when."""
    parts = tuple(request.args.get("after", "").split(","))
    after = (parts[0], parts[1], parts[2], parts[3]) if len(parts) == 4 else None
    log = looked.reads(unit(), audited(), after=after)
    return render_template("history_reads.html", log=log, zone=facilities()[0].zone)


def audited() -> Scope:
    """The cases of the facilities where the reader audits; neither their own nor those they read as a member."""
    roles = {place.id: place.access.get("audit", ()) for place in facilities()}
    here = {name for name, audit in roles.items() if any(reader().holds(role, name, today()) for role in audit)}
    return Scope(reader().id, facilities=frozenset(here))


def asked_of(found: Trail) -> Asked:
    """What the address asks for."""
    upto, before = upto_of(found), number_in("before")
    stood = found.stood(upto) if upto else None
    filters = {name: request.args.get(name, "") for name in FILTERS}
    since, until = between(filters, found.facility.zone)
    shown = [
        line
        for line in found.lines
        if (not upto or line.seq <= upto)
        and (not before or line.seq < before)
        and filters["kind"] in ("", line.kind)
        and filters["person"] in ("", line.actor)
        and since <= line.effective_at
        and (not until or line.effective_at < until)
    ]
    return Asked(upto, stood, filters, tuple(shown[:SHOWN]), shown[SHOWN - 1].seq if len(shown) > SHOWN else 0)


def upto_of(found: Trail) -> int:
    """The event after which the case is shown: named by its number, or the last one recorded by the end of a day."""
    day = request.args.get("on", "")
    if not is_day(day):
        return number_in("upto")
    end = Calendar(found.facility.zone).end_of(day)
    return max((event.seq for event in found.events if event.recorded_at <= end), default=0)


def between(filters: Mapping[str, str], zone: str) -> tuple[str, str]:
    """From the beginning of the day ``from`` until the day after ``to`` begins; empty where there is no such day."""
    calendar = Calendar(zone)
    since = calendar.start_of(filters["from"]) if is_day(filters["from"]) else ""
    if not is_day(filters["to"]):
        return since, ""
    return since, calendar.start_of((date.fromisoformat(filters["to"]) + timedelta(days=1)).isoformat())


def number_in(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if is_number(text) else 0


def is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
