"""The untyped libraries, each used here and nowhere else: Flask-Login for who is signed in, Flask-WTF for CSRF."""

from __future__ import annotations

from flask import Flask, g, session
from flask_login import LoginManager, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFProtect

from privileging.services import sessions as kept
from web.desk import desk


class SignedIn:
    """What Flask-Login asks of a user: the id it keeps in the cookie is the session's token, not the account."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, token: str, found: kept.Session) -> None:
        self.token, self.session = token, found

    def get_id(self) -> str:
        return self.token


def csrf(app: Flask) -> None:
    """Every unsafe request needs the page's token."""
    CSRFProtect(app)


def sessions(app: Flask) -> None:
    """Sessions are rows on the server; the cookie holds a token."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_loaded)


def _loaded(token: str) -> SignedIn | None:
    found = g.session = kept.session_of(desk().store, token, now=desk().now())
    return SignedIn(token, found) if found else None


def signed_in() -> SignedIn | None:
    """The session of this request, if any."""
    return current_user if isinstance(current_user._get_current_object(), SignedIn) else None


def begin(token: str, *, same_person: bool = False) -> None:
    """Starts the browser's session anew with this token; the ``same_person``'s other open pages stay good."""
    seed = session.get("csrf_token") if same_person else None
    session.clear()
    if seed:
        session["csrf_token"] = seed
    found = kept.session_of(desk().store, token, now=desk().now())
    if found:
        g.session = found
        login_user(SignedIn(token, found))


def finish() -> None:
    """Ends the session here and on the server."""
    user = signed_in()
    if user:
        kept.end(desk().store, user.token, now=desk().now())
    logout_user()
    session.clear()
