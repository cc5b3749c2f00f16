"""Cases, plans, answers of the desk and lists as lines of text, in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from workflow.calendar.office import OFFICE
from workflow.case.record import EntryKind
from workflow.case.values import Value
from workflow.cli.telling import reason_lines
from workflow.compliance.columns import table_lines
from workflow.engine.entries_view import Change, Line
from workflow.engine.judging import Judged
from workflow.engine.looking import Listed, Waiting
from workflow.engine.naming import KINDS, field_text, outcome_text, rule_text, state_text, step_text, value_text
from workflow.engine.requests import Correct, Supplement, TakeStep, Withdraw
from workflow.engine.settling import Confirmer
from workflow.engine.showing import Finding, Next, Progress, Shown
from workflow.engine.task import Answer
from workflow.errors import Text
from workflow.law.model import Edition
from workflow.plan import Limit, Planned
from workflow.rules.verdict import VerdictState
from workflow.seal import Plain
from workflow.store.tables import SubmissionStatus

WIDTH = 110
CONTINUED = "     ┆ "  # begins what goes on of a text with line breaks
MARKS = {Progress.DONE: "✓", Progress.NOW: "▶", Progress.AHEAD: "·"}
SHOWN_NEXT = 3  # of what comes next, after something was recorded


def answer_lines(
    answer: Answer, edition: Edition, shown: Shown | None, who: Sequence[Confirmer], lang: str
) -> list[str]:
    """Return what came of a submission: what stands on record, or who may confirm it; then what comes next.

    ``shown``: the case as it is now; None: it is out of the actor's sight.
    """
    again = (
        Text("（此前已提交，未重复登记）", " (handed in before, not recorded again)").of(lang) if answer.again else ""
    )
    person = f"{answer.case} {shown.name}" if shown else answer.case
    if answer.status is SubmissionStatus.WAITING:
        said = Text(f"等待第二人复核：{person}", f"Waiting for a second person: {person}")
        return [said.of(lang) + again, *_broken(answer.rules, edition, lang), *confirm_lines(answer, who, lang)]
    said = Text(f"已处理：{person}", f"Done: {person}")
    if answer.entry is not None:
        said = Text(f"已登记：{person}", f"Recorded: {person}")
    entry = [f"  {entry_head(shown.lines[answer.entry - 1], lang)}"] if shown and answer.entry else []
    lines = [said.of(lang) + again, *entry, *_broken(answer.rules, edition, lang)]
    return [*lines, standing(shown, lang), *next_lines(shown, lang, SHOWN_NEXT)] if shown else lines


def _broken(rules: Sequence[str], edition: Edition, lang: str) -> list[str]:
    if not rules:
        return []
    head = Text("不合规定之处（作为问题留下）：", "Not in order (it stands as a finding):").of(lang)
    return [head, *(f"  - {rule_text(edition, rule).of(lang)}" for rule in rules)]


def confirm_lines(answer: Answer, who: Sequence[Confirmer], lang: str) -> list[str]:
    """Return who may confirm what waits, and the command by which they do."""
    return [confirmers_text(who).of(lang), *([f"  jishi case confirm {answer.case} {answer.proposal}"] if who else [])]


def confirmers_text(who: Sequence[Confirmer]) -> Text:
    """Return who may confirm as the second person."""
    if not who:
        return Text(
            "本组织和上级组织目前没有其他人可以复核，请管理员任命",
            "nobody else here or above can confirm it: ask the administrator for an appointment",
        )
    zh = "、".join(f"{one.account}（{one.organization}{one.role.zh}）" for one in who)
    en = ", ".join(f"{one.account} ({one.role.en}, {one.organization})" for one in who)
    return Text(f"可以复核的：{zh}", f"Who may confirm: {en}")


def preview_lines(person: str, judged: Judged, edition: Edition, lang: str) -> list[str]:
    """Return what would come of an act that nothing refuses. Nothing was recorded."""
    entry = judged.entry
    step, outcome = step_text(edition, entry.step), outcome_text(edition, entry.step, entry.outcome)
    what = f"{person} {step.of(lang) if step else ''} {outcome.of(lang) if outcome else ''}".strip()
    lines = [Text(f"试算（未登记）：{what}", f"Tried, not recorded: {what}").of(lang)]
    if judged.concerns:
        lines.append(
            Text("可以登记，但须书面说明理由并由第二人复核：", "It needs a written reason and a second person:").of(
                lang
            )
        )
        lines += [line for one in judged.concerns for line in reason_lines(one, lang)]
    elif judged.rules:
        lines += _broken(judged.rules, edition, lang)
    else:
        lines.append(Text("可以办理", "nothing stands against it").of(lang))
    state = state_text(edition, judged.after.state)
    return [*lines, Text(f"办理后的身份：{state.zh}", f"The state would be: {state.en}").of(lang)]


def standing(shown: Shown, lang: str) -> str:
    """Return one line that says where a case stands."""
    state = state_text(shown.edition, shown.view.state)
    return Text(f"身份：{state.zh}　所在：{shown.row.branch}", f"state: {state.en}; branch: {shown.row.branch}").of(
        lang
    )


def next_lines(shown: Shown, lang: str, limit: int | None = None) -> list[str]:
    """Return what is to be done now: who acts, by when, why."""
    if not shown.now:
        return [Text("目前没有待办的步骤", "nothing is to be done now").of(lang)]
    lines = [Text("接下来：", "What comes next:").of(lang)]
    for one in shown.now[:limit]:
        lines += _next(shown, one, lang)
    return lines


def _next(shown: Shown, one: Next, lang: str) -> Iterator[str]:
    step = shown.edition.steps[one.step]
    number = f"{step.number}. " if step.number else ""
    who = one.acts or Text("本系统内无可办理的组织", "nobody in this installation").of(lang)
    yield f"  {number}{step.zh if lang == 'zh' else step.en}{_in_brackets(who, lang)}{_by_when(one, shown.today, lang)}"
    yield f"     {one.why.of(lang)}{_in_brackets(one.basis.of(lang), lang)}"


def _by_when(one: Next, today: date, lang: str) -> str:
    parts = []
    if one.due_on is not None:
        days = (one.due_on - today).days
        late = (
            Text(f"，已超期{-days}天", f", {-days} days overdue")
            if days < 0
            else Text(f"，还有{days}天", f", {days} days left")
        )
        parts.append(Text(f"最迟 {one.due_on}", f"by {one.due_on}").of(lang) + late.of(lang))
    if one.earliest is not None:
        parts.append(Text(f"最早 {one.earliest}", f"from {one.earliest}").of(lang))
    return ("　" if lang == "zh" else "  ") + ("；" if lang == "zh" else "; ").join(parts) if parts else ""


def _in_brackets(text: str, lang: str) -> str:
    return f"（{text}）" if lang == "zh" else f" ({text})"


def case_lines(shown: Shown, lang: str) -> Iterator[str]:
    """Yield a case as a page: person, stages, what to do, what is broken, what waits, steps, entries."""
    born = Text(f"　{shown.born_on}出生", f", born {shown.born_on}").of(lang) if shown.born_on else ""
    yield f"{shown.row.number}  {shown.name}{born}"
    yield standing(shown, lang)
    stages = shown.edition.stages
    yield "  ".join(f"{MARKS[one.progress]} {_words(stages[one.stage], lang)}" for one in shown.stages)
    if shown.offered_to:
        yield Text(
            f"已向 {shown.offered_to} 提出转出，等待接收", f"offered to {shown.offered_to}, not yet taken over"
        ).of(lang)
    yield ""
    yield from next_lines(shown, lang)
    yield from _section(
        Text("问题", "Findings"), [line for one in shown.findings for line in _finding(one, lang)], lang
    )
    yield from _section(Text("等待复核", "Waiting for a second person"), waiting_lines(shown.waiting, lang), lang)
    yield from _section(Text("步骤", "Steps"), list(_steps(shown, lang)), lang)
    yield from _section(Text("纪实", "Record"), [line for one in shown.lines for line in entry_lines(one, lang)], lang)


def _words(named: object, lang: str) -> str:
    return str(getattr(named, lang))


def _section(title: Text, lines: Sequence[str], lang: str) -> Iterator[str]:
    if lines:
        yield ""
        yield f"【{title.zh}】" if lang == "zh" else f"[{title.en}]"
        yield from lines


def _finding(one: Finding, lang: str) -> list[str]:
    if one.state is VerdictState.PENDING:
        return [
            Text(f"  ○ 期限进行中，最迟 {one.due}：{one.demand.zh}", f"  ○ running, by {one.due}: {one.demand.en}").of(
                lang
            )
        ]
    return [f"  ■ {one.demand.of(lang)}{_in_brackets(one.basis.of(lang), lang)}", f"    {one.what.of(lang)}"]


def _steps(shown: Shown, lang: str) -> Iterator[str]:
    for one in shown.steps:
        name = _words(shown.edition.steps[one.step], lang)
        rounds = Text(f"　第 {one.rounds} 次", f"  round {one.rounds}").of(lang) if one.rounds > 1 else ""
        broken = Text(f"　问题 {one.broken} 个", f"  findings: {one.broken}").of(lang) if one.broken else ""
        yield f"  {MARKS[one.progress]} {one.number:>2} {name}  {one.done_on or ''}{rounds}{broken}".rstrip()


def entry_head(line: Line, lang: str) -> str:
    """Return an entry as one line: number, kind, step, outcome, day."""
    entry = line.written.recorded
    step, outcome = step_text(line.edition, entry.step), outcome_text(line.edition, entry.step, entry.outcome)
    words = [KINDS[entry.kind].of(lang)] if entry.kind is not EntryKind.ACT else []
    if entry.supersedes is not None:
        words.append(Text(f"第{entry.supersedes}条", f"entry {entry.supersedes}").of(lang))
    words += [text.of(lang) for text in (step, outcome) if text is not None]
    said = ("—" if lang == "zh" else ": ").join(words)
    number = Text(f"第{entry.number}条", f"entry {entry.number}:").of(lang)
    return f"{number} {said}  {entry.occurred_on or ''}".rstrip()


def entry_lines(line: Line, lang: str) -> Iterator[str]:
    """Yield an entry: its head, who wrote it when, what it holds, what became of it."""
    return map(_continued, _entry_lines(line, lang))


def _continued(line: str) -> str:
    """Return a line whose text may hold line breaks so that none of it looks like a line of its own."""
    return f"\n{CONTINUED}".join(line.splitlines())


def _entry_lines(line: Line, lang: str) -> Iterator[str]:
    entry, comma = line.written.recorded, "；" if lang == "zh" else "; "
    yield f"  {entry_head(line, lang)}"
    second = (
        Text(f"，{line.confirmed_by}复核", f", confirmed by {line.confirmed_by}").of(lang) if line.confirmed_by else ""
    )
    who = f"{line.account}{_in_brackets(f'{line.organization}{_gap(lang)}{line.role.of(lang)}', lang)}"
    wrote = instant(line.written.recorded_at)
    yield "     " + Text(f"{wrote} {who}登记{second}", f"recorded {wrote} by {who}{second}").of(lang)
    if line.changes:
        yield from (f"     {_change(one, line, lang)}" for one in line.changes)
    elif entry.evidence:
        held = [_held(line, name, value, lang) for name, value in entry.evidence.items() if value is not None]
        yield "     " + comma.join(held)
    if line.written.reason:
        yield "     " + Text(f"理由：{line.written.reason}", f"reason: {line.written.reason}").of(lang)
    yield from (f"     ■ {rule_text(line.edition, rule).of(lang)}" for rule in line.findings)
    for number in line.corrected_by:
        yield "     " + Text(f"→ 由第{number}条更正", f"→ corrected by entry {number}").of(lang)
    if line.withdrawn_by:
        yield "     " + Text(f"→ 由第{line.withdrawn_by}条撤回", f"→ withdrawn by entry {line.withdrawn_by}").of(lang)


def _held(line: Line, name: str, value: Value, lang: str) -> str:
    step = line.written.recorded.step
    return f"{field_text(line.edition, step, name).of(lang)} {value_text(line.edition, step, name, value).of(lang)}"


def _change(one: Change, line: Line, lang: str) -> str:
    """Return what stood and what stands now, side by side."""
    step = line.written.recorded.step
    if one.field is None:
        return f"{Text('办理日期', 'day of the act').of(lang)}  {one.before or '—'} → {one.after}"
    before, after = (value_text(line.edition, step, one.field, value).of(lang) for value in (one.before, one.after))
    return f"{field_text(line.edition, step, one.field).of(lang)}  {before} → {after}"


def _gap(lang: str) -> str:
    return "" if lang == "zh" else ", "


def instant(at: datetime) -> str:
    """Return an instant as the office's clock showed it."""
    return at.astimezone(OFFICE).strftime("%Y-%m-%d %H:%M")


