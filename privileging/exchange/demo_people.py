"""The people of the demo and what they write: invented, every one. An NPI that begins with 2 is issued to nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from privileging.identifiers import npi_fault

OFFICIALS: Mapping[str, str] = {
    "ortiz": "coordinator: advances applications, verifies, serves notices",
    "marchetti": "chief of staff, chair of the medical executive committee",
    "whitfield": "chair of surgery, member of the executive committee",
    "nakamura": "chair of medicine, member of the executive committee",
    "odhiambo": "chair of emergency medicine, member of the executive committee",
    "castellanos": "chair of the credentials committee",
    "okafor": "member of the credentials committee",
    "lindqvist": "member of the credentials committee, recused from one case",
    "fitzgerald": "president of the governing board",
    "greenbaum": "member of the governing board",
    "tallchief": "member of the governing board",
    "abramowitz": "presides over the hearing panel",
    "salazar": "member of the hearing panel",
    "thorne": "member of the hearing panel",
    "quigley": "auditor: reads the history, changes nothing",
    "feldman": "administrator: people, accounts and workflows; sees where a case stands, not what is in it",
}
VOTERS: Mapping[str, tuple[str, ...]] = {  # who comes to the meetings; the chair first
    "credentials_committee": ("castellanos", "okafor", "lindqvist"),
    "executive_committee": ("marchetti", "whitfield", "nakamura", "odhiambo"),
    "governing_board": ("fitzgerald", "greenbaum", "tallchief"),
    "hearing_panel": ("abramowitz", "salazar", "thorne"),
}
CHAIRS: Mapping[str, str] = {"surgery": "whitfield", "medicine": "nakamura", "emergency": "odhiambo"}


@dataclass(frozen=True, slots=True)
class Physician:
    """A practitioner of the demo; ``account`` is their own, ``form`` the delineation form they ask privileges on."""

    account: str
    name: str
    npi: str
    form: str

    @property
    def record(self) -> dict[str, object]:
        """What a registry would say, in the shape an import gives it."""
        code, title = _TAXONOMIES[self.form]
        given, _, family = self.name.partition(" ")
        license_ = {"code": code, "title": title, "primary": True, "state": "IL", "license": _license(self)}
        return {"npi": self.npi, "given": given, "family": family, "credential": "MD", "taxonomies": [license_]}


_TAXONOMIES = {
    "general_surgery": ("208600000X", "Surgery"),
    "internal_medicine": ("207R00000X", "Internal Medicine"),
    "emergency_medicine": ("207P00000X", "Emergency Medicine"),
}
_SPECIAL = {"general_surgery": "colonoscopy", "internal_medicine": "central_line", "emergency_medicine": "ultrasound"}
_STRUCK = {"general_surgery": "breast_surgery", "internal_medicine": "lumbar_puncture", "emergency_medicine": "airway"}
_FORMS = tuple(_TAXONOMIES)


def _npi(nine: str) -> str:
    """The nine digits and their check digit."""
    return next(nine + digit for digit in "0123456789" if npi_fault(nine + digit) is None)


STAFF = (  # of the office file: members of bodies are practitioners too, and come up for reappointment
    Physician("whitfield", "Terrence Whitfield", _npi("200000000"), "general_surgery"),
    Physician("nakamura", "Keiko Nakamura", _npi("200000001"), "internal_medicine"),
    Physician("odhiambo", "Achieng Odhiambo", _npi("200000002"), "emergency_medicine"),
    Physician("castellanos", "Inés Castellanos", _npi("200000003"), "internal_medicine"),
)
_ENTERED = (
    "Folake Adeyemi", "Bronwyn Llewellyn", "Mateus Carvalho", "Hyun-woo Baek", "Saoirse Gallagher",
    "Dmitri Volkonsky", "Leilani Kahananui", "Rashid Benyamina", "Ingeborg Solheim", "Tomasz Wiśniewski",
    "Anjali Raghunathan", "Cormac Delahunt", "Nomvula Dlamini", "Esteban Villarreal", "Freya Mortensen",
    "Yusuf Karahan", "Giulia Santoro", "Winston Abernathy", "Thuy Phan", "Marguerite Beaulieu",
)  # fmt: skip
APPLICANTS = tuple(
    Physician(name.split()[-1].lower().replace("ś", "s"), name, _npi(f"2000001{number:02}"), _FORMS[number % 3])
    for number, name in enumerate(_ENTERED)
)
PHYSICIANS: Mapping[str, Physician] = {physician.account: physician for physician in (*STAFF, *APPLICANTS)}


def _license(physician: Physician) -> str:
    return f"036-{int(physician.npi) % 1_000_000:06}"


def _lot(physician: Physician, size: int) -> int:
    """A number below ``size`` that is always the same for the same physician."""
    return int(physician.npi[:9]) % size


def answers(workflow: str, physician: Physician, day: date) -> dict[str, object]:
    """The items of an application that are not documents, as this physician would answer them that day."""
    common: dict[str, object] = {
        "license_expires": (day + timedelta(days=700)).isoformat(),
        "board_certified": "certified" if _lot(physician, 4) else "eligible",
        "adverse_history": "none",
        "ability_to_perform": "able",
    }
    return {**common, **(_since_last(day) if workflow == "reappointment" else _so_far(physician, day))}


def _since_last(day: date) -> dict[str, object]:
    course = {"course": "Patient safety update", "date": (day - timedelta(days=150)).isoformat(), "hours": "12"}
    return {
        "changes_since": "None, other than a new home address",
        "activity": [{"facility": "Lakeshore Medical Center", "procedure": "All privileges held", "volume": "180"}],
        "continuing_education": [course],
    }


def _so_far(physician: Physician, day: date) -> dict[str, object]:
    school, year = _SCHOOLS[_lot(physician, len(_SCHOOLS))], day.year - 16 - _lot(physician, 9)
    post = {"employer": "Prairie Health Partners", "position": "Attending physician", "from": str(year + 9)}
    peers = ("Dr. Amara Whitlock", "Dr. Piotr Sadowski", "Dr. Lena Brightwater")
    return {
        "specialty": _TAXONOMIES[physician.form][1],
        "license_state": "Illinois",
        "license_number": _license(physician),
        "degrees": [{"institution": school, "degree": "MD", "from": str(year), "to": str(year + 4)}],
        "training": [{"institution": school, "programme": "Residency", "from": str(year + 4), "to": str(year + 9)}],
        "work_history": [{**post, "to": "present"}],
        "peer_references": [{"name": p, "relation": "Colleague", "email": "peer@example.org"} for p in peers],
        "insurance_carrier": "Great Lakes Physicians Mutual",
    }


_SCHOOLS = ("Northern Prairie University", "St. Brendan College of Medicine", "Red River School of Medicine",
            "University of the Bluffs", "Halcyon Medical School")  # fmt: skip


def wishes(physician: Physician) -> tuple[list[str], list[str]]:
    """The core privileges struck out, and the special ones asked for."""
    without = [_STRUCK[physician.form]] if _lot(physician, 4) == 1 else []
    return without, [_SPECIAL[physician.form]] if _lot(physician, 2) else []


# What is said when an action is taken, by the action's name.
REASONS: Mapping[str, str] = {
    "return_incomplete": "The insurance certificate does not show the limits of liability; please send the full page",
    "request_information": "The residency programme reports other dates than the application; please explain",
    "recommend": "Training, volume and references support every privilege requested",
    "defer": "The reviewer's report on two records is expected before the next meeting",
    "recommend_against": "Two references describe unsafe handovers, and the interview did not resolve them",
    "deny": "Hearing waived; the executive committee's recommendation stands",
    "not_renew": "Recommendation upheld after hearing; the pattern of unsafe handovers continues",
    "find_ineligible": "Threshold criterion not met: no professional liability insurance in force",
    "resign": "Moving to another state at the end of the term",
    "reappoint_for_short_term": "Volume too low to judge; reviewed again within a year",
    "recommend_uphold": "The findings of the executive committee are supported by the record",
    "recommend_modify": "The record supports supervision rather than denial",
    "recommend_reverse": "The two references were found to concern another physician",
    "affirm": "The panel's report confirms the findings",
    "modify": "A period of supervision answers the concern",
    "reverse": "The facts relied on were mistaken",
    "appeal": "The panel did not hear the physician's second witness",
}
CONDITIONS = "First ten procedures under a named proctor, reported to the department chair"


@dataclass(frozen=True, slots=True)
class Plan:
    """One case: whose, where it comes to rest, how many days ago its last word was, and the words that lead there.

    The words are those of ``demo.WAYS``; ``term`` is what the board grants, in days.
    """

    account: str
    rests: str
    ago: int
    words: str
    term: int = 729


_FILE = "submit accept verify complete"
_REVIEW = f"{_FILE} chair committee executive"
_ADVERSE = f"{_FILE} chair committee against"
_JOIN = f"invite {_REVIEW} board told"
_HEARD = "told_right request schedule told_date"

PLANS = (
    # Appointed two years ago or less, up for reappointment now; members of the office among them.
    Plan("whitfield", "granted", 615, _JOIN),
    Plan("whitfield", "withdrawn", 60, "send submit withdraw"),
    Plan("whitfield", "sent", 8, "send"),
    Plan("nakamura", "granted", 610, _JOIN),
    Plan("nakamura", "intake", 5, "send submit"),
    Plan("odhiambo", "granted", 620, _JOIN),
    Plan("odhiambo", "department_review", 33, f"send {_FILE}"),
    Plan("castellanos", "granted", 600, _JOIN),
    Plan("castellanos", "committee_review", 6, f"send {_FILE} chair"),
    Plan("adeyemi", "granted", 950, _JOIN, term=364),
    Plan("adeyemi", "reappointed_with_conditions", 640, f"send {_REVIEW} board_conditions told"),
    Plan("adeyemi", "awaiting_applicant", 9, "send submit return"),
    Plan("llewellyn", "granted", 945, _JOIN, term=364),
    Plan("llewellyn", "reappointed", 645, f"send {_REVIEW} board_again told"),
    Plan("llewellyn", "verification", 70, "send submit return resubmit accept"),
    Plan("carvalho", "granted", 960, _JOIN),
    Plan("carvalho", "reappointed_for_short_term", 270, f"send {_REVIEW} board_short told", term=360),
    Plan("carvalho", "board_review", 4, f"send {_REVIEW}"),
    Plan("baek", "granted", 600, _JOIN),
    Plan("baek", "executive_review", 7, f"send {_ADVERSE} {_HEARD} panel_reverse reverse"),
    Plan("gallagher", "granted", 590, _JOIN),
    Plan("gallagher", "adverse_recommendation", 3, f"send {_ADVERSE} {_HEARD} panel_modify told_report"),
    Plan("volkonsky", "granted", 605, _JOIN),
    Plan("volkonsky", "adverse_recommendation", 5, f"send {_ADVERSE} {_HEARD} panel_uphold told_report affirm"),
    Plan("kahananui", "granted", 595, _JOIN),
    Plan("kahananui", "adverse_recommendation", 2, f"send {_ADVERSE} {_HEARD} panel_uphold affirm appeal"),
    Plan("benyamina", "granted", 585, _JOIN),
    Plan("benyamina", "board_last_word", 44, f"send {_ADVERSE} told_right"),  # the clock waives the hearing
    # Left in one way or another; most apply anew.
    Plan("solheim", "granted", 790, _JOIN),
    Plan("solheim", "lapsed", 120, "send submit accept verify"),  # the term ends before anybody decides
    Plan("solheim", "draft", 40, "apply"),
    Plan("wisniewski", "granted", 800, _JOIN),
    Plan("wisniewski", "ineligible", 190, "send submit find_ineligible told"),
    Plan("wisniewski", "intake", 25, "apply submit"),
    Plan("raghunathan", "deemed_withdrawn", 210, "invite submit return"),
    Plan("raghunathan", "awaiting_applicant", 24, "apply submit accept verify ask"),
    Plan("delahunt", "granted", 810, _JOIN),
    Plan("delahunt", "resigned", 160, "send resign"),
    Plan("delahunt", "verification", 11, "apply submit accept verify strike"),
    Plan("dlamini", "ineligible", 300, "apply submit find_ineligible"),
    Plan("dlamini", "department_review", 12, "apply submit accept verify concern complete"),
    Plan("villarreal", "withdrawn", 420, f"invite {_ADVERSE} told_right withdraw"),  # which closes the hearing
    Plan("villarreal", "committee_review", 3, f"invite {_FILE} chair_late leave_open"),
    Plan("mortensen", "executive_review", 5, f"invite {_FILE} chair committee_conditions defer"),
    Plan("karahan", "board_review", 2, f"invite {_REVIEW} board_stale"),
    Plan("santoro", "board_last_word", 6, f"invite {_ADVERSE} {_HEARD} panel_modify modify"),
    Plan("abernathy", "granted", 830, _JOIN),
    Plan("abernathy", "not_renewed", 150, f"send {_ADVERSE} {_HEARD} panel_uphold affirm not_renew told"),
    Plan("abernathy", "adverse_recommendation", 26, f"apply {_ADVERSE} told_right"),
    Plan("phan", "denied", 500, f"invite {_ADVERSE} told_right waive deny told"),
    Plan("phan", "adverse_recommendation", 13, f"apply {_ADVERSE} told_right request"),
    Plan("beaulieu", "adverse_recommendation", 4, f"invite {_ADVERSE} {_HEARD}"),
)
