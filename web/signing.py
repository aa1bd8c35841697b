"""Signing: whoever signs has given their password within the last 15 minutes, or gives it with the signature."""

from __future__ import annotations

from flask import request

from privileging.errors import NotPermitted, Reason
from privileging.services import sessions
from web.desk import close_unit, desk, session
from web.outside import begin, signed_in


def proof_needed() -> bool:
    """Whether a page that asks for a signature must ask for the password too."""
    return not session().proof_is_fresh(desk().now())


def sign() -> None:
    """Before something is signed: raises NotPermitted unless the signer's proof is fresh, or made with this request."""
    user = signed_in()
    if not proof_needed() or user is None:
        return
    password = request.form.get("password", "")
    if not password:
        raise NotPermitted(
            [Reason("password", "To sign, give your password: it is over 15 minutes since you last did")]
        )
    close_unit()
    begin(
        sessions.prove(desk().store, user.token, password, request.remote_addr or "unknown", now=desk().now()),
        same_person=True,
    )
