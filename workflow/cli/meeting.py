"""One meeting that settles many people: read from a file or the command line, handed in one by one, summed up."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from workflow.case.record import effective
from workflow.cli.case_input import edition_of, evidence_from, evidence_of, outcome_called, step_called
from workflow.cli.desk import Seat
from workflow.cli.telling import error_plain, is_refusal, refusal_lines, text_plain
from workflow.engine.looking import preview, read_case, waiting
from workflow.engine.naming import rule_text, state_text
from workflow.engine.requests import TakeStep
from workflow.engine.task import Task
from workflow.engine.typed_in import Unclear
from workflow.errors import Text, WorkflowError
from workflow.law.model import Edition
from workflow.law.source import read_source
from workflow.plain import harmless
from workflow.seal import Plain
from workflow.store.tables import Case as CaseTable
from workflow.store.tables import Person

TALLY = ("due", "present", "in_favour", "against", "abstained", "invalid")
LARGEST = 1_000_000  # bytes of a file
MOST_SHOWN = 10  # numbers of cases in a message
HEADERS = {"编号": "case", "档案编号": "case", "结果": "outcome", "理由": "reason"}
OWN = ("case", "outcome", "reason")  # of a person; everything else is evidence
WHOLE = ("step", "on", "outcome", "reason", "meeting", "set", "people")  # of a meeting in a file


@dataclass(frozen=True, slots=True)
class Tally:
    """What a meeting settled about one person. ``evidence``: fields by code or name."""

    case: str
    outcome: str | None
    reason: str | None
    evidence: Mapping[str, Plain]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting: its step and day, what holds for everybody, and a tally each."""

    step: str
    on: str
    outcome: str | None
    reason: str | None
    meeting: str | None
    given: tuple[str, ...]  # evidence for everybody, as typed on the command line
    common: Mapping[str, Plain]  # the same, as the file has it
    people: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one person's submission. ``status``: recorded, waiting, possible (only tried), or as errors say."""

    case: str
    name: str
    status: str
    state: Text | None = None
    entry: int | None = None
    proposal: int | None = None
    rules: tuple[tuple[str, Text], ...] = ()
    before: bool = False  # it stood on record already
    error: WorkflowError | None = None

    @property
    def refused(self) -> bool:
        """Tell whether this person was not settled."""
        return self.error is not None


def read_meeting(said: Mapping[str, Any]) -> Meeting:
    """Return the meeting that a file and the options describe; raises Unclear with what is wrong in it."""
    found = _from_file(Path(said["file"])) if said["file"] else Meeting("", "", None, None, None, (), {}, ())
    people = (*found.people, *(_typed(text) for text in said["people"]))
    held = replace(
        found,
        step=said["step"] or found.step,
        on=said["on"] or found.on,
        outcome=said["outcome"] or found.outcome,
        reason=said["reason"] or found.reason,
        meeting=said["meeting"] or found.meeting,
        given=said["given"],
        people=people,
    )
    if not held.step or not held.on:
        raise Unclear(
            Text("没有说明是哪一个步骤、哪一天的会议", "which step the meeting settled, and when, is not said"),
            Text("请加上 --step 和 --on，或者写在文件里", "add --step and --on, or write both in the file"),
        )
    if not people:
        raise Unclear(
            Text("没有人员", "nobody is named"),
            Text("请在文件里列出，或者加上 --person", "list them in the file, or add --person"),
        )
    twice = [case for case, times in Counter(one.case for one in people).items() if times > 1]
    if twice:
        shown = sorted(map(harmless, twice))[:MOST_SHOWN]
        raise Unclear(Text(f"同一人出现两次：{'、'.join(shown)}", f"stands there twice: {', '.join(shown)}"))
    return held


def _typed(text: str) -> Tally:
    """Return a tally from the command line: ``CASE=due,present,for,against,abstained,invalid``, from the left."""
    case, sign, figures = text.partition("=")
    parts = [part.strip() for part in figures.replace("，", ",").split(",")]
    if not sign or not case.strip() or len(parts) > len(TALLY) or not all(part.isdecimal() for part in parts):
        raise Unclear(
            Text(f"看不懂“{harmless(text)}”", f"cannot read “{harmless(text)}”"),
            Text(
                "请写成 --person 2026-000001=20,18,17,1（应到,实到,赞成,反对,弃权,无效）",
                "write --person 2026-000001=20,18,17,1 (due, present, for, against, abstained, invalid)",
            ),
        )
    return Tally(case.strip(), None, None, dict(zip(TALLY, parts, strict=False)))


