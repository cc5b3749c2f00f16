# ruff: noqa: INP001 - a script of its own, no part of a package
"""How fast the verifier reads an export, and how much memory that takes.

``python benchmarks/seal_verify.py`` makes an export of drawn lives and measures, on one processor: the hash pass (lines
read, leaf hashes, tree) in entries a second and as a share of what ``openssl speed`` hashes of the same blocks in the
same run; and the full pass as an auditor starts it (a process of its own; parsing, chains, columns, values, replay).
``--memory`` compares the most memory held at 100,000 entries with that at a million. The last line is the figure.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any, TextIO

from _figure import ROOT, cost_of, figure, say

sys.path.insert(0, str(ROOT))

from workflow.seal import verify
from workflow.seal.checkpoint import Checkpoint
from workflow.seal.note import Signer, signed

ORIGIN = "example.cn/benchmark/2026"
ENTRIES_A_CASE = 20
AT_ONCE = 2_000  # cases that are open at the same time: their entries lie mingled in the tree
STATES = [f"s{number}" for number in range(10)]
STEPS = {
    f"step{number}": {"from": [STATES[number % 10]], "to": {"done": STATES[(number + 1) % 10]}} for number in range(10)
}
NODE_BYTES = 65


def dumped(value: dict[str, Any]) -> str:
    """Return a line in canonical form."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def cases(count: int, chance: random.Random) -> Iterator[tuple[int, dict[str, Any], str]]:
    """Yield bodies in the order of the tree, each with its place, and the reason that is kept apart."""
    open_cases: list[list[Any]] = []
    for seq in range(1, count):
        if len(open_cases) < AT_ONCE and (not open_cases or chance.random() < 1 / ENTRIES_A_CASE):
            open_cases.append([chance.randbytes(16).hex(), 0, "0" * 64])
        at = chance.randrange(len(open_cases))
        case = open_cases[at]
        body = {
            "v": 1, "case": case[0], "n": case[1] + 1, "prev": case[2], "kind": "act" if case[1] else "opened",
            "at": f"2026-{1 + seq * 11 // count:02d}-11T08:{seq // 60 % 60:02d}:{seq % 60:02d}.000Z",
            "by": open_cases[0][0], "org": open_cases[-1][0], "role": "secretary",
        }  # fmt: skip
        if case[1]:
            body |= {
                "step": f"step{(case[1] - 1) % 10}",
                "outcome": "done",
                "on": "2026-08-11",
                "edition": "2026-05-11",
            }
            body["evidence"] = {"minutes": "2026-0811", "number": seq % 97, "present": 31}
        reason = "材料齐全，同意" if seq % 2 else ""
        if reason:
            body["commit"] = {"reason": sha256(bytes(32) + dumped_text(reason)).hexdigest()}
        yield seq, body, reason
        case[1], case[2] = case[1] + 1, sha256(b"\0" + dumped(body).encode()).hexdigest()
        if case[1] > ENTRIES_A_CASE:
            open_cases[at] = [chance.randbytes(16).hex(), 0, "0" * 64]


def dumped_text(text: str) -> bytes:
    """Return a text in canonical form."""
    return f'"{text}"'.encode()


def made(folder: str, count: int) -> tuple[Path, list[str]]:
    """Have an export of ``count`` entries made; return it, and how the verifier is asked about it.

    A process of its own makes it: on Linux the memory of whoever starts a process counts as that process's own peak.
    """
    command = [sys.executable, __file__, "--make", folder, "--entries", str(count)]
    subprocess.run(command, check=True)  # noqa: S603 - ours
    export = Path(folder) / "export"
    return export, [str(export), "--key", f"{folder}/key.txt", "--checkpoint", f"{folder}/mine.note"]


