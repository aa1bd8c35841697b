"""The kinds of value a definition file holds, as marshmallow fields: each takes plain text, lists and maps."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from marshmallow import RAISE, Schema, ValidationError, fields

from privileging.definition.model import Item
from privileging.definition.phrases import MOMENT
from privileging.errors import InvalidInput

T = TypeVar("T")

LONGEST = 1_000
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_REFERENCE = re.compile(MOMENT)


class Part(Schema):
    """A map with fixed keys; an unknown key is refused and told which there are."""

    class Meta:
        unknown = RAISE

    error_messages = {"type": "must be a map of keys"}  # noqa: RUF012 (marshmallow's own spelling)

    def handle_error(self, error: ValidationError, data: Any, **kwargs: Any) -> None:
        """Name the keys there are beside every key that is not among them."""
        known = {field.data_key or name for name, field in self.fields.items()}
        for key in data if isinstance(data, dict) else ():
            if key not in known and isinstance(error.messages, dict):
                error.messages[key] = [f"no such key here; there are: {', '.join(sorted(known))}"]


class Value(fields.Field[T]):
    """A field that says ``is missing`` when it is."""

    default_error_messages = {"required": "is missing"}  # noqa: RUF012 (marshmallow declares it so)


class Text(Value[str]):
    """Words for people."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("must be a text")
        if not value.strip():
            raise ValidationError("is empty")
        if len(value) > LONGEST:
            raise ValidationError(f"is longer than {LONGEST:,} characters")
        return value.strip()


class Name(Value[str]):
    """A name of the file: small letters, digits and underscores."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return named(value)


class Target(Value[str]):
    """Where an action leads: the name of a state."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if isinstance(value, dict):
            raise ValidationError("a target that the rules choose is not supported in this release")
        return named(value)


class Reference(Value[str]):
    """A name, or ``state.action``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or not _REFERENCE.fullmatch(value):
            raise ValidationError("must be a name, or state.action")
        return value


class Count(Value[int]):
    """A whole number from 1."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not isinstance(value, str) or not re.fullmatch("[1-9][0-9]{0,5}", value):
            raise ValidationError("must be a whole number from 1 to 999999")
        return int(value)


class Flag(Value[bool]):
    """``true`` or ``false``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if value not in ("true", "false"):
            raise ValidationError("must be true or false")
        return bool(value == "true")


class Phrase(Value[T]):
    """One of the language's phrases, read by ``parse``."""

    def __init__(self, parse: Callable[[str], T], *, required: bool = False) -> None:
        super().__init__(required=required)
        self.parse = parse

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> T:
        if not isinstance(value, str):
            raise ValidationError("must be a phrase")
        try:
            return self.parse(value)
        except InvalidInput as error:
            raise ValidationError(str(error)) from None


class OneItem(Value[Item]):
    """A name, or a name with one parameter."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Item:
        if not isinstance(value, dict):
            return Item(named(value))
        if len(value) != 1:
            raise ValidationError("an item is a name, or one name with one parameter")
        [(name, parameter)] = value.items()
        return Item(named(name), self._parameter(name, parameter))

    def _parameter(self, name: str, value: Any) -> str | tuple[Item, ...]:
        if isinstance(value, str):
            return value
        if isinstance(value, dict) or not value:
            raise ValidationError({name: ["a parameter is a text, or a list of items"]})
        pairs = ((index, self, inner) for index, inner in enumerate(value))
        try:
            return tuple(_each(pairs).values())
        except ValidationError as error:
            raise ValidationError({name: error.messages}) from None


class Several(Value[tuple[Any, ...]]):
    """A place for one or several: one value, or a list of different ones."""

    def __init__(self, inner: fields.Field[Any], *, data_key: str | None = None, required: bool = False) -> None:
        super().__init__(data_key=data_key, required=required)
        self.inner = inner

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            return (self.inner.deserialize(value),)
        if not value:
            raise ValidationError("an empty list")
        for index, inner in enumerate(value):
            if inner in value[:index]:
                raise ValidationError({index: ["stands twice in this list"]})
        return tuple(_each((index, self.inner, inner) for index, inner in enumerate(value)).values())


class Named(Value[dict[str, Any]]):
    """A map from names of the file's own to values of one kind."""

    def __init__(self, inner: fields.Field[Any] | type[Part], *, required: bool = False) -> None:
        super().__init__(required=required)
        self.inner = fields.Nested(inner) if isinstance(inner, type) else inner

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValidationError("must be a map of names")
        if self.required and not value:
            raise ValidationError("must name at least one")
        wrong = {key: ["not a name: small letters, digits, _"] for key in value if not NAME.fullmatch(key)}
        found = _each(((key, self.inner, inner) for key, inner in value.items()), wrong)
        return {str(name): inner for name, inner in found.items()}


def named(value: Any) -> str:
    """``value``, which is a name; ValidationError if it is not."""
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise ValidationError("must be a name: small letters, digits and _, beginning with a letter")
    return value


def _each(
    values: Iterable[tuple[str | int, fields.Field[Any], Any]], wrong: dict[str, list[str]] | None = None
) -> dict[str | int, Any]:
    """Every value read by its field; ValidationError with all that is wrong, by key."""
    found: dict[str | int, Any] = {}
    errors: dict[Any, Any] = dict(wrong or {})
    for key, field, value in values:
        try:
            found[key] = field.deserialize(value)
        except ValidationError as error:
            errors.setdefault(key, error.messages)
    if errors:
        raise ValidationError(errors)
    return found
