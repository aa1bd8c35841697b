"""The keys of a definition file: which there are, what each holds. All problems at once, each with its line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import ValidationError, validates_schema
from marshmallow.validate import OneOf

from privileging.definition.fields import (
    Count,
    Flag,
    Name,
    Named,
    OneItem,
    Part,
    Phrase,
    Reference,
    Several,
    Target,
    Text,
)
from privileging.definition.phrases import parse_age, parse_due, parse_share
from privileging.definition.reader import Document, Path
from privileging.errors import DefinitionError


class RoleSchema(Part):
    """``department_chair: {of: department, substitute: chief_of_staff}``."""

    title = Text()
    of = Text(validate=OneOf(("facility", "department", "case"), error="must be facility, department or case"))
    substitute = Name()


class BodySchema(Part):
    """``governing_board: {quorum: 50% of members, carries: majority of votes cast, cite: …}``."""

    title = Text()
    quorum = Phrase(parse_share, required=True)
    carries = Phrase(parse_share, required=True)
    cite = Text(required=True)


class ApplicationSchema(Part):
    """``license_number: {kind: text, required: true}``."""

    title = Text()
    kind = OneItem(required=True)
    required = Flag()
    help = Text()
    cite = Text()


class VerificationSchema(Part):
    """``npdb: {source: National Practitioner Data Bank, by: coordinator, fresh_for: 120 days, cite: …}``."""

    title = Text()
    source = Text(required=True)
    by = Several(Name(), required=True)
    fresh_for = Phrase(parse_age)
    at_least = Count()
    accept = Several(Name())
    cite = Text(required=True)


class NoticeSchema(Part):
    """``adverse_notice: {from: chief_of_staff, to: applicant, sent_by: certified mail, says: […], cite: …}``."""

    title = Text()
    sender = Name(data_key="from", required=True)
    to = Name(required=True)
    sent_by = Text(required=True)
    by = Several(Name())
    says = Several(Name(), required=True)
    cite = Text(required=True)


class ActionSchema(Part):
    """``approve: {by: governing_board, to: granted, with: [privileges], requires: [verifications_current]}``."""

    title = Text()
    by = Several(Name(), required=True)
    to = Target()
    requires = Several(OneItem())
    asks = Several(Name(), data_key="with")
    does = Several(OneItem())
    quorum = Phrase(parse_share)
    carries = Phrase(parse_share)
    cite = Text()


class DeadlineSchema(Part):
    """``request: {due: 30 days after adverse_notice, then: waive, notify: [coordinator], cite: …}``."""

    due = Phrase(parse_due, required=True)
    then = Name()
    unless = Several(OneItem())
    notify = Several(Name())
    cite = Text(required=True)


class StateSchema(Part):
    """Where a case rests: what it does when entered, which actions leave it, or how it ended."""

    title = Text()
    shown_as = Text()
    also = Several(Name())
    does = Several(OneItem())
    deadlines = Named(DeadlineSchema)
    actions = Named(ActionSchema)
    final = Name()


class SafeguardSchema(Part):
    """One rule in one form: ``never`` with one of its exceptions, or ``never_one_person``."""

    never = Several(Reference())
    except_by = Several(Name())
    unless = Several(OneItem())
    without = Several(Reference())
    since = Several(Reference())
    never_one_person = Several(Reference())
    cite = Text(required=True)

    @validates_schema
    def one_form(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Refuse two forms in one, and a rule without its second half."""
        forms = {"except_by", "unless", "without"} & set(data)
        if ("never" in data) == ("never_one_person" in data):
            raise ValidationError("needs one of never and never_one_person")
        if "never" in data and len(forms) != 1:
            raise ValidationError("never needs one of except_by, unless and without: a safeguard is one rule")
        if "never" not in data and forms:
            raise ValidationError("never_one_person takes no exception")
        if "since" in data and "without" not in data:
            raise ValidationError("since belongs to without")


class WorkflowSchema(Part):
    """The whole file."""

    workflow = Name(required=True)
    version = Count(required=True)
    title = Text()
    governed_by = Text(required=True)
    roles = Named(RoleSchema)
    bodies = Named(BodySchema)
    application = Named(ApplicationSchema)
    facts = Named(OneItem())
    verifications = Named(VerificationSchema)
    notices = Named(NoticeSchema)
    opening = Named(ActionSchema, required=True)
    actions = Named(ActionSchema)
    states = Named(StateSchema, required=True)
    deadlines = Named(DeadlineSchema)
    safeguards = Named(SafeguardSchema)


_SCHEMA = WorkflowSchema()


def checked(document: Document) -> dict[str, Any]:
    """The file's values by key, each of its kind. Raises DefinitionError with everything of another shape."""
    try:
        found: dict[str, Any] = _SCHEMA.load(document.data)
    except ValidationError as error:
        problems = [document.problem(place, text) for place, text in _flat(error.messages, ())]
        raise DefinitionError(document.file, problems) from None
    return found


def _flat(messages: Any, place: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _flat(inner, place if key == "_schema" else (*place, key))
    else:
        for text in messages:
            yield place, str(text)
