"""封存: what an auditor sees of the seal, hands out, takes in and verifies; receipts beside the entries."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from sqlalchemy import select

from tests.web.sealing import seal
from workflow.access.trail import LogAct
from workflow.seal.note import Signer
from workflow.sealing.outside import countersign, publish
from workflow.store.tables import LogEntry


@pytest.fixture
def case(site):
    """Open a case."""
    return site.bureau.open(date(2026, 11, 2)).case


def test_before_anything_is_sealed_the_page_says_what_to_do(site):
    page = site.visitor("watcher").get("/records/seal")
    assert "还没有封存" in page.text
    assert "jishi up" in page.text


@pytest.mark.usefixtures("case")
def test_an_auditor_hands_a_head_out_and_takes_the_countersignature_in(site):
    seal(site.app)
    visitor = site.visitor("watcher")
    page = visitor.get("/records/seal")
    assert "从未对外" in page.text
    given = visitor.submit(page, "/records/seal/publish")
    assert given.text.startswith("old 0 jishi-")
    _, vkey = seal(site.app)
    with site.bureau.database.write() as connection:
        bundle = publish(connection, site.bureau.clock())
    office = Signer.make("wei.example.cn")
    line, _ = countersign(bundle.text(), vkey, None, office, site.bureau.clock())
    page = visitor.submit(
        visitor.get("/records/seal"), "/records/seal/countersigned", line=line.strip(), key=office.cosigning_key.vkey
    )
    assert "wei.example.cn" in page.text
    wrong = visitor.submit(visitor.get("/records/seal"), "/records/seal/countersigned", expect=422, line="x", key="y")
    assert "这不是公钥" in wrong.text


def test_the_record_is_verified_at_the_desk(site, case):
    site.visitor("secretary").get(f"/cases/{case}")  # what was read is noted about the case, and no entry of it
    last, _ = seal(site.app)
    visitor = site.visitor("auditor")
    page = visitor.submit(visitor.get("/records/seal"), "/records/seal/verify", mine="")
    assert "无法判断" in page.text or "正在核验" in page.text
    page = visitor.submit(visitor.get("/records/seal"), "/records/seal/verify", mine=last.note)
    with site.bureau.database.read() as connection:
        noted = connection.scalars(select(LogEntry.about).where(LogEntry.act == LogAct.SEAL_VERIFIED.value)).all()
    assert noted == [{"compared": False}, {"compared": True}]
    while "正在核验" in page.text:
        page = visitor.get(page.path)
    assert "全部完好" in page.text


def test_the_receipt_of_an_entry_is_beside_it(site, case):
    visitor = site.visitor("secretary")
    page = visitor.get(f"/cases/{case}")
    address = f"/cases/{case}/entries/1/receipt"
    assert address in [link["href"] for link in page.soup.find_all("a", href=True)]
    assert "还没有封存" in visitor.get(address).text
    seal(site.app)
    answer = visitor.client.get(address)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert sorted(archive.namelist()) == [f"{case}-001.json", f"{case}-001.tlog-proof"]
        assert archive.read(f"{case}-001.tlog-proof").startswith(b"c2sp.org/tlog-proof@v1\n")
    assert visitor.client.get(f"/cases/{case}/entries/99/receipt").status_code == 404
