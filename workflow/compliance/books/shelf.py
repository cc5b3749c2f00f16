"""The folder that holds the workbooks: made whole or not at all, names that any system takes, and the index."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from secrets import token_hex
from unicodedata import normalize

from workflow.compliance.files import NotWritten, real, whole
from workflow.compliance.sheets import Cell, Table, columns, stream_tables
from workflow.compliance.words import FORCES, MARKS, pick
from workflow.engine.hiding import FEWEST, NUMBERS, Counted, Shown, alone, beside
from workflow.errors import Text, WorkflowError
from workflow.law.model import Force
from workflow.plain import harmless

MOST = 20_000  # workbooks in a folder
LONGEST = 60  # characters of a name: 240 bytes at the most, where a file may have 255
FORBIDDEN = str.maketrans(dict.fromkeys('<>:"/\\|?*', "_"))  # by Windows; the others forbid less
Figure = tuple[Text, Cell, int | None, Text | None]  # what, how many, of how many, of what
FOUND_HERE = Text("全部问题", "all findings")
ABOVE = Text("上级", "Above")
NEW_FOLDER = Text("请给出新的文件夹。", "Name a new folder.")


class TooManyBooks(WorkflowError):  # noqa: N818 - errors are named as facts
    """More organizations than workbooks are written."""

    def __init__(self, number: int) -> None:
        """Say how many."""
        super().__init__(
            Text(f"组织有 {number:,} 个，多于 {MOST:,} 个", f"there are {number:,} organizations, more than {MOST:,}"),
            Text(
                "请选上级层次（--books-by 1、2……），或者输出清单",
                "ask for a higher level (--books-by 1, 2 …), or for a list",
            ),
        )


def file_name(number: int, name: str) -> str:
    """Return the name of a workbook: its number makes it one of its kind on every system, whoever it is of.

    Neither case nor accents nor a reserved word such as ``CON`` make two files one or none.
    """
    plain = " ".join(harmless(normalize("NFC", name)).translate(FORBIDDEN).split())[:LONGEST].rstrip(" .")
    return f"{number:05} {plain}".rstrip() + ".xlsx"


@dataclass(slots=True)
class Shelf:
    """A folder of workbooks that is being made."""

    folder: Path
    language: str
    as_of: date
    within: Text = ABOVE  # what the second name of an organization is
    lines: list[tuple[str, str, str, Counted]] = field(default_factory=list)  # file, organization, above, figures

    def add(self, name: str, above: str, counted: Counted, tables: Iterable[Table]) -> None:
        """Write the workbook of an organization; raises TooManyBooks, NotWritten."""
        number = len(self.lines) + 1
        if number > MOST:
            raise TooManyBooks(number)
        file = file_name(number, name)
        self._write(file, name, tables)
        self.lines.append((file, name, above, counted))

    def index(self, title: str, tables: Iterable[Table], remarks: Iterable[Text] = ()) -> None:
        """Write the index: tables over all organizations, and which workbook is whose. ``remarks``: on the source."""
        told = (*tables, self._organizations(), self._notes(remarks))
        self._write(file_name(0, pick(self.language, "目录", "index")), title, told)

    def whole(self) -> Shown:
        """Return the figures of all organizations together as they are told; what is small itself is hidden.

        Of one organization they are its own, and a total that is small leaves nothing to hide it among.
        """
        counted = [one for *_, one in self.lines]
        return alone(Counted(**{name: sum(getattr(one, name) for one in counted) for name in NUMBERS}))

    def _write(self, file: str, title: str, tables: Iterable[Table]) -> None:
        with whole(self.folder / file) as out:
            stream_tables(out, title, self.as_of, tables, self.folder)

    def _organizations(self) -> Table:
        head = columns(
            self.language, ("组织", "Organization", 34), (self.within.zh, self.within.en, 30), ("案卷", "Cases", 9),
            ("有问题的案卷", "With findings", 11), ("问题", "Findings", 9), ("比例", "Share", 9), ("文件", "File", 44),
        )  # fmt: skip
        shown = beside([counted for *_, counted in self.lines])
        rows = (
            (
                name,
                above or None,
                one.cases,
                one.people,
                one.findings,
                None if one.share is None else float(one.share),
                file,
            )
            for (file, name, above, _), one in zip(self.lines, shown, strict=True)
        )
        title = pick(self.language, "按组织", "By organization")
        return Table(title, head, rows, frozen=1, percent=frozenset({5}))

    def _notes(self, remarks: Iterable[Text]) -> Table:
        lines = (
            *remarks,
            Text(
                f"“按组织”一表中，小于 {FEWEST} 的人数不显示，能由此推出的也不显示；按组织层级或者名称排列，不是排名。"
                f"“数字”一表中各组织的总数过小的，同样不显示，“按规则统计”一表从略。",
                f"In the table by organization numbers of people below {FEWEST} are not told, nor what gives them "
                f"away; it stands in the order of the tree or of names and ranks nobody. Where the total of all is as "
                f"small, it is not told among the figures either, and the table by rule is left out.",
            ),
            Text(
                "各组织的工作簿是工作底稿，列出每件案卷，不作隐去：只交给该组织。",
                "The workbook of an organization is a working paper that lists every case and hides nothing: it is for "
                "that organization alone.",
            ),
        )
        return notes(self.language, [line.of(self.language) for line in lines])


def figures(language: str, rows: Iterable[Figure]) -> Table:
    """Return the first sheet: what was counted, and of how many."""
    head = columns(
        language, ("项目", "Item", 30), ("数", "Number", 24), ("基数", "Base", 12), ("比例", "Share", 10),
        ("基数是什么", "What the base is", 44),
    )  # fmt: skip
    told = (_with_share(zh_en.of(language), number, base, of, language) for zh_en, number, base, of in rows)
    return Table(pick(language, "数字", "Figures"), head, told, frozen=1, percent=frozenset({3}))


def kind_of(force: Force) -> Text:
    """Return how grave a finding is, as a shape and a word."""
    return Text(*(f"{MARKS[force]} {FORCES[force].of(language)}" for language in ("zh", "en")))


def _with_share(what: str, number: Cell, base: int | None, of: Text | None, language: str) -> Sequence[Cell]:
    share = number / base if isinstance(number, int) and base else None
    return (what, number, base, share, of.of(language) if of else None)


def notes(language: str, lines: Sequence[str]) -> Table:
    """Return the sheet of what a reader must know, a line each."""
    rows: Iterator[tuple[Cell]] = ((line,) for line in lines)
    return Table(pick(language, "说明", "Notes"), columns(language, ("说明", "Notes", 120)), rows)


def check_shelf(path: Path) -> None:
    """Refuse, before the work begins, a folder that is there already and holds something; raises NotWritten."""
    target = real(path)
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise NotWritten(Text(f"“{path}”已经存在，不会覆盖。", f"“{path}” is there already."), NEW_FOLDER)
    if not target.parent.is_dir():
        raise NotWritten(
            Text(f"没有“{path.parent}”这个文件夹。", f"There is no folder “{path.parent}”."),
            Text("请先建立文件夹。", "Make it first."),
        )


@contextmanager
def shelf(path: Path, language: str, as_of: date, within: Text = ABOVE) -> Iterator[Shelf]:
    """Give a folder to be filled, which takes its place at the end, or leaves nothing behind on any error.

    Raises NotWritten: the system does not let us. What goes wrong while it is filled is raised as it is.
    """
    check_shelf(path)
    target = real(path)
    making = target.with_name(f".jishi-{token_hex(8)}.part")
    try:
        with _answered(path):
            making.mkdir(mode=0o700)
        yield Shelf(making, language, as_of, within)
        with _answered(path):
            if target.exists():
                target.rmdir()  # it is empty
            making.rename(target)
    finally:
        shutil.rmtree(making, ignore_errors=True)


@contextmanager
def _answered(path: Path) -> Iterator[None]:
    """Turn an error of the system about the folder itself into one that says what to do."""
    try:
        yield
    except OSError as fault:
        raise NotWritten(
            Text(f"“{path}”写不进去：{fault.strerror}。", f"“{path}” could not be written: {fault.strerror}."),
            Text("请确认有写权限、磁盘有空间。", "See that you may write there, and that the disk has room."),
        ) from fault