def make(folder: Path, count: int) -> None:
    """Write an export of ``count`` entries, and beside it a checkpoint and the log's key."""
    export = folder / "export"
    (export / "checkpoints").mkdir(parents=True)
    states = json.dumps({"periods": [{"from": "2014-05-28", "overlays": [], "initial": "s0", "steps": STEPS}]}).encode()
    (export / "states.json").write_bytes(states)
    ends: dict[str, tuple[int, str]] = {}
    with (
        (export / "entries.jsonl").open("w", encoding="utf-8", newline="\n") as entries,
        (export / "columns.jsonl").open("w", encoding="utf-8", newline="\n") as columns,
        (export / "values.jsonl").open("w", encoding="utf-8", newline="\n") as values,
    ):
        first: dict[str, Any] = {"v": 1, "log": "states", "at": "2026-01-01T00:00:00.000Z"}
        first["about"] = {"sha256": sha256(states).hexdigest()}
        entries.write(dumped(first) + "\n")
        for seq, body, reason in cases(count, random.Random(count)):  # noqa: S311 - the same lives every time
            ends[body["case"]] = write(seq, body, reason, (entries, columns, values))
    with (export / "cases.jsonl").open("w", encoding="utf-8", newline="\n") as lines:
        for case, (number, head) in ends.items():
            row = {
                "case": case,
                "number": case[:8],
                "state": STATES[(number - 1) % 10],
                "entries": number,
                "head": head,
            }
            lines.write(json.dumps(row) + "\n")
    tree = hash_pass(export / "entries.jsonl")
    signer = Signer.make(ORIGIN)
    note = folder / "mine.note"
    note.write_text(signed(Checkpoint(ORIGIN, tree.size, tree.root()).text(), signer), encoding="utf-8", newline="\n")
    names = ("entries.jsonl", "columns.jsonl", "values.jsonl", "cases.jsonl", "states.json")
    files = {name: sha256((export / name).read_bytes()).hexdigest() for name in names}
    manifest = {"format": 1, "origin": ORIGIN, "size": tree.size, "made_at": "2026-11-22T20:00:00.000Z", "files": files}
    (export / "export.json").write_text(json.dumps({**manifest, "part": None}), encoding="utf-8")
    (folder / "key.txt").write_text(signer.vkey, encoding="utf-8")


def write(seq: int, body: dict[str, Any], reason: str, files: tuple[TextIO, TextIO, TextIO]) -> tuple[int, str]:
    """Write one entry with its columns and its value; return its number and hash."""
    entries, columns, values = files
    line = dumped(body)
    leaf = sha256(b"\0" + line.encode()).hexdigest()
    entries.write(line + "\n")
    columns.write(dumped({"seq": seq, "hash": leaf, **{key: body.get(key) for key in verify.REPEATED}}) + "\n")
    if reason:
        row = {"seq": seq, "field": "reason", "salt": bytes(32).hex(), "value": reason}
        values.write(dumped(row) + "\n")
    return body["n"], leaf


def hash_pass(path: Path) -> verify.Tree:
    """Read lines, hash leaves, build the tree: what the verifier does before it looks at anything."""
    tree = verify.Tree([])
    with path.open("rb") as file:
        for batch in verify.batches(file, path.name):
            tree.grow(verify.leaf_hashes(batch))
    return tree


def openssl_rate(size: int) -> float:
    """Return how many blocks of so many bytes ``openssl speed`` hashes a second, on one processor; needs openssl."""
    command = ["openssl", "speed", "-mr", "-seconds", "1", "-bytes", str(size), "-evp", "sha256"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    last = next(line for line in done.stdout.splitlines() if line.startswith("+F"))
    return float(last.split(":")[-1]) / size


def measure(count: int, rounds: int) -> None:
    """Measure speed on an export of ``count`` entries."""
    openssl = shutil.which("openssl") is not None
    with tempfile.TemporaryDirectory() as folder:
        export, arguments = made(folder, count)
        path = export / "entries.jsonl"
        length = path.stat().st_size // count
        rates, shares, limits = [], [], []
        for _ in range(rounds):
            limit = 1 / (1 / openssl_rate(length) + 1 / openssl_rate(NODE_BYTES)) if openssl else math.inf
            limits.append(limit)
            began = process_time()
            hash_pass(path)
            rates.append(count / (process_time() - began))
            shares.append(100 * rates[-1] / limit)
        full = [count / cost_of("workflow.seal.verify", arguments).cpu for _ in range(rounds)]
    say(f"{count} entries of {length} bytes on average, median of {rounds}")
    if openssl:
        say(f"openssl speed would do {median(limits):.0f} entries/s, a leaf and a node each")
        figure("seal.hash_share", median(shares), "%")
    figure("seal.full_pass", median(full), "entries/s")
    figure("seal.hash_pass", median(rates), "entries/s")


def compare_memory(small: int, large: int) -> None:
    """Compare the most memory that a full pass holds, on exports of two sizes."""
    held = []
    for count in (small, large):
        with tempfile.TemporaryDirectory() as folder:
            cost = cost_of("workflow.seal.verify", made(folder, count)[1])
        say(f"{count} entries: {cost.memory:.1f} MiB, {count / cost.cpu:.0f} entries/s")
        held.append(cost.memory)
    figure("seal.memory", held[1] / held[0], "x")


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--sizes", type=int, nargs=2, default=[100_000, 1_000_000])
    parser.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.make:
        make(asked.make, asked.entries)
    elif asked.memory:
        compare_memory(*asked.sizes)
    else:
        measure(asked.entries, asked.rounds)


if __name__ == "__main__":
    main()
