"""Damaged workbooks of every kind, by the thousand: read or refused, never a crash, never without bounds."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ledger_reader.workbooks import SAMPLE, WRITERS, form
from workflow.errors import LedgerError
from workflow.ledger import read_ledger

ROOT = Path(__file__).parents[2]
MEMORY = 1_200_000_000  # bytes of address space for the process that reads damaged files
SECONDS = 20  # for one file; most take milliseconds
ROUNDS = 150


def sample_rows():
    book = openpyxl.load_workbook(SAMPLE)
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return the bytes with some of them changed, left out, added, copied or cut off."""
    data = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 5, 30])):
        at = chance.randrange(len(data) or 1)
        match chance.randrange(7):
            case 0 | 1:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 2:
                del data[at : at + chance.randrange(1, 200)]
            case 3:
                data[at:at] = chance.randbytes(chance.randrange(1, 20))
            case 4:
                data[at : at + 4] = b"\xff\xff\xff\xff"
            case 5:
                data[at : at + 50] = data[chance.randrange(len(data) or 1) :][:50]
            case _:
                del data[chance.choice([at, len(data)]) :]
    return bytes(data)


def damaged_part(content: bytes, chance: random.Random) -> bytes:
    """Return a zip file that is whole, with one part of it damaged."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        victim = chance.choice(old.namelist())
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, damaged(data, chance) if name == victim else data)
    return packed.getvalue()


def read_damaged(folder: Path, seed: int) -> None:
    """Read many damaged files made from ``seed``; anything but a LedgerError ends the process."""
    for number in range(seed, seed + ROUNDS):
        chance = random.Random(number)
        kind = chance.choice(["xlsx", "xls", "xls", "ods"])
        content = (folder / f"whole.{kind}").read_bytes()
        inside = kind != "xls" and chance.random() < 0.7
        path = folder / "damaged"
        path.write_bytes(damaged_part(content, chance) if inside else damaged(content, chance))
        sys.stdout.write(f"{number} ")
        sys.stdout.flush()
        with suppress(LedgerError):
            read_ledger(path, form())


@pytest.mark.parametrize("seed", [0, 10_000])
def test_damaged_workbooks_never_crash_the_reader(tmp_path, seed):
    for kind, write in WRITERS.items():
        assert len(read_ledger(write(tmp_path / f"whole.{kind}", sample_rows()), form()).rows) == 80
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}));"
    code = (
        f"{limit if sys.platform == 'linux' else ''}from pathlib import Path;"
        "from tests.ledger_reader.test_mutations import read_damaged;"
        f"read_damaged(Path({str(tmp_path)!r}), {seed})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS * 10, check=False
    )
    assert done.returncode == 0, f"seed {done.stdout[-10:]}: {done.stderr[-2000:]}"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]),
    st.binary(max_size=3000),
)
def test_random_bytes_are_refused(tmp_path, start, rest):
    path = tmp_path / "random"
    path.write_bytes(start + rest)
    with pytest.raises(LedgerError):
        read_ledger(path, form())
