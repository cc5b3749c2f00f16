"""Exports of sealed logs, made without the verifier: drawn lives, everything derived from them as the formats say.

``Log`` holds what a log is made of; ``sealed`` derives lines, chains, columns and the list of cases from it, as its
keeper does, and as a forger with full access to it would do again after every change.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from workflow.seal import ORIGIN, canonical, commitment, leaf_hash
from workflow.seal.checkpoint import Checkpoint
from workflow.seal.merkle import Frontier
from workflow.seal.note import Signer, signed

NAME = "example.cn/jishi/2026"
LOG = Signer.of_secret(NAME, bytes(range(1, 33)))
FORGER = Signer.of_secret(NAME, bytes(range(2, 34)))
OFFICE = Signer.of_secret("example.cn/organization-department", bytes(range(3, 35)))
REPEATED = (
    "case", "n", "prev", "kind", "at", "by", "org", "step", "outcome", "on", "supersedes", "for", "confirmed",
    "confirmed_in", "batch",
)  # fmt: skip
EDITIONS = ("2014-05-28", "2026-05-11")
STEPS: dict[str, dict[str, Any]] = {
    "talk": {"from": ["applicant"], "to": {"done": None}},
    "elect": {"from": ["applicant"], "to": {"agreed": "activist", "refused": None}},
    "target": {"from": ["activist"], "to": {"agreed": "target", "back": "applicant"}},
    "admit": {"from": ["target"], "to": {"passed": "full", "failed": "activist"}},
}
OVERLAYS: tuple[tuple[str, ...], ...] = ((), ("province",))


def states_table() -> dict[str, Any]:
    """Return the compiled states: in the newer edition a talk is possible at two states, with overlays at all."""
    periods = []
    for overlays in OVERLAYS:
        for edition in EDITIONS:
            steps = deepcopy(STEPS)
            if edition == EDITIONS[1]:
                steps["talk"]["from"] = ["applicant", "activist"]
            if overlays:
                steps["talk"]["from"] = ["applicant", "activist", "target", "full"]
            periods.append({"from": edition, "overlays": list(overlays), "initial": "applicant", "steps": steps})
    return {"periods": periods}


STATES = json.dumps(states_table(), ensure_ascii=False).encode()


@dataclass
class Log:
    """A log in the making: bodies in the order of the tree, and the table of states.

    A body carries along, until it is sealed, its erasable values (``_values``: salt and value by field) and whether
    only its hash is given away (``_withheld``).
    """

    bodies: list[dict[str, Any]]
    states: bytes = STATES

    def copy(self) -> Log:
        """Return another that can be altered."""
        return deepcopy(self)


@dataclass
class Export:
    """The files of an export, still to be written."""

    lines: list[bytes]
    columns: list[dict[str, Any]]
    values: list[dict[str, Any]]
    cases: list[dict[str, Any]]
    notes: dict[str, str]
    states: bytes = STATES
    origin: str = NAME
    part: Any = None
    claimed: int | None = None  # how many entries it says to have, if that is not how many there are
    key: str = LOG.vkey
    prior: list[bytes] = field(default_factory=list)
    compact: bool = False  # columns and values in canonical form, which is read the quick way

    @property
    def leaves(self) -> list[bytes]:
        """Return the leaf hashes."""
        return [bytes.fromhex(line[1:].decode() if line[:1] == b"#" else leaf_hash(line)) for line in self.lines]

    def checkpoint(self, size: int | None = None) -> Checkpoint:
        """Return the unsigned checkpoint of the first ``size`` entries, or of all."""
        leaves = self.leaves[:size]
        return Checkpoint(self.origin, len(leaves), Frontier(0, ()).extend(leaves).root())

    def note(self, size: int | None = None, signer: Signer = LOG) -> str:
        """Return the same, signed."""
        return signed(self.checkpoint(size).text(), signer)

    def write(self, folder: Path) -> Path:
        """Write all files and return the folder."""
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "checkpoints").mkdir(parents=True)
        files = {
            "entries.jsonl": b"".join(line + b"\n" for line in self.lines),
            "columns.jsonl": jsonl(self.columns, compact=self.compact),
            "values.jsonl": jsonl(self.values, compact=self.compact),
            "cases.jsonl": jsonl(self.cases),
            "states.json": self.states,
        }
        if self.prior:
            files["prior.jsonl"] = b"".join(line + b"\n" for line in self.prior)
        manifest = {
            "format": 1, "origin": self.origin, "size": len(self.lines) if self.claimed is None else self.claimed,
            "made_at": "2026-11-22T20:00:00.000Z",
            "files": {name: sha256(data).hexdigest() for name, data in files.items()}, "part": self.part,
        }  # fmt: skip
        files["export.json"] = json.dumps(manifest, indent=1).encode()
        files["key.txt"] = self.key.encode()
        files |= {f"checkpoints/{name}": note.encode() for name, note in self.notes.items()}
        for name, data in files.items():
            (folder / name).write_bytes(data)
        return folder


def jsonl(rows: Iterable[dict[str, Any]], *, compact: bool = False) -> bytes:
    """Return rows, one a line; ``compact``: in canonical form."""
    form: dict[str, Any] = {"sort_keys": True, "separators": (",", ":")} if compact else {}
    return b"".join(json.dumps(row, ensure_ascii=False, **form).encode() + b"\n" for row in rows)


def sealed(
    log: Log,
    checkpoints: Sequence[int] = (),
    signer: Signer = LOG,
    origin: str = NAME,
    before: Sequence[dict[str, Any]] = (),
) -> Export:
    """Return the export of a log: numbers, chains and columns made anew, checkpoints at some sizes.

    ``before``: bodies of entries that an earlier log sealed; those of cases that go on here stand beside them.
    """
    heads: dict[str, tuple[int, str]] = {}
    export = Export([], [], [], [], {}, states=log.states, origin=origin)
    going_on = {body.get("case") for body in log.bodies}
    earlier = [body for body in before if is_entry(body) and body["case"] in going_on]
    for body in earlier:
        number, head = heads.get(body["case"], (0, ORIGIN))
        body |= {"n": number + 1, "prev": head}
        export.prior.append(canonical({key: value for key, value in body.items() if key[0] != "_"}))
        heads[body["case"]] = (body["n"], leaf_hash(export.prior[-1]))
    for place, body in enumerate(log.bodies):
        if is_entry(body):
            number, head = heads.get(body["case"], (0, ORIGIN))
            body |= {"n": number + 1, "prev": head}
        line = canonical({key: value for key, value in body.items() if key[0] != "_"})
        leaf = leaf_hash(line)
        if is_entry(body):
            heads[body["case"]] = (body["n"], leaf)
            row = {"seq": place, "hash": leaf, **{key: body.get(key) for key in REPEATED}}
            if not body.get("_withheld"):
                export.columns.append(row)
        for name, (salt, value) in body.get("_values", {}).items():
            export.values.append({"seq": place, "field": name, "salt": salt, "value": value})
        export.lines.append(b"#" + leaf.encode() if body.get("_withheld") else line)
    for number, (case, (entries, head)) in enumerate(heads.items(), 1):
        state = state_of([body for body in (*earlier, *log.bodies) if is_entry(body) and body["case"] == case])
        row = {"case": case, "number": f"2026-{number:04d}", "state": state, "entries": entries, "head": head}
        export.cases.append(row)
    export.notes = {f"{size}.note": export.note(size, signer) for size in checkpoints}
    return export


def is_entry(body: dict[str, Any]) -> bool:
    """Tell an entry of a case from a line of the log, which may be about one."""
    return "case" in body and "log" not in body


def state_of(entries: Sequence[dict[str, Any]]) -> str:
    """Return the state that the entries of a case come to: what is withdrawn taken out, days as they were corrected."""
    gone = {entry["supersedes"] for entry in entries if entry["kind"] == "withdrawal"}
    state = "applicant"
    for entry in entries:
        if entry["n"] in gone or entry["kind"] in {"correction", "withdrawal"}:
            continue
        if entry["kind"] == "cutover":
            state = entry["outcome"]
        elif entry["kind"] == "act" and entry["outcome"] != "irregular":
            state = STEPS[entry["step"]]["to"][entry["outcome"]] or state
    return state


def drawn(seed: int, cases: int = 6, size: int = 60) -> Log:
    """Return a log of drawn lives: acts that are possible where they stand, amendments, imports, lines of the log."""
    chance = random.Random(seed)
    law = {"sha256": sha256(STATES).hexdigest()}
    log = Log([{"v": 1, "log": "states", "at": instant(0), "id": uid(chance), "about": law}])
    held: dict[str, list[dict[str, Any]]] = {uid(chance): [] for _ in range(cases)}
    while len(log.bodies) < size:
        at = instant(len(log.bodies))
        if chance.random() < 0.15:
            log.bodies.append({"v": 1, "log": chance.choice(["read", "login", "export"]), "at": at, "id": uid(chance)})
            continue
        case = chance.choice(list(held))
        log.bodies.append(entry(chance, case, held[case], at))
    return log


def entry(chance: random.Random, case: str, before: list[dict[str, Any]], at: str) -> dict[str, Any]:
    """Return the next entry of a case and add it to those before."""
    body: dict[str, Any] = {"v": 1, "case": case, "n": len(before) + 1, "prev": ORIGIN, "at": at}
    body |= {"by": uid(chance), "org": uid(chance), "role": "secretary", **what(chance, before)}
    if chance.random() < 0.5:
        salt = chance.randbytes(32)
        value: Any = chance.choice(["张三", '理由："材料"不全', 7, True, {"a": ["1", None]}, ["甲"]])
        body["commit"] = {"reason": commitment(salt, value), "person.name": commitment(bytes(32), "已删除")}
        body["_values"] = {"reason": (salt.hex(), value)}
    before.append(body)
    return body


def what(chance: random.Random, before: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what an entry says was done."""
    if not before:
        return {"kind": "opened"}
    amended = {one.get("supersedes") for one in before}
    notes = [
        one for one in before
        if one["kind"] == "act" and STEPS[one["step"]]["to"].get(one["outcome"]) is None and one["n"] not in amended
    ]  # fmt: skip
    if notes and chance.random() < 0.25:
        return amendment(chance, chance.choice(notes))
    if chance.random() < 0.1:
        return chance.choice(
            [
                {"kind": "attested", "step": "admit", "outcome": "passed", "on": "2019-07-01"},
                {"kind": "cutover", "outcome": "activist", "batch": uid(chance)},
                {"kind": "offered", "confirmed": uid(chance), "confirmed_in": uid(chance)},
                {"kind": "act", "step": "admit", "outcome": "irregular", "on": "2026-08-01", "for": uid(chance)},
            ]
        )
    state = state_of(before)
    possible = [name for name, step in STEPS.items() if state in step["from"]] or ["talk"]
    step = chance.choice(possible)
    on = f"{chance.choice((2020, 2027))}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}"
    act = {"kind": "act", "step": step, "outcome": chance.choice(list(STEPS[step]["to"])), "on": on}
    return {**act, "edition": EDITIONS[on > EDITIONS[1]], **({"overlays": ["province"]} if step == "talk" else {})}


def amendment(chance: random.Random, amended: dict[str, Any]) -> dict[str, Any]:
    """Return a withdrawal, or a correction that may move the day, of an act that moved nothing."""
    if chance.random() < 0.5:
        return {"kind": "withdrawal", "supersedes": amended["n"]}
    moved = {"on": "2026-06-01"} if chance.random() < 0.5 else {}
    overlays = {"overlays": amended["overlays"]} if "overlays" in amended else {}
    return {"kind": "correction", "step": amended["step"], "supersedes": amended["n"], **moved, **overlays}


def uid(chance: random.Random) -> str:
    """Return an opaque id."""
    return chance.randbytes(16).hex()


def instant(number: int) -> str:
    """Return the instant of the entry at a place of the log: one a minute."""
    return f"2026-09-{1 + number // 1440:02d}T{number // 60 % 24:02d}:{number % 60:02d}:00.000Z"
