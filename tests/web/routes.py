"""Every route of the application: who may open it, and what its address names. A route without a row here is a fault.

Stated independently of the code: by the people of the small office, who hold one role each.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.engine.office import PEOPLE
from tests.web.world import DUE, EXPORT, HOMELESS, NOBODY, SEAL, House
from web.import_jobs import IMPORT

OFFICES = frozenset(PEOPLE)
AUDITORS = frozenset({"watcher", "watcher2", "auditor"})
ADMINISTRATORS = frozenset({"administrator"})
CASES = OFFICES - ADMINISTRATORS
WORKERS = CASES - AUDITORS  # they record, confirm, or both
SIGNED_IN = OFFICES | {HOMELESS, DUE}
EVERYBODY = SIGNED_IN | {NOBODY}
FIRST = frozenset({"secretary", "commissioner"})
BRANCHES = FIRST | {"elsewhere", "elsewhere2"}
ABOVE = frozenset({"approver", "member", "organizer", "department"})
LAWFUL: dict[str, object] = {
    "edition": "2026-05-11", "step": "talk", "outcome": "held", "overlay": "none", "filename": "app.css",
    "rule": "talk.within_a_month", "round": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A route.

    ``door``: whom it lets in; ``names``: what its address names of a house; ``may``: who among those gets through to
    the own one (None: all); ``own``: the statuses that they get there; ``others``: what the rest gets; ``last``: it
    ends the session, or takes away what other rows need.
    """

    door: frozenset[str]
    names: dict[str, str] = field(default_factory=dict)
    may: frozenset[str] | None = None
    own: tuple[int, ...] = (200,)
    others: tuple[int, ...] = (403,)
    last: bool = False


CASE = {"number": "case"}
PLACE = {"uid": "organization"}
ACCOUNT = {"uid": "account"}
LINE = {"line": "line"}
IMPORTING = {"uid": IMPORT}
EXPORTING = {"uid": EXPORT}
SEALING = {"uid": SEAL}
SENT = (200, 302, 303, 409, 422)  # what a form that lacks everything may come to

