"""The worklist: what is mine, what waits on others, what is due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from privileging.canonical import instant
from privileging.definition.model import Workflow
from privileging.queries import library
from privileging.queries.browse import BUCKETS, FILTERS, Reading, counted, listed, readable, stand_ins
from privileging.queries.readers import zones_of
from privileging.queries.worklist import Line, owners_of
from web.desk import desk, facilities, reach, reader, today, unit
from web.guard import SIGNED_IN, rule

bp = Blueprint("worklist", __name__)
rule(worklist__page=SIGNED_IN)
SOON = timedelta(days=14)


@bp.get("/")
def page() -> ResponseReturnValue:
    bucket = request.args.get("bucket", "mine")
    bucket = bucket if bucket in BUCKETS else "mine"
    filters = {name: request.args.get(name, "") for name in FILTERS}
    workflows = library.all_live(unit(), today())
    reading = reading_now(workflows)
    due, _, last = request.args.get("after", "").partition(",")
    lines = listed(unit(), reading, bucket, filters=filters, after=(due, last) if last else None)
    return render_template(
        "worklist.html",
        bucket=bucket,
        filters=filters,
        counts=counted(unit(), reading, filters=filters),
        page=lines,
        zones=zones_of(unit(), {line.facility for line in lines.lines}),
        me=reader().id,
        owners=set(reading.owners),
        readable=readable(unit(), reach("file"), [line.id for line in lines.lines]),
        told={line.id: _told(line) for line in lines.lines},
        workflows={name: workflow.title for name, workflow in workflows.items()},
        facilities=facilities(),
    )


def _told(line: Line) -> str:
    """Where a case stands, in the words meant for whoever reads: its subject is told the public ones."""
    if line.practitioner != reader().id:
        return line.state
    return library.workflow_of(unit(), line.digest).states[line.stands_at].shown_as or line.state


def reading_now(workflows: Mapping[str, Workflow]) -> Reading:
    """The reader, as the lists want to know them."""
    now = desk().now()
    soon = instant(datetime.fromisoformat(now) + SOON)
    owners = owners_of(unit(), reader(), today())
    return Reading(reach("status"), owners, now, soon, stand_ins(reader(), workflows.values(), today()))
