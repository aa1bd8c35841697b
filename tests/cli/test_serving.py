"""``serve`` and ``demo``: real processes behind gunicorn, and what refuses to start."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from privileging.cli.serving import KNOWN

PROGRAM = "from privileging.cli import main; main()"
GOOD = "k7Jq2mX9vB4nR8tZ1wL6sD3fH5gC0yPa"
Run = Callable[..., Any]
Start = Callable[..., tuple[subprocess.Popen[str], str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the program and waits until it says an address; whatever it started is stopped afterwards."""
    started: list[subprocess.Popen[str]] = []

    def begin(*args: str) -> tuple[subprocess.Popen[str], str]:
        command = [sys.executable, "-u", "-c", PROGRAM, *args]
        environment = {**os.environ, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        started.append(process)
        assert process.stdout
        for line in process.stdout:
            if found := re.search(r"http://\S+", line):
                return process, found[0]
        raise AssertionError(f"it said no address and ended with {process.wait()}")

    yield begin
    for process in started:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


class Visitor:
    """A client of the real server; it keeps its cookie, over http on this machine as browsers do."""

    def __init__(self, url: str) -> None:
        self.at, self.cookie = urlsplit(url), ""

    def ask(self, method: str, path: str, sent: dict[str, str] | None = None, **headers: str) -> tuple[int, str]:
        with closing(http.client.HTTPConnection(str(self.at.hostname), self.at.port, timeout=20)) as connection:
            told = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded", **headers}
            connection.request(method, path, urlencode(sent) if sent else None, told)
            answer = connection.getresponse()
            self.cookie = (answer.getheader("Set-Cookie") or self.cookie).split(";")[0]
            return answer.status, answer.read().decode()

    def sign_in(self, account: str, password: str) -> int:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.ask("GET", "/sign-in")[1])
        assert found
        return self.ask("POST", "/sign-in", {"csrf_token": found[1], "account": account, "password": password})[0]


def test_the_demo_shows_its_first_worklist_within_ten_seconds(start: Start, tmp_path: Path) -> None:
    began = time.monotonic()
    process, url = start("demo")
    visitor = Visitor(url)
    assert visitor.sign_in("ortiz", "demo only, never real") == 302
    status, page = visitor.ask("GET", "/")
    assert time.monotonic() - began < 10
    assert status == 200
    assert "Demo data" in page
    assert "See it as" in page
    assert urlsplit(url).hostname == "127.0.0.1"
    assert visitor.ask("GET", "/sign-in", Host="evil.example")[0] == 400
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 0
    assert not [*tmp_path.rglob("gunicorn.ctl"), *tmp_path.rglob(".gunicorn")]


def test_the_real_thing_serves_an_office_without_a_switcher(start: Start, db: str) -> None:
    Path(f"{db}.secret").touch(mode=0o600)
    Path(f"{db}.secret").write_text(GOOD)
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    _, url = start("serve", "--db", db, "--port", str(port), "--name", "office.example")
    visitor = Visitor(url)
    assert urlsplit(url).port == port
    assert visitor.sign_in("ortiz", "correct horse battery staple") == 302
    status, page = visitor.ask("GET", "/")
    assert status == 200
    assert "Demo data" not in page
    assert visitor.ask("GET", "/sign-in", Host="office.example")[0] == 200
    assert visitor.ask("GET", "/sign-in", Host="evil.example")[0] == 400


@pytest.mark.parametrize(
    ("secret", "mode", "says"),
    [
        (None, 0, "there is no secret at"),
        (GOOD, 0o644, "others may read the secret"),
        (GOOD, 0o640, "chmod 600"),
        ("", 0o600, "empty or too short"),
        (GOOD[:31], 0o600, "empty or too short"),
        ("ab" * 40, 0o600, "empty or too short"),
        *((known, 0o600, "anybody knows") for known in sorted(KNOWN)),
    ],
)
def test_no_start_with_a_secret_that_is_none(run: Run, db: str, secret: str | None, mode: int, says: str) -> None:
    path = Path(f"{db}.secret")
    if secret is not None:
        path.write_text(secret)
        path.chmod(mode)
    said = run("serve", "--db", db)
    assert said.code == 1
    assert says in said.err
    assert "privileging init" in said.err


def test_no_start_on_a_database_that_is_not_there(run: Run, db: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    secret.write_text(GOOD)
    said = run("serve", "--db", tmp_path / "none.db", "--secret", secret)
    assert (said.code, "privileging init" in said.err) == (1, True)


def test_no_start_at_a_port_that_is_taken(run: Run, db: str) -> None:
    path = Path(f"{db}.secret")
    path.touch(mode=0o600)
    path.write_text(GOOD)
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = run("serve", "--db", db, "--port", taken.getsockname()[1])
    assert said.code == 2
    assert "cannot listen" in said.err


def test_init_makes_a_secret_that_serve_takes(run: Run, tmp_path: Path) -> None:
    from privileging.cli.serving import read_secret

    assert run("init", "--db", tmp_path / "new.db").code == 0
    path = tmp_path / "new.db.secret"
    assert len(read_secret(path)) >= 32
    assert path.stat().st_mode & 0o077 == 0
