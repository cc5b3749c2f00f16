"""What becomes of a form: it is shown again, looked over, refused with every reason, or handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from web import act_view
from web.act_form import summary
from web.act_sheet import BORN, BRANCH, REASON, Sheet, Typed, sheet_of
from web.desk import actor, look_anew, new_key, submit, task
from web.errors import MOVED, UNFIT, status_of
from web.language import day, say, t
from workflow.engine.looking import Filters, Listed, cases
from workflow.engine.naming import outcome_text, state_text, step_text
from workflow.engine.offering import names_on_roster
from workflow.engine.scope import UnknownCase
from workflow.engine.settling import confirmers
from workflow.engine.showing import Next, show
from workflow.engine.submissions import RefusedBefore
from workflow.engine.task import Answer, CaseChanged, FutureAct, ReasonNeeded
from workflow.errors import Text, WorkflowError
from workflow.law.organizations import Right
from workflow.machine import StepImpossible, possible
from workflow.plain import name_key
from workflow.rules.judge import StepRefused
from workflow.seal import Plain
from workflow.store.tables import SubmissionStatus

SAME_NAME = 5  # people of the same name who are shown before a case is opened
MOST_LOOKED_AT = 20
BLANK_REASON = Text("请写明理由", "give the reason")
WORDS = {"outcome_text": outcome_text, "state_text": state_text, "step_text": step_text}
REFUSING = (StepRefused, StepImpossible)
Errors = Sequence[tuple[str | None, Text]]


def deal(sheet: Sheet, given: Mapping[str, str]) -> ResponseReturnValue:
    """Do with a form what its button says: check, submit, edit, count the vote, or tell it as irregular."""
    typed = sheet.sent(given)
    match given.get("do"):
        case "edit":
            return form_page(sheet, replace(typed, irregular=False))
        case "vote":
            return form_page(sheet, typed, vote=sheet.vote_says(given))
        case "irregular":
            return _looked_over(sheet, replace(typed, irregular=True))
        case "submit":
            return _handed_in(sheet, typed)
        case _:
            return _looked_over(sheet, replace(typed, irregular=False))


# ------------------------------------------------------------------ the form


def form_page(
    sheet: Sheet,
    typed: Typed,
    errors: Errors = (),
    *,
    vote: tuple[Sequence[Text], bool] = ((), False),
    news: WorkflowError | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Show the form with what was typed; ``errors``: control or None, and what is wrong."""
    here = possible(sheet.edition, sheet.state).get(sheet.step, ())
    fields, votes = sheet.controls, sheet.votes
    page = render_template(
        "act/form.html", sheet=sheet, typed=typed, errors=errors, wrong=_wrong(typed, errors), vote=vote,
        news=news,
        blocks=act_view.blocks(fields, votes),
        rules=act_view.vote_rules(fields, votes), people=_people(sheet),
        fits=sheet.outcome in here, lacks=bool(errors) and typed.only_lacks and sheet.record is not None,
        effect=act_view.effect(sheet.edition, sheet.state, sheet.step, sheet.outcome),
        articles=act_view.articles(sheet.laws, sheet.edition, sheet.definition.basis), **WORDS,
    )  # fmt: skip
    return page, status


def _wrong(typed: Typed, errors: Errors) -> dict[str, Text]:
    """Return what stands beside each control: what could not be read of it in words without its name."""
    beside = {control: what for control, what in errors if control}
    return {control: typed.errors.get(control, what) for control, what in beside.items()}


def _people(sheet: Sheet) -> tuple[str, ...]:
    """Return whom the form can name: the roster, to those who record for the branch itself."""
    who = actor()
    own = sheet.record is not None and sheet.record.row.organization_id == who.organization_id
    return names_on_roster(task()) if own and sheet.names_people and Right.READ in who.rights else ()


