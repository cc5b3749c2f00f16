"""The form of a ledger as a file: what it says, and how its faults are told."""

from __future__ import annotations

import pytest

from tests.ledger_reader.workbooks import FORM_TEXT, form
from workflow.errors import LedgerError
from workflow.ledger.form import CellKind, load_form


def test_the_form_knows_every_column_of_the_ledger_and_the_roster():
    own = form()
    assert (own.name, own.sheet, own.person, own.number) == ("branch-ledger", "发展党员台账", "姓名", "序号")
    columns = {column.header: column for column in own.columns}
    assert columns["培养考察时间"].kind is CellKind.DAYS
    assert columns["转正结论"].values["延长预备期"] == "extended"
    assert "备注" not in columns  # never read
    assert own.roster is not None
    assert [column.column for column in own.roster.columns][:2] == ["name", "branch"]
    assert len({column.column for column in own.columns}) == len(own.columns) == 57


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("type: days}", "type: dayz}", "unknown type “dayz”"),
        ("column: talk.on", "column: apply.on", "stands twice"),
        ("派人谈话时间: {", "入党申请时间: {", "duplicate key"),
        ("field: name", "field: nmae", "unknown field “nmae”"),
        ("form: branch-ledger", "from: branch-ledger", "from: unknown key"),
        ("  number: 序号\n", "", "ledger.number: a text is wanted"),
        ("{column: talk.on, type: day}", "talk.on", "a mapping is wanted"),
        ("type: count}", "type: count, values: {a: b}}", "only a choice has values"),
        ("ledger:\n", "ledger: [\n", "while parsing"),
        ("values: {合格: passed, 不合格: failed}", "values: {}", "a choice has no words"),
    ],
)
def test_a_planted_fault_is_found_and_named(old, new, fault):
    text = FORM_TEXT.replace(old, new, 1)
    assert text != FORM_TEXT
    with pytest.raises(LedgerError) as refused:
        load_form(text, "own-form.yaml")
    assert fault in refused.value.what.en
    assert "own-form.yaml" in refused.value.what.en


def test_all_faults_are_told_at_once():
    text = FORM_TEXT.replace("type: days}", "type: dayz}").replace("type: hours}", "type: ours}")
    with pytest.raises(LedgerError) as refused:
        load_form(text, "own-form.yaml")
    assert refused.value.what.en.count("own-form.yaml") == 3


@pytest.mark.parametrize("text", ["", "null", "7", "[1, 2]", "a: *b", "\x00"])
def test_what_is_no_form_at_all_is_refused(text):
    with pytest.raises(LedgerError):
        load_form(text, "own-form.yaml")
