from __future__ import annotations

import json
from datetime import date
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privileging.canonical import LARGEST, canonical
from privileging.errors import InvalidInput

texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
leaves = st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | texts
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=30)


strange = leaves | st.text() | st.integers() | st.floats() | st.dates() | st.uuids() | st.binary()
keys = st.text() | st.integers() | st.none()
anything = st.recursive(
    strange, lambda i: st.lists(i) | st.lists(i).map(tuple) | st.dictionaries(keys, i), max_leaves=8
)


def is_clean(value: object) -> bool:
    """What the form admits, in the plainest words."""
    if isinstance(value, str):
        return not any(code == 0 or 0xD800 <= code <= 0xDFFF for code in map(ord, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) and is_clean(key) and is_clean(inner) for key, inner in value.items())
    if isinstance(value, (list, tuple)):
        return all(map(is_clean, value))
    return value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) <= LARGEST)


class Colour(Enum):
    RED = "red"


@given(values)
def test_it_is_what_the_standard_library_writes(value: object) -> None:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert canonical(value) == text.encode()


@given(anything)
def test_whatever_it_is_given_it_writes_what_is_clean_and_refuses_the_rest(value: object) -> None:
    if is_clean(value):
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert canonical(value) == text.encode()
    else:
        with pytest.raises(InvalidInput):
            canonical(value)


@pytest.mark.parametrize(
    "value",
    [1.5, float("nan"), "\x00", "\ud800", 2**53, -(2**53), date(2026, 1, 1), b"x", Colour.RED, {1}],
    ids=repr,
)
def test_what_has_no_one_spelling_is_refused(value: object) -> None:
    with pytest.raises(InvalidInput, match=r"facts\.list\[0\]"):
        canonical({"facts": {"list": [value]}})


@pytest.mark.parametrize("key", [True, 1, None, "\x00", "\udfff"], ids=repr)
def test_keys_are_clean_text_or_refused(key: object) -> None:
    with pytest.raises(InvalidInput):
        canonical({key: 1})


@pytest.mark.parametrize("value", ["\\u0000", [("\\u0000",)], {"\\u0000": 1}, (1, ("a",))], ids=repr)
def test_what_only_looks_like_a_nul_is_admitted(value: object) -> None:
    assert canonical(value) == json.dumps(value, separators=(",", ":")).encode()


def test_every_plane_of_unicode_is_admitted() -> None:
    text = "".join(map(chr, (*range(1, 0xD800), *range(0xE000, 0x110000))))
    assert canonical({text: text}) == json.dumps({text: text}, ensure_ascii=False, separators=(",", ":")).encode()