ROWS: dict[tuple[str, str], Row] = {
    ("GET", "static"): Row(EVERYBODY),
    ("GET", "health.alive"): Row(EVERYBODY),
    ("GET", "health.ready"): Row(EVERYBODY),
    ("GET", "signing.sign_in"): Row(EVERYBODY, own=(200, 302)),
    ("POST", "signing.enter"): Row(EVERYBODY, own=(401, 429)),
    ("POST", "settings.language"): Row(EVERYBODY, own=(302,)),
    ("POST", "settings.size"): Row(EVERYBODY, own=(302,)),
    ("POST", "signing.sign_out"): Row(SIGNED_IN, own=(302,), last=True),
    ("GET", "signing.password"): Row(SIGNED_IN),
    ("POST", "signing.change_password"): Row(SIGNED_IN, own=(422,)),
    ("GET", "signing.offices"): Row(SIGNED_IN - {DUE}),
    ("POST", "signing.act_in"): Row(SIGNED_IN - {DUE}, own=(403,)),
    ("POST", "signing.end_sessions"): Row(SIGNED_IN - {DUE}, own=(302,)),
    ("GET", "todo.index"): Row(OFFICES),
    ("GET", "todo.waiting"): Row(CASES),
    ("GET", "todo.offers"): Row(CASES),
    ("GET", "todo.done"): Row(CASES),
    ("GET", "basis.index"): Row(OFFICES),
    ("GET", "basis.find_name"): Row(OFFICES, own=(302,)),
    ("GET", "basis.step"): Row(OFFICES),
    ("GET", "basis.all_articles"): Row(OFFICES),
    ("GET", "basis.article"): Row(OFFICES, {"number": "article"}),
    ("GET", "basis.compare"): Row(OFFICES),
    ("GET", "basis.editions"): Row(OFFICES),
    ("GET", "case.show"): Row(CASES, CASE),
    ("POST", "case.born"): Row(CASES, CASE),
    ("GET", "case.plan"): Row(CASES, CASE),
    ("GET", "case.sheet"): Row(CASES, CASE),
    ("GET", "act.steps"): Row(WORKERS, CASE),
    ("GET", "act.choose"): Row(WORKERS, CASE, own=(200, 302)),
    ("GET", "act.form"): Row(WORKERS, CASE, may=BRANCHES),
    ("POST", "act.form"): Row(WORKERS, CASE, may=BRANCHES, own=(422,)),
    ("POST", "act.vote"): Row(WORKERS, CASE, may=BRANCHES),
    ("GET", "act.new"): Row(WORKERS, may=BRANCHES | {"department", "approver", "member", "organizer"}, own=(200, 403)),
    ("POST", "act.new"): Row(WORKERS, own=(422, 403)),
    ("GET", "amend.correct"): Row(WORKERS, {**CASE, "entry": "entry"}, may=BRANCHES, others=(403, 422)),
    ("POST", "amend.correct"): Row(WORKERS, {**CASE, "entry": "entry"}, may=BRANCHES, own=SENT, others=(403, 422)),
    ("GET", "amend.withdraw"): Row(WORKERS, {**CASE, "entry": "entry"}, own=(200, 403)),
    ("POST", "amend.withdraw"): Row(WORKERS, {**CASE, "entry": "entry"}, own=(*SENT, 403)),
    ("GET", "amend.supplement"): Row(WORKERS, CASE, own=(200, 403, 422)),
    ("POST", "amend.supplement"): Row(WORKERS, CASE, own=(*SENT, 403)),
    ("GET", "amend.offer"): Row(WORKERS, CASE, own=(200, 403)),
    ("POST", "amend.offer"): Row(WORKERS, CASE, own=(*SENT, 403)),
    ("GET", "amend.proposal"): Row(CASES, {**CASE, "proposal": "proposal"}),
    ("POST", "amend.proposal"): Row(CASES, {**CASE, "proposal": "proposal"}, own=(*SENT, 403)),
    ("GET", "meeting.index"): Row(CASES),
    ("GET", "meeting.hold"): Row(WORKERS, own=(200, 403)),
    ("POST", "meeting.hold"): Row(WORKERS, own=(200, 403, 422)),
    ("GET", "ledger.index"): Row(CASES),
    ("POST", "ledger.export"): Row(CASES, own=(200, 403)),
    ("GET", "ledger.job"): Row(CASES, EXPORTING, may=frozenset({"secretary", "elsewhere"}), others=(404,)),
    ("GET", "ledger.file"): Row(CASES, EXPORTING, own=(404,), others=(404,)),
    ("POST", "ledger.delete"): Row(
        CASES, EXPORTING, may=frozenset({"secretary", "elsewhere"}), own=(303,), others=(404,), last=True
    ),
    ("GET", "importing.index"): Row(WORKERS, own=(200, 403)),
    ("POST", "importing.upload"): Row(WORKERS, own=(422, 403)),
    ("GET", "importing.show"): Row(WORKERS, IMPORTING, may=frozenset({"secretary", "elsewhere"}), others=(404,)),
    ("POST", "importing.do"): Row(
        WORKERS, IMPORTING, may=frozenset({"secretary", "elsewhere"}), own=(303,), others=(404,)
    ),
    ("POST", "importing.again"): Row(
        WORKERS, IMPORTING, may=frozenset({"secretary", "elsewhere"}), own=(303,), others=(404,)
    ),
    ("POST", "importing.delete"): Row(
        WORKERS, IMPORTING, may=frozenset({"secretary", "elsewhere"}), own=(303,), others=(404,), last=True
    ),
    ("GET", "importing.batch"): Row(WORKERS, {"name": "batch"}, own=(200, 403)),
    ("POST", "importing.undo"): Row(WORKERS, {"name": "batch"}, own=(*SENT, 403)),
    ("GET", "compliance.index"): Row(CASES),
    ("POST", "compliance.export"): Row(CASES),
    ("GET", "compliance.check"): Row(CASES, CASE),
    ("GET", "compliance.finding"): Row(CASES, CASE),
    ("POST", "compliance.answer_finding"): Row(WORKERS, CASE, own=(422,)),
    ("GET", "compliance.waive"): Row(WORKERS, CASE),
    ("POST", "compliance.waive"): Row(WORKERS, CASE, own=(422,)),
    ("POST", "compliance.settle"): Row(WORKERS, CASE, own=(422,)),
    ("GET", "compliance.runs_page"): Row(CASES),
    ("POST", "compliance.take_run"): Row(WORKERS, may=ABOVE, own=(422,)),
    ("GET", "compliance.closed_page"): Row(CASES),
    ("GET", "compliance.indications_page"): Row(CASES),
    ("GET", "records.index"): Row(AUDITORS),
    ("POST", "records.export"): Row(AUDITORS),
    ("GET", "seal.index"): Row(AUDITORS),
    ("POST", "seal.hand_out"): Row(AUDITORS, own=(200, 422)),
    ("POST", "seal.countersigned"): Row(AUDITORS, own=(422,)),
    ("POST", "seal.verify"): Row(AUDITORS, own=(303,)),
    ("GET", "seal.checked"): Row(AUDITORS, SEALING, may=frozenset({"watcher", "watcher2"}), others=(404,)),
    ("POST", "seal.take_out"): Row(AUDITORS, SEALING, own=(404,), others=(404,)),
    ("GET", "seal.receipt"): Row(CASES, {**CASE, "entry": "entry"}, own=(200, 303)),
    ("GET", "organizations.index"): Row(OFFICES),
    ("GET", "organizations.show"): Row(OFFICES, PLACE),
    ("GET", "organizations.accounts"): Row(OFFICES),
    ("GET", "organizations.account"): Row(OFFICES, ACCOUNT),
    ("GET", "organizations.own"): Row(WORKERS, CASE, own=(200, 403)),
    ("POST", "organizations.own"): Row(WORKERS, CASE, own=(*SENT, 403)),
    ("GET", "organizations.roster"): Row(CASES, PLACE),
    ("GET", "organizations.enlist"): Row(WORKERS, PLACE, own=(200, 403)),
    ("POST", "organizations.enlist"): Row(WORKERS, PLACE, own=(422, 403)),
    ("GET", "organizations.member"): Row(WORKERS, LINE, own=(200, 403)),
    ("POST", "organizations.member"): Row(WORKERS, LINE, own=(422, 403)),
    ("GET", "organizations.remove"): Row(WORKERS, LINE, own=(200, 403)),
    ("POST", "organizations.remove"): Row(WORKERS, LINE, own=(303, 404, 403, 422), last=True),
    ("GET", "organizations.penalty"): Row(WORKERS, {**LINE, "number": "penalty"}, own=(200, 403)),
    ("POST", "organizations.penalty"): Row(WORKERS, {**LINE, "number": "penalty"}, own=(422, 403)),
}
for _name in ("add", "rename", "move", "close", "committee", "lay", "appoint", "new_account", "lift"):
    ROWS["GET", f"organizations.{_name}"] = Row(ADMINISTRATORS, PLACE, own=(200, 404))
    ROWS["POST", f"organizations.{_name}"] = Row(ADMINISTRATORS, PLACE, own=(422, 404))
