"""导入: uploaded, looked at, confirmed, reported; undone again; nobody else's, and nothing that lies about."""

from __future__ import annotations

import stat
import threading
from collections.abc import Mapping
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

import web.jobs
from tests.engine.office import Bureau
from tests.ledger_import.institute import institute, person, record_of, workbook
from tests.ledger_reader.workbooks import LEDGER, ledger_rows, write_ods, write_xls, write_xlsx
from tests.web.site import Site, site_over
from tests.web.visitor import Page, Visitor, texts
from workflow.store.tables import Case, Entry, EntryValue, LogEntry, Member, Person

TALK = "派人谈话时间"


@pytest.fixture
def here(sqlite_database, tmp_path) -> Site:
    """Give the pages over an institute whose branches bear the names of the ledgers."""
    return site_over(institute(sqlite_database), tmp_path / "files")


def count(office: Bureau, table: Any) -> int:
    with office.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def folder(site: Site) -> list[Path]:
    """Return every file that lies about for jobs."""
    place = site.app.extensions["jishi"][0].folder / "jobs"
    return [path for path in place.rglob("*") if path.is_file()] if place.is_dir() else []


def upload(visitor: Visitor, path: Path, *, expect: int = 200) -> Page:
    """Upload a workbook, and wait until it was looked at."""
    page = visitor.get("/imports")
    for form in page.soup.select("main form.post-button"):  # those of what is under way
        form.decompose()
    file = [(BytesIO(path.read_bytes()), path.name)]
    return settled(visitor, visitor.submit(page, "/imports", expect=expect, file=file))


def settled(visitor: Visitor, page: Page) -> Page:
    """Return a page once its job is at rest."""
    while page.soup.find("progress"):
        page = visitor.get(page.path)
    return page


def do(visitor: Visitor, page: Page, **fields: Any) -> Page:
    """Confirm what a page shows."""
    return settled(visitor, visitor.submit(page, "/do", **fields))


@pytest.fixture
def write(tmp_path) -> Any:
    """Write a ledger of some people."""
    numbers = iter(range(100))

    def written(*people: Mapping[str, object], **more: Any) -> Path:
        return workbook(tmp_path / f"台账{next(numbers)}.xlsx", *people, **more)

    return written


def test_nothing_was_imported_yet(here: Site) -> None:
    page = here.visitor("organizer").get("/imports")
    assert "还没有导入过台账" in page.text
    assert "xlsx、xls 或 ods" in page.text


def test_a_ledger_is_looked_at_confirmed_and_its_upload_deleted(here: Site, write: Any) -> None:
    office = here.bureau
    organizer = here.visitor("organizer")
    file = write(person(), person("李强"), person("王芳", 所在党支部="没有的支部"), person("赵敏", 派人谈话时间="待定"),
                 roster=[["乙", "第一党支部", "正式党员", date(2010, 1, 1), None, None, None]])  # fmt: skip
    page = upload(organizer, file)
    assert page.heading == "导入前核对"
    assert count(office, Case) == 0  # nothing is written before it is confirmed
    for words in ("预演", "新增 3", "未导入 1", "读不出", "有 2 处不会导入"):
        assert words in page.text, (words, page.text)
    assert "范围内没有这个党支部" in page.text
    assert "发展党员台账 第 5 行" in page.text
    unreadable = organizer.follow(page, "读不出的单元格")
    assert "待定" in unreadable.text
    assert "发展党员台账!" in unreadable.text
    new = organizer.follow(page, "新增")
    assert "张伟" in new.text
    assert "入党申请人" in new.text
    assert "乙" in organizer.follow(page, "党员名册").text
    columns = texts(page.soup.select("details tbody tr"))
    assert any(TALK in row and "党组织派人谈话" in row and "✓ 有" in row for row in columns)
    done = do(organizer, page)
    assert done.heading == "导入完成"
    assert (count(office, Case), count(office, Person), count(office, Member)) == (3, 3, 1)
    assert not [path for path in folder(here) if path.name == "upload"]
    assert done.link("查看台账") == "/ledger"
    with office.database.read() as connection:
        noted = connection.execute(select(LogEntry.about).where(LogEntry.act == "import_previewed")).scalars().all()
    assert [len(about["file"]) for about in noted] == [64]


