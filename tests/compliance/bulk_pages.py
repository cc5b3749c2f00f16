"""The report of an audit in bulk, for the tests of what stands in it and of how a browser shows it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from tests.compliance.logs import csv as log_file
from tests.compliance.logs import law, rows
from tests.compliance.results import NOTHING, result
from workflow.compliance.report.bulk import Told, render_bulk
from workflow.compliance.result import Wanted
from workflow.compliance.spanning.told import Indicated
from workflow.engine.indication_numbers import Told as Counts
from workflow.errors import Text
from workflow.law.indication_words import Worded

AS_OF = date(2025, 6, 30)
SCRIPT = "<script>alert(1)</script>"
RUSH = Indicated(
    name="rush",
    words=Worded(
        title=Text("集中接收", "rush"),
        base=Text("被接收的人", "who was admitted"),
        says=Text("五人以上", "five or more"),
        silent=Text("不说明原因", "not why"),
        basis="art. 3",
        convention="rush_recruiting",
        thresholds={"days": 7},
        since=date(2014, 5, 28),
    ),
    every=Counts(12, 40),
    branches=(("一支部", Counts(12, 20)), ("二支部", Counts(0, 14)), ("三支部", Counts(None, None))),
)


def html(
    folder: Path, language: str = "zh", wanted: Wanted = NOTHING, told: Iterable[Text] = (),
    indicated: Iterable[Indicated] = (), name: str = "log.csv", **offices: tuple[int, int],
) -> str:  # fmt: skip
    """Return the report of a log in which each office has so many cases, of which so many are late."""
    lines = [
        line
        for office, (cases, late) in offices.items()
        for number in range(cases)
        for line in (
            f"{office}-{number},Register,2025-01-08,{office}",
            f"{office}-{number},Grant,2025-03-0{6 if number < late else 5},{office}",
        )
    ]
    path = log_file(folder, rows(*lines, columns="case,step,day,office"))
    columns = {"organization": "office"}
    with result(path, law(folder), AS_OF, wanted, columns=columns, by_month=wanted.by_month) as (found, _):
        return render_bulk(Told(found, name, tuple(told), tuple(indicated)), language)
