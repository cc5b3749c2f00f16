"""Errors of the desk told to people and to scripts: every reason with its article, the remedy, the day it will pass."""

from __future__ import annotations

from typing import Any

from workflow.engine import (
    accounts,
    acting,
    amend,
    desk,
    duties,
    members,
    offices,
    organizations,
    scope,
    steps,
    submissions,
    task,
    transfer,
)
from workflow.errors import Text, WorkflowError
from workflow.machine import StepImpossible
from workflow.rules.judge import Concern, Refusal, StepRefused

REFUSALS: tuple[type[WorkflowError], ...] = (
    StepRefused, StepImpossible, acting.NotEntitled, duties.ConflictOfDuties, offices.NoOffice, scope.UnknownCase,
    scope.UnknownOrganization, scope.UnknownAccount, scope.UnknownMember, task.CaseChanged,
    task.NotForThisOrganization, task.FutureAct, task.ReasonNeeded, steps.NotIrregular, amend.NotAmendable,
    transfer.AlreadyOffered, transfer.NotOpen, submissions.RefusedBefore, desk.UnknownProposal,
)  # fmt: skip
KEPT = (organizations.OrganizationRefused, accounts.AccountRefused, members.MemberRefused)  # refused to who asks for it
AS_IRREGULAR = Text(
    "确已发生的，可以如实登记：加上 --irregular --reason 理由。由第二人确认后作为问题留下，身份不变，步骤须重新办理。",
    "If it did take place, record it as it was: add --irregular --reason WHY. A second person confirms it; it stands as"
    " a finding, nothing moves, and the step is held again.",
)


def is_refusal(error: WorkflowError, *, seated: bool = False) -> bool:
    """Tell whether law, rights or the case as it stands refuse something; anything else could not be done at all.

    ``seated``: somebody in office asks. Where an installation begins nobody does, and what is wrong is not begun.
    """
    return isinstance(error, (*REFUSALS, *KEPT) if seated else REFUSALS)


def refusal_lines(error: WorkflowError, lang: str) -> list[str]:
    """Return a refusal for people: each reason with what to do, and the offer to record what did take place."""
    if not isinstance(error, StepRefused):
        lines = [("未办理：" if lang == "zh" else "Refused: ") + error.what.of(lang)]
        return [*lines, *([error.remedy.of(lang)] if error.remedy else [])]
    number = len(error.refusals)
    head = Text(f"不能办理（{number}条理由）：", f"Refused ({number} reason{'s' if number > 1 else ''}):").of(lang)
    reasons = [line for place, one in enumerate(error.refusals, 1) for line in reason_lines(one, lang, f"{place}. ")]
    return [head, *reasons, AS_IRREGULAR.of(lang)]


def reason_lines(reason: Refusal | Concern, lang: str, mark: str = "- ") -> list[str]:
    """Return one reason: what falls short, the rule with its article, the remedy, the first lawful day."""
    indent = " " * 3
    lines = [f"{mark}{reason.demand.of(lang)}", f"{indent}{reason.what.of(lang)}"]
    lines.append(indent + _labelled(Text("依据", "basis"), reason.why.of(lang), lang))
    if reason.remedy:
        lines.append(indent + _labelled(Text("怎么办", "what to do"), reason.remedy.of(lang), lang))
    if isinstance(reason, Refusal) and reason.earliest:
        lines.append(indent + _labelled(Text("最早可办日", "possible from"), reason.earliest.isoformat(), lang))
    return lines


def _labelled(label: Text, words: str, lang: str) -> str:
    return f"{label.of(lang)}{'：' if lang == 'zh' else ': '}{words}"


def error_plain(error: WorkflowError, *, seated: bool = False) -> dict[str, Any]:
    """Return an error for scripts: its name, both languages, the rules behind it, every reason.

    Keys: ``status`` (refused, failed), ``error``, ``what``, ``remedy``, ``rules``, ``reasons``, ``may_be_irregular``;
    of a case that has changed ``entries``, too: the numbers of what is new.
    """
    reasons = [reason_plain(one) for one in error.refusals] if isinstance(error, StepRefused) else []
    plain = {
        "status": "refused" if is_refusal(error, seated=seated) else "failed",
        "error": type(error).__name__,
        "what": text_plain(error.what),
        "remedy": text_plain(error.remedy) if error.remedy else None,
        "rules": [one["rule"] for one in reasons] or list(getattr(error, "rules", ())),
        "reasons": reasons,
        "may_be_irregular": isinstance(error, StepRefused),
    }
    return plain | ({"entries": list(error.entries)} if isinstance(error, task.CaseChanged) else {})


def reason_plain(reason: Refusal | Concern) -> dict[str, Any]:
    """Return one reason for scripts; a breach that must only be justified has no day on which it will pass."""
    earliest = reason.earliest if isinstance(reason, Refusal) else None
    return {
        "rule": reason.rule,
        "step": reason.step,
        "what": text_plain(reason.what),
        "demand": text_plain(reason.demand),
        "basis": text_plain(reason.why),
        "remedy": text_plain(reason.remedy) if reason.remedy else None,
        "earliest": earliest.isoformat() if earliest else None,
        "redo": reason.redo if isinstance(reason, Refusal) else None,
    }


def text_plain(text: Text) -> dict[str, str]:
    """Return a sentence in both languages for scripts."""
    return {"zh": text.zh, "en": text.en}
