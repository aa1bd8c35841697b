"""The workflows as their files say: who may do what from where, by when, under which clause, and what is proved."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from privileging.definition.drawing import NOWHERE, Walk, svg
from privileging.definition.model import Action, Workflow
from privileging.definition.proof import prove
from privileging.definition.table import meaning, rule_text, status
from privileging.definition.vocabulary import EFFECTS, OUTCOMES, REQUIREMENTS
from privileging.errors import NotFound
from privileging.queries import library
from privileging.queries.path import actors
from web.desk import today, unit
from web.guard import SIGNED_IN, rule

bp = Blueprint("workflows", __name__)
FEW = 3
rule(workflows__page=SIGNED_IN, workflows__one=SIGNED_IN)


@bp.get("/workflows")
def page() -> ResponseReturnValue:
    return render_template("workflows.html", workflows=library.all_live(unit(), today()))


@bp.get("/workflows/<name>")
def one(name: str) -> ResponseReturnValue:
    """One workflow: the version in force, or the one the address asks for."""
    versions = library.published(unit(), name)
    wanted = request.args.get("version", "")
    workflow = next((library.workflow_of(unit(), v.digest) for v in versions if str(v.version) == wanted), None)
    workflow = workflow or library.live(unit(), name, today())
    picture, why = pictured(workflow)
    safeguards = [
        (proof.safeguard, status(proof), rule_text(proof.safeguard), meaning(proof)) for proof in prove(workflow)
    ]
    used = {item.name for action in workflow.actions() for item in (*action.requires, *action.does)}
    terms = [(name, term.says) for name, term in (*REQUIREMENTS.items(), *EFFECTS.items()) if name in used]
    return render_template(
        "workflow.html",
        workflow=workflow,
        versions=versions,
        picture=picture,
        why=why,
        safeguards=safeguards,
        terms=terms,
        outcomes=OUTCOMES,
        actors=actors,
        shared=shared_actions(workflow),
    )


def shared_actions(workflow: Workflow) -> dict[str, tuple[Action, tuple[str, ...]]]:
    """The actions that the file says once for more than a few states, with the titles of these."""
    found: dict[Action, list[str]] = {}
    for action in workflow.actions():
        if action.state:
            found.setdefault(replace(action, state=""), []).append(workflow.states[action.state].title)
    return {action.name: (action, tuple(states)) for action, states in found.items() if len(states) > FEW}


def pictured(workflow: Workflow, walk: Walk = NOWHERE) -> tuple[Markup, str]:
    """The picture, or why there is none. Safe to stand in a page: Graphviz escapes every text it is given."""
    try:
        return Markup(svg(workflow, walk)), ""
    except NotFound as error:
        return Markup(), str(error)