def waiting_lines(found: Sequence[Waiting], lang: str) -> list[str]:
    """Return what waits for a second person: who submitted what, what is wrong with it, how to confirm it."""
    lines = []
    for one in found:
        lines.append(f"  {one.proposal}. {one.case} {one.person}  {request_text(one, lang)}")
        who = f"{one.account}{_in_brackets(one.organization, lang)} {instant(one.made_at)}"
        lines.append("     " + Text(f"{who} 提交", f"submitted by {who}").of(lang))
        reason = getattr(one.request, "reason", None)
        lines += ["     " + Text(f"理由：{reason}", f"reason: {reason}").of(lang)] if reason else []
        lines += [f"     ■ {rule_text(one.edition, rule).of(lang)}" for rule in one.rules]
        own = Text("     由他人复核；本人可以撤回：", "     others confirm it; you may take it back: ")
        other = Text("     复核：", "     to confirm: ")
        command = "decline" if one.mine else "confirm"
        lines.append(f"{(own if one.mine else other).of(lang)}jishi case {command} {one.case} {one.proposal}")
    return [_continued(line) for line in lines]


def request_text(one: Waiting, lang: str) -> str:
    """Return what a waiting request asks for, in one line."""
    request, edition = one.request, one.edition
    if isinstance(request, TakeStep):
        step, outcome = step_text(edition, request.step), outcome_text(edition, request.step, request.outcome)
        words = [text.of(lang) for text in (step, outcome) if text is not None]
        words += [Text("（如实登记为不合规）", "(as irregular)").of(lang)] if request.irregular else []
        return f"{'—'.join(words) if lang == 'zh' else ': '.join(words)}  {request.occurred_on}"
    if isinstance(request, Correct):
        day = [f"{Text('办理日期', 'day of the act').of(lang)} → {request.occurred_on}"] if request.occurred_on else []
        fields = (_asked(edition, one.about, name, value, lang) for name, value in request.evidence.items())
        changes = ("；" if lang == "zh" else "; ").join((*day, *fields))
        return Text(f"更正第{request.number}条：{changes}", f"correct entry {request.number}: {changes}").of(lang)
    if isinstance(request, Supplement):
        step = step_text(edition, request.step)
        return Text(f"补充证明：{step.zh if step else ''}", f"attest: {step.en if step else ''}").of(lang)
    if isinstance(request, Withdraw):
        return Text(f"撤回第{request.number}条", f"withdraw entry {request.number}").of(lang)
    return request.action


