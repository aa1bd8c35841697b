"""The house of the README: which room may know which, and which library lives where."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LEAVES = {"errors", "canonical", "identifiers"}
KNOWS = {
    "definition": set(),
    "engine": {"definition"},
    "store": set(),
    "queries": {"definition", "engine", "store"},
    "services": {"definition", "engine", "store", "queries"},
    "exchange": {"definition", "engine", "store", "queries", "services"},
    "cli": {"definition", "engine", "store", "queries", "services", "exchange"},
}
LIVES_IN = {
    "transitions": {"engine/kernel.py"},
    "ruamel": {"definition/reader.py"},
    "pygraphviz": {"definition/drawing.py"},
    "marshmallow": {"definition", "exchange"},
    "sqlalchemy": {"store", "services", "queries"},
    "alembic": {"store"},
    "psycopg": {"store"},
    "sqlite3": {"store"},
    "argon2": {"services/people.py"},
    "click": {"cli"},
    "flask": {"cli/serving.py"},
    "gunicorn": {"cli/serving.py"},
}
OUTSIDE = {"random", "secrets", "time", "uuid", "os", "socket", "sqlite3", "subprocess", "tempfile"}


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("room", KNOWS)
def test_imports_point_inwards_only(room: str) -> None:
    allowed = KNOWS[room] | LEAVES | {room}
    for path in sources(f"privileging/{room}"):
        ours = {name.split(".")[1] for name in imported(path) if name.startswith("privileging.")}
        assert ours <= allowed, f"{path.relative_to(ROOT)} knows {ours - allowed}"


def test_leaves_know_leaves_only() -> None:
    for leaf in LEAVES:
        names = {
            name.split(".")[1] for name in imported(ROOT / f"privileging/{leaf}.py") if name.startswith("privileging.")
        }
        assert names <= LEAVES


@pytest.mark.parametrize("library", LIVES_IN)
def test_a_library_lives_in_its_room(library: str) -> None:
    for path in sources("privileging"):
        if any(name.split(".")[0] == library for name in imported(path)):
            place = str(path.relative_to(ROOT / "privileging"))
            assert any(place == room or place.startswith(f"{room}/") for room in LIVES_IN[library]), place


def test_the_pages_are_known_to_the_commands_that_serve_them_only() -> None:
    for path in sources("privileging"):
        if any(name.split(".")[0] == "web" for name in imported(path)):
            assert path.relative_to(ROOT / "privileging") == Path("cli/serving.py")
    commands = ast.parse((ROOT / "privileging/cli/serving.py").read_text()).body
    knowing = [node for node in commands if "from web" in ast.unparse(node)]
    assert {node.name for node in knowing if isinstance(node, ast.FunctionDef)} == {"serve", "demo"}
    assert all(isinstance(node, ast.FunctionDef) for node in knowing)


def test_the_pages_know_no_command_and_write_no_sql() -> None:
    for path in sources("web"):
        names = set(imported(path))
        assert not [name for name in names if name.startswith("privileging.cli")], path
        assert not {name.split(".")[0] for name in names} & {"sqlalchemy", "sqlite3", "psycopg", "alembic", "click"}, (
            path
        )


def test_untyped_libraries_are_met_in_one_module() -> None:
    for path in sources("web"):
        if {name.split(".")[0] for name in imported(path)} & {"flask_login", "flask_wtf"}:
            assert path.relative_to(ROOT / "web") == Path("outside.py")


@pytest.mark.parametrize("room", ["definition", "engine"])
def test_the_core_has_no_clock_no_dice_and_no_database(room: str) -> None:
    for path in sources(f"privileging/{room}"):
        assert not OUTSIDE & {name.split(".")[0] for name in imported(path)}, path
        assert ".now(" not in path.read_text(), path


def test_a_cases_state_is_written_on_one_line() -> None:
    trees = [ast.parse(path.read_text()) for path in sources("privileging")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    changes = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "replace"]
    assert len([call for call in changes if "state" in {keyword.arg for keyword in call.keywords}]) == 1


READ = [path for folder in ("privileging", "web") for path in sources(folder) if "migrations" not in path.parts]


@pytest.mark.parametrize("path", READ, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_short(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 350
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 45, node.name


@pytest.mark.parametrize(
    "command",
    [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",)],
    ids=["lint", "format", "types"],
)
def test_the_tools_find_nothing(command: tuple[str, ...]) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
