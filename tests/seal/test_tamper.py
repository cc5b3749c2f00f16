"""Nobody alters a log unseen by an auditor who holds its newest checkpoint.

Twelve kinds of tampering, two hundred seeded trials each. Whoever tampers has every file of the export and writes
whatever he likes into it: he recomputes all hashes, chains, columns, cases and the manifest, and throws away the
checkpoints that no longer fit. Two things he has not: the auditor's checkpoint and the private key. For each detector
of the verifier a control switches that detector off and shows that the tampering then passes: so it is what finds it.
"""

from __future__ import annotations

import random
from base64 import b64encode
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pytest

from tests.seal.exports import FORGER, LOG, NAME, OVERLAYS, STATES, Export, Log, drawn, entry, sealed, uid
from workflow.seal import ORIGIN, canonical, commitment, verify
from workflow.seal.note import DASH

TRIALS = 200
SIZE = 40
Tampering = Callable[[random.Random, Log, Export], tuple[Export, int | None]]  # and the first place that it touched


SIGNED = lru_cache(maxsize=None)(verify.is_signed)  # the same few checkpoints are shown in all trials


@pytest.fixture(autouse=True)
def _answers_kept(monkeypatch):
    monkeypatch.setattr(verify, "is_signed", SIGNED)


@cache
def base(seed: int) -> tuple[Log, Export]:
    """Return a log and its honest export with three checkpoints, the newest over all."""
    log = drawn(seed, cases=4, size=SIZE)
    return log, sealed(log, [10, 25, SIZE])


def again(log: Log, honest: Export) -> Export:
    """Seal an altered log again, with those of the true checkpoints that still fit."""
    forged = sealed(log)
    for name, note in honest.notes.items():
        size = int(name.removesuffix(".note"))
        if size <= len(forged.lines) and note.startswith(f"{forged.checkpoint(size).text()}\n"):
            forged.notes[name] = note
    return forged


def some(chance: random.Random, log: Log, kind: str = "") -> int:
    """Return the place of some entry, of a case if a kind of body is asked for."""
    places = [place for place, body in enumerate(log.bodies) if kind in body or not kind]
    return chance.choice(places)


def changed(chance: random.Random, log: Log, honest: Export) -> tuple[Export, int | None]:
    place = some(chance, log, "case")
    body = log.bodies[place]
    body[chance.choice(["by", "org", "role"])] = uid(chance)
    return again(log, honest), place


def removed(chance: random.Random, log: Log, honest: Export) -> tuple[Export, int | None]:
    place = some(chance, log)
    del log.bodies[place]
    return again(log, honest), place


def inserted(chance: random.Random, log: Log, honest: Export) -> tuple[Export, int | None]:
    place = some(chance, log)
    new = {"v": 1, "log": "read", "at": log.bodies[place]["at"], "id": uid(chance)}
    if chance.random() < 0.5:
        new = entry(chance, uid(chance), [], log.bodies[place]["at"])
    log.bodies.insert(place, new)
    return again(log, honest), place


def swapped(chance: random.Random, log: Log, honest: Export) -> tuple[Export, int | None]:
    one, other = sorted(chance.sample(range(1, SIZE), 2))
    log.bodies[one], log.bodies[other] = log.bodies[other], log.bodies[one]
    return again(log, honest), one


def redated(chance: random.Random, log: Log, honest: Export) -> tuple[Export, int | None]:
    place = some(chance, log, "on" if chance.random() < 0.5 else "at")
    body = log.bodies[place]
    body["on" if "on" in body else "at"] = "2026-05-10" if "on" in body else "2026-05-10T09:00:00.000Z"
    return again(log, honest), place


def truncated(chance: random.Random, log: Log, honest: Export) -> tuple[Export, int | None]:
    del log.bodies[chance.randrange(26, SIZE) :]
    return again(log, honest), len(log.bodies)


def rolled_back(chance: random.Random, log: Log, honest: Export) -> tuple[Export, int | None]:
    """Put back the state of an earlier checkpoint, which is rightly signed."""
    del log.bodies[chance.choice([10, 25]) :]
    return again(log, honest), len(log.bodies)


def forked(chance: random.Random, log: Log, honest: Export) -> tuple[Export, int | None]:
    """Go back to an earlier checkpoint and let another history follow, up to the same size or further."""
    place = chance.choice([10, 25])
    end = SIZE + chance.randrange(3)
    at = log.bodies[place]["at"]
    del log.bodies[place:]
    while len(log.bodies) < end:
        log.bodies.append(entry(chance, uid(chance), [], at))
    return again(log, honest), place