@pytest.mark.parametrize("form", ["xls", "ods"])
def test_other_forms_of_a_workbook_are_read_as_well(here: Site, tmp_path: Path, form: str) -> None:
    written = {"xls": write_xls, "ods": write_ods}[form]
    page = upload(here.visitor("organizer"), written(tmp_path / f"l.{form}", {LEDGER: ledger_rows(person())}))
    assert "新增 1" in page.text


def test_columns_that_the_form_does_not_know_are_said_not_to_be_taken_over(here: Site, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "l.xlsx", {LEDGER: [["序号", "姓名", "谈话人", "备注"], [1, "张伟", "甲", None]]})
    page = upload(here.visitor("organizer"), path)
    assert "不是规定格式的列，没有读取、不导入：发展党员台账 C 列“谈话人”、D 列“备注”。" in page.text


def test_next_month_shows_what_is_new_old_and_new_side_by_side(here: Site, write: Any) -> None:
    organizer = here.visitor("organizer")
    do(organizer, upload(organizer, write(person(派人谈话时间=date(2024, 1, 20)), person("李强"))))
    same = upload(organizer, write(person(派人谈话时间=date(2024, 1, 20)), person("李强")))
    assert "没有需要导入的内容" in same.text
    assert same.soup.find("form", action=lambda action: bool(action) and action.endswith("/do")) is None
    page = upload(
        organizer,
        write(person(派人谈话时间=date(2024, 1, 22)), person("李强", 派人谈话时间=date(2024, 2, 1)), person("新人")),
    )
    assert "新增 1；有变化 2" in page.text
    changed = organizer.follow(page, "有变化")
    rows = [texts(row.find_all(["th", "td"])) for row in changed.soup.select(".compare tbody tr")]
    assert rows[0][:3] == [TALK, "2024-01-20", "2024-01-22"]
    assert "待第二人确认" in rows[0][3]
    assert rows[1][:3] == [TALK, "（空）", "2024-02-01"]
    done = do(organizer, page)
    assert done.link("等待复核的更正") == "/waiting"
    assert record_of(here.bureau, "李强").view().values["talk.on"] == date(2024, 2, 1)
    assert len(record_of(here.bureau, "张伟").entries) > 1


def test_an_import_is_undone_after_its_consequences_were_shown(here: Site, write: Any) -> None:
    office = here.bureau
    organizer = here.visitor("organizer")
    done = do(organizer, upload(organizer, write(person(), person("李强"))))
    batch = organizer.follow(done, "本批次（撤销）")
    look = settled(organizer, organizer.submit(batch, "/undo"))
    assert "撤销第 1 批导入" in look.heading
    for words in ("2 份档案", "删除个人信息 2 人", "不能恢复"):
        assert words in look.text, words
    assert count(office, Person) == 2
    refused = organizer.submit(look, "/do", expect=422)
    assert "撤销导入须写明理由" in refused.text
    assert count(office, Person) == 2
    undone = do(organizer, refused, reason="导错了文件")
    assert undone.heading == "第 1 批已撤销"
    assert "导错了文件" in undone.text
    assert count(office, Person) == 0
    with office.database.read() as connection:
        assert set(connection.scalars(select(EntryValue.field))) == {"reason"}
    listed = organizer.get("/imports")
    assert "已由第 2 批撤销" in listed.text
    assert "这一批已由第 2 批撤销" in organizer.get("/imports/batches/1").text
    assert "撤销理由 导错了文件" in organizer.get("/imports/batches/1").text
    assert "重新导入" in organizer.get("/imports/batches/2").text


