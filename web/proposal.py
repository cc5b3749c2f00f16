"""What waits for a second person, as its page shows it: who asks for what, what it breaks, who may settle it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web import act_view, words
from web.amend_flow import WORDS
from web.amend_sheet import changes
from web.desk import look_anew, new_key, submit, task
from web.errors import UNFIT, status_of
from web.history_view import PERSONAL
from web.language import say, t
from web.limits import seen_in
from web.noting import noted
from workflow.access.trail import LogAct
from workflow.engine.desk import UnknownProposal
from workflow.engine.evidence import field_of, typed
from workflow.engine.looking import Waiting, person_of, read_case, waiting_in
from workflow.engine.naming import field_text, rule_text, state_text
from workflow.engine.reading import CaseRecord, CaseRow
from workflow.engine.requests import Confirm, Correct, Supplement, TakeStep, Withdraw
from workflow.engine.settling import outdated, settlement, what_became
from workflow.engine.task import LAPSED, Answer, Task
from workflow.errors import Text, WorkflowError
from workflow.law.model import Edition
from workflow.rules.judge import StepRefused
from workflow.rules.rulebook import Rulebook
from workflow.seal import Plain

NEEDS_REASON = Text("请写明退回的理由", "say why it is declined")
PUT_AWAY = {
    "declined": Text("已退回", "it was declined"),
    "declined_with_reason": Text("已退回，并说明了理由", "it was declined, with a reason"),
    "taken_back": Text("提交人已经收回", "whoever submitted it took it back"),
    LAPSED: Text("此人转往其他支部，此事项已失效", "it lapsed when the case was handed over"),
}


def shown(
    number: str, proposal: int, error: WorkflowError | None = None, blank: Text | None = None
) -> ResponseReturnValue:
    """Show something that waits, or what became of it; ``error``: why it was not settled just now."""
    now = task()
    record = read_case(now, number)
    found = _found(now, record, proposal)
    if found is None:
        return _became(now, record, proposal)
    revealed = request.form.get("do") == "reveal"
    page = _page(now, record, found, revealed=revealed, error=error, blank=blank)
    status = UNFIT if blank else status_of(error) if error else 200
    return _noted(page, record.row, proposal, revealed=revealed), status


def _found(now: Task, record: CaseRecord, proposal: int) -> Waiting | None:
    return next((one for one in waiting_in(now, record) if one.proposal == proposal), None)


def _page(
    now: Task, record: CaseRecord, found: Waiting, *, revealed: bool, error: WorkflowError | None, blank: Text | None
) -> str:
    asked, stale = found.request, outdated(record, found)
    compared = changes(record, asked, revealed=revealed) if isinstance(asked, Correct) else []
    settling = settlement(now, record, found)
    return render_template(
        "amend/proposal.html", number=record.row.number, found=found, row=record.row, compared=compared,
        said=_said(record.book, asked) if isinstance(asked, TakeStep | Supplement) else _withdrawn(record, asked),
        hides=isinstance(asked, Correct) and not revealed and bool(PERSONAL & set(asked.evidence)),
        broken=[(rule, rule_text(found.edition, rule), _articles(now, found, rule)) for rule in found.rules],
        irregular=isinstance(asked, TakeStep) and asked.irregular, stale=stale, news=_news(record, found),
        settling=settling, who=settling.who, error=error, reasons=_reasons(now, error),
        blank=blank, key=new_key(), seen=record.row.head.entries, reason=getattr(asked, "reason", None),
        typed=request.form, request_text=words.request_text, meeting=getattr(asked, "meeting", None), **WORDS,
    )  # fmt: skip


def _articles(now: Task, found: Waiting, rule: str) -> tuple[act_view.Article, ...]:
    known = found.edition.rules.get(rule)
    return act_view.articles(now.laws, found.edition, known[1].basis) if known else ()


def _reasons(now: Task, error: WorkflowError | None) -> tuple[act_view.Reason, ...]:
    if error is None:
        return ()
    refusals = error.refusals if isinstance(error, StepRefused) else ()
    return act_view.reasons(now.laws, now.laws.book(), refusals) or (act_view.reason_of(error),)


def _said(book: Rulebook, asked: TakeStep | Supplement) -> list[tuple[Text, Text]]:
    """Return what would be recorded, field by field: the day of the act first."""
    on = date.fromisoformat(asked.occurred_on) if asked.occurred_on else None
    edition = book.edition_on(on) if on else book.newest
    said = [(words.DAY_OF_THE_ACT, words.day_text(on))] if on else []
    values = typed(edition, asked.step, _known(edition, asked.step, asked.evidence))
    return said + [
        (field_text(edition, asked.step, name), words.value_words(edition, asked.step, name, value))
        for name, value in values.items()
        if value is not None
    ]


def _known(edition: Edition, step: str, evidence: Mapping[str, Plain]) -> dict[str, Plain]:
    """Return the evidence whose fields the edition still knows."""
    return {name: value for name, value in evidence.items() if field_of(edition, step, name)}


def _withdrawn(record: CaseRecord, asked: object) -> list[tuple[Text, Text]]:
    """Return what the entry holds that would be withdrawn."""
    written = record.entry(asked.number) if isinstance(asked, Withdraw) else None
    if written is None:
        return []
    entry = written.recorded
    edition = record.book.edition_on(entry.occurred_on or entry.recorded_on)
    said = [(words.DAY_OF_THE_ACT, words.day_text(entry.occurred_on))] if entry.occurred_on else []
    return said + [
        (field_text(edition, entry.step, name), words.value_words(edition, entry.step, name, value))
        for name, value in entry.evidence.items()
        if value is not None and name not in PERSONAL
    ]


def _news(record: CaseRecord, found: Waiting) -> list[int]:
    """Return the numbers of the entries that were written since it was handed in."""
    seen: int = getattr(found.request, "seen", 0)
    return [one.recorded.number for one in record.entries[seen:]]


def _became(now: Task, record: CaseRecord, proposal: int) -> ResponseReturnValue:
    """Show what became of something that waits no more; raises UnknownProposal for what never did."""
    answer = what_became(now, record.row.number, proposal)
    if answer is None:
        raise UnknownProposal(
            Text("没有等待复核的这一事项", "nothing of this kind waits for a second person"),
            Text("请查看此人的全程纪实", "look at the person's record"),
        )
    return render_template(
        "amend/settled.html", number=record.row.number, name=person_of(now, record.row)[0], answer=answer,
        what=_what_became(answer),
    )  # fmt: skip


def _what_became(answer: Answer) -> Text:
    if answer.declined:
        return PUT_AWAY.get(answer.declined, PUT_AWAY["declined"])
    return Text(
        f"已经复核，登记为第{answer.entry}条", f"it was confirmed and is entry {answer.entry} of the record"
    )  # fmt: skip


def settled(number: str, proposal: int) -> ResponseReturnValue:
    """Confirm, decline or take back something that waits, or show the day of birth that it speaks of."""
    given, do = request.form, request.form.get("do")
    if do not in ("confirm", "decline", "back"):
        return shown(number, proposal)
    reason = given.get("reason", "").strip()
    if do == "decline" and not reason:
        return shown(number, proposal, blank=NEEDS_REASON)
    asked = Confirm(
        key=given.get("key", ""), case=number, seen=seen_in(given), proposal=proposal, agreed=do == "confirm",
        reason=reason or None,
    )  # fmt: skip
    try:
        answer = submit(asked)
    except UnknownProposal:
        look_anew()
        return shown(number, proposal)
    except WorkflowError as error:
        look_anew()
        return shown(number, proposal, error=error)
    flash(_done(answer, do), "success")
    return redirect(url_for("case.show", number=number) if _seen(number) else url_for("todo.index"), 303)


def _done(answer: Answer, do: str) -> str:
    if do == "back":
        return t("已收回，没有登记任何内容。", "Taken back: nothing was recorded.")
    if do == "decline":
        return t("已退回，没有登记任何内容。", "Declined: nothing was recorded.")
    state = say(state_text(task().laws.book().newest, answer.state))
    return t(f"已复核并登记（第{answer.entry}条），现为“{state}”。",
             f"Confirmed and recorded as entry {answer.entry}; the case stands at “{state}”.")  # fmt: skip


def _seen(number: str) -> bool:
    """Tell whether the case is still in sight: a hand-over may have taken it out of it."""
    try:
        read_case(task(), number)
    except WorkflowError:
        return False
    return True


def _noted(page: str, row: CaseRow, proposal: int, *, revealed: bool) -> str:
    """Return a page after noting that it was read."""
    act = LogAct.VALUE_REVEALED if revealed else LogAct.CASE_READ
    about: dict[str, Plain] = {"proposal": proposal, **({"field": "person.born_on"} if revealed else {})}
    noted(act, case=row, about=about)
    return page
