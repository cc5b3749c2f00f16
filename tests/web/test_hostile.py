"""Hostile input in every field, address and file: no fault of ours, nothing unescaped, nothing written."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from tests.web.crawling import Form, Walk, walk
from tests.web.knocking import Knock, come_in, small_site, stands, with_session
from tests.web.site import Site
from tests.web.world import World, world
from workflow.engine.requests import OpenCase
from workflow.keep.doctor import Doctor
from workflow.law.loader import definitions_root
from workflow.store.tables import Account, Entry, Member, Organization, Person, Submission

SCRIPT, IMAGE, TEMPLATE = "<script>alert(7)</script>", "\"'><img src=x onerror=alert(7)>", "{{7*191}}${7*191}{%raw%}"
RAW = ("<script>alert", "<img src=x", "1337")
EVERYWHERE = (
    "",
    SCRIPT + IMAGE + TEMPLATE,
    "' OR 1=1; --\"",
    "\x00\ufffd\u202e\u2066甲\u200b",
    "9" * 31,
    "-1",
    "=cmd|' /C calc'!A0",
)
BESIDE = (
    "９９９９９", "../../../../etc/passwd", "😀" * 50, "1e999", "NaN", "true", "[[1]]", '{"$gt":""}',
    "\r\nSet-Cookie: x=1",
    "2026-13-45", "0000-00-00", "99999-01-01", "2026-02-30", "٢٠٢٦-٠١-٠١", "²", "½", "%s%n", "%", "_", "\\", "+1",
    "0x10",
    "a" * 100_000, " ", "\u3000", "None", "on", "00000000-0000-0000-0000-000000000000", "2026-999999",
    "\ud7ff\ue000", "\ufeff",
    "9223372036854775808", "-9223372036854775809", "1 or 1", "2026-11-22,2026-11-22", "；" * 500, "\x1b[31m", "1\x00",
)  # fmt: skip
ROLES = ("secretary", "approver", "administrator", "auditor")
NAMES = ("after", "before", "page", "part", "name", "q", "organization", "account", "on", "from", "until", "act",
         "case", "tab",
         "step", "old", "new", "order", "size", "urgency", "state", "rule", "force", "next", "all", "to",
         "findings")  # fmt: skip


@pytest.fixture(scope="module")
def here(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Give both houses."""
    with small_site(sqlite_template, tmp_path_factory.mktemp("hostile")) as site:
        yield world(site)


@pytest.fixture(scope="module")
def walks(here: World) -> dict[str, Walk]:
    """Walk through all pages as some who may open them."""
    first = here.first
    starts = ("/", "/cases/new", "/ledger", "/meetings/new?step=admit&on=2026-11-20", f"/cases/{first.case}",
              f"/cases/{first.case}/steps", f"/cases/{first.case}/steps/talk/held", f"/cases/{first.case}/offer",
              f"/cases/{first.case}/entries/2/correct", f"/organizations/{first.organization}")  # fmt: skip
    found = {login: walk(here.site, come_in(here.site, login), *starts) for login in ROLES}
    found["nobody"] = walk(here.site, with_session(here.site.app, None), "/sign-in")
    return found


def require_whole(answer: TestResponse, asked: object) -> None:
    """Raise AssertionError where an answer is a fault of ours, or gives back what was sent as it was."""
    assert answer.status_code < 500, (
        f"{answer.request.method} {answer.request.path} {str(asked)[:300]}: {answer.status_code}"
    )
    if answer.mimetype == "text/html":
        text = answer.get_data(as_text=True)
        for raw in RAW:
            at = text.find(raw)
            assert at < 0, f"{answer.request.path} {str(asked)[:200]}: …{text[max(0, at - 200) : at + 60]}"
    assert not any(line.startswith("x=") for line in answer.headers.getlist("Set-Cookie"))
    answer.close()


def send(knock: Knock, form: Form, fields: dict[str, Any]) -> TestResponse:
    """Send a form with the right token; nothing is followed."""
    if form.method == "GET":
        return knock.client.get(form.action, query_string=fields)
    fields.pop("csrf_token", None)
    return knock.post(form.action, **fields)


ASKED_FIRST = {"csrf_token", "acting"}  # a form is not looked at unless these are right


def sound(site: Site) -> list[str]:
    """Return what is wrong with the record."""
    house = site.app.extensions["jishi"][0]
    doctor = Doctor(site.bureau.database, house.folder, definitions_root(), site.bureau.clock())
    return [one.check for one in doctor.examine(record=False) if one.check in ("chain", "projection")]