def test_what_somebody_has_acted_on_is_left_alone_and_named(here: Site, write: Any) -> None:
    office = here.bureau
    organizer = here.visitor("organizer")
    do(organizer, upload(organizer, write(person(), person("李强", 入党申请时间=date(2026, 11, 2)))))
    record = record_of(office, "李强")
    office.take(
        "secretary1", record.row.number, "talk held", date(2026, 11, 21), evidence={"talker": "甲", "paper": "谈1"}
    )
    look = settled(organizer, organizer.submit(organizer.get("/imports/batches/1"), "/undo"))
    assert "保留不动的档案 1" in look.text
    assert "其后已有登记" in look.text
    assert look.link(record.row.number) == f"/cases/{record.row.number}"
    do(organizer, look, reason="导错了文件")
    assert [row.number for row in (record_of(office, "李强").row,)] == [record.row.number]
    assert count(office, Person) == 1


def test_later_an_import_is_undone_by_those_above_alone(here: Site, write: Any) -> None:
    office = here.bureau
    secretary = here.visitor("secretary1")
    do(secretary, upload(secretary, write(person())))
    office.clock.day += timedelta(days=1)
    here.visitors.clear()
    batch = here.visitor("secretary1").get("/imports/batches/1")
    assert "导入只能由导入人当日撤销" in batch.text
    assert batch.soup.find("form", action=lambda action: "/undo" in str(action)) is None
    assert here.visitor("organizer").get("/imports/batches/1").form("/undo")
    here.visitor("secretary2").get("/imports/batches/1", expect=404)