def _from_file(path: Path) -> Meeting:
    with path.open("rb") as opened:
        data = opened.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Unclear(Text(f"{path.name} 过大", f"{path.name} has more than {LARGEST} bytes"))
    text = _decoded(data, path.name)
    return _from_csv(text, path.name) if path.suffix.lower() == ".csv" else _from_yaml(text, path.name)


def _decoded(data: bytes, name: str) -> str:
    """Return the text of a file: UTF-8, or as Excel writes CSV in China."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unclear(Text(f"{name} 不是文本文件", f"{name} is not text"))


def _from_csv(text: str, name: str) -> Meeting:
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
    except csv.Error as error:
        what = Text(f"{name} 不是可以读取的CSV文件", f"{name} cannot be read as CSV ({error})")
        raise Unclear(what, Text("请用 Excel 另存为 CSV", "save it as CSV anew")) from error
    people = []
    for number, row in enumerate(rows, 2):
        cells = {HEADERS.get(str(key).strip(), str(key).strip()): value for key, value in row.items() if key}
        if None in row or any(isinstance(value, list) for value in row.values()):
            raise Unclear(Text(f"{name} 第{number}行多出内容", f"{name}, line {number}: more cells than headers"))
        people.append(_tally(cells, f"{name}:{number}"))
    return Meeting("", "", None, None, None, (), {}, tuple(people))


def _from_yaml(text: str, name: str) -> Meeting:
    source = read_source(text, name)
    if source.faults:
        raise Unclear(Text("\n".join(str(fault) for fault in source.faults), "see above"))
    whole = source.value
    if not isinstance(whole, dict) or not isinstance(whole.get("people"), list):
        raise Unclear(
            Text(f"{name} 中没有 people 列表", f"{name} has no list “people”"),
            Text("写法见 docs/commands.md", "docs/commands.md shows how to write it"),
        )
    if strange := sorted(set(whole) - set(WHOLE)):
        raise Unclear(
            Text(
                f"{name} 中不认识：{'、'.join(map(harmless, strange))}",
                f"{name}: not known: {', '.join(map(harmless, strange))}",
            ),
            Text(f"可以写：{'、'.join(WHOLE)}", f"known are: {', '.join(WHOLE)}"),
        )
    people = tuple(
        _tally(one if isinstance(one, dict) else {}, f"{name}:{source.line(('people', place))}")
        for place, one in enumerate(whole["people"])
    )
    common = whole.get("set") or {}
    if not isinstance(common, dict):
        raise Unclear(Text(f"{name} 的 set 应为字段和值", f"{name}: “set” holds fields with values"))
    words = {key: str(whole[key]) if whole.get(key) is not None else None for key in ("outcome", "reason", "meeting")}
    return Meeting(
        str(whole.get("step") or ""), str(whole.get("on") or ""), words["outcome"], words["reason"], words["meeting"],
        (), common, people,
    )  # fmt: skip


def _tally(cells: Mapping[str, Any], where: str) -> Tally:
    if not cells.get("case"):
        raise Unclear(
            Text(f"{where}：没有档案编号", f"{where}: no case is named"),
            Text("每人一行，编号写在 case（编号）", "one line a person, its number under “case”"),
        )
    evidence = {key: value for key, value in cells.items() if key not in OWN}
    outcome, reason = (str(cells[key]) if cells.get(key) else None for key in ("outcome", "reason"))
    return Tally(str(cells["case"]).strip(), outcome, reason, evidence)


def hold(seat: Seat, held: Meeting, *, dry_run: bool) -> tuple[Result, ...]:
    """Hand in each person's own submission under one meeting; whoever is refused does not stop the others.

    A person of whom this meeting stands on record, or waits, already is left as it is: the same file may be handed in
    twice.
    """
    return tuple(_settled(seat, held, one, dry_run=dry_run) for one in held.people)


def _settled(seat: Seat, held: Meeting, one: Tally, *, dry_run: bool) -> Result:
    name = ""
    try:
        with seat.looking() as task:
            request, known = _request(task, held, one)
            name = (
                task.connection.scalar(
                    select(Person.name)
                    .join(CaseTable, CaseTable.id == Person.case_id)
                    .where(CaseTable.number == one.case)
                )
                or ""
            )
            if known is not None:
                return replace(known, name=name)
            if dry_run:
                record, judged = preview(task, request)
                return _result(
                    record.book.edition_on(judged.day), one.case, name, "possible", judged.after.state, judged.rules
                )
        answer = seat.submit(request)
        result = _result(seat.laws.book().newest, one.case, name, str(answer.status), answer.state, answer.rules)
        return replace(result, entry=answer.entry, proposal=answer.proposal)
    except WorkflowError as error:
        return Result(one.case, name, "refused" if is_refusal(error) else "failed", error=error)


def _result(edition: Edition, case: str, name: str, status: str, state: str, rules: Sequence[str]) -> Result:
    named = tuple((rule, rule_text(edition, rule)) for rule in rules)
    return Result(case, name, status, state_text(edition, state), rules=named)


def _request(task: Task, held: Meeting, one: Tally) -> tuple[TakeStep, Result | None]:
    """Return a person's own submission, and what stands on record of it already."""
    record = read_case(task, one.case)
    edition = edition_of(task, held.on, record.book.edition_on)
    step = step_called(task, edition, held.step)
    number = held.meeting or f"{held.on}-{step}-{task.actor.organization_uid.hex[:8]}"
    own = evidence_from(edition, step, one.evidence)
    shared = evidence_from(edition, step, held.common) | evidence_of(edition, step, held.given)
    request = TakeStep(
        key=uuid4().hex, case=one.case, seen=record.row.head.entries, step=step,
        outcome=outcome_called(edition, step, one.outcome or held.outcome), occurred_on=held.on,
        evidence=shared | own, reason=one.reason or held.reason, meeting=number,
    )  # fmt: skip
    standing = {entry.number for entry in effective(record.recorded())}
    for line in record.entries:
        entry = line.recorded
        if entry.number in standing and (entry.step, line.body.get("meeting")) == (step, number):
            known = _result(edition, one.case, "", "recorded", record.row.state, ())
            return request, replace(known, entry=entry.number, before=True)
    for proposal in waiting(task, one.case):
        asked = proposal.request
        if isinstance(asked, TakeStep) and (asked.step, asked.meeting) == (step, number):
            known = _result(edition, one.case, "", "waiting", record.row.state, proposal.rules)
            return request, replace(known, proposal=proposal.proposal, before=True)
    return request, None