def _asked(edition: Edition, step: str | None, name: str, value: Plain, lang: str) -> str:
    """Return what a correction asks of one field; evidence that waits is plain, as it was handed in."""
    shown = value_text(edition, step, name, value if isinstance(value, str | int) else str(value or "—"))
    return f"{field_text(edition, step, name).of(lang)} → {shown.of(lang)}"


def list_lines(found: Sequence[Listed], after: str | None, edition: Edition, lang: str) -> list[str]:
    """Return a list of cases as a table, and how to get the next page."""
    if not found:
        return [Text("没有符合条件的档案", "no case").of(lang)]
    headers = (
        ("编号", "姓名", "党支部", "身份", "条数") if lang == "zh" else ("case", "name", "branch", "state", "entries")
    )
    rows = [(one.number, one.name, one.branch, state_text(edition, one.state).of(lang), one.entries) for one in found]
    more = [Text(f"还有更多：加上 --after {after}", f"there are more: add --after {after}").of(lang)] if after else []
    return [*table_lines(headers, rows, WIDTH, stretch=2), *more]


def plan_lines(planned: Sequence[Planned], edition: Edition, lang: str) -> list[str]:
    """Return the earliest and latest days of what is still to come."""
    lines = []
    for item in planned:
        mark = Text("（假设）", " (assumed)").of(lang) if item.assumed else ""
        lines.append(f"{item.number:>2} {_words(edition.steps[item.step], lang)}{mark}")
        lines.append(_limit(Text("最早", "earliest"), item.earliest, lang))
        lines += [_limit(Text("最迟", "latest"), item.latest, lang)] if item.latest else []
        lines += ["     " + Text("■ 已来不及按期办理", "■ can only be late").of(lang)] if item.late else []
    return lines or [Text("没有尚待办理的步骤", "nothing is still to come").of(lang)]


def _limit(word: Text, limit: Limit, lang: str) -> str:
    why = _in_brackets(limit.basis, lang) if limit.basis else ""
    if limit.provisional:
        why += Text("〔前一步按最早日期办理时〕", " [if the step before is done on its first day]").of(lang)
    return f"     {word.of(lang)} {limit.day}  {limit.text.of(lang)}{why}"