def projection(chance: random.Random, log: Log, honest: Export) -> tuple[Export, int | None]:
    """Leave the log as it is and alter what the database says beside it."""
    forged = sealed(log)
    forged.notes = dict(honest.notes)
    if chance.random() < 0.5:
        row = chance.choice(forged.columns)
        name = chance.choice([key for key in row if key != "seq"])
        row[name] = {"n": 77, "supersedes": 9}.get(name, "2026-05-10" if name == "on" else uid(chance))
        return forged, row["seq"]
    row = chance.choice(forged.cases)
    name = chance.choice(["state", "entries", "head", "case"])
    row[name] = {"state": "expelled", "entries": row["entries"] + 1}.get(name, uid(chance))
    if name == "case" and chance.random() < 0.5:
        forged.cases.remove(row)
    return forged, None


def recommitted(chance: random.Random, log: Log, honest: Export) -> tuple[Export, int | None]:
    """Exchange an erasable value: with the commitment in the entry, or without."""
    place = some(chance, log, "_values")
    salt, value = chance.randbytes(32), "另一个理由"
    log.bodies[place]["_values"] = {"reason": (salt.hex(), value)}
    if chance.random() < 0.5:
        log.bodies[place]["commit"]["reason"] = commitment(salt, value)
    return again(log, honest), place


def foreign(chance: random.Random, log: Log, _: Export) -> tuple[Export, int | None]:
    """Show the log of another office: its own, or this one's under its name, with all that it can sign itself."""
    if chance.random() < 0.5:
        log = drawn(chance.randrange(10**9), cases=4, size=SIZE)
    forged = sealed(log, [10, SIZE], FORGER, "example.cn/another/2026")
    forged.key = FORGER.vkey
    if chance.random() < 0.3:
        forged.notes = {}
    return forged, None


def unsigned(chance: random.Random, log: Log, honest: Export) -> tuple[Export, int | None]:
    """Alter the log, or not, and put checkpoints there that the log never signed."""
    place = None
    if chance.random() < 0.5:
        place = some(chance, log, "case")
        log.bodies[place]["by"] = uid(chance)
    forged = again(log, honest)
    name = f"{SIZE}.note"
    text = forged.checkpoint().text()
    if chance.random() < 0.5:
        line = LOG.key.id + chance.randbytes(64)
    else:  # a true signature, of another text
        line = LOG.key.id + signature_of(honest.notes["10.note"])
    forged.notes[name] = f"{text}\n{DASH}{NAME} {b64encode(line).decode()}\n"
    return forged, place


def signature_of(note: str) -> bytes:
    from workflow.seal.note import decoded  # noqa: PLC0415 - needed here alone

    return decoded(note.rstrip("\n").rpartition(" ")[2])[4:]


KINDS: dict[str, Tampering] = {
    "changed": changed,
    "removed": removed,
    "inserted": inserted,
    "swapped": swapped,
    "re-dated": redated,
    "truncated": truncated,
    "rolled back": rolled_back,
    "forked": forked,
    "edited projection": projection,
    "edited commitment": recommitted,
    "foreign origin": foreign,
    "forged signature": unsigned,
}


def trial(kind: str, seed: int, folder: Path) -> tuple[verify.Findings, int | None]:
    """Tamper with one export and let the auditor check it with his own, newest checkpoint."""
    chance = random.Random(f"{kind} {seed}")
    log, honest = base(seed % 10)
    forged, place = KINDS[kind](chance, log.copy(), honest)
    forged.compact = bool(seed % 2)
    mine = folder / "mine.note"
    mine.write_text(honest.note(), encoding="utf-8", newline="\n")
    question = verify.Question(forged.write(folder / "export"), [verify.key_of(LOG.vkey)], [str(mine)])
    return verify.verify(question), place


@pytest.mark.parametrize("kind", KINDS)
def test_an_auditor_with_the_newest_checkpoint_finds_every_tampering(kind, tmp_path):
    missed = []
    for seed in range(TRIALS):
        findings, place = trial(kind, seed, tmp_path)
        said = verify.report(findings)
        window = said.get("window")
        if findings.code() != verify.ALTERED:
            missed.append((seed, said))
        elif place is not None:
            # The first place that was touched lies in the time that is told.
            assert window is not None, said
            after = -1 if window["after_entry"] is None else window["after_entry"]
            assert after < place <= window["up_to_entry"], (place, said)
    assert missed == []


def test_without_tampering_nothing_is_found(tmp_path):
    for seed in range(10):
        log, honest = base(seed)
        mine = tmp_path / "mine.note"
        mine.write_text(honest.note(), encoding="utf-8", newline="\n")
        for export in (honest, again(log.copy(), honest)):
            question = verify.Question(export.write(tmp_path / "export"), [verify.key_of(LOG.vkey)], [str(mine)])
            assert verify.report(verify.verify(question))["verdict"] == "good"


