"""The sample ledger and its key."""

import csv
from datetime import date
from pathlib import Path

from tests.ledger import oracle, product, reading

DATA = Path(__file__).parent.parent / "data"
SAMPLE = DATA / "branch-ledger.xlsx"
AS_OF = date(2026, 11, 21)


def key() -> set[tuple[int, str, str, int]]:
    with (DATA / "branch-ledger.findings.csv").open(encoding="utf-8-sig", newline="") as file:
        return {(int(line["row"]), line["person"], line["code"], int(line["step"])) for line in csv.DictReader(file)}


def test_the_audit_of_the_sample_gives_its_key() -> None:
    report = product.audit(SAMPLE, AS_OF)
    assert {(one.row, report.persons[one.row], one.code, one.step) for one in report.findings} == key()


def test_the_oracle_gives_the_key_of_the_sample() -> None:
    rows, roster = reading.read(SAMPLE)
    found = oracle.findings(rows, roster, AS_OF)
    assert {(one.row, oracle.name_of(str(rows[one.row]["姓名"])), one.code, one.step) for one in found} == key()


def test_the_audit_of_the_sample_gives_the_oracles_forces() -> None:
    rows, roster = reading.read(SAMPLE)
    assert product.audit(SAMPLE, AS_OF).findings == oracle.findings(rows, roster, AS_OF)


def test_an_earlier_audit_day_gives_what_the_oracle_gives() -> None:
    rows, roster = reading.read(SAMPLE)
    for as_of in (date(2026, 5, 10), date(2026, 5, 11), date(2026, 6, 11), date(2024, 2, 29)):
        assert product.audit(SAMPLE, as_of).findings == oracle.findings(rows, roster, as_of)