def test_every_field_of_every_form_takes_whatever_is_typed(here: World, walks: dict[str, Walk]) -> None:
    kept = entries(here.site)
    faults: list[str] = []
    turn, seen_before = 0, set()
    for login, seen in walks.items():
        for key, form in seen.forms.items():
            if key in seen_before or form.endpoint in (
                "signing.enter",
                "signing.end_sessions",
                "signing.change_password",
            ):
                continue  # those of signing in have tests of their own
            seen_before.add(key)
            knock = come_in(here.site, login) if login != "nobody" else with_session(here.site.app, None)
            names = [name for name in form.fields if name not in ASKED_FIRST]
            sendings: list[dict[str, Any]] = [form.fields | dict.fromkeys(names, value) for value in EVERYWHERE]
            for name in form.fields:
                turn += 1
                sendings.append({**form.fields, name: BESIDE[turn % len(BESIDE)]})
            sendings += [
                {},
                {name: [value, "x"] for name, value in form.fields.items()},
                {f"{name}[a]": "1" for name in form.fields},
            ]
            for fields in sendings:
                if form.endpoint in KEPT_FROM and not set(
                    fields.values() if all(isinstance(one, str) for one in fields.values()) else ()
                ) & set(EVERYWHERE):
                    continue
                faults += tried(knock, form, fields)
    assert not faults, "\n".join(faults)
    after = entries(here.site)
    assert after[1] == kept[1]
    assert set(after[0][len(kept[0]) :]) <= {"withdrawal"}  # for whatever reason is typed: a lawful request
    assert sound(here.site) == []


KEPT_FROM = {
    "organizations.disable",
    "organizations.one_time",
    "organizations.remove",
    "importing.delete",
    "ledger.delete",
}


def tried(knock: Knock, form: Form, fields: dict[str, Any]) -> list[str]:
    """Send a form; return what was wrong with the answer."""
    try:
        require_whole(send(knock, form, dict(fields)), fields)
    except AssertionError as error:
        return [str(error).partition("\nassert")[0]]
    return []


def entries(site: Site) -> tuple[list[str], int]:
    """Return the kinds of all entries, and how many people there are."""
    with site.bureau.database.read() as connection:
        kinds = list(connection.scalars(select(Entry.kind).order_by(Entry.id)))
        return kinds, connection.scalar(select(func.count()).select_from(Person)) or 0


def test_every_address_takes_whatever_is_asked(here: World, walks: dict[str, Walk]) -> None:
    faults, done = [], set()
    for login, seen in walks.items():
        knock = come_in(here.site, login) if login != "nobody" else with_session(here.site.app, None)
        paths = {endpoint: answer.request.path for (endpoint, _), answer in seen.pages.items() if endpoint not in done}
        done |= set(paths)
        for number, path in enumerate(sorted(set(paths.values()))):
            for value in (EVERYWHERE[1], EVERYWHERE[3], EVERYWHERE[4], BESIDE[number % len(BESIDE)]):
                answer = knock.client.get(path, query_string=dict.fromkeys(NAMES, value))
                try:
                    require_whole(answer, value)
                except AssertionError as error:
                    faults.append(str(error).partition("\nassert")[0])
    assert not faults, "\n".join(faults)


PLACES = ("/cases/{}", "/cases/{}/plan", "/cases/{}/steps/talk", "/cases/{}/steps/talk/held",
          "/cases/{}/entries/2/withdraw",
          "/cases/2026-000001/steps/{}", "/cases/2026-000001/steps/talk/{}", "/cases/2026-000001/entries/{}/correct",
          "/cases/2026-000001/entries/{}/withdraw", "/cases/2026-000001/proposals/{}",
          "/imports/{}", "/imports/batches/{}", "/ledger/exports/{}", "/ledger/exports/{}/file", "/compliance/cases/{}",
          "/organizations/{}", "/accounts/{}", "/roster/{}", "/roster/1/penalties/{}", "/basis/steps/{}",
          "/basis/articles/{}/7", "/basis/articles/2026-05-11/{}", "/static/{}", "/{}")  # fmt: skip
PARTS = ("%00", "%ff%fe", "..%2f..%2fapp.py", "../../app.py", "%2e%2e/app.py", quote(SCRIPT), quote(TEMPLATE),
         "9" * 31, "0",
         "-1", "%E2%80%AE", "x" * 3000,
         "'", "%0d%0aSet-Cookie:x=1", "９", "%F0%9F%98%80", "2026-000001%00")  # fmt: skip


