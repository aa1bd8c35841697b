"""Every name a definition file may use without declaring it, and what its parameter is.

A requirement or an effect is a documented function of the engine; a file only names it. The engine registers one
function under each name here, and a test holds the two lists equal.
"""

from __future__ import annotations

from dataclasses import dataclass

RESERVED = frozenset({"clock", "opener", "opening", "back", "otherwise"})


@dataclass(frozen=True, slots=True)
class Term:
    """``takes`` is the parameter: nothing, or one of the kinds named in PARAMETERS. ``says``: read aloud."""

    takes: str
    says: str


PARAMETERS = {
    "nothing": "no parameter",
    "verifications": "one or several names of verifications",
    "age": "a period without a moment, as in 2 years",
    "due": "a period, as in 30 days after adverse_notice",
    "moment": "a state, action, date fact, notice, verification, or opening",
    "deadline": "a deadline of the state the action leaves, or of the top level",
    "items": "two or more requirements",
    "workflow": "the name of a workflow",
    "notice": "the name of a notice",
    "actors": "one or several roles or bodies",
}

REQUIREMENTS: dict[str, Term] = {
    "application_complete": Term("nothing", "every required item of the application is answered"),
    "attestation_signed": Term("nothing", "the applicant attested to the application as it now stands"),
    "privileges_requested": Term("nothing", "at least one privilege is requested"),
    "all_privileges_granted": Term("nothing", "every privilege requested is among those stated as granted"),
    "verifications_complete": Term("nothing", "every verification is on file and nothing remained unverified"),
    "verifications_current": Term("nothing", "every verification is on file, fresh and unexpired that day"),
    "verified": Term("verifications", "these verifications are on file, fresh and unexpired that day"),
    "term_at_most": Term("age", "the stated end of the term is no later than this after the decision"),
    "not_before": Term("due", "not earlier than this"),
    "overdue": Term("deadline", "the deadline has passed"),
    "already": Term("moment", "this has happened in this case"),
    "not_yet": Term("moment", "this has not happened in this case"),
    "any_of": Term("items", "at least one of these holds"),
}

EFFECTS: dict[str, Term] = {
    "grant_privileges": Term("nothing", "the stated privileges are granted, to the end of the stated term"),
    "open": Term("workflow", "a case of this workflow is opened"),
    "serve": Term("notice", "this notice has to be served"),
    "notify": Term("actors", "these are told"),
}

# How a case ended; shared by all files, so that one file can ask another's cases.
OUTCOMES: dict[str, str] = {
    "granted": "privileges were granted as requested",
    "denied": "the governing body decided against the request",
    "withdrawn": "the applicant withdrew",
    "deemed_withdrawn": "the applicant did not act in time",
    "ineligible": "not processed: a threshold criterion was not met",
    "lapsed": "the term ended without a decision",
    "resigned": "the practitioner resigned",
    "not_renewed": "the governing body decided against another term",
    "waived": "the right was waived, in words or by silence",
    "upheld": "the recommendation stands after review",
    "modified": "the recommendation was changed after review",
    "reversed": "the recommendation was overturned after review",
    "closed": "closed because the case that opened it went another way",
}

FACT_KINDS: dict[str, str] = {
    "text": "a text",
    "date": "a day",
    "each_privilege": "one line for each privilege",
    "rising": "one of an ordered list; it may be restated higher, never lower",
    "on_record": "a day found on the practitioner's record when the case opens",
}

# What {on_record: date} may find, by the fact's own name.
RECORDS: dict[str, str] = {"appointment_ends": "last day of the current appointment at the case's facility"}

ITEM_KINDS: dict[str, str] = {
    "text": "a text",
    "date": "a day",
    "document": "a file",
    "choice": "one of a list",
    "list": "rows of the named columns",
}

UNITS = ("hours", "days", "business days", "months", "years")
BASES = ("members", "eligible", "those present", "votes cast")
