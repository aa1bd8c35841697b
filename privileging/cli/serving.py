"""``serve`` and ``demo``: the pages, behind gunicorn: one worker process with eight threads."""

from __future__ import annotations

import os
import secrets
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from privileging.cli.shared import db_option, opened, secret_file
from privileging.errors import Conflict, InvalidInput, StoreUnavailable

if TYPE_CHECKING:
    from flask import Flask

THREADS = 8
SHORTEST, FEWEST = 32, 12  # characters of a secret, and different ones among them
# Secrets that programs like this one once shipped with, or that their manuals print; anybody knows them.
KNOWN = {
    "CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET",
    "c292a0a3aa32397cdb050e233733900f",
    "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
    "a secret for tests only, of forty letters",
}
CURE = "write a new one with `privileging init`, after removing the file"

host_option = click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")


@click.command()
@host_option
@click.option("--port", default=8000, show_default=True, help="The port to listen at.")
@click.option("--name", "names", multiple=True, metavar="HOST", help="A name people reach it by; this machine's own.")
@click.option("--proxies", default=0, show_default=True, help="How many proxies stand in front, and are believed.")
@click.option("--secret", "secret_path", metavar="PATH", help="The secret file; beside the database if left out.")
@db_option
def serve(host: str, port: int, names: tuple[str, ...], proxies: int, secret_path: str | None, db: str) -> None:
    """Serve the pages. Behind a proxy that ends TLS, say its --name and --proxies 1."""
    secret = read_secret(secret_file(db, secret_path))
    with opened(db):  # refuses now what a worker could only log
        pass

    def load() -> Flask:
        from privileging.store.driver import open_store
        from web import create_app

        return create_app(open_store(db), secret=secret, hosts=(*names, host), proxies=proxies)

    listening = _listen(host, port)
    _run(load, listening, f"Serving {db} at {_url(listening)}")


@click.command()
@click.option("--db", envvar="PRIVILEGING_DATABASE_URL", metavar="PATH|URL", help="A temporary file if left out.")
@click.option("--no-serve", is_flag=True, help="Build the office and stop.")
@host_option
@click.option("--port", default=0, help="The port to listen at; a free one if left out.")
def demo(db: str | None, no_serve: bool, host: str, port: int) -> None:
    """Build a demo office (three committees, twenty practitioners, cases in every state) and serve its pages."""
    from privileging.exchange.demo import build_demo
    from privileging.store.driver import open_store
    from privileging.store.schema import migrate

    path = db or str(Path(tempfile.mkdtemp(prefix="privileging-")) / "demo.db")
    if "://" not in path and Path(path).exists():
        raise Conflict(f"{path} exists already; the demo is built in a new database only")
    listening = None if no_serve else _listen(host, port)
    migrate(path)
    store = open_store(path, durable=False)
    try:
        built = build_demo(store)
    finally:
        store.close()
    click.echo(f"Demo office: {path}")
    click.echo(f"{built.practitioners} practitioners, {built.cases} cases, invented throughout.")
    click.echo(f"Password of every demo account: {built.password}")
    for account in built.accounts:
        click.echo(f"  {account.name:<12} {account.who}: {account.what_for}")
    if listening is None:
        return

    def load() -> Flask:
        from web import create_app
        from web.desk import Demo

        shown = Demo(tuple((account.name, account.who) for account in built.accounts), built.password)
        return create_app(open_store(path), secret=secrets.token_urlsafe(48), demo=shown, hosts=(host,))

    said = f"\nOpen {_url(listening)} and sign in as ortiz, or choose somebody on top of the page. Ctrl-C ends it."
    _run(load, listening, said)


def read_secret(path: Path) -> str:
    """The secret in a file. Raises StoreUnavailable, naming the cure, for one that is no secret."""
    try:
        secret, mode = path.read_text().strip(), path.stat().st_mode
    except (OSError, UnicodeDecodeError):
        raise StoreUnavailable(f"there is no secret at {path}; run `privileging init`") from None
    if mode & 0o077:
        raise StoreUnavailable(f"others may read the secret at {path}; run `chmod 600 {path}`, or better: {CURE}")
    if len(secret) < SHORTEST or len(set(secret)) < FEWEST:
        raise StoreUnavailable(f"the secret at {path} is empty or too short; {CURE}")
    if secret in KNOWN:
        raise StoreUnavailable(f"the secret at {path} is one that anybody knows; {CURE}")
    return secret


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise InvalidInput({"port": f"cannot listen at {host} port {port}: {error}"}) from None
    return listening


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _run(load: Callable[[], Flask], listening: socket.socket, said: str) -> None:
    """Serves until it is told to stop. The worker opens its own store: connections do not outlive a fork."""
    from gunicorn.app.base import BaseApplication

    settings: dict[str, Any] = {
        "bind": f"fd://{os.dup(listening.fileno())}",
        "workers": 1,
        "worker_class": "gthread",
        "threads": THREADS,
        "loglevel": "warning",
        "proc_name": "privileging",
        "forwarded_allow_ips": "",
        "control_socket_disable": True,
    }

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in settings.items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            return load()

    listening.listen(128)  # whoever comes before the worker stands waits, and is not turned away
    click.echo(said)
    Server().run()
