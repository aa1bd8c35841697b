"""Signing in, proving again, signing out; in a demo, changing places."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from privileging.errors import NotPermitted
from privileging.services import sessions
from web.desk import close_unit, desk
from web.guard import PUBLIC, SIGNED_IN, rule
from web.outside import begin, finish, signed_in

bp = Blueprint("session", __name__)
rule(session__sign_in=PUBLIC, session__sign_out=SIGNED_IN, session__prove=SIGNED_IN, session__switch=PUBLIC)


def ours(target: str) -> str:
    """``target`` if it is a path of this application, else the first page."""
    parts = urlsplit(target)
    local = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return target if local and "\\" not in target and target.isprintable() else url_for("worklist.page")


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    target = ours(request.values.get("next", ""))
    if request.method != "POST":
        return render_template("sign_in.html", next=target, account="")
    account = request.form.get("account", "").strip().lower()
    try:
        token = sessions.sign_in(desk().store, account, request.form.get("password", ""), _address(), now=desk().now())
    except NotPermitted as refused:
        return render_template("sign_in.html", next=target, account=account, reasons=refused.reasons), 401
    finish()  # whoever was signed in here before
    begin(token)
    return redirect(target)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    finish()
    response = redirect(url_for("session.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.route("/prove", methods=["GET", "POST"])
def prove() -> ResponseReturnValue:
    """Asks for the password again before something is signed."""
    target, user = ours(request.values.get("next", "")), signed_in()
    if request.method != "POST" or user is None:
        return render_template("prove.html", next=target)
    try:
        token = sessions.prove(desk().store, user.token, request.form.get("password", ""), _address(), now=desk().now())
    except NotPermitted as refused:
        return render_template("prove.html", next=target, reasons=refused.reasons), 401
    begin(token, same_person=True)
    flash("Thank you. Please look once more at what you sign.")
    return redirect(target)


@bp.post("/switch")
def switch() -> ResponseReturnValue:
    """In a demo office only: sign in as another of its accounts."""
    demo, account = desk().demo, request.form.get("account", "")
    if demo is None or account not in dict(demo.accounts):
        abort(404)
    close_unit()
    finish()
    begin(sessions.sign_in(desk().store, account, demo.password, _address(), now=desk().now()))
    return redirect(url_for("worklist.page"))


def _address() -> str:
    return request.remote_addr or "unknown"
