from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest

from privileging.definition.reader import LARGEST, read
from privileging.errors import DefinitionError, Problem

BOMBS = Path(__file__).parents[3] / "shared" / "data" / "yaml-bombs"


def refusal(source: bytes) -> tuple[Problem, ...]:
    began = process_time()
    with pytest.raises(DefinitionError) as caught:
        read(source, "f.yaml")
    assert process_time() - began < 1
    return caught.value.problems


def test_every_scalar_is_a_text_and_every_path_has_its_line() -> None:
    document = read(b"a: 010\nb:\n  - 2026-01-01\n  - {c: true, d: '~'}\n", "f.yaml")
    assert document.data == {"a": "010", "b": ["2026-01-01", {"c": "true", "d": "~"}]}
    assert document.lines == {(): 1, ("a",): 1, ("b",): 2, ("b", 0): 3, ("b", 1): 4, ("b", 1, "c"): 4, ("b", 1, "d"): 4}


def test_a_problem_takes_the_line_of_the_nearest_thing_around_it() -> None:
    document = read(b"a: 1\nb: {c: 2}\n", "f.yaml")
    assert document.problem(("b", "x", "y"), "no").line == 2
    assert document.problem((), "no").line == 1


def test_byte_order_mark_and_windows_line_ends_do_not_count() -> None:
    assert read(b"\xef\xbb\xbf---\r\na: 1\r\n", "f.yaml").data == {"a": "1"}


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        (b"", 1, "the file is empty"),
        (b"# nothing\n", 1, "the file is empty"),
        (b"- a\n", 1, "must be a map"),
        (b"text\n", 1, "must be a map"),
        (b"a: 1\nb: &x 2\n", 2, "an anchor"),
        (b"a: 1\nb: *x\n", 2, "an alias"),
        (b"a: !!str 1\n", 1, "a tag"),
        (b"a: 1\nb: !!python/object/apply:os.system [ls]\n", 2, "a tag"),
        (b"a: !!map {b: c}\n", 1, "a tag"),
        (b"a: 1\n<<: {b: 2}\n", 2, "a merge key"),
        (b"a: 1\n---\nb: 1\n", 2, "a second document"),
        (b"%YAML 1.1\n---\nb: 1\n", 2, "directive"),
        (b"a: 1\n? [x]\n: 2\n", 2, "a key must be a text"),
        (b"a: 1\n'': 2\n", 2, "an empty key"),
        (b"a: 1\nb: 2\nc: 3\nb: 4\n", 4, "stands twice: also in line 2"),
        (b"a: {b: 1,\n c: 2,\n b: 3}\n", 3, "stands twice: also in line 1"),
        (b"a: 1\n\tb: 2\n", 2, "a tab"),
        (b"a: 1\nb: \xff\n", 2, "not UTF-8"),
        (b"a: 1\nb: \x00\n", 2, "U+0000"),
        (b"a: \x1b[31m\n", 1, "U+001B"),
        ("a: \u202ebackwards\n".encode(), 1, "U+202E"),
        (b'a: 1\nb: "\\0"\n', 2, "U+0000"),
        (b'a: "\\ud800"\n', 1, "U+D800"),
        (b'a: "\\UFFFFFFFF"\n', 0, "an escape"),
        (b"a: 1\nb:\nc: 2\n", 2, "no value"),
        (b"a: [1, {b: }]\n", 1, "no value"),
        (b"a: 1\nb: [1\n", 3, "begun in line 2; expected"),
        (b"a: 1\nb: @c\n", 2, "cannot start any token"),
    ],
)
def test_what_a_reviewer_could_overlook_is_refused_with_its_line(source: bytes, line: int, said: str) -> None:
    assert any(problem.line == line and said in problem.text for problem in refusal(source)), refusal(source)


def test_everything_overlooked_is_said_at_once() -> None:
    assert len(refusal(b"a: &x 1\nb: *x\nc: !!str 2\na: 3\nd:\n")) == 5


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b"a: " + b"x" * 10_000_000, "larger than 200,000 bytes"),
        (b"a: " + b"x" * (LARGEST - 2), "larger than 200,000 bytes"),
        (b"[" * 2_000, "nested more than 20 deep"),
        (b"[" * 200_000, "a line of more than 5,000 characters"),
        (b"{a:\n" * 40_000, "nested more than 20 deep"),
        (b"- " * 2_000, "nested more than 20 deep"),
        (b"? " * 2_000, "nested more than 20 deep"),
        (b"\n".join(b" " * n + b"k:" for n in range(300)), "nested more than 20 deep"),
        (b"a: [" + b"x,\n" * 60_000 + b"]", "more than 10,000 keys and values"),
        (b"\n".join(b"k%d: v" % n for n in range(15_000)), "more than 10,000 keys and values"),
        (b"!" * 199_000, "a line of more"),
        (b"'" * 199_999, "a line of more"),
        (b"a: &a [x, x]\n" + b"\n".join(b"b%d: [*a, *a, *a]" % n for n in range(2_000)), "an alias"),
    ],
)
def test_a_file_made_to_hurt_is_refused_within_a_second(source: bytes, said: str) -> None:
    assert any(said in problem.text for problem in refusal(source))


@pytest.mark.skipif(not BOMBS.is_dir(), reason="../shared/data/yaml-bombs is absent")
def test_known_bombs_are_refused_within_a_second() -> None:
    for path in BOMBS.glob("*.yaml"):
        assert refusal(path.read_bytes())


def test_the_largest_depth_still_reads() -> None:
    assert read(b"a: " + b"[" * 19 + b"x" + b"]" * 19, "f.yaml").lines[("a", *[0] * 19)] == 1
