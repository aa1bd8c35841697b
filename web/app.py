"""The factory: what every page has in common is wired here, nothing happens at import."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from privileging.services.door import now_or
from privileging.store.driver import Store
from privileging.store.evidence import LARGEST
from web import errors, guard, show
from web.desk import Demo, Desk, close_unit
from web.outside import csrf, sessions
from web.rooms import ROOMS

POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; "
    "img-src 'self' data:"
)
SHORTEST_SECRET = 32
LARGEST_FORM = 1_000_000  # bytes, without its files
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
HSTS = "max-age=31536000"


def create_app(
    store: Store,
    *,
    secret: str,
    demo: Demo | None = None,
    now: Callable[[], str] | None = None,
    hosts: Iterable[str] = (),
    proxies: int = 0,
) -> Flask:
    """The application over an open store. Raises ValueError for a missing or short secret.

    ``hosts``: the names it answers to, beside this machine's own; ``proxies``: how many in front of it are believed.
    """
    if len(secret) < SHORTEST_SECRET:
        raise ValueError("the secret is missing or shorter than 32 characters: run `privileging init`")
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=secret,
        SESSION_COOKIE_NAME="__Host-privileging",
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        MAX_CONTENT_LENGTH=LARGEST + 1_000_000,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=2_000,
        TRUSTED_HOSTS=[*LOOPBACK, *hosts],
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=True,
    )
    app.extensions["desk"] = Desk(store, now or (lambda: now_or(None)), demo)
    app.before_request(_bounded)
    csrf(app)
    sessions(app)
    app.before_request(guard.admit)
    app.after_request(_headers)
    app.teardown_appcontext(close_unit)
    errors.register(app)
    show.register(app)
    for room in ROOMS:
        app.register_blueprint(room)
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    return app


def _bounded() -> None:
    """Only a form with files may be large: any other is read whole into memory, however many fields it has."""
    if request.mimetype != "multipart/form-data":
        request.max_content_length = LARGEST_FORM


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = HSTS
    if response.direct_passthrough:
        response.headers.setdefault("Cache-Control", "max-age=3600")
    else:
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    return response
