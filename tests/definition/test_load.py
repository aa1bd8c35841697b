from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_files import CHILD, SMALL, changed, child, small

from privileging.canonical import digest_of
from privileging.definition import load as loading
from privileging.definition.load import load, load_files, load_near, load_sources, shipped
from privileging.definition.model import Workflow
from privileging.definition.reader import read
from privileging.errors import DefinitionError, Problem

SHIPPED = shipped()
FAMILY = {"fair_hearing": load(SHIPPED["fair_hearing"], "fair_hearing.yaml")}


def files(folder: Path, **sources: str) -> list[Path]:
    for name, source in sources.items():
        (folder / f"{name}.yaml").write_text(source)
    return [folder / f"{name}.yaml" for name in sources]


def test_the_files_that_come_with_the_release_load_together() -> None:
    folder = Path(__file__).parents[2] / "workflows"
    found = load_files(folder.glob("*.yaml"))
    assert set(found) == set(SHIPPED) == {path.stem for path in folder.glob("*.yaml")}
    assert found["initial_appointment"].opens("adverse_recommendation") == ("fair_hearing",)


def test_shipped_files_are_found_from_a_wheel_as_from_a_checkout(tmp_path: Path) -> None:
    package = tmp_path / "privileging"
    assert loading._folder(package) == tmp_path / "workflows"
    (package / "workflows").mkdir(parents=True)
    assert loading._folder(package) == package / "workflows"


def test_what_is_opened_loads_before_what_opens_it(tmp_path: Path) -> None:
    assert list(load_files(files(tmp_path, small=SMALL, appeal=CHILD))) == ["small", "appeal"]


def test_a_workflow_that_is_not_among_the_files_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="no workflow 'appeal'") as caught:
        load_files(files(tmp_path, small=SMALL))
    assert caught.value.file.endswith("small.yaml")


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"b.yaml:2: workflow: 'appeal' is also the name in .*a.yaml"):
        load_files(files(tmp_path, a=CHILD, b=CHILD))


def test_workflows_that_open_each_other_are_refused(tmp_path: Path) -> None:
    circle = changed("  offered:\n", "  offered:\n    does: {open: [small]}\n", CHILD)
    with pytest.raises(DefinitionError, match="workflows open each other"):
        load_files(files(tmp_path, small=SMALL, appeal=circle))


def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"absent.yaml:0: cannot be read: No such file"):
        load_files([tmp_path / "absent.yaml"])


def test_a_huge_file_is_refused_without_being_read(tmp_path: Path) -> None:
    (tmp_path / "huge.yaml").write_bytes(b"a: " + b"x" * 10_000_000)
    with pytest.raises(DefinitionError, match="larger than"):
        load_files([tmp_path / "huge.yaml"])


def test_what_a_file_opens_is_found_beside_it(tmp_path: Path) -> None:
    path, _ = files(tmp_path, small=SMALL, appeal=CHILD)
    assert load_near(path).opens("hearing") == ("appeal",)


def test_what_a_file_opens_is_taken_from_the_others_first(tmp_path: Path) -> None:
    (tmp_path / "aside").mkdir()
    path, _ = files(tmp_path, small=SMALL, appeal="nonsense")
    assert load_near(path, files(tmp_path / "aside", appeal=CHILD)).opens("hearing") == ("appeal",)


def test_what_a_file_opens_may_be_shipped(tmp_path: Path) -> None:
    [path] = files(tmp_path, reappointment=SHIPPED["reappointment"].decode())
    assert load_near(path).name == "reappointment"


@pytest.mark.parametrize("name", ["appeal", "../appeal", "[{a: b}]", "x" * 4_000])
def test_what_is_opened_and_nowhere_is_a_problem(tmp_path: Path, name: str) -> None:
    [path] = files(tmp_path, small=changed("{open: appeal}", f"{{open: {name}}}"))
    with pytest.raises(DefinitionError, match=r"open: takes|no workflow"):
        load_near(path)
    with pytest.raises(DefinitionError, match=r"open: takes|no workflow"):
        load_files([path])


