"""Files that would do harm: workbooks with other parts than they should have, and how they are refused."""

from __future__ import annotations

import io
import tracemalloc
import zipfile

import pytest

from tests.ledger_reader.workbooks import SAMPLE
from workflow.errors import LedgerError
from workflow.ledger import check_file

SHEET = "xl/worksheets/sheet1.xml"
HEAD = '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def refusal(path):
    """Return why the file is refused; it must be refused, with a remedy, in less than 60 MB."""
    tracemalloc.start()
    try:
        with pytest.raises(LedgerError) as refused:
            check_file(path)
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()
    assert refused.value.remedy is not None
    assert refused.value.what.zh != refused.value.what.en
    return refused.value.what.en


def repacked(path, content, parts):
    """Write the zip file ``content`` to ``path`` with other or more parts."""
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, data in parts.items():
            new.writestr(name, data)
    return path


def sheet(rows):
    return f"{HEAD}<sheetData>{rows}</sheetData></worksheet>"


def with_sheet(path, rows):
    return repacked(path, SAMPLE.read_bytes(), {SHEET: sheet(rows)})