def test_every_part_of_an_address_may_be_anything(here: World) -> None:
    faults = []
    knocks = [come_in(here.site, login) for login in ("secretary", "administrator")]
    for turn, place in enumerate(PLACES):
        for part in PARTS[turn % 2 :: 2]:
            for knock in knocks if place.startswith(("/organ", "/acc")) else knocks[:1]:
                answer = knock.get(place.format(part))
                try:
                    require_whole(answer, part)
                    assert answer.status_code in (302, 308, 400, 403, 404, 422), (
                        f"{place.format(part)[:200]}: {answer.status_code}"
                    )
                except AssertionError as error:
                    faults.append(str(error).partition("\nassert")[0])
    assert not faults, "\n".join(faults)


def test_requests_that_are_no_forms_at_all(here: World) -> None:
    knock, site = come_in(here.site, "secretary"), here.site
    before = stands(site.bureau.database, but=frozenset({"log_entry"}))
    case = here.first.case
    token = {"X-CSRFToken": knock.token}
    bodies: list[tuple[str, bytes]] = [
        ("application/json", json.dumps({"do": "submit", "csrf_token": knock.token}).encode()),
        ("text/plain", b"do=submit"), ("", b"\x00\xff"), ("multipart/form-data", b"--x\r\n\r\n"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="do"\r\n\r\nsub'),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name\r\n\r\na\r\n--x--\r\n"),
        ("multipart/form-data; boundary=" + "y" * 500, b"--" + b"y" * 500), ("application/x-www-form-urlencoded",
        b"%zz=%&&&=;"),
        ("application/x-www-form-urlencoded; charset=utf-7", b"do=+ADw-script+AD4-"), ("application/xml",
        b"<!DOCTYPE x>"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % number for number in range(5000))),
        ("application/x-www-form-urlencoded", gzip.compress(b"do=submit")),
    ]  # fmt: skip
    for path in (
        "/cases/new",
        f"/cases/{case}/steps/talk/held",
        f"/cases/{case}/offer",
        "/ledger/export",
        "/meetings/new",
    ):
        for kind, body in bodies:
            answer = knock.client.post(
                path, data=body, content_type=kind, headers={**token, "Content-Encoding": "gzip"}
            )
            require_whole(answer, (path, kind))
    assert before == stands(site.bureau.database, but=frozenset({"log_entry"}))


def test_what_is_larger_than_agreed_is_refused_unread(here: World) -> None:
    knock = come_in(here.site, "secretary")
    parts = {f"a{number}": "1" for number in range(2500)}
    many = knock.client.post("/imports", data={"csrf_token": knock.token, **parts}, content_type="multipart/form-data")
    assert many.status_code == 413
    claimed = {"CONTENT_LENGTH": str(21 << 20), "HTTP_X_CSRFTOKEN": knock.token}
    for path in ("/imports", "/cases/new", "/ledger/export"):
        answer = knock.client.post(path, content_type="multipart/form-data; boundary=x", environ_overrides=claimed)
        assert answer.status_code == 413, path


