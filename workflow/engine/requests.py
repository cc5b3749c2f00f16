"""What somebody asks for: one class a use case, plain values only, so that a request can wait, be hashed and be sent.

``key``: chosen by whoever submits, unique among the own submissions; the same key again gets the first answer.
``seen``: how many entries the case had when the form was built. Evidence is plain as JSON is (days as ``2026-05-11``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from types import UnionType
from typing import Any, ClassVar, get_args, get_origin, get_type_hints

from workflow.errors import Text, WorkflowError
from workflow.plain import harmless
from workflow.seal import NotCanonical, Plain, canonical, commitment

Evidence = Mapping[str, Plain]
CODE = re.compile(r"[A-Za-z0-9._-]{1,64}")
LONGEST_TEXT = 2000  # characters
LONGEST_NAME = 200  # characters of the name of a piece of evidence
MOST_EVIDENCE = 60  # pieces
MOST_LISTED = 100  # values of one piece
LARGEST = 2**31  # no whole number is as large, nor as small as below its negative
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")  # steers, or is half a character


class UnsoundRequest(WorkflowError):  # noqa: N818 - errors are named as facts
    """A request is not of the form that requests have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What every request has: a key of its own."""

    action: ClassVar[str]
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase(Request):
    """Begin a case with the step that opens it, the receipt of the application letter as a rule.

    ``branch``: the uid of the branch that has the case; None: the own one. A superior that admits directly names it.
    """

    action: ClassVar[str] = "open"
    name: str
    born_on: str | None = None
    floating: bool | None = None
    step: str = "apply"
    outcome: str = "received"
    occurred_on: str
    evidence: Evidence = field(default_factory=dict)
    reason: str | None = None
    branch: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRequest(Request):
    """What every request about a case has: its number and the version seen."""

    case: str
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeStep(CaseRequest):
    """Take a step, decide, return, extend, revoke, close: whatever the outcome says.

    ``irregular``: it did take place but broke a rule; recorded as a finding, nothing moves. ``meeting``: the meeting at
    which several people were settled, one tally each.
    """

    action: ClassVar[str] = "take"
    step: str
    outcome: str
    occurred_on: str
    evidence: Evidence = field(default_factory=dict)
    reason: str | None = None
    irregular: bool = False
    meeting: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct(CaseRequest):
    """Correct facts of an earlier entry, never its step or outcome. Evidence: what changes, None: taken away."""

    action: ClassVar[str] = "correct"
    number: int
    occurred_on: str | None = None
    evidence: Evidence = field(default_factory=dict)
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(CaseRequest):
    """Take back the own last entry, until somebody else has acted; or an offer that is open."""

    action: ClassVar[str] = "withdraw"
    number: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(CaseRequest):
    """Offer the case to another branch, which takes it over or returns it. ``to``: the organization's uid."""

    action: ClassVar[str] = "offer"
    to: str
    occurred_on: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplement(CaseRequest):
    """Attest a past act that the imported history lacks, with the paper that shows it; it closes the finding."""

    action: ClassVar[str] = "supplement"
    step: str
    occurred_on: str | None = None
    evidence: Evidence
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(CaseRequest):
    """Confirm, as the second person, what somebody else proposed; or decline it.

    The answer says whether a reason was given; the words of it are for whoever reads them now and are not kept.
    """

    action: ClassVar[str] = "confirm"
    proposal: int
    agreed: bool = True
    reason: str | None = None


KINDS: dict[str, type[Request]] = {
    kind.action: kind for kind in (OpenCase, TakeStep, Correct, Withdraw, Offer, Supplement, Confirm)
}


def plain_of(request: Request) -> dict[str, Any]:
    """Return a request as plain values, to be stored while it waits."""
    plain: dict[str, Any] = {name: getattr(request, name) for name in _types(request.action)}
    if "evidence" in plain:
        plain["evidence"] = dict(plain["evidence"])
    return {"action": request.action, **plain}


def request_of(plain: Mapping[str, Any]) -> Request:
    """Return the request that was stored."""
    return KINDS[plain["action"]](**{name: value for name, value in plain.items() if name != "action"})


