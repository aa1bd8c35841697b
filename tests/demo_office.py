"""The demo office for tests of the pages: built once, copied for each; people who sign in, a clock that moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from privileging.canonical import instant
from privileging.exchange.demo import PASSWORD, build_demo
from privileging.services import people
from privileging.store import schema, tables
from privileging.store.driver import Store, open_store
from web.desk import Demo

NOW = "2026-11-24T16:00:00.000000Z"  # a Tuesday, ten o'clock at the facility
HOST = "https://localhost"
SECRET = "a secret for tests only, of forty letters"


def build(path: Path) -> Demo:
    """Builds the demo in a new database at ``path``, as it stands at ``NOW``, with cheap password hashes."""
    schema.migrate(str(path))
    store = open_store(str(path), durable=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        built = build_demo(store, now=NOW)
    store.close()
    return Demo(tuple((account.name, account.who) for account in built.accounts), built.password)


@dataclass
class Clock:
    """What the application takes for the time; it stands still until it is moved."""

    at: str = NOW

    def __call__(self) -> str:
        return self.at

    def forward(self, **by: float) -> None:
        """Moves on, as in ``forward(minutes=30, seconds=1)``."""
        self.at = instant(datetime.fromisoformat(self.at) + timedelta(**by))


@dataclass
class Form:
    """A form of a page: where it goes and what it would send as it stands."""

    action: str
    method: str
    fields: dict[str, Any] = field(default_factory=dict)
    offered: set[str] = field(default_factory=set)


class Browser(FlaskClient):
    """A person at a browser without scripts: pages over https, forms sent with what the page put into them."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        if args and isinstance(args[0], str):
            options = {"base_url": HOST, "buffered": True, **options}
        return super().open(*args, **options)

    def sign_in(self, account: str, password: str = PASSWORD, **more: Any) -> TestResponse:
        return self.submit("/sign-in", action="/sign-in", account=account, password=password, **more)

    def submit(self, page: str, action: str = "", *, files: Mapping[str, Any] = {}, **fields: Any) -> TestResponse:
        """Opens ``page`` and sends its form whose action ends in ``action``, with ``fields`` filled in.

        A field that the form does not have is an error of the test; None leaves a field out.
        """
        form = form_of(self.get(page), action)
        assert set(fields) <= form.offered, f"{form.action} has no field {set(fields) - form.offered}"
        assert set(files) <= form.offered, f"{form.action} takes no file {set(files) - form.offered}"
        sent = {name: value for name, value in {**form.fields, **fields, **files}.items() if value is not None}
        options: dict[str, Any] = {"content_type": "multipart/form-data"} if files else {}
        if form.method == "get":
            return self.get(form.action, query_string=sent)
        return self.post(form.action, data=sent, headers={"Referer": urljoin(HOST, page)}, **options)

    def send(self, path: str, data: Mapping[str, Any] | None = None, **options: Any) -> TestResponse:
        """A POST past every form, with a valid token of this session: what a program or a changed page would send."""
        headers = {"Referer": HOST + "/", **options.pop("headers", {})}
        return self.post(path, data={"csrf_token": self.token(), **(data or {})}, headers=headers, **options)

    def token(self) -> str:
        page = self.get("/", follow_redirects=True)
        return next(str(form.fields["csrf_token"]) for form in forms(page) if "csrf_token" in form.fields)


def forms(page: TestResponse) -> list[Form]:
    """The forms of a page."""
    reader = _Forms()
    reader.feed(page.text)
    for form in reader.found:
        form.action = form.action or urlsplit(page.request.url).path
    return reader.found


def form_of(page: TestResponse, action: str) -> Form:
    """The form of a page whose action ends in ``action``; the last of them (a filled-in one comes first on no page)."""
    assert page.status_code == 200, f"{page.request.path}: {page.status}"
    found = [form for form in forms(page) if form.action.split("?")[0].endswith(action)]
    assert found, f"{page.request.path} has no form {action}; it has {[form.action for form in forms(page)]}"
    return found[-1]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.open: Form | None = None
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = Form(given.get("action", ""), given.get("method", "get"))
            self.found.append(self.open)
        elif self.open is not None and tag in ("input", "select", "textarea", "button", "option"):
            self._control(self.open, tag, given)

    def _control(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "option":
            first = self.select not in form.fields
            if self.select and (first or "selected" in given):
                form.fields[self.select] = given.get("value", "")
        elif not name or "disabled" in given:
            return
        elif tag == "select":
            self.select = name
        elif tag == "textarea":
            self.area, form.fields[name] = name, ""
        elif given.get("type") in ("checkbox", "radio"):
            if "checked" in given:
                form.fields.setdefault(name, []).append(given.get("value", "on"))
        elif tag == "input" and given.get("type") != "file":
            form.fields[name] = given.get("value", "")
        form.offered |= {name} - {""}

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area and self.open is not None:
            self.open.fields[self.area] += data


def number_of(store: Store, workflow: str, state: str, **more: str) -> str:
    """The number, as in the address, of the first case of this workflow in this state; ``practitioner=`` and such."""
    c = tables.case_file.c
    where = [c.workflow == workflow, c.state == state, *(c[name] == value for name, value in more.items())]
    with store.reader.connect() as connection:
        found = connection.execute(select(c.id).where(*where).order_by(c.id)).scalars().first()
    assert found, f"the demo has no {workflow} in {state} {more or ''}"
    return str(found).partition("/")[2]