def _errors(sheet: Sheet, typed: Typed) -> list[tuple[str | None, Text]]:
    """Return what has to be mended, in the order of the form."""
    found: list[tuple[str | None, Text]] = [
        *summary(sheet.facts, typed.unfit, ""),
        *summary(sheet.fields, typed.unfit),
    ]
    if sheet.chosen.reason and not typed.reason:
        found.append((REASON, BLANK_REASON))
    for name in typed.lost:
        shown = name.removeprefix("e.")[:40]
        found.append(
            (
                None,
                Text(
                    f"“{shown}”在这一天适用的规定中没有，已去掉", f"the rules of that day know no “{shown}”: left out"
                ),
            )
        )
    return found


def _unfit(sheet: Sheet, typed: Typed, error: WorkflowError) -> ResponseReturnValue:
    """Show the form with what refuses it, at the control concerned; raises what no form can mend."""
    if status_of(error) != UNFIT:
        raise error
    control = {ReasonNeeded: REASON, FutureAct: sheet.future_control(typed)}.get(type(error))
    if control == REASON and not sheet.chosen.reason:
        control = None
    zh, en = (f"{part}" for part in (error.what.zh, error.what.en))
    if error.remedy:
        zh, en = f"{zh}。{error.remedy.zh}", f"{en}. {error.remedy.en}"
    return form_page(sheet, replace(typed, key=new_key()), [(control, Text(zh, en))], status=UNFIT)


# ------------------------------------------------------------------ looked over before it is handed in


def _looked_over(sheet: Sheet, typed: Typed, blank: Text | None = None) -> ResponseReturnValue:
    """Show what would be recorded and what would come of it, or why not; ``blank``: the reason that lacks."""
    if errors := _errors(sheet, typed):
        return form_page(sheet, typed, errors, status=UNFIT)
    now, asked = task(), sheet.asked(typed)
    try:
        judged = sheet.weighed(now, asked)
    except REFUSING as error:
        return _refused(sheet, typed, error)
    except WorkflowError as error:
        return _unfit(sheet, typed, error)
    because = _broken(sheet, typed) if typed.irregular else act_view.reasons(sheet.laws, sheet.book, judged.concerns)
    edition = sheet.book.edition_on(judged.day)
    page = render_template(
        "act/check.html", sheet=sheet, typed=typed, judged=judged, edition=edition, because=because, blank=blank,
        said=[*_about(sheet, typed), *act_view.pairs(judged, edition)],
        who=confirmers(now, asked, sheet.record) if judged.rules else (), same=_same_name(sheet),
        follows=act_view.next_words(edition, act_view.what_follows(judged, sheet.book, now.today)), **WORDS,
    )  # fmt: skip
    return page, UNFIT if blank else 200


def _broken(sheet: Sheet, typed: Typed) -> tuple[act_view.Reason, ...]:
    """Return what an irregular act breaks: the reasons for which it would be refused as it is claimed."""
    try:
        sheet.weighed(task(), sheet.asked(replace(typed, irregular=False)))
    except StepRefused as error:
        return act_view.reasons(sheet.laws, sheet.book, error.refusals)
    except WorkflowError as error:
        return (act_view.reason_of(error),)
    return ()


def _about(sheet: Sheet, typed: Typed) -> list[tuple[Text, str | Text]]:
    """Return what is told of the person when a case is opened."""
    given = typed.person.evidence
    return [(field.label, _fact(sheet, field.name, given[field.name])) for field in sheet.facts if field.name in given]


def _fact(sheet: Sheet, name: str, value: Plain) -> str:
    if name == BRANCH:
        return dict(sheet.branches).get(str(value)) or sheet.branches[0][1]
    if name == BORN:
        return day(date.fromisoformat(str(value)))
    return {True: t("是", "yes"), False: t("否", "no")}[value] if isinstance(value, bool) else str(value)


def _same_name(sheet: Sheet) -> tuple[Listed, ...]:
    """Return the cases in scope about people of the name for which one is to be opened."""
    if sheet.record is not None or not sheet.name:
        return ()
    found, _ = cases(task(), Filters(name=sheet.name), MOST_LOOKED_AT)
    return tuple(one for one in found if name_key(one.name) == name_key(sheet.name))[:SAME_NAME]


