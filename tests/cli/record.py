"""The small office of the engine's tests, reached by the command line: every act is a command that somebody gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.cli.jishi import Done, jishi
from tests.engine.office import Bureau, Clock, bureau
from tests.engine.test_lives import act, apart, plain, recorded_on, seat
from tests.regulation.trace import traces
from workflow.store.database import Database

LIFE = "lived under the edition of 2014"


@dataclass(frozen=True, slots=True)
class Counter:
    """A database with the small office in it, and its people, who give commands."""

    url: str
    office: Bureau

    @property
    def clock(self) -> Clock:
        """Return the clock of the office."""
        return self.office.clock

    def run(self, who: str, *arguments: object, code: int = 0) -> Done:
        """Give a command under somebody's account on the day it speaks of, or later; it must end with ``code``."""
        if "--on" in arguments:
            self.until(str(arguments[arguments.index("--on") + 1]))
        done = jishi(*arguments, "--database", self.url, env={"JISHI_AS": who}, clock=self.clock)
        assert done.code == code, f"{' '.join(map(str, arguments))}\n{done.out}{done.err}"
        assert "程序出错" not in done.err
        return done

    def until(self, day: str) -> None:
        """Let time go on until a day; it never goes back."""
        with suppress(ValueError):  # somebody may type what is no day
            self.clock.day = max(self.clock.day, date.fromisoformat(day))

    def case(self, who: str, *arguments: object, code: int = 0) -> Done:
        """Give a command about cases."""
        return self.run(who, "case", *arguments, code=code)

    def data(self, who: str, *arguments: object, code: int = 0) -> Any:
        """Give a command about cases and read its answer as a script does."""
        return json.loads(self.case(who, *arguments, "--json", code=code).out)

    def open(self, on: str = "2018-05-20", name: str = "示例一", who: str = "secretary") -> str:
        """Open a case and return its number."""
        found = self.data(who, "open", "--name", name, "--born", "1992-02-10", "--not-floating", "--on", on)
        return str(found["case"])

    def act(self, case: str, raw: Mapping[str, Any]) -> None:
        """Take the steps that an entry of a trace tells of, each by whoever has the power."""
        for part in apart(raw):
            step, outcome = part["do"].split()
            given = {name: plain(step, name, value) for name, value in part.get("with", {}).items()}
            self.until(recorded_on(step, part).isoformat())
            who = seat(step, outcome, given.get("body"))
            held = [text for name, value in given.items() for text in ("--set", f"{name}={value}")]
            self.case(who, "take", case, step, "--outcome", outcome, "--on", part["on"], *held)

    def live(self, through: str, *names: str) -> list[str]:
        """Let people live the life of 2014 together through the first act of a step, at the desk."""
        first, *rest = lawful()
        office = self.office
        people = [office.open(first["on"], name=name).case for name in names]
        steps = [raw["do"].split()[0] for raw in rest]
        for raw in rest[: steps.index(through) + 1]:
            for case in people:
                act(office, case, raw)
        return people


def lawful() -> list[Mapping[str, Any]]:
    """Return the accepted entries of the life."""
    return [raw for raw in traces()[LIFE]["entries"] if not raw.get("refused") and not raw.get("impossible")]


def counter(database: Database) -> Counter:
    """Return the small office, set up in an empty database, behind the command line."""
    office = bureau(database)
    office.clock.day = date(2018, 5, 20)
    url = database._url.render_as_string(hide_password=False)  # noqa: SLF001 - as a user would write it
    return Counter(url.replace("postgresql+psycopg", "postgresql"), office)
