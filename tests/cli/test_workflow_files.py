"""``check``, ``show`` and ``publish``: whatever the file holds, an answer in words with file and line."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
from commanding import Run

from privileging.definition.load import shipped, shipped_folder

BOMBS = Path(__file__).parents[3] / "shared" / "data" / "yaml-bombs"
SMALL = """
workflow: locum
version: 1
title: Locum tenens
governed_by: Sample bylaws
roles:
  applicant: {of: case, title: Applicant}
opening:
  apply: {by: applicant, to: draft, title: Apply}
states:
  draft:
    title: Draft
    actions:
      withdraw: {by: applicant, to: withdrawn, title: Withdraw}
  withdrawn:
    title: Withdrawn
    final: withdrawn
"""
LOOP = "  draft:\n    title: Draft\n    actions:\n      again: {by: applicant, to: draft, title: Again}\n"
TRAP = SMALL.replace("by: applicant, to: withdrawn", "by: applicant, to: loop") + LOOP.replace("draft", "loop")
ALIAS = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"

BAD = {
    "unknown key": SMALL.replace("title: Draft", "titel: Draft").encode(),
    "duplicate key": SMALL.replace("version: 1", "version: 1\nversion: 2").encode(),
    "tab": SMALL.replace("    title: Draft", "\ttitle: Draft").encode(),
    "not UTF-8": SMALL.replace("Locum tenens", "Lòcum").encode("latin-1"),
    "alias": (SMALL + ALIAS).encode(),
    "ten megabytes": b"# " + b"x" * 10_000_000,
    "brackets": b"[" * 2_000,
    "braces": b"a: {" * 2_000,
    "trap": TRAP.encode(),
    "undefined role": SMALL.replace("{by: applicant, to: draft", "{by: nobody, to: draft").encode(),
    "no such state": SMALL.replace("to: withdrawn", "to: withdrwan").encode(),
    "two documents": (SMALL + "---\na: b\n").encode(),
    "a list": b"- a\n- b\n",
    "empty": b"",
    "a tag": SMALL.replace("version: 1", "version: !!python/object:os.system 1").encode(),
    "a NUL byte": SMALL.encode() + b"\x00",
    "a number of 5,000 digits": SMALL.replace("version: 1", "version: " + "9" * 4_900).encode(),
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_with_file_and_line(run: Run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "locum.yaml"
    path.write_bytes(content)
    said = run("check", path)
    assert said.code == 1
    first = (said.out + said.err).splitlines()[0]
    assert first.startswith(f"{path}:")
    assert first.split(":")[1].isdigit()
    problems = json.loads(run("check", path, "--json").out)["problems"]
    assert {problem["file"] for problem in problems} == {str(path)}
    assert run("show", path).code == 1


@pytest.mark.skipif(not BOMBS.exists(), reason="needs the collected bombs")
def test_a_collected_bomb_is_refused(run: Run) -> None:
    for path in BOMBS.glob("*.yaml"):
        assert run("check", path).code == 1


def test_every_problem_of_a_file_is_told_at_once(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "locum.yaml"
    path.write_text(SMALL.replace("title: Draft", "titel: Draft").replace("governed_by", "govern_by"))
    assert len(json.loads(run("check", path, "--json").out)["problems"]) >= 3


def test_a_good_file_says_what_it_is(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "locum.yaml"
    path.write_text(SMALL)
    said = run("check", path)
    assert said.code == 0
    assert said.out.startswith("locum version 1: 0 safeguards proved, digest ")
    assert json.loads(run("check", path, "--json").out)["workflows"][0]["states"] == 2


def test_one_bad_file_among_good_ones_is_no(run: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "locum.yaml", tmp_path / "bad.yaml"
    good.write_text(SMALL)
    bad.write_bytes(BAD["trap"])
    said = run("check", good, bad)
    assert (said.code, "locum version 1" in said.out, str(bad) in said.out) == (1, True, True)


@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_shipped_workflow_is_shown(run: Run, name: str) -> None:
    path = shipped_folder() / f"{name}.yaml"
    assert run("check", path).code == 0
    assert name in run("show", path).out
    assert json.loads(run("show", path, "--json").out)["name"] == name


def test_a_workflow_is_drawn(run: Run, tmp_path: Path) -> None:
    path, target = tmp_path / "locum.yaml", tmp_path / "locum.svg"
    path.write_text(SMALL)
    said = run("show", path, "--svg", target)
    if find_spec("pygraphviz") is None:
        assert (said.code, "privileging[diagrams]" in said.err) == (2, True)
        return
    assert said.code == 0
    assert target.read_text().lstrip().startswith("<svg")
    assert run("show", path, "--svg", "-").out.lstrip().startswith("<svg")
    assert run("show", path, "--svg", tmp_path / "missing" / "x.svg").code == 2


@pytest.mark.parametrize("command", ["check", "show", "publish"])
def test_a_file_that_is_not_there_is_misuse(run: Run, db: str, tmp_path: Path, command: str) -> None:
    for path in (tmp_path / "missing.yaml", tmp_path):
        said = run(command, path)
        assert (said.code, bool(said.err)) == (2, True)
    assert run(command).code == 2


def test_a_version_is_published_once(run: Run, db: str, tmp_path: Path) -> None:
    path = tmp_path / "locum.yaml"
    path.write_text(SMALL)
    assert run("publish", path, "--from", "2026-01-01").out == "locum is published, live from 2026-01-01\n"
    assert run("publish", path, "--from", "2026-01-01").out == "Nothing new: published already\n"
    path.write_text(SMALL.replace("title: Draft", "title: Preparation"))
    said = run("publish", path)
    assert (said.code, "give it a new version" in said.err) == (2, True)
    path.write_text(SMALL.replace("version: 1", "version: 2"))
    assert json.loads(run("publish", path, "--from", "2026-02-01", "--json").out)["published"] == ["locum"]
    assert run("publish", path, "--from", "someday").code == 2


def test_a_bad_file_is_not_published(run: Run, db: str, tmp_path: Path) -> None:
    path = tmp_path / "locum.yaml"
    for content in BAD.values():
        path.write_bytes(content)
        said = run("publish", path)
        assert (said.code, said.err.startswith(f"{path}:")) == (1, True)
