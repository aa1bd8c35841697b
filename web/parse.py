"""Form fields as what services take: facts by the definition's kinds, files, what was seen, the key of a page."""

from __future__ import annotations

from flask import request
from marshmallow import RAISE, Schema, ValidationError, fields

from privileging.definition.model import Action, Workflow
from privileging.errors import InvalidInput
from privileging.services.cases import File
from privileging.store.evidence import LARGEST

UNIFORM = ("csrf_token", "key", "seen", "password")


class Form(Schema):
    """A form's fields: unknown ones are refused, every problem is named by its field."""

    class Meta:
        unknown = RAISE

    key = fields.String(load_default="")
    seen = fields.Integer(strict=False, load_default=None, allow_none=True)


def parsed(schema: type[Form]) -> dict[str, object]:
    """The request's fields through a schema, the page's own apart. Raises InvalidInput, also for a field sent twice."""
    several = {name for name, kind in schema().fields.items() if type(kind) is fields.Raw}
    once(*several)
    sent = {name: value for name, value in request.form.items() if name not in ("csrf_token", "password")}
    try:
        data: dict[str, object] = schema().load(sent)
    except ValidationError as error:
        messages = error.messages if isinstance(error.messages, dict) else {"form": error.messages}
        raise InvalidInput({str(name): " ".join(map(str, texts)) for name, texts in messages.items()}) from None
    return data


def texts(schema: type[Form]) -> dict[str, str]:
    """The same of a form whose fields are all texts; without the key and what was seen."""
    return {name: str(value).strip() for name, value in parsed(schema).items() if name not in ("key", "seen")}


def once(*several: str) -> None:
    """Raises InvalidInput for a field that was sent twice, those apart of which there may be several."""
    twice = [name for name, texts in request.form.lists() if len(texts) > 1 and name not in several]
    if twice:
        raise InvalidInput(dict.fromkeys(twice, "was sent twice"))


def only(*names: str, several: tuple[str, ...] = (), beginning: tuple[str, ...] = ()) -> None:
    """Raises InvalidInput for a field that a form without a schema does not have, or that was sent twice."""
    once(*several)
    known = {*UNIFORM, *names, *several}
    unknown = [name for name in request.form if name not in known and not name.startswith(beginning or ("\0",))]
    if unknown:
        raise InvalidInput(dict.fromkeys(unknown, "Unknown field."))


def key() -> str:
    """The page's key: the same form sent twice is carried out once."""
    return request.form.get("key", "")[:64]


def seen() -> int | None:
    """The case's version the page showed."""
    return whole(request.form.get("seen", ""))


def whole(text: str) -> int | None:
    """A number as forms send it; None for anything else, and for what no count here reaches."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def file(name: str) -> File | None:
    """An uploaded file, if one was chosen."""
    sent = request.files.get(name)
    if sent is None or not sent.filename:
        return None
    return File(sent.filename.replace("\\", "/").split("/")[-1], sent.stream.read(LARGEST + 1))


def facts(workflow: Workflow, action: Action) -> dict[str, object]:
    """What an act states, from fields named ``fact-NAME``; an empty field states nothing."""
    stated: dict[str, object] = {}
    for name in action.asks:
        value = (
            _lines() if workflow.facts[name].name == "each_privilege" else request.form.get(f"fact-{name}", "").strip()
        )
        if value:
            stated[name] = value
    return stated


def _lines() -> list[dict[str, str]]:
    codes = request.form.getlist("grant")
    conditions = {code: request.form.get(f"conditions-{code}", "").strip() for code in codes}
    return [{"privilege": c, **({"conditions": conditions[c]} if conditions[c] else {})} for c in codes]
