"""The look through a sheet before it is parsed: quick where it is written as usual, and deceived by nothing else."""

from __future__ import annotations

import pytest

from tests.ledger_reader.hostile import HEAD, SHEET, refusal, repacked, with_sheet
from tests.ledger_reader.workbooks import SAMPLE
from workflow.ledger import check_file
from workflow.ledger.sheet_xml import USUAL_COLUMNS, USUAL_ROWS, _walk

BEFORE = '<sheetViews><sheetView workbookViewId="0"/></sheetViews><cols><col min="1" max="2" width="9"/></cols>'
AFTER = '<dataValidations><dataValidation sqref="C3"><formula1>"甲,乙"</formula1></dataValidation></dataValidations>'
ROWS = '<row r="1" spans="1:2"><c r="A1"><v>1</v></c><c r="B1" s="3" t="s"><v>0</v></c></row>'
PLAIN = '<c r="A1" s="1"><v>1</v></c>'
FAR = "XFD900000"


def whole(rows: str) -> str:
    return f"{HEAD}{BEFORE}<sheetData>{rows}</sheetData>{AFTER}</worksheet>"


@pytest.mark.parametrize(
    ("rows", "passed"),
    [
        (ROWS, True),
        ('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>', False),
        ('<row r="1"><c r="A1" t="e"><v>#REF!</v></c></row>', False),
        ('<row r="1"><c r="A1" t = "e"><v>#REF!</v></c></row>', False),
        ("<row r='1'><c r='A1'><v>1</v></c></row>", False),
        ("<row><c><v>1</v></c></row>", False),
    ],
)
def test_what_stands_around_the_rows_does_not_have_them_walked_tag_by_tag(rows, passed):
    scan = _walk([whole(rows).encode()])
    assert ((scan.rows, scan.columns) == (USUAL_ROWS, USUAL_COLUMNS)) is passed  # a usual piece counts as this large


@pytest.mark.parametrize("before", ["", PLAIN, ROWS * 30_000], ids=["nothing", "a cell", "many rows"])
@pytest.mark.parametrize(
    "cell",
    [
        f'<c r="A1"\tr="{FAR}"><v>1</v></c>',
        f'<c r="A1"\nr="{FAR}"><v>1</v></c>',
        f'<c r="A1" r ="{FAR}"><v>1</v></c>',
        f'<c r="A1" r= "{FAR}"><v>1</v></c>',
        f'<c r="A1"r="{FAR}"><v>1</v></c>',
        f'<c r="A1" s="1"r="{FAR}"><v>1</v></c>',
        f'<c r="A1" s="" \tr="{FAR}" t=""><v>1</v></c>',
        f'<c r="A1" x="<row " r="{FAR}"><v>1</v></c>',
        f'<c r="A1" x="</sheetData" \tr="{FAR}"><v>1</v></c>',
        f'<c x="<row " r="{FAR}"><v>1</v></c>',
    ],
)
def test_a_cell_that_names_a_second_place_is_refused(tmp_path, before, cell):
    assert "damaged" in refusal(with_sheet(tmp_path / "twice.xlsx", f"{before}{cell}{PLAIN}"))


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}<sheetData>{PLAIN}</sheetData><row r='1'><c r='{FAR}'><v>1</v></c></row></worksheet>",
        f'{HEAD}<sheetData>{PLAIN}<c r="{FAR}"><v>1</v></c>{ROWS}</sheetData></worksheet>',
        f'{HEAD}<sheetData></sheetData><sheetData>{ROWS}</sheetData><sheetData><c r="{FAR}"><v>1</v></c></sheetData>',
    ],
    ids=["behind the rows", "before the first row", "in another table"],
)
def test_a_far_cell_is_found_wherever_it_stands(tmp_path, text):
    assert "too large" in refusal(repacked(tmp_path / "far.xlsx", SAMPLE.read_bytes(), {SHEET: text}))


def test_a_failed_formula_is_known_however_its_type_is_written(tmp_path):
    for kind in ('t="e"', 't = "e"', 't\n=\n"e"', "t='e'"):
        path = with_sheet(tmp_path / "fault.xlsx", f'{ROWS}<row r="2"><c r="B2" {kind}><v>#REF!</v></c></row>')
        assert check_file(path).faults[0] == {(1, 1): "#REF!"}
