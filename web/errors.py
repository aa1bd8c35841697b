"""Errors as pages in the same style, each with an id; what is said depends on the kind, never on the inside."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping

from flask import Flask, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, SecurityError

from privileging.errors import (
    Conflict,
    DefinitionError,
    HistoryBroken,
    InvalidInput,
    KeyReused,
    NotFound,
    NotPermitted,
    PrivilegingError,
    Reason,
    Refused,
    StoreUnavailable,
    TooManyTries,
)
from web.desk import close_unit
from web.guard import within_reach

log = logging.getLogger("web")

# From the most particular on: NotPermitted is a Refused.
CODES: tuple[tuple[type[PrivilegingError], int], ...] = (
    (NotPermitted, 403),
    (Refused, 422),
    (InvalidInput, 422),
    (DefinitionError, 422),
    (KeyReused, 422),
    (NotFound, 404),
    (Conflict, 409),
    (TooManyTries, 429),
    (StoreUnavailable, 503),
    (HistoryBroken, 500),
)
TITLES: Mapping[int, str] = {
    400: "This request makes no sense here",
    401: "Sign in first",
    403: "Not yours to see or do",
    404: "There is nothing here for you",
    405: "This page takes no such request",
    409: "Somebody else acted first",
    413: "This is too large",
    422: "Not as it stands",
    429: "Too many tries",
    500: "Something failed on our side",
    503: "The database is busy or away",
}
KEPT = frozenset({400, 401, 403, 409, 422, 429, 503})  # what was typed is shown again to whoever sent it
SECRET_FIELDS = {"csrf_token", "password", "key", "seen", "name", "body", "sealed", "next", "account"}


def register(app: Flask) -> None:
    """Every error this package or the server raises becomes a page."""
    app.register_error_handler(PrivilegingError, _ours)
    app.register_error_handler(HTTPException, _theirs)
    app.register_error_handler(Exception, _unforeseen)


def _ours(error: PrivilegingError) -> ResponseReturnValue:
    code = next(code for kind, code in CODES if isinstance(error, kind))
    reasons = error.reasons if isinstance(error, Refused) else ()
    if isinstance(error, InvalidInput):
        reasons = tuple(Reason(name, f"{name.replace('_', ' ')}: {text}") for name, text in error.fields.items())
    text = "" if reasons else _said(error) if code < 500 else "Nothing was written. Try again in a moment."
    headers = {"Retry-After": str(error.wait)} if isinstance(error, TooManyTries) else {}
    return _page(code, text, reasons, headers | ({"Retry-After": "5"} if code == 503 else {}))


def _said(error: PrivilegingError) -> str:
    """What an error says; who changed a case meanwhile, and how, only to a reader of its history."""
    if isinstance(error, Conflict) and g.get("facts") and not within_reach("history"):
        return "The case changed while you were looking at it"
    return str(error)


def _theirs(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if isinstance(error, SecurityError):  # under another host's name no page can be made, and none should be
        return "This host name is not served here.\n", code, {"Content-Type": "text/plain; charset=utf-8"}
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Location", "Retry-After")}
    if code < 400:
        return error.get_response()
    return _page(code, error.description if code == 400 else "", (), headers)


def _unforeseen(error: Exception) -> ResponseReturnValue:
    reference = secrets.token_hex(4)
    log.error("unforeseen %s on %s %s", reference, request.method, request.path, exc_info=error)
    return _page(500, "It was noted under this id.", (), {}, reference)


def _page(
    code: int,
    text: str | None,
    reasons: tuple[Reason, ...],
    headers: Mapping[str, str],
    reference: str = "",
) -> ResponseReturnValue:
    close_unit()
    shown = {
        "code": code,
        "title": TITLES.get(code, "This did not work"),
        "text": text or "",
        "reasons": reasons,
        "typed": _typed() if code in KEPT else [],
        "reference": reference or secrets.token_hex(4),
    }
    try:
        page = render_template("error.html", **shown)
    except PrivilegingError:  # the database is away: who is signed in cannot be said, the rest can
        close_unit()
        page = current_app.jinja_env.get_template("away.html").render(**shown)
    return page, code, dict(headers)


def _typed() -> list[tuple[str, str]]:
    """What was sent, to show it back; nothing where it could not even be read."""
    try:
        return [(name, value) for name, value in request.form.items(multi=True) if name not in SECRET_FIELDS and value]
    except HTTPException:
        return []
