"""Rosters as people and scripts read and write them: standing and penalties by code or name."""

from __future__ import annotations

from collections.abc import Sequence

from workflow.case.roster import PenaltyKind, Standing
from workflow.cli.administering import WIDTH, Plain, day_plain, days_text, named
from workflow.compliance.columns import table_lines
from workflow.engine.registers import NotedPenalty, RosterLine
from workflow.engine.typed_in import called
from workflow.errors import Text
from workflow.law.demands import PENALTIES

UNKNOWN = "unknown"
STANDINGS = {
    str(Standing.FULL): Text("正式党员", "full member"),
    str(Standing.PROBATIONARY): Text("预备党员", "probationary member"),
    UNKNOWN: Text("不详", "not known"),
}
KINDS = {str(kind): Text(PENALTIES[kind].zh, PENALTIES[kind].en) for kind in PenaltyKind}
HEADERS = {
    "zh": ("编号", "姓名", "支部", "党员身份", "转正时间", "处分"),
    "en": ("line", "name", "branch", "standing", "full from", "penalties"),
}
NOBODY = Text(
    "名册上还没有人。接下来：jishi member add 姓名 --standing 正式党员 --full-on 日期",
    "Nobody is on the roster yet. Next: jishi member add NAME --standing full --full-on DAY",
)


def standing_called(name: str | None) -> Standing | None:
    """Return the standing that a code or a name means; None: not known."""
    code = called(Text("党员身份", "standing"), name, list(STANDINGS.items())) if name else UNKNOWN
    return known_standing(code)


def known_standing(code: str | None) -> Standing | None:
    """Return the standing of a code; None: not known."""
    return None if code in (None, UNKNOWN) else Standing(code)


def penalty_called(name: str) -> PenaltyKind:
    """Return the kind of penalty that a code or a name means."""
    return known_kind(called(Text("处分种类", "kind of penalty"), name, list(KINDS.items())))


def known_kind(code: str) -> PenaltyKind:
    """Return the kind of penalty of a code."""
    return PenaltyKind(code)


def roster_lines(found: Sequence[RosterLine], lang: str) -> list[str]:
    """Return rosters as a table; where nobody is on them: what to do next."""
    if not found:
        return [NOBODY.of(lang)]
    rows = [
        (one.id, one.name, one.branch, STANDINGS[one.standing or UNKNOWN].of(lang), str(one.full_on or "—"),
         Text("；", "; ").of(lang).join(_noted(penalty, lang) for penalty in one.penalties))
        for one in found
    ]  # fmt: skip
    return table_lines(HEADERS["zh" if lang == "zh" else "en"], rows, WIDTH, stretch=2)


def roster_plain(one: RosterLine) -> Plain:
    """Return a line of a roster for scripts."""
    return {
        "member": one.id,
        "name": one.name,
        "branch": {"id": one.branch_uid.hex, "name": one.branch},
        "standing": named(one.standing, STANDINGS[one.standing]) if one.standing else None,
        "full_on": day_plain(one.full_on),
        "penalties": [
            {
                "penalty": penalty.id,
                "kind": named(penalty.kind, KINDS[penalty.kind]),
                "from": day_plain(penalty.from_on),
                "until": day_plain(penalty.until_on),
            }
            for penalty in one.penalties
        ],
    }


def _noted(penalty: NotedPenalty, lang: str) -> str:
    days = days_text(penalty.from_on, penalty.until_on, lang)
    return f"{penalty.id} {KINDS[penalty.kind].of(lang)} {days}"