def test_files_beside_each_other_that_open_each_other_are_refused(tmp_path: Path) -> None:
    circle = changed("  offered:\n", "  offered:\n    does: {open: small}\n", CHILD)
    with pytest.raises(DefinitionError, match="no workflow 'small'"):
        load_near(files(tmp_path, small=SMALL, appeal=circle)[0])


def test_sources_may_open_what_is_loaded_already() -> None:
    assert load_sources({"small.yaml": SMALL.encode()}, {"appeal": child()})["small"].digest == small().digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version: 1", "version: '1'  # the first"),
        ("version: 1\ngoverned_by: sample", 'governed_by: "sample"\nversion: 1'),
        (
            "coordinator: {}\n  chief: {substitute: coordinator}",
            "chief:\n    substitute: coordinator\n  coordinator: {}",
        ),
    ],
)
def test_comments_quoting_and_key_order_do_not_change_the_digest(old: str, new: str) -> None:
    assert small(changed(old, new)).digest == small().digest


@pytest.mark.parametrize(("old", "new"), [("version: 1", "version: 2"), ("2 years", "3 years"), ("shown_as", "title")])
def test_content_changes_the_digest(old: str, new: str) -> None:
    assert small(changed(old, new)).digest != small().digest


def test_the_digest_is_of_the_data_before_defaults() -> None:
    assert small().digest == digest_of(read(SMALL.encode(), "small.yaml").data)


def survives(source: bytes, family: Mapping[str, Workflow] = FAMILY) -> None:
    """A file either loads or is refused with its problems, and soon."""
    began, problems = process_time(), [Problem("", "none: it loads")]
    try:
        load(source, "corrupt.yaml", family)
    except DefinitionError as error:
        problems = list(error.problems)
    assert problems
    assert process_time() - began < 1


@pytest.mark.parametrize("name", sorted(SHIPPED))
@given(cut=st.integers(0, 30_000))
@settings(max_examples=15, deadline=None)
def test_a_truncated_file_loads_or_is_refused(name: str, cut: int) -> None:
    survives(SHIPPED[name][:cut])


def spoiled(lines: list[str], random: Random) -> list[str]:
    """The lines with one thing done to them that an editor's hand may do."""
    at, other = random.randrange(len(lines)), random.randrange(len(lines))
    line = lines[at]
    spot = random.randrange(len(line) + 1)
    done: list[list[str]] = [
        [],
        [line, line],
        [lines[other]],
        [f"\t{line}"],
        [f"  {line}"],
        [line.lstrip()],
        [line[:spot]],
        [line[:spot] + random.choice("{}[],:&*!|>'\"%@`#-? \x00é") + line[spot:]],
        [line.replace(": ", ": [", 1)],
        [line.replace("by", random.choice(["to", "with", "of", "clock"]), 1)],
        [line.replace("to: ", f"to: {random.choice(['back', 'granted', 'draft', 'x'])} # ", 1)],
    ]
    return [*lines[:at], *random.choice(done), *lines[at + 1 :]]


@pytest.mark.parametrize("name", sorted(SHIPPED))
@given(seed=st.integers(0, 2**32), times=st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_a_corrupted_file_loads_or_is_refused(name: str, seed: int, times: int) -> None:
    random, lines = Random(seed), SHIPPED[name].decode().split("\n")
    for _ in range(times):
        lines = spoiled(lines, random)
    survives("\n".join(lines).encode())


WORDS = st.sampled_from(sorted({word for text in (SMALL, CHILD) for word in text.replace(",", " ").split()}))


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_file_with_a_word_exchanged_loads_or_is_refused(data: st.DataObject) -> None:
    words = SMALL.split(" ")
    words[data.draw(st.integers(0, len(words) - 1))] = data.draw(WORDS)
    survives(" ".join(words).encode(), {"appeal": child()})
