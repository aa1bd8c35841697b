"""An import between its preview and its confirmation: the files travel with the page, signed and packed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from privileging.canonical import digest_of
from privileging.engine.values import Person
from privileging.errors import InvalidInput
from privileging.exchange.registry import Preview
from privileging.queries.loading import head_of, value_of
from privileging.services.people import Entry, enter, entry_changes, person_id
from privileging.store.driver import Store
from web.desk import session

Sources = list[tuple[str, bytes]]
MOST_BYTES = 5_000_000  # of files as they are uploaded
MOST_SEALED = 900_000  # of what the page carries; a form's fields may hold a million
GOOD_FOR = 12 * 60 * 60


def uploaded() -> Sources:
    """The files that were chosen, by name. Raises InvalidInput when there is none, or they are too large."""
    files = [file for file in request.files.getlist("files") if file.filename]
    sources = [
        (str(file.filename).replace("\\", "/").split("/")[-1], file.stream.read(MOST_BYTES + 1)) for file in files
    ]
    if not sources:
        raise InvalidInput({"files": "choose at least one file of registry replies"})
    if sum(len(data) for _, data in sources) > MOST_BYTES:
        raise InvalidInput({"files": "the files hold more than 5 MB; import them in parts"})
    return sources


def seal(sources: Sources, seen: Preview) -> str:
    """The files and the mark of their preview, signed for whoever is signed in. Raises InvalidInput if too large."""
    told = [[name, data.decode("latin-1")] for name, data in sources]
    sealed = _signer().dumps({"files": told, "mark": mark(seen)})
    text = sealed if isinstance(sealed, str) else sealed.decode()
    if len(text) > MOST_SEALED:
        raise InvalidInput({"files": "the files are too large for one preview; import them in parts"})
    return text


def opened(sealed: str) -> tuple[Sources, str]:
    """What ``seal`` made, for the same person, within twelve hours. Raises InvalidInput."""
    try:
        told: dict[str, Any] = _signer().loads(sealed, max_age=GOOD_FOR)
    except BadData:
        raise InvalidInput(
            {"preview": "is not one of yours, or over twelve hours old; preview the files again"}
        ) from None
    return [(name, text.encode("latin-1")) for name, text in told["files"]], told["mark"]


def mark(seen: Preview) -> str:
    """What tells one preview from another: everything that it would write, and over what."""
    changed = [{"npi": entry.npi, "name": entry.name, "fields": entry.fields} for entry in seen.changed]
    return digest_of([[asdict(entry) for entry in seen.added], changed, seen.same, [asdict(e) for e in seen.entries]])


def enter_new(store: Store, entry: Entry, *, key: str, actor: str, now: str) -> str:
    """Enters a practitioner who is not known yet; the same once more is no fault. Raises InvalidInput."""
    person = person_id(entry.npi)
    with store.reading() as unit:
        head = head_of(unit, person)
        known = value_of(unit, head, Person) if head else None
    if known and entry_changes(known, entry):
        raise InvalidInput({"npi": f"{known.name} is entered already under this NPI"})
    enter(store, [entry], key=key, actor=actor, now=now)
    return person


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt=f"people.import {session().person}")