def _refused(sheet: Sheet, typed: Typed, error: WorkflowError) -> ResponseReturnValue:
    """Show every reason why an act is refused, and beside them the offer to tell it as irregular."""
    found = error.refusals if isinstance(error, StepRefused) else ()
    because = act_view.reasons(sheet.laws, sheet.book, found) or (act_view.reason_of(error),)
    page = render_template(
        "act/refused.html", sheet=sheet, typed=replace(typed, key=new_key()), because=because, **WORDS
    )
    return page, UNFIT


# ------------------------------------------------------------------ handed in


def _handed_in(sheet: Sheet, typed: Typed) -> ResponseReturnValue:
    """Hand a form in, and go where its answer leads."""
    if errors := _errors(sheet, typed):
        return form_page(sheet, typed, errors, status=UNFIT)
    try:
        answer = submit(sheet.asked(typed))
    except WorkflowError as error:  # what is refused is on record under its key
        return _not_taken(sheet, replace(typed, key=new_key()), error)
    return _answered(sheet, answer)


def _not_taken(sheet: Sheet, typed: Typed, error: WorkflowError) -> ResponseReturnValue:
    """Show why what was handed in was not taken; raises what no form can mend."""
    look_anew()
    match error:
        case StepRefused() | StepImpossible():
            return _refused(sheet, typed, error)
        case CaseChanged():
            return _changed(sheet, typed, error)
        case ReasonNeeded():
            return _looked_over(sheet, typed, BLANK_REASON)
        case RefusedBefore():  # the same click twice: for the same reasons
            return _looked_over(sheet, typed)
        case _:
            return _unfit(sheet, typed, error)


def _changed(sheet: Sheet, typed: Typed, error: CaseChanged) -> ResponseReturnValue:
    """Show the form again, as typed, over the case as it stands now; raises as opening the form does."""
    now = sheet_of(task(), sheet.number, (sheet.step, sheet.outcome), typed.texts)
    seen = now.record.row.head.entries if now.record else 0
    return form_page(now, replace(typed, seen=seen, irregular=False), news=error, status=MOVED)


def _answered(sheet: Sheet, answer: Answer) -> ResponseReturnValue:
    """Say what was recorded and what comes next, or lead to what waits for a second person."""
    if answer.status is SubmissionStatus.WAITING:
        flash(t("已提交，等待第二人复核。", "Handed in; it waits for a second person."), "success")
        return redirect(url_for("amend.proposal", number=answer.case, proposal=answer.proposal), 303)
    if answer.declined:
        flash(t("这次提交此前已经退回、收回或者失效", "This was declined, taken back or has lapsed since"), "info")
    else:
        flash(_recorded(sheet, answer), "success")
    return redirect(url_for("case.show", number=answer.case), 303)


def _recorded(sheet: Sheet, answer: Answer) -> Markup:
    """Return what was recorded, what comes next, and where it can be taken back."""
    edition = sheet.edition
    act = f"{say(step_text(edition, sheet.step))}（{say(outcome_text(edition, sheet.step, sheet.outcome))}）"
    act = act if t("zh", "en") == "zh" else act.replace("（", " (").replace("）", ")")
    state = say(state_text(edition, answer.state))
    said = t(f"已登记：{act}，现为“{state}”。", f"Recorded: {act}; the case stands at “{state}”.")
    back = t("登记错了可以撤回，直到他人接着办理。", "It can be taken back until somebody else acts.")
    withdraw = url_for("amend.withdraw", number=answer.case, entry=answer.entry)
    link = Markup('<a href="{}">{}</a>').format(withdraw, t("撤回", "Take it back"))
    return Markup("{} {} {} {}").format(said, _next(answer.case), back, link)


def _next(number: str) -> str:
    """Return what comes next in a case, in a sentence."""
    try:
        found = show(task(), number).now
    except UnknownCase:  # it has left the scope
        return ""
    return t(f"接下来：{_named(found)}。", f"Next: {_named(found)}.") if found else ""


def _named(found: Sequence[Next]) -> str:
    edition = task().laws.book().newest
    first = found[0]
    who = t(f"，由{first.acts}办理", f", by {first.acts}") if first.acts else ""
    due = t(f"，最迟{day(first.due_on)}", f", due {day(first.due_on)}") if first.due_on else ""
    return f"{say(step_text(edition, first.step))}{who}{due}"
