"""The way of one case through its workflow, as a picture and as a list; its applicant reads both in public words."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from privileging.queries.path import path_of
from privileging.queries.trail import strip_of
from web.desk import reader, unit
from web.guard import STATUS, must_declare, rule, within_reach
from web.rooms.workflows import pictured

bp = Blueprint("diagrams", __name__)
rule(diagrams__case=STATUS)


@bp.get("/cases/<number>/diagram")
def case(number: str) -> ResponseReturnValue:
    mine = g.facts.practitioner == reader().id
    path = path_of(unit(), g.case, in_public=mine)
    view = replace(strip_of(path.workflow, path.case, path.facility), since=path.visits[-1].since)
    if mine:  # what is due of others is not said to an applicant
        view = replace(view, deadlines=())
    if not mine and must_declare():  # nothing of what was done before the question is answered
        path = path.now_only()
    if not within_reach("file"):  # an administrator: that the case exists and where it stands
        path, view = path.now_only(), replace(view, practitioner_name=f"Case {number}", deadlines=())
    picture, why = pictured(path.drawn, path.walk)
    return render_template(
        "diagram.html", view=view, workflow=path.workflow, path=path, mine=mine, picture=picture, why=why
    )