def uploads() -> Iterator[tuple[str, bytes]]:
    """Yield files that are no ledgers: name and content."""

    def packed(**files: bytes) -> bytes:
        kept = io.BytesIO()
        with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return kept.getvalue()

    sheet = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
    bomb = packed(**sheet, **{"xl/worksheets/sheet1.xml": bytes(100 << 20)})
    yield "bomb.xlsx", bomb
    yield "nested.xlsx", packed(**sheet, **{"xl/worksheets/sheet1.xml": bomb})
    yield "up.xlsx", packed(**sheet, **{"../../../up.xml": b"x"})
    entity = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
    yield "entities.xlsx", packed(**{"[Content_Types].xml": entity, "xl/workbook.xml": entity})
    yield (
        "entities.ods",
        packed(**{"content.xml": entity, "mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
    )
    yield "cut.xlsx", bomb[: len(bomb) // 2]
    yield "packed.xlsx", gzip.compress(bytes(1 << 20))
    yield "text.xlsx", SCRIPT.encode()
    yield "old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 4096
    yield "../../../../etc/x.xlsx", b"x"
    yield f"{SCRIPT}{IMAGE}{TEMPLATE}.xlsx", b"x"
    yield "a\x00b\u202e.xlsx", b"x"
    yield "n" * 5000 + ".xlsx", b"x"


def test_no_file_brings_it_down_or_lands_elsewhere(here: World) -> None:
    knock, site = come_in(here.site, "organizer"), here.site
    before = stands(site.bureau.database, but=frozenset({"log_entry"}))
    folder = site.app.extensions["jishi"][0].folder
    for name, content in uploads():
        answer = knock.post("/imports", file=(io.BytesIO(content), name))
        require_whole(answer, name)
        assert answer.status_code in (303, 422), name
        page = knock.get(answer.headers["Location"]) if answer.status_code == 303 else answer
        while 'http-equiv="refresh"' in (text := page.get_data(as_text=True)) or "<progress" in text:
            page = knock.get(answer.headers["Location"])
        require_whole(page, name)
        assert "系统出现了故障" not in text, name
    assert before == stands(site.bureau.database, but=frozenset({"log_entry"}))
    outside = [
        path for path in folder.rglob("*") if path.is_file() and "jobs" not in path.relative_to(folder).parts[:1]
    ]
    assert not [path for path in outside if "jishi.db" not in path.name], outside


# ------------------------------------------------------------------ what was stored before


def test_names_that_were_stored_are_written_as_they_are_and_no_more(sqlite_template: Path, tmp_path: Path) -> None:
    evil = f"{SCRIPT}{IMAGE}{TEMPLATE}"
    with small_site(sqlite_template, tmp_path) as site:
        found = world(site)
        with site.bureau.database.write() as connection:
            connection.execute(update(Person).values(name=evil))
            connection.execute(update(Member).values(name=evil))
            connection.execute(update(Organization).values(name=evil))
            connection.execute(update(Account).values(name=evil))
        case = found.first.case
        starts = ("/", "/ledger", f"/cases/{case}", f"/cases/{case}/sheet", f"/cases/{case}/plan", "/waiting",
                  "/offers", "/done",
                  "/records", "/records?tab=saw", "/compliance", "/accounts", "/organizations")  # fmt: skip
        shown = 0
        for login in ROLES:
            for answer in walk(site, come_in(site, login), *starts).pages.values():
                require_whole(answer, login)
                shown += "&lt;script&gt;alert(7)" in answer.get_data(as_text=True)
        assert shown > 40  # it is there, written out


def test_an_answer_that_gives_back_what_was_sent_is_found(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    knock = come_in(here.site, "secretary")
    monkeypatch.setattr(here.site.app.jinja_env, "autoescape", False)
    here.site.app.jinja_env.cache.clear()  # type: ignore[union-attr]  # Flask makes one
    kept = here.site.app.jinja_env.bytecode_cache
    here.site.app.jinja_env.bytecode_cache = None
    try:
        with pytest.raises(AssertionError, match="script"):
            require_whole(knock.client.get("/ledger", query_string={"name": SCRIPT}), SCRIPT)
    finally:
        here.site.app.jinja_env.cache.clear()  # type: ignore[union-attr]  # Flask makes one
        here.site.app.jinja_env.bytecode_cache = kept


# ------------------------------------------------------------------ keys and versions


def test_the_key_of_somebody_else_and_a_version_that_is_past_write_nothing(here: World) -> None:
    site, case = here.site, here.first.case
    office = site.bureau
    opened = office.submit("commissioner", OpenCase(key="shared-key", name="另一人", born_on="2000-02-10",
                                                    floating=False,
                                                    occurred_on="2026-11-20"))  # fmt: skip
    knock = come_in(site, "secretary")
    before = stands(office.database, but=frozenset({"log_entry", "submission", "submission_salt"}))
    talk = {"e.on": "2026-11-20", "e.talkers": "丙", "do": "submit", "seen": "0"}
    keys = {"shared-key": "0", "new-1": "1", "new-2": "999", "": "0", "k" * 10_000: "0", "\x00": "0"}
    for key, seen in keys.items():
        fields = {**talk, "key": key, "seen": seen}
        answer = knock.post(f"/cases/{case}/steps/talk/held", **fields)
        require_whole(answer, fields)
        assert answer.status_code in (400, 409, 422), (fields["key"][:20], answer.status_code)
    assert before == stands(office.database, but=frozenset({"log_entry", "submission", "submission_salt"}))
    with office.database.read() as connection:
        mine = select(Submission.case_id).where(Submission.key == "shared-key")
        assert len(connection.scalars(mine).all()) <= 2
    assert office.seen(opened.case) == 2
