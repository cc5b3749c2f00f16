"""The six indications as SQL over the tables of ``acts``: of each branch a base of people, and how many show it.

Every query gives ``organization, base, shown``; somebody who was with two branches is one of the people of each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from workflow.bulk.terms import literal
from workflow.calendar import add_months
from workflow.compliance.engines.duckdb import text
from workflow.law.indications import Indications, in_force

FIRST = date(1900, 1, 1)
COUNTED = "organization, count(DISTINCT case_id) AS base, count(DISTINCT case_id) FILTER (shown) AS shown"


def rush(given: Indications, as_of: date) -> str:
    """Count who was admitted, and who within ``days`` on end in which their branch admitted ``people`` or more."""
    limit = in_force(given.rush.limits, as_of)
    span = f"INTERVAL {limit.days - 1} DAY"
    return f"""
        WITH admitted AS (
            SELECT organization, case_id, max(day) AS day FROM ({_admissions(given)})
            WHERE day {_within(as_of, limit.months)} GROUP BY organization, case_id
        ),
        ahead AS (
            SELECT *, count(*) OVER (
                PARTITION BY organization ORDER BY day RANGE BETWEEN CURRENT ROW AND {span} FOLLOWING
            ) AS together FROM admitted
        ),
        every AS (
            SELECT *, max(together) OVER (
                PARTITION BY organization ORDER BY day RANGE BETWEEN {span} PRECEDING AND CURRENT ROW
            ) >= {limit.people} AS shown FROM ahead
        )
        SELECT {COUNTED} FROM every GROUP BY organization
    """


def idle(given: Indications, as_of: date) -> str:
    """Count who has long been an activist, and who with a branch that admitted nobody meanwhile.

    An admission of which the day is not known may have been meanwhile: its branch is not idle.
    """
    limit = in_force(given.idle.limits, as_of)
    since = literal(_back(as_of, limit.months))
    return f"""
        WITH admitted AS ({_admissions(given)}),
        beyond AS (SELECT organization, case_id FROM cases WHERE NOT ({_before_admission(given)})),
        ended AS (
            SELECT case_id FROM marks WHERE mark IN ({_listed(given.idle.ended)})
            UNION SELECT case_id FROM admitted UNION SELECT case_id FROM beyond
        ),
        waiting AS (
            SELECT c.organization, c.case_id FROM marks m JOIN cases c ON c.case_id = m.case_id
            WHERE c.case_id NOT IN (SELECT case_id FROM ended) GROUP BY c.organization, c.case_id
            HAVING min(m.day) FILTER (mark = {text(given.idle.waiting)}) <= {since}
            AND coalesce(max(m.day) FILTER (mark = {text(given.moved)}) <= {since}, true)
        ),
        busy AS (
            SELECT organization FROM admitted WHERE day IS NULL OR day {_within(as_of, limit.months)}
            UNION SELECT organization FROM beyond WHERE case_id NOT IN (SELECT case_id FROM admitted)
        )
        SELECT {COUNTED}
        FROM (SELECT *, organization NOT IN (SELECT organization FROM busy) AS shown FROM waiting)
        GROUP BY organization
    """


def late(given: Indications, as_of: date) -> str:
    """Count of whom acts were recorded lately, and of whom one of them more than ``days`` after it happened."""
    limit = in_force(given.late.limits, as_of)
    return f"""
        SELECT {COUNTED}
        FROM (
            SELECT *, recorded_on - day > {limit.days} AS shown FROM lived
            WHERE recorded_on {_within(as_of, limit.months)}
        )
        GROUP BY organization
    """


def at_once(given: Indications, as_of: date) -> str:
    """Count of whom enough steps were recorded lately, and of whom so many on one day though they lie apart."""
    limit = in_force(given.at_once.limits, as_of)
    return f"""
        WITH written AS (SELECT * FROM lived WHERE recorded_on {_within(as_of, limit.months)}),
        daily AS (
            SELECT organization, case_id, count(DISTINCT step) AS steps, max(day) - min(day) AS apart
            FROM written GROUP BY organization, case_id, recorded_on
        ),
        people AS (
            SELECT organization, case_id FROM written GROUP BY organization, case_id
            HAVING count(DISTINCT step) >= {limit.steps}
        )
        SELECT {COUNTED}
        FROM (
            SELECT people.*, steps >= {limit.steps} AND apart >= {limit.days} AS shown
            FROM people JOIN daily USING (organization, case_id)
        )
        GROUP BY organization
    """


def one_day(given: Indications, as_of: date) -> str:
    """Count who took one of the steps, and who on a day that so many of their branch share."""
    limit = in_force(given.one_day.limits, as_of)
    return f"""
        WITH alone AS (
            SELECT DISTINCT organization, case_id, mark, day, year(day) AS year FROM marks
            WHERE mark IN ({_listed(given.one_day.of)}) AND day {_within(as_of, limit.months)}
        ),
        yearly AS (
            SELECT organization, mark, year, count(DISTINCT case_id) AS people FROM alone
            GROUP BY organization, mark, year
        ),
        daily AS (
            SELECT organization, mark, year, day, count(DISTINCT case_id) AS people FROM alone
            GROUP BY organization, mark, year, day
        ),
        shared AS (
            SELECT organization, mark, day FROM daily JOIN yearly USING (organization, mark, year)
            WHERE daily.people >= {limit.people} AND daily.people * 100 >= yearly.people * {limit.per_cent}
        )
        SELECT {COUNTED}
        FROM (SELECT *, (organization, mark, day) IN (SELECT (organization, mark, day) FROM shared) AS shown FROM alone)
        GROUP BY organization
    """


def differing(given: Indications, as_of: date) -> str:
    """Count for whom two papers name one milestone, and for whom they are further apart than they may."""
    limit = in_force(given.differing.limits, as_of)
    return f"""
        SELECT {COUNTED}
        FROM (SELECT organization, case_id, apart > {limit.days} AS shown FROM papers JOIN cases USING (case_id))
        GROUP BY organization
    """


CHECKS: Mapping[str, Callable[[Indications, date], str]] = {
    "rush": rush, "idle": idle, "late": late, "at_once": at_once, "one_day": one_day, "differing": differing,
}  # fmt: skip


def _admissions(given: Indications) -> str:
    """Return who was admitted where and when: of what is taken over, where the case went on as one admitted."""
    return f"""
        SELECT m.organization, case_id, m.day FROM marks m JOIN cases USING (case_id)
        WHERE mark IN ({_listed(given.admissions)}) AND (lived OR state IS NULL OR NOT ({_before_admission(given)}))
    """


def _before_admission(given: Indications) -> str:
    return f"state IS NULL OR state IN ({_listed(given.before_admission)})"


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(map(text, words)) or "NULL"


def _within(as_of: date, months: int) -> str:
    return f"BETWEEN {literal(_back(as_of, months))} + 1 AND {literal(as_of)}"


def _back(as_of: date, months: int) -> date:
    return add_months(max(as_of, FIRST), -months)
