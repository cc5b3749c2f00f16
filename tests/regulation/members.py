"""The roster of the regulation tests: each name says what is special about its bearer.

The flawless case is listed on 2027-07-16 (under the edition of 2014 on 2019-07-16), its activist day is 2026-07-01.
"""

from datetime import date

from workflow.case.roster import Member, Penalty, PenaltyKind, Roster, Standing
from workflow.case.values import UNREADABLE

BRANCH, ELSEWHERE, THIRD = "一支部", "二支部", "三支部"
LONG_AGO = date(2010, 1, 1)
LISTED, BEFORE, AFTER = date(2027, 7, 16), date(2027, 7, 15), date(2027, 7, 17)


def full(name: str, since: date | None = LONG_AGO, branch: str = BRANCH) -> Member:
    """Return a full member."""
    return Member(name, branch, Standing.FULL, since)


def probationary(name: str, branch: str = BRANCH) -> Member:
    """Return a probationary member."""
    return Member(name, branch, Standing.PROBATIONARY, None)


def punished(name: str, kind: PenaltyKind, first: date, last: date | None, branch: str = BRANCH) -> Member:
    """Return a full member under a penalty."""
    return Member(name, branch, Standing.FULL, LONG_AGO, (Penalty(kind, first, last),))


ROSTER = Roster((
    full("甲"), full("乙"), full("丙"),
    full("活动日转正", date(2026, 7, 1)), full("活动次日转正", date(2026, 7, 2)),
    full("列为日转正", LISTED), full("列为次日转正", AFTER), full("转正日空白", None),
    probationary("预备"),
    full("外支部"  , branch=ELSEWHERE),
    full("两处同名", branch=ELSEWHERE), probationary("两处同名", THIRD),
    probationary("两处皆非", ELSEWHERE), probationary("两处皆非", THIRD),
    probationary("本支部优先"), full("本支部优先", branch=ELSEWHERE),
    Member("身份难辨", BRANCH, UNREADABLE, LONG_AGO),
    punished("警告首日", PenaltyKind.WARNING, LISTED, date(2028, 7, 16)),
    punished("警告次日", PenaltyKind.WARNING, AFTER, date(2028, 7, 17)),
    punished("严重末日", PenaltyKind.SERIOUS_WARNING, date(2026, 1, 16), LISTED),
    punished("严重前日", PenaltyKind.SERIOUS_WARNING, date(2026, 1, 15), BEFORE),
    punished("撤职无期", PenaltyKind.REMOVAL, date(2027, 1, 1), None),
    punished("留察首日", PenaltyKind.PROBATION_WITHIN_PARTY, LISTED, date(2028, 7, 16)),
    punished("留察次日", PenaltyKind.PROBATION_WITHIN_PARTY, AFTER, date(2028, 7, 17)),
    punished("留察末日", PenaltyKind.PROBATION_WITHIN_PARTY, date(2026, 7, 16), LISTED),
    punished("留察前日", PenaltyKind.PROBATION_WITHIN_PARTY, date(2026, 7, 15), BEFORE),
    punished("留察旧时", PenaltyKind.PROBATION_WITHIN_PARTY, date(2019, 1, 1), date(2020, 1, 1)),
    punished("警告旧时", PenaltyKind.WARNING, date(2019, 1, 1), date(2020, 1, 1)),
    punished("警告跨版", PenaltyKind.WARNING, date(2026, 1, 1), date(2027, 1, 1)),
    punished("同名一罚", PenaltyKind.WARNING, date(2027, 1, 1), None, ELSEWHERE), full("同名一罚", branch=THIRD),
))  # fmt: skip