def test_a_job_is_nobody_elses(here: Site, write: Any) -> None:
    page = upload(here.visitor("organizer"), write(person()))
    for other in ("approver", "secretary1", "department"):
        visitor = here.visitor(other)
        visitor.get(page.path, expect=404)
        assert "台账0" not in visitor.get("/imports").text
        # each form has a token
        token = str(visitor.get("/imports").form("/imports").find("input", attrs={"name": "csrf_token"})["value"])  # type: ignore[index]
        for act in ("do", "again", "delete"):
            assert visitor.client.post(f"{page.path}/{act}", data={"csrf_token": token}).status_code == 404
    assert count(here.bureau, Case) == 0
    assert "台账0" in here.visitor("organizer").get("/imports").text
    for nobody in ("auditor", "administrator"):
        here.visitor(nobody).get("/imports", expect=403)
        here.visitor(nobody).get(page.path, expect=403)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件是空的"),
        (b"not a workbook at all", "这不是 xlsx、xls 或 ods 工作簿"),
        (b"PK\x03\x04" + bytes(200), "损坏"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "损坏"),
    ],
)
def test_what_is_no_ledger_is_refused_and_not_kept(here: Site, tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    page = upload(here.visitor("organizer"), path, expect=422 if not content else 200)
    assert said in page.text, page.text
    assert "重新运行" not in page.text
    assert not [path for path in folder(here) if path.name == "upload"]


def test_no_file_and_a_file_too_large_are_said(sqlite_database, tmp_path) -> None:
    site = site_over(institute(sqlite_database), tmp_path, largest_upload=10_000)
    organizer = site.visitor("organizer")
    assert "请选择台账文件" in organizer.submit(organizer.get("/imports"), "/imports", expect=422).text
    page = organizer.get("/imports")
    large = organizer.submit(page, "/imports", expect=413, file=[(BytesIO(bytes(20_000)), "l.xlsx")])
    assert "文件太大" in large.text


def test_an_upload_is_deleted_when_it_is_not_wanted_and_after_a_day(here: Site, write: Any) -> None:
    organizer = here.visitor("organizer")
    page = upload(organizer, write(person()))
    assert folder(here)
    assert "已删除上传的文件" in organizer.submit(page, "/delete").text
    assert folder(here) == []
    upload(organizer, write(person()))
    kept = folder(here)
    assert kept
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    assert {stat.S_IMODE(path.parent.stat().st_mode) for path in kept} == {0o700}
    here.bureau.clock.day += timedelta(days=1)
    here.visitors.clear()
    here.visitor("secretary2").get("/imports")  # whoever looks
    assert folder(here) == []


def test_a_few_uploads_lie_about_at_most(here: Site, write: Any) -> None:
    organizer = here.visitor("organizer")
    file = write(person())
    first = upload(organizer, file).path
    for _ in range(web.jobs.MOST_OPEN):
        upload(organizer, file)
    assert len([path for path in folder(here) if path.name == "upload"]) == web.jobs.MOST_OPEN
    organizer.get(first, expect=404)  # the oldest made way


def test_a_job_whose_process_died_is_said_to_be_interrupted_and_runs_again(
    here: Site, write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    organizer = here.visitor("organizer")
    page = upload(organizer, write(person(), person("李强")))
    with monkeypatch.context() as patch:  # the process dies before it does anything: only the file says that it ran
        patch.setattr(threading.Thread, "start", lambda _: None)
        patch.setattr(threading.Event, "wait", lambda *_: True)
        organizer.submit(page, "/do")
    web.jobs._here.clear()  # noqa: SLF001 - another process has not begun it
    assert "正在导入" in organizer.get(page.path).text
    monkeypatch.setattr(web.jobs, "DEAD", -1.0)
    interrupted = organizer.get(page.path)
    assert "处理中断" in interrupted.text
    assert count(here.bureau, Case) == 0
    monkeypatch.undo()
    monkeypatch.setattr(web.jobs, "DEAD", 0.0)
    done = settled(organizer, organizer.submit(organizer.get(page.path), "/again"))
    assert done.heading == "导入完成"
    assert count(here.bureau, Case) == 2


def test_while_it_is_at_work_the_page_shows_how_far_it_is_and_runs_once(
    here: Site, write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    organizer = here.visitor("organizer")
    monkeypatch.setattr("web.pages.importing.PATIENCE", 0.0)
    page = upload(organizer, write(person()))
    turn = threading.Lock()
    monkeypatch.setattr(web.jobs, "_turns", turn)
    with turn:  # others are at work: it waits for its turn
        first = organizer.submit(page, "/do")
        assert first.soup.find("progress")
        assert first.soup.find("meta", attrs={"http-equiv": "refresh"})
        again = organizer.submit(page, "/do")
        assert "正在导入" in again.text
        listed = organizer.get("/imports")
        assert "正在处理" in listed.text
    done = settled(organizer, organizer.get(page.path))
    assert done.heading == "导入完成"
    entries = count(here.bureau, Entry)
    organizer.submit(page, "/do")
    assert count(here.bureau, Entry) == entries


def test_a_fault_of_ours_is_told_and_can_be_run_again(here: Site, write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    organizer = here.visitor("organizer")
    page = upload(organizer, write(person()))

    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("web.import_jobs.read_and_import", broken)
        failed = do(organizer, page)
    assert "系统出现了故障" in failed.text
    assert settled(organizer, organizer.submit(failed, "/again")).heading == "导入完成"


def test_a_long_report_comes_in_pages(here: Site, write: Any) -> None:
    organizer = here.visitor("organizer")
    page = upload(organizer, write(*(person(f"某{number:03}") for number in range(60)), person("末", 所在党支部="无")))
    new = organizer.follow(page, "新增")
    assert len(new.soup.select(".report > li")) == 50
    last = organizer.follow(new, "下一页")
    assert len(last.soup.select(".report > li")) == 10
    assert len(organizer.get(f"{page.path.partition('?')[0]}?part=new&page=99999999").soup.select(".report > li")) == 10


def test_all_of_it_in_english(here: Site, write: Any) -> None:
    organizer = here.visitor("organizer")
    organizer.client.set_cookie("jishi_lang", "en")
    page = upload(organizer, write(person(), person("王芳", 所在党支部="没有的支部")))
    assert page.heading == "Before it is imported"
    assert "there is no such branch in your scope" in page.text
    done = do(organizer, page)
    assert done.heading == "Imported"
    look = settled(organizer, organizer.submit(organizer.get("/imports/batches/1"), "/undo"))
    assert "Undo import 1" in look.heading
    assert do(organizer, look, reason="the wrong file").heading == "Import 1 is undone"
