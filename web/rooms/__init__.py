"""One module a room: a blueprint, who may come in by each door, and short views."""

from web.rooms import application, ballots, cases, diagrams, history, people, session, workflows, worklist

ROOMS = (
    session.bp,
    worklist.bp,
    cases.bp,
    application.bp,
    people.bp,
    ballots.bp,
    history.bp,
    workflows.bp,
    diagrams.bp,
)
# What the bar on top of every page names, to whom it is shown (a class of access; empty: everybody signed in).
# The pages about one case: name, endpoint, text, and what of the case one must be allowed to read.
TABS = (
    ("case", "cases.page", "Case", "file"),
    ("application", "application.page", "Application", "file"),
    ("vote", "ballots.page", "Vote", "confidential"),
    ("history", "history.page", "History", "history"),
    ("diagram", "diagrams.case", "Diagram", "status"),
)
BAR = (
    ("worklist.page", "Worklist", ()),
    ("people.page", "People", ("staff",)),
    ("workflows.page", "Workflows", ()),
    ("history.search", "History", ("audit",)),
)