WORDS = {
    "recorded": Text("已登记", "recorded"),
    "waiting": Text("等待复核", "waits for a second person"),
    "possible": Text("可以办理（试算，未登记）", "possible (tried, not recorded)"),
    "refused": Text("未办理", "refused"),
    "failed": Text("未办理", "not done"),
}


def summary_lines(held: Meeting, results: Sequence[Result], lang: str) -> Iterator[str]:
    """Yield what came of each person, then how many of each kind."""
    yield Text(
        f"{held.on} 会议：{held.step}，{len(results)}人", f"meeting of {held.on}: {held.step}, {len(results)} people"
    ).of(lang)
    for one in results:
        yield f"  {one.case} {one.name}  {_words(one, lang)}"
        yield from (f"     ■ {text.of(lang)}" for _, text in one.rules)
        if one.error is not None:
            yield from (f"     {line}" for line in refusal_lines(one.error, lang))
    counted = {status: sum(one.status == status for one in results) for status in WORDS}
    comma = "，" if lang == "zh" else ", "
    yield comma.join(f"{WORDS[status].of(lang)} {number}" for status, number in counted.items() if number)


def _words(one: Result, lang: str) -> str:
    words = WORDS[one.status].of(lang)
    if one.before:
        words += Text("（此前已提交）", " (handed in before)").of(lang)
    if one.entry is not None:
        words += Text(f"，第{one.entry}条", f", entry {one.entry}").of(lang)
    if one.proposal is not None:
        words += f"  jishi case confirm {one.case} {one.proposal}"
    return words if one.state is None or one.proposal is not None else f"{words}  {one.state.of(lang)}"


def summary_plain(held: Meeting, results: Sequence[Result]) -> dict[str, Any]:
    """Return the meeting for scripts."""
    people = [
        {
            "case": one.case, "name": one.name, "status": one.status, "entry": one.entry, "proposal": one.proposal,
            "before": one.before, "state": text_plain(one.state) if one.state else None,
            "rules": [{"rule": rule, **text_plain(text)} for rule, text in one.rules],
            "error": error_plain(one.error) if one.error else None,
        }
        for one in results
    ]  # fmt: skip
    return {"step": held.step, "on": held.on, "people": people}