def fingerprint(request: Request, salt: bytes, office_id: int) -> str:
    """Return a salted hash over all that a request asks for and in which office, in hexadecimal.

    The same key must mean the same.
    """
    return commitment(salt, {"office": office_id, **plain_of(request)})


def sound(request: Request) -> None:
    """Raise UnsoundRequest for what no form sends, whoever wrote it.

    That is a field of another type, a text, a list or a number beyond bounds, a list in a list, half a character, a
    control character, a key or meeting that is no code, a value that has no canonical writing.
    """
    for name, kinds in _types(request.action).items():
        for value in _single(name, getattr(request, name), kinds):
            bounded(name, value)
    codes = {"key": request.key, "meeting": request.meeting if isinstance(request, TakeStep) else None}
    for name, code in codes.items():
        if code is not None:
            require_code(code, name)
    try:
        canonical(plain_of(request))
    except NotCanonical as error:
        raise _unsound(f"无法保存：{error}", f"cannot be kept: {error}") from None


def require_code(code: str, name: str = "key") -> None:
    """Raise UnsoundRequest unless a key, or what is named like one, is a code: whoever chose it is told what one is."""
    if not CODE.fullmatch(code):
        raise UnsoundRequest(
            Text(f"“{name}”应为1至64个字母、数字或者连字符", f"“{name}” is 1 to 64 letters, digits or hyphens"),
            Text("请重新打开页面后再提交，或者换一个编号", "open the form anew and submit again, or choose another"),
        )


@cache
def _types(action: str) -> dict[str, tuple[type, ...]]:
    """Return the types that each field of a request may be of; evidence is a mapping."""
    kind = KINDS[action]
    hints = get_type_hints(kind)
    found = {one.name: hints[one.name] for one in fields(kind)}
    return {
        name: get_args(hint) if isinstance(hint, UnionType) else (get_origin(hint) or hint,)
        for name, hint in found.items()
    }


def _single(name: str, value: object, kinds: tuple[type, ...]) -> Iterator[object]:
    """Yield the single values of a field: its own, or the names and values of the evidence, those of lists one by one.

    Raises UnsoundRequest for what is of another type, too many, or a list in a list.
    """
    if kinds != (Mapping,):
        if type(value) not in kinds and not (str in kinds and isinstance(value, str)):
            raise _unsound(f"“{name}”的类型不对", f"“{name}” is of another type")
        yield value
        return
    if not isinstance(value, Mapping) or len(value) > MOST_EVIDENCE:
        raise _unsound(
            f"材料应逐项列出，最多{MOST_EVIDENCE}项", f"evidence is named item by item, {MOST_EVIDENCE} at most"
        )
    for key, given in value.items():
        if not isinstance(key, str) or len(key) > LONGEST_NAME:
            raise _unsound("有一项材料的名称不对", "the name of a piece of evidence is none")
        yield key
        several = given if isinstance(given, list | tuple) else (given,)
        if len(several) > MOST_LISTED:
            zh, en = f"“{harmless(key)}”最多列{MOST_LISTED}个", f"“{harmless(key)}” lists {MOST_LISTED} at most"
            raise _unsound(zh, en)
        yield from several


def bounded(name: str, value: object) -> None:
    """Raise UnsoundRequest unless a value is single and within bounds."""
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT or UNPRINTABLE.search(value):
            zh = f"“{name}”应为不超过{LONGEST_TEXT}字、没有控制字符的文字"
            raise _unsound(zh, f"“{name}” is a text of up to {LONGEST_TEXT} characters without control characters")
    elif isinstance(value, int):
        if not -LARGEST <= value < LARGEST:
            raise _unsound(f"“{name}”中的数字过大", f"a number in “{name}” is too large")
    elif value is not None:
        raise _unsound(f"“{name}”中有看不懂的内容", f"“{name}” holds what is neither text nor number")


def _unsound(zh: str, en: str) -> UnsoundRequest:
    return UnsoundRequest(
        Text(f"提交的内容不对：{zh}", f"what was submitted is not sound: {en}"),
        Text("请改正后再提交", "correct it and submit again"),
    )
