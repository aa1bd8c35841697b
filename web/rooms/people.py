"""People: practitioners to look up, to enter by hand, to bring in from the NPI Registry."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError, fields, pre_load, validate

from privileging.errors import Conflict, InvalidInput
from privileging.exchange import registry
from privileging.identifiers import npi_fault
from privileging.queries.people import practitioners
from privileging.queries.practitioners import look_up
from privileging.services.people import Entry, enter, person_id
from web import imports, parse
from web.desk import close_unit, desk, reach, session, unit
from web.guard import STAFF, rule

bp = Blueprint("people", __name__)
rule(people__page=STAFF, people__one=STAFF, people__new=STAFF, people__bring=STAFF, people__confirm=STAFF)
SHOWN = 50


def _is_npi(text: str) -> None:
    if fault := npi_fault(text):
        raise ValidationError(fault)


_needed = validate.And(validate.Length(min=1, error="is needed"), validate.Length(max=200, error="is too long"))
_short = validate.Length(max=200, error="is too long")


class ByHand(parse.Form):
    """A practitioner entered by hand; a NUCC code is ten capitals or digits that end in X."""

    npi = fields.String(required=True, validate=_is_npi)
    given = fields.String(required=True, validate=_needed)
    middle = fields.String(load_default="", validate=_short)
    family = fields.String(required=True, validate=_needed)
    credential = fields.String(required=True, validate=_needed)
    specialty = fields.String(required=True, validate=_needed)
    code = fields.String(
        load_default="",
        validate=validate.Regexp("(?:[0-9A-Z]{9}X)?\\Z", error="a NUCC code is ten capitals or digits, ending in X"),
    )

    @pre_load
    def _tidied(self, data: dict[str, str], **kwargs: object) -> dict[str, str]:
        return {name: " ".join(value.split()) if name in self.fields else value for name, value in data.items()}


@bp.get("/people")
def page() -> ResponseReturnValue:
    text = request.args.get("q", "").strip()
    found = practitioners(unit(), text, limit=SHOWN + 1)
    return render_template("people.html", q=text, found=found[:SHOWN], more=len(found) > SHOWN)


@bp.get("/people/<name>")
def one(name: str) -> ResponseReturnValue:
    person = person_id(name) if name.isdigit() else f"person/{name}"
    return render_template("people_one.html", looked=look_up(unit(), person, reach("status")))


@bp.route("/people/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Enters a practitioner by hand; one who is known already is not written over."""
    if request.method != "POST":
        return render_template("people_new.html", typed={}, faults={})
    try:
        entry = _entry(parse.parsed(ByHand))
        close_unit()
        person = imports.enter_new(desk().store, entry, key=parse.key(), actor=session().person, now=desk().now())
    except InvalidInput as refused:
        return render_template("people_new.html", typed=request.form, faults=refused.fields), 422
    flash(f"{entry.name} is entered.")
    return redirect(url_for("people.one", name=person.partition("/")[2]))


def _entry(sent: dict[str, object]) -> Entry:
    told = {name: str(value) for name, value in sent.items() if name not in ("key", "seen")}
    specialty = {"code": told.pop("code"), "title": told.pop("specialty"), "primary": True, "state": "", "license": ""}
    name = " ".join(part for part in (told["given"], told["middle"], told["family"]) if part)
    return Entry(told["npi"], name, {**told, "taxonomies": [specialty]})


@bp.route("/people/import", methods=["GET", "POST"])
def bring() -> ResponseReturnValue:
    """Registry replies: what they would add and change, before anything is written."""
    if request.method != "POST":
        return render_template("people_import.html", fault="")
    try:
        sources = imports.uploaded()
        seen = registry.preview(desk().store, sources)
        sealed = imports.seal(sources, seen)
    except InvalidInput as refused:
        return render_template("people_import.html", fault="; ".join(refused.fields.values())), 422
    return render_template("people_preview.html", seen=seen, sealed=sealed)


@bp.post("/people/import/confirm")
def confirm() -> ResponseReturnValue:
    """Imports what was previewed: all of it, or nothing where it would now be something else."""
    sources, shown = imports.opened(request.form.get("sealed", ""))
    close_unit()
    seen = registry.preview(desk().store, sources)
    if imports.mark(seen) == shown:
        enter(desk().store, seen.entries, key=parse.key(), actor=session().person, now=desk().now())
        flash(f"Imported: {len(seen.added)} new, {len(seen.changed)} changed.")
    elif seen.added or seen.changed:
        raise Conflict("Somebody changed these practitioners since the preview. Nothing is imported: preview again")
    else:
        flash("It is imported already: nothing was left to do.")
    return redirect(url_for("people.page"))
