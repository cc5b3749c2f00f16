"""How large a workbook may be, and the refusals of those that are larger, damaged or of another kind.

A ledger of 50,000 people with 64 columns has 3.2 million cells and unpacks to some 100 MB as xlsx, 300 MB as ods.
Each limit leaves that several times over, and bounds what the parser can be made to take: it lays out the whole
rectangle between the first and the last cell, and gives each cell a text of its own.
"""

from __future__ import annotations

from workflow.errors import LedgerError, Text

MAX_FILE = 100_000_000  # bytes on disk
MAX_UNPACKED = 600_000_000  # bytes of all parts together
MAX_STRINGS = 150_000_000  # bytes of an xlsx file's table of texts, which is kept in memory
MAX_RATIO = 250  # unpacked to packed; sheets of real ledgers reach 10 to 40, deflate can reach 1032
RATIO_MATTERS_FROM = 10_000_000  # bytes: below this even the best packed part is small
MAX_PARTS = 10_000
MAX_SHEETS = 255
MAX_ROWS = 200_000
MAX_COLUMNS = 1_000
MAX_AREA = 13_000_000  # cells between the corners of a sheet: 200,000 people with 65 columns; 24 bytes each
MAX_LAID_OUT = 3 * MAX_AREA  # cells, of all sheets looked at to find and read the ledger
MAX_XLS_AREA = 6_000_000  # xls files are parsed whole, and each sheet is held twice
MAX_TEXT = 150_000_000  # bytes of text when each cell has its own copy

_SAVE_AS = Text("请用 Excel 或 WPS 打开后另存为 xlsx 再试。", "Open it in Excel or WPS, save it as xlsx and try again.")
_MAKE_SMALLER = Text(
    "请把台账表单独复制到新的工作簿，删去无关的工作表和空白行列后再试。",
    "Copy the ledger's sheet into a new workbook without other sheets and empty rows and columns, and try again.",
)


def damaged(why: str) -> LedgerError:
    """Refuse a file whose inside contradicts itself; ``why`` is for the person who repairs it."""
    return LedgerError(
        Text(f"文件已损坏，无法读取（{why}）。", f"The file is damaged and cannot be read ({why})."), _SAVE_AS
    )


def too_large(zh: str, en: str) -> LedgerError:
    """Refuse a file that would take too much memory or time."""
    return LedgerError(Text(f"文件过大：{zh}。", f"The file is too large: {en}."), _MAKE_SMALLER)


def encrypted() -> LedgerError:
    """Refuse a file that is protected by a password."""
    return LedgerError(
        Text("文件有打开密码，无法读取。", "The file is protected by a password and cannot be read."),
        Text("请在 Excel 或 WPS 中取消密码后另存再试。", "Remove the password in Excel or WPS, save it and try again."),
    )


def not_a_workbook() -> LedgerError:
    """Refuse a file of another kind."""
    return LedgerError(
        Text("这不是 xlsx、xls 或 ods 工作簿。", "This is no xlsx, xls or ods workbook."),
        Text("请选择台账工作簿，或用 Excel、WPS 另存为 xlsx。", "Choose the ledger's workbook, or save it as xlsx."),
    )


def check_area(rows: int, columns: int) -> None:
    """Refuse a sheet of ``rows`` x ``columns`` cells that would be laid out at full size."""
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_AREA:
        raise too_large(
            f"有工作表用到 {rows} 行 × {columns} 列（最多 {MAX_ROWS} 行、{MAX_COLUMNS} 列、共 {MAX_AREA} 格）",
            f"a sheet reaches over {rows} rows x {columns} columns "
            f"(at most {MAX_ROWS} rows, {MAX_COLUMNS} columns, {MAX_AREA} cells)",
        )


def check_sheets(count: int) -> None:
    """Refuse a workbook of ``count`` sheets when no branch keeps so many."""
    if count > MAX_SHEETS:
        raise too_large(f"有 {count} 张工作表（最多 {MAX_SHEETS} 张）", f"{count} sheets (at most {MAX_SHEETS})")


def check_text(size: int) -> None:
    """Refuse cells whose texts would together take ``size`` bytes."""
    if size > MAX_TEXT:
        raise too_large(f"单元格文字合计超过 {MAX_TEXT} 字节", f"its cells hold more than {MAX_TEXT} bytes of text")
