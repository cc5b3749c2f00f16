# ruff: noqa: INP001 - beside the script that uses it, no part of a package
"""What an audit costs a person in ledgers of several sizes: phase by phase, in one process, all sizes treated alike.

In a round each size judges as many people: one ledger of the largest, many of the smaller, each made from a seed of its
own so that none is met twice. They take turns evenly through the round, so that what else the machine does meets all.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time

from _figure import ROOT, figure, say
from _ledgers import AS_OF, write_ledger

sys.path.insert(0, str(ROOT))
from workflow.calendar import WorkingCalendar
from workflow.cli.common import law, ledger_form, working_calendar
from workflow.compliance.audit import Audit, LedgerAudit
from workflow.compliance.summary import summary_lines
from workflow.compliance.write import write_findings, write_report
from workflow.law.timeline import Law
from workflow.ledger import LedgerForm, read_ledger
from workflow.rules.rulebook import Rulebook

TOTAL, FOUND = "total", "findings"
ROWS = ("read", "judge", "write", TOTAL, FOUND)
ALONE = 1  # person: what a ledger costs before its people count
WARMING = 15  # audits of one person, before the rounds: what Python does once for a process is done then
NAMES, WIDTH = 10, 22  # of columns

Turn = tuple[int, int]  # how many people, and which ledger of this size
Costs = Mapping[int, Mapping[str, float]]  # of one round: for each size the ``ROWS`` a person


@dataclass(frozen=True, slots=True)
class Start:
    """What is loaded once a run, whatever the ledger."""

    law: Law
    book: Rulebook
    form: LedgerForm
    calendar: WorkingCalendar


def scaling(folder: Path, sizes: Sequence[int], rounds: int) -> None:
    """Print the cost a person of each phase at each size; the figure is the dearest size against the cheapest."""
    started = process_time()
    start = loaded()
    say(f"once a run, left out: {process_time() - started:.3f} s for the law with its rules, the form, the calendar")
    order = turns(sizes)
    for people, seed in {*order, (ALONE, 0)}:
        write_ledger(ledger_at(folder, people, seed), people, seed)
    alone = [audited(folder, (ALONE, 0), start)[TOTAL] for _ in range(WARMING)]
    say(f"once a ledger, counted below: {median(alone):.1f} ms, as one of {ALONE} person costs")
    seen: list[Costs] = []
    for number in range(rounds):
        seen.append(measured(folder, order[:: -1 if number % 2 else 1], start))
        say(f"round {number + 1}: dearest against cheapest {apart(seen[-1:]):.2f}")
    figure("audit.scaling", told(seen), "x")


def loaded() -> Start:
    """Load what the command loads before it looks at a ledger."""
    the_law = law()
    return Start(the_law, Rulebook(the_law, the_law.timeline((), None)), ledger_form(), working_calendar())


def turns(sizes: Iterable[int]) -> list[Turn]:
    """Return the turns of a round: as many people at each size, each size spread evenly and alike to both ends."""
    most = max(sizes)
    spread = (
        ((number + 0.5) / (most // people), people, number) for people in sizes for number in range(most // people)
    )
    return [(people, number) for _, people, number in sorted(spread)]


def measured(folder: Path, order: Iterable[Turn], start: Start) -> Costs:
    """Go through one round and return what it cost."""
    seen: dict[int, list[dict[str, float]]] = {}
    for turn in order:
        seen.setdefault(turn[0], []).append(audited(folder, turn, start))
    return {
        people: {name: sum(each[name] for each in audits) / len(audits) / people for name in ROWS}
        for people, audits in sorted(seen.items())
    }


def audited(folder: Path, turn: Turn, start: Start) -> dict[str, float]:
    """Audit one ledger as the command does; return the CPU milliseconds of each phase, and the number of findings.

    Garbage is collected before, off the clock, so that nobody clears up after another. While the clock runs, collection
    goes on as it does in the product, which leaves Python's settings alone; what was loaded stays in its sight (no
    ``gc.freeze``), as there.
    """
    path = ledger_at(folder, *turn)
    out, html = folder / "findings.csv", folder / "report.html"
    out.unlink(missing_ok=True)
    html.unlink(missing_ok=True)
    gc.collect()
    began = process_time()
    ledger = read_ledger(path, start.form)
    read = process_time()
    audit = LedgerAudit(ledger, start.book, start.calendar, AS_OF, law=start.law).run(path.name)
    del ledger  # as in the product: what is written needs the findings alone
    judged = process_time()
    written(audit, out, html)
    ended = process_time()
    costs = (read - began, judged - read, ended - judged, ended - began)
    return dict(zip(ROWS, (*(1000 * cost for cost in costs), len(audit.findings)), strict=True))


def written(audit: Audit, out: Path, html: Path) -> None:
    """Write what the command writes: the list, the page, the lines for the terminal."""
    write_findings(audit, out, "zh", pseudonymous=False)
    write_report(audit, html, "zh", pseudonymous=False)
    summary_lines(audit, "zh", width=100)


def told(rounds: Sequence[Costs]) -> float:
    """Print the medians of the rounds with the least and the most; return the dearest size against the cheapest."""
    say(f"a person: ms CPU of each phase and in all, findings; median of {len(rounds)} rounds (least-most)")
    say("people".ljust(NAMES) + "".join(f"{people:,}".rjust(WIDTH) for people in rounds[0]))
    for name in ROWS:
        say(name.ljust(NAMES) + "".join(spread([each[people][name] for each in rounds]) for people in rounds[0]))
    return apart(rounds)


def spread(costs: Sequence[float]) -> str:
    """Return the median with the least and the most."""
    return f"{median(costs):.3f} ({min(costs):.3f}-{max(costs):.3f})".rjust(WIDTH)


def apart(rounds: Sequence[Costs]) -> float:
    """Return how many times the cost of the cheapest size the dearest one costs, by medians."""
    totals = [median(each[people][TOTAL] for each in rounds) for people in rounds[0]]
    return max(totals) / min(totals)


def ledger_at(folder: Path, people: int, seed: int) -> Path:
    """Return where a ledger is kept."""
    return folder / f"{people}-{seed}.xlsx"
