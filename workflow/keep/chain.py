"""The chain of each case, computed anew from the stored bytes: hashes, numbers, columns, commitments.

What this finds needs nothing but the database. Whoever removes the last entries of a case together with everything that
points to them (its row, its submissions) leaves a shorter chain that is whole: only figures kept outside show that.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, String, select, type_coerce
from sqlalchemy.orm import aliased

from workflow.errors import Text
from workflow.plain import harmless
from workflow.seal import ORIGIN, NotCanonical, canonical, commitment, leaf_hash
from workflow.store.tables import Account, Batch, Case, Entry, EntryValue, Organization, Submission, SubmissionStatus

CONFIRMER = aliased(Account)
PRINCIPAL = aliased(Account)
CONFIRMED_IN = aliased(Organization)
AUTHOR = aliased(Account)
REPEATED = (  # keys of the bytes that a column repeats
    "case", "n", "prev", "kind", "at", "by", "org", "step", "outcome", "on", "supersedes", "for", "confirmed",
    "confirmed_in", "batch",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseFault:
    """Something in a case that is not as it was written. ``kind``: a code; ``entry``: its number, None: the case."""

    case: str
    entry: int | None
    kind: str
    what: Text

    def text(self) -> Text:
        """Return the fault with its place."""
        at = Text("", "") if self.entry is None else Text(f"第{self.entry}条", f", entry {self.entry}")
        case = harmless(self.case)
        return Text(f"{case} {at.zh}：{self.what.zh}", f"{case}{at.en}: {self.what.en}")


@dataclass(frozen=True, slots=True)
class CaseHead:
    """What the row of a case says about its chain."""

    id: int
    uid: str
    number: str
    entries: int
    head: str


@dataclass(frozen=True, slots=True)
class Chained:
    """What was found in the chain of one case; ``erased``: values that were erased, which is no fault."""

    entries: int
    erased: int
    faults: tuple[CaseFault, ...]


def heads(connection: Connection, after: int, most: int) -> list[CaseHead]:
    """Return the next cases by id."""
    query = select(Case.id, type_coerce(Case.uid, String), Case.number, Case.entries, Case.head)
    rows = connection.execute(query.where(Case.id > after).order_by(Case.id).limit(most))
    return [CaseHead(key, _hex(uid) or "", number, entries, head) for key, uid, number, entries, head in rows]


def chained(connection: Connection, cases: Sequence[CaseHead]) -> dict[int, Chained]:
    """Return what was found in the chains of some cases, by id, in three queries."""
    ids = [case.id for case in cases]
    lines: dict[int, list[Row[Any]]] = {}
    for line in connection.execute(_lines().where(Entry.case_id.in_(ids)).order_by(Entry.case_id, Entry.number)):
        lines.setdefault(line.case_id, []).append(line)
    values: dict[int, dict[str, tuple[bytes, str]]] = {}
    of_cases = select(EntryValue.entry_id, EntryValue.field, EntryValue.salt, EntryValue.value).join(Entry)
    for entry, field, salt, value in connection.execute(of_cases.where(Entry.case_id.in_(ids))):
        values.setdefault(entry, {})[field] = (salt, value)
    answered = _answered(connection, ids)
    return {
        case.id: _case(case, lines.get(case.id, []), values, answered.get(case.id, 0)) for case in cases
    }  # fmt: skip


def _lines() -> Any:  # noqa: ANN401 - a select of a dozen columns
    """Return the query of entries with the uids of whom they name; text as it is stored, in whatever state."""
    return (
        select(
            Entry.id, Entry.case_id, Entry.number, Entry.kind, Entry.step, Entry.outcome, Entry.supersedes, Entry.prev,
            Entry.hash, Entry.body, Entry.confirmed_by, Entry.confirmed_in, Entry.principal_id, Entry.batch_id,
            type_coerce(Entry.occurred_on, String).label("occurred_on"),
            type_coerce(Entry.recorded_at, String).label("recorded_at"),
            type_coerce(AUTHOR.uid, String).label("author"),
            type_coerce(Organization.uid, String).label("organization"),
            type_coerce(CONFIRMER.uid, String).label("confirmer"),
            type_coerce(CONFIRMED_IN.uid, String).label("confirmer_organization"),
            type_coerce(PRINCIPAL.uid, String).label("principal"),
            type_coerce(Batch.uid, String).label("batch"),
        )
        .outerjoin(AUTHOR, AUTHOR.id == Entry.account_id)
        .outerjoin(Organization, Organization.id == Entry.organization_id)
        .outerjoin(CONFIRMER, CONFIRMER.id == Entry.confirmed_by)
        .outerjoin(CONFIRMED_IN, CONFIRMED_IN.id == Entry.confirmed_in)
        .outerjoin(PRINCIPAL, PRINCIPAL.id == Entry.principal_id)
        .outerjoin(Batch, Batch.id == Entry.batch_id)
    )  # fmt: skip


def _answered(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    """Return the highest entry that the answer to some submission names, by case."""
    query = select(Submission.case_id, Submission.answer).where(
        Submission.case_id.in_(ids), Submission.status == SubmissionStatus.RECORDED
    )
    highest: dict[int, int] = {}
    for case, answer in connection.execute(query):
        entry = answer.get("entry") if isinstance(answer, dict) else None
        highest[case] = max(highest.get(case, 0), entry if isinstance(entry, int) else 0)
    return highest


def _case(
    case: CaseHead, lines: Sequence[Row[Any]], values: Mapping[int, Mapping[str, tuple[bytes, str]]], answered: int
) -> Chained:
    faults: list[CaseFault] = []
    previous, erased = ORIGIN, 0
    for expected, line in enumerate(lines, 1):
        kept = values.get(line.id, {})
        body = _read(line.body)
        found = [*_chain(line, expected, previous, body), *_repeated(case, line, body), *_committed(body, kept)]
        faults += [CaseFault(case.number, line.number, kind, what) for kind, what in found]
        erased += len(_commitments(body).keys() - kept.keys())
        previous = line.hash
    faults += [CaseFault(case.number, None, kind, what) for kind, what in _ends(case, len(lines), previous, answered)]
    return Chained(len(lines), erased, tuple(faults))


def _chain(line: Row[Any], expected: int, previous: str, body: Mapping[str, Any] | None) -> Iterator[tuple[str, Text]]:
    if line.number != expected:
        yield "numbers", Text(f"条目序号应为{expected}", f"its number should be {expected}")
    if line.prev != previous:
        yield "prev", Text("没有接在前一条之后", "it does not follow the entry before it")
    if leaf_hash(_bytes(line.body)) != line.hash:
        yield (
            "hash",
            Text("内容与其校验值不符：内容或校验值被改动过", "its bytes do not match its hash: one was altered"),
        )
    if body is None:
        yield "bytes", Text("内容不是规范写法", "its bytes are not in canonical form")


def _repeated(case: CaseHead, line: Row[Any], body: Mapping[str, Any] | None) -> Iterator[tuple[str, Text]]:
    """Yield where columns say something else than the bytes, or name what is not there."""
    if body is None:
        return
    stands: dict[str, Any] = {
        "case": case.uid, "n": line.number, "prev": line.prev, "kind": line.kind, "at": line.recorded_at,
        "by": _hex(line.author), "org": _hex(line.organization), "step": line.step, "outcome": line.outcome,
        "on": None if line.occurred_on is None else _day(line.occurred_on), "supersedes": line.supersedes,
        "confirmed": _hex(line.confirmer) if line.confirmed_by is not None else None,
        "confirmed_in": _hex(line.confirmer_organization) if line.confirmed_in is not None else None,
        "for": _hex(line.principal) if line.principal_id is not None else None,
        "batch": _hex(line.batch) if line.batch_id is not None else None,
    }  # fmt: skip
    differs = "、".join(key for key in REPEATED if stands[key] != body.get(key))
    if differs:
        yield "columns", Text(f"与内容不符的列：{differs}", f"columns that differ from its bytes: {differs}")


def _committed(body: Mapping[str, Any] | None, kept: Mapping[str, tuple[bytes, str]]) -> Iterator[tuple[str, Text]]:
    """Yield values that are not those to which the entry is committed."""
    promised = _commitments(body)
    for field, (salt, value) in sorted(kept.items()):
        if field not in promised:
            if body is not None:
                yield "value", Text(f"“{field}”不属于本条", f"“{harmless(field)}” does not belong to it")
        elif _commitment(salt, value) != promised[field]:
            yield "commitment", Text(f"“{field}”的内容被改动过", f"the value of “{field}” was altered")


def _ends(case: CaseHead, count: int, last: str, answered: int) -> Iterator[tuple[str, Text]]:
    if case.entries != count:
        zh, en = f"应有{case.entries}条，实有{count}条", f"it should have {case.entries} entries and has {count}"
        yield "count", Text(zh, en)
    if case.head != last:
        yield "head", Text("末条的校验值与档案所记不符", "the hash of its last entry is not the one on its row")
    if answered > count:
        zh = f"第{answered}条曾答复为已登记，现在没有"
        yield "answered", Text(zh, f"entry {answered} was once answered as recorded and is not there")


def _read(body: object) -> dict[str, Any] | None:
    """Return what canonical bytes say; None for bytes that are not canonical."""
    data = _bytes(body)
    try:
        read = json.loads(data)
        return read if isinstance(read, dict) and canonical(read) == data else None
    except (ValueError, NotCanonical, RecursionError):
        return None


def _commitments(body: Mapping[str, Any] | None) -> dict[str, Any]:
    made = body.get("commit", {}) if body else {}
    return made if isinstance(made, dict) else {}


def _commitment(salt: bytes, value: str) -> str | None:
    try:
        read = json.loads(value)
        return commitment(salt, read) if canonical(read).decode() == value else None
    except (TypeError, ValueError, RecursionError):  # no JSON, no salt
        return None


def _bytes(body: object) -> bytes:
    return body if isinstance(body, bytes) else str(body).encode("utf-8", "replace")


def _hex(uid: object) -> str | None:
    return uid.hex if isinstance(uid, UUID) else None if uid is None else str(uid).replace("-", "")


def _day(day: object) -> str:
    return day.isoformat() if isinstance(day, date) else str(day)
