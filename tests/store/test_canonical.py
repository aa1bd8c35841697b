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


class Colour(Enum):
    RED = "red"


@given(values)
def test_it_is_what_the_standard_library_writes(value: object) -> None:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert canonical(value) == text.encode()


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


def test_every_plane_of_unicode_is_admitted() -> None:
    text = "".join(map(chr, (*range(1, 0xD800), *range(0xE000, 0x110000))))
    assert canonical({text: text}) == json.dumps({text: text}, ensure_ascii=False, separators=(",", ":")).encode()
