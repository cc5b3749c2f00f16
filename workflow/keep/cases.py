"""Every case, a handful at a time: its chain, then its projection. Memory stays the same however many there are.

Each handful is read in a transaction of its own: a case is whole in each, and no transaction lasts long.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from workflow.engine.laws import Laws
from workflow.errors import Text
from workflow.keep.chain import CaseFault, chained, heads
from workflow.keep.finding import Finding, Level, Report, good, silent
from workflow.keep.lives import lives
from workflow.keep.projection import projected
from workflow.store.tables import Case

HANDFUL = 100
SHOWN = 10  # faults that are named; the others are counted

Connect = Callable[[], AbstractContextManager[Connection]]
INVESTIGATE = Text(
    "请保留数据库原样，查明是谁、何时改动；与以前的备份核对后，用 jishi restore 恢复",
    "keep the database as it is and find out who changed it and when; compare with earlier backups, then jishi restore",
)
RENEW = Text(
    "组织、名册、地方规定或规则改变后待办会不同；运行 jishi doctor --renew 重新生成",
    "after changes of organizations, rosters, local practice or definitions it may differ: jishi doctor --renew",
)


@dataclass(slots=True)
class Faults:
    """Faults of one sort: how many, and the first of them."""

    number: int = 0
    first: list[CaseFault] = field(default_factory=list)

    def add(self, fault: CaseFault) -> None:
        """Count a fault."""
        self.number += 1
        if len(self.first) < SHOWN:
            self.first.append(fault)

    def finding(self, check: str, level: Level, what: Text, remedy: Text) -> Finding:
        """Return the faults as a finding."""
        return Finding(check, level, what, remedy, tuple(one.text() for one in self.first))


@dataclass(slots=True)
class Walk:
    """What was found on a walk over all cases. ``stale``: ids of cases whose to-do list alone differs."""

    cases: int = 0
    entries: int = 0
    erased: int = 0
    chain: Faults = field(default_factory=Faults)
    projection: Faults = field(default_factory=Faults)
    todo: Faults = field(default_factory=Faults)
    stale: list[int] = field(default_factory=list)

    def findings(self, *, replayed: bool = True) -> list[Finding]:
        """Return the walk as findings; ``replayed``: whether the law could be loaded."""
        return [self._chain(), *([self._projection(), self._todo()] if replayed else [])]

    def _chain(self) -> Finding:
        if self.chain.number:
            return self.chain.finding(
                "chain", Level.WRONG,
                Text(
                    f"历史记录被改动或缺失：{self.chain.number} 处",
                    f"the history was altered or has gaps: {self.chain.number} places",
                ),
                INVESTIGATE,
            )  # fmt: skip
        erased = Text(
            f"，其中 {self.erased} 项个人内容已依法删除" if self.erased else "",
            f"; {self.erased} personal values were erased" if self.erased else "",
        )
        return good(
            "chain",
            Text(
                f"历史记录完整：{self.cases} 份档案、{self.entries} 条，逐条校验无误{erased.zh}"
                "（是否有人整份删去末尾条目，须与外部留存的数字核对）",
                f"the history is whole: {self.cases} cases, {self.entries} entries, each verified{erased.en}"
                " (whether the last entries were cut off, only figures kept outside can tell)",
            ),
        )

    def _projection(self) -> Finding:
        if self.projection.number:
            what = Text(
                f"档案现状与历史记录不符：{self.projection.number} 处",
                f"what is kept beside the history differs from it: {self.projection.number} places",
            )
            return self.projection.finding("projection", Level.WRONG, what, INVESTIGATE)
        return good(
            "projection", Text("档案现状与历史记录一致", "the state of every case is what its history says")
        )  # fmt: skip

    def _todo(self) -> Finding:
        if self.todo.number:
            what = Text(
                f"待办需要重新生成：{self.todo.number} 份", f"to-do lists to be made anew: {self.todo.number} cases"
            )
            return self.todo.finding("todo", Level.ATTENTION, what, RENEW)
        return good("todo", Text("待办与历史记录一致", "every to-do list is what the history asks for"))


def walk(connect: Connect, laws: Laws | None, report: Report = silent, handful: int = HANDFUL) -> Walk:
    """Return what was found in every case; without ``laws`` only the chains are looked at.

    ``connect`` gives a connection for each handful. A case whose chain is broken is not replayed.
    """
    found = Walk()
    with connect() as connection:
        number = connection.scalar(select(func.count()).select_from(Case)) or 0
    last = 0
    while True:
        with connect() as connection:
            cases = heads(connection, last, handful)
            if not cases:
                return found
            chains = chained(connection, cases)
            for case in cases:
                chain = chains[case.id]
                found.cases, found.entries = found.cases + 1, found.entries + chain.entries
                found.erased += chain.erased
                for fault in chain.faults:
                    found.chain.add(fault)
                if laws is not None and not chain.faults:
                    _project(connection, laws, case.id, found)
            for fault in lives(connection, cases):
                found.projection.add(fault)
        last = cases[-1].id
        report(found.cases, max(number, found.cases))


def _project(connection: Connection, laws: Laws, case_id: int, found: Walk) -> None:
    for fault in projected(connection, laws, case_id):
        if fault.kind == "todo":
            found.todo.add(fault)
            found.stale.append(case_id)
        else:
            found.projection.add(fault)
