"""What an audit in bulk has judged so far, as its folder keeps it: ``run.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from workflow.compliance.files import PRIVATE, write_whole
from workflow.compliance.view_audit import Population
from workflow.errors import Text, WorkflowError

RUN = "run.json"


class OtherRun(WorkflowError):  # noqa: N818 - errors are named as facts
    """The folder holds a run of something else."""

    def __init__(self, folder: Path) -> None:
        """Name the folder."""
        super().__init__(
            Text(f"{folder} 中是另一次审查的结果", f"{folder} holds another audit"),
            Text("请另选文件夹，或者清空后再运行", "choose another folder, or empty it first"),
        )


@dataclass(frozen=True, slots=True)
class Origin:
    """Where cases come from: a digest of it, and how many cases of it could not be replayed."""

    digest: str = ""
    bad: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """Cases and their earlier rounds, each as a table of the engine; ``name``: by which the run knows them."""

    name: str
    cases: str
    rounds: str | None = None


@dataclass(slots=True)
class Run:
    """What has been judged so far.

    ``of``: what tells this run from any other; ``parts``: how many there are; ``asked``: see ``asking``; ``done``:
    breaches by part; ``by_rule``: and by rule; ``bad``: cases that could not be replayed: no rule was asked of them;
    ``months``: by rule and month (UNDATED: none can be told) how many verdicts were made, and how many broken.
    """

    of: dict[str, str]
    parts: int = 0
    asked: dict[str, str] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    by_rule: dict[str, int] = field(default_factory=dict)
    cases: int = 0
    bad: int = 0
    populations: dict[int, Population] = field(default_factory=dict)
    months: dict[str, dict[str, list[int]]] = field(default_factory=dict)

    def add(self, part: str, by_rule: Mapping[str, int]) -> None:
        """Note what was found broken in a part."""
        self.done[part] = sum(by_rule.values())
        for rule, number in by_rule.items():
            self.by_rule[rule] = self.by_rule.get(rule, 0) + number

    @property
    def breaches(self) -> int:
        """Return how many were found."""
        return sum(self.done.values())

    @property
    def undecidable(self) -> int:
        """Return how many verdicts turn on what cannot be read."""
        return sum(one.undecidable for one in self.populations.values())


def read_run(folder: Path) -> Run:
    """Return the run that a folder holds; raises FileNotFoundError."""
    stored: dict[str, Any] = json.loads((folder / RUN).read_text("utf-8"))
    populations = {int(place): Population(**one) for place, one in stored.pop("populations").items()}
    return Run(**stored, populations=populations)


def write_run(run: Run, folder: Path) -> None:
    """Keep what has been judged so far."""
    write_whole(folder / RUN, json.dumps(asdict(run), ensure_ascii=False).encode(), PRIVATE)


def begun_run(folder: Path, of: dict[str, str]) -> Run | None:
    """Return the run that a folder holds, if any; raises OtherRun for one of something else."""
    try:
        run = read_run(folder)
    except FileNotFoundError:
        return None
    if run.of != of:
        raise OtherRun(folder)
    return run