TREE = {"is_root": True, "is_short": False}
CONTROLS: list[tuple[str, dict[str, Any]]] = [
    ("changed", TREE),
    ("removed", TREE),
    ("inserted", TREE),
    ("swapped", TREE),
    ("re-dated", TREE),
    ("truncated", TREE),
    ("rolled back", TREE),
    ("forked", TREE),
    ("edited projection", {"are_columns": True, "misstated": None, "not_the_state": None}),
    ("edited commitment", {"is_committed": True, **TREE}),
    ("foreign origin", {"is_foreign": False, "is_signed": True, **TREE}),
    ("forged signature", {"is_signed": True, **TREE}),
]


@pytest.mark.parametrize(("kind", "off"), CONTROLS, ids=[kind for kind, _ in CONTROLS])
def test_with_its_detector_switched_off_a_tampering_passes(kind, off, tmp_path, monkeypatch):
    for name, answer in off.items():
        monkeypatch.setattr(verify, name, lambda *_, answer=answer: answer)
    found = [bool(trial(kind, seed, tmp_path)[0].first) for seed in range(12)]
    assert not all(found), f"{kind} is found although {sorted(off)} are off"


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("off", ["is_root", "is_short", "is_committed", "are_columns", "misstated"])
def test_one_detector_alone_finds_what_is_its_own(off, compact, tmp_path, monkeypatch):
    """Each of these is found by one detector only: with it, always; without it, never."""
    cases: dict[str, Callable[[Log, Export], Export]] = {
        "is_root": by_root,
        "is_short": by_size,
        "is_committed": by_commitment,
        "are_columns": by_columns,
        "misstated": by_case,
    }
    log, honest = base(3)
    forged = cases[off](log.copy(), honest)
    forged.compact = compact
    assert code(forged, honest, tmp_path) == verify.ALTERED
    answer = {"is_root": True, "is_committed": True, "are_columns": True, "is_short": False, "misstated": None}[off]
    monkeypatch.setattr(verify, off, lambda *_: answer)
    if off == "is_short":  # the tree has no root at the size that it never reached
        monkeypatch.setattr(verify, "is_root", lambda *_: True)
    assert code(forged, honest, tmp_path) != verify.ALTERED


def code(export: Export, honest: Export, folder: Path) -> int:
    mine = folder / "mine.note"
    mine.write_text(honest.note(), encoding="utf-8", newline="\n")
    question = verify.Question(export.write(folder / "export"), [verify.key_of(LOG.vkey)], [str(mine)])
    return verify.verify(question).code()


def by_root(log: Log, honest: Export) -> Export:
    log.bodies[5]["at"] = "2026-05-10T09:00:00.000Z"
    return again(log, honest)


def by_size(log: Log, honest: Export) -> Export:
    del log.bodies[30:]
    return again(log, honest)


def by_commitment(log: Log, honest: Export) -> Export:
    place = next(place for place, body in enumerate(log.bodies) if "_values" in body)
    log.bodies[place]["_values"] = {"reason": ("00" * 32, "另一个理由")}
    return again(log, honest)


def by_columns(log: Log, honest: Export) -> Export:
    forged = again(log, honest)
    forged.columns[4]["by"] = "0" * 32
    return forged


def by_case(log: Log, honest: Export) -> Export:
    forged = again(log, honest)
    forged.cases[1]["head"] = "0" * 64
    return forged


def test_a_wrong_chain_is_found_even_where_it_was_sealed_so(tmp_path, monkeypatch):
    """A sealer that signs what it should have refused: the tree is right, the chain is not."""
    log, _ = base(4)
    export = sealed(log.copy())
    place = next(place for place, body in enumerate(log.bodies) if "case" in body)
    body = {key: value for key, value in log.copy().bodies[place].items() if key[0] != "_"}
    body |= {"n": 2, "prev": ORIGIN, "case": uid(random.Random(1))}
    export.lines.append(canonical(body))
    leaf = export.leaves[-1].hex()
    export.columns.append({"seq": SIZE, "hash": leaf, **{key: body.get(key) for key in verify.REPEATED}})
    export.cases.append({"case": body["case"], "number": "9", "state": "applicant", "entries": 2, "head": leaf})
    export.values = [row for row in export.values if row["seq"] != SIZE]
    assert code(export, export, tmp_path) == verify.ALTERED
    monkeypatch.setattr(verify, "is_next", lambda *_: True)
    assert code(export, export, tmp_path) == verify.GOOD


def test_another_table_of_states_is_found(tmp_path, monkeypatch):
    log, honest = base(5)
    forged = again(log.copy(), honest)
    forged.states = STATES.replace(b'"agreed": "activist"', b'"agreed": "target"')
    assert forged.states != STATES
    assert OVERLAYS
    assert code(forged, honest, tmp_path) == verify.ALTERED
    monkeypatch.setattr(verify, "is_the_table", lambda *_: True)
    monkeypatch.setattr(verify, "not_the_state", lambda *_: None)
    assert code(forged, honest, tmp_path) == verify.GOOD