for _name in ("one_time", "disable", "where"):
    ROWS["GET", f"organizations.{_name}"] = Row(ADMINISTRATORS, ACCOUNT)
ROWS["POST", "organizations.one_time"] = Row(ADMINISTRATORS, ACCOUNT)
ROWS["POST", "organizations.disable"] = Row(ADMINISTRATORS, ACCOUNT, own=(303,), last=True)
ROWS["GET", "organizations.dismiss"] = Row(ADMINISTRATORS, {**ACCOUNT, "office": "office"})
ROWS["POST", "organizations.dismiss"] = Row(ADMINISTRATORS, {**ACCOUNT, "office": "office"}, own=(422,))

NO_UID = "00000000-0000-0000-0000-000000000001"
NEVER_THERE = {
    "case": "2026-999999", "proposal": 999999, "organization": NO_UID, "account": NO_UID,
    "office": 999999, "line": 999999, "penalty": 999999, "batch": "0" * 31 + "1", IMPORT: "0" * 31 + "1",
    EXPORT: "0" * 31 + "1", SEAL: "0" * 31 + "1",
}  # fmt: skip


def values(row: Row, house: House | None) -> dict[str, object]:
    """Return what fills an address in: of a house, or of none."""
    found = dict(LAWFUL)
    for argument, what in row.names.items():
        if what == "entry":
            found[argument] = 2
        elif what == "article":
            found[argument] = "7"
        elif house is None:
            found[argument] = NEVER_THERE[what]
        else:
            found[argument] = house.jobs[what] if what in house.jobs else getattr(house, what)
    return found
