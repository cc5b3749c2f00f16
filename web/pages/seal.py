"""封存: how the seal stands, heads that leave the machine, verification at the desk, receipts of entries."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from web.desk import actor, house, login, look_anew, reading, task
from web.jobs import Job, Jobs, Phase, Progress, TooManyJobs
from web.language import say, t
from web.noting import noted
from web.permission import needs, sees_cases
from workflow.access.trail import LogAct
from workflow.engine.scope import find_case
from workflow.errors import Text, WorkflowError
from workflow.law.organizations import Right
from workflow.seal import Plain
from workflow.sealing.checking import check
from workflow.sealing.keys import FOLDER, KeyRing
from workflow.sealing.outside import LONGEST, NotCountersigned, publish, take_in
from workflow.sealing.receipts import receipt_of
from workflow.sealing.sealer import Sealer
from workflow.sealing.standing import Standing, standing

pages = Blueprint("seal", __name__)
KIND, STAGE, ARCHIVE = "seal", "verify", "export.zip"
PATIENCE = 1.0  # seconds that one waits before a page says that the work goes on
UNFIT = 422
HOUR = timedelta(hours=1)


@pages.get("/records/seal")
@needs(Right.INSPECT)
def index() -> ResponseReturnValue:
    """Show what is sealed, how old the newest head outside is, and what was verified lately."""
    return _index()


@pages.post("/records/seal/publish")
@needs(Right.INSPECT)
def hand_out() -> ResponseReturnValue:
    """Hand out the newest head as a file, and note it."""
    look_anew()
    try:
        with house().database.write() as connection:
            bundle = publish(connection, house().clock())
    except NotCountersigned as error:
        return _index(error.what), UNFIT
    noted(LogAct.SEAL_PUBLISHED, about={"old": bundle.old})
    headers = {"Content-Disposition": 'attachment; filename="checkpoint.txt"'}
    return Response(bundle.text(), mimetype="text/plain", headers=headers)


@pages.post("/records/seal/countersigned")
@needs(Right.INSPECT)
def countersigned() -> ResponseReturnValue:
    """Keep a countersignature that another office sent back."""
    look_anew()
    line, vkey = request.form.get("line", "")[:LONGEST], request.form.get("key", "")[:LONGEST]
    try:
        with house().database.write() as connection:
            found = take_in(connection, line, vkey, house().clock())
    except NotCountersigned as error:
        return _index(error.what), UNFIT
    noted(LogAct.SEAL_COUNTERSIGNED, about={"size": found.size})
    flash(t(f"已登记对前 {found.size} 条的会签", f"Kept: the first {found.size} lines are countersigned"), "success")
    return redirect(url_for("seal.index"), 303)


@pages.post("/records/seal/verify")
@needs(Right.INSPECT)
def verify() -> ResponseReturnValue:
    """Begin to verify the lines of the scope against the head that the auditor kept, if one is given."""
    mine = request.form.get("mine", "").replace("\r\n", "\n").strip()[:LONGEST]
    try:
        job = _jobs().begin(KIND, login(), house().clock(), about={"compared": bool(mine)})
    except TooManyJobs as error:
        return _index(error.what), UNFIT
    noted(LogAct.SEAL_VERIFIED, about={"compared": bool(mine)})
    sealer, path, folder = _sealer(), actor().path, _jobs().path(job, "")
    note = f"{mine}\n".encode() if mine else None

    def work(progress: Progress) -> Mapping[str, Plain]:
        done = check(sealer, folder, path, note, progress)
        return {"code": done.code, **_told(done.report)}

    _jobs().run(job, STAGE, work)
    _jobs().wait(job, PATIENCE)
    return redirect(url_for("seal.checked", uid=job.uid), 303)


@pages.get("/records/seal/<uid>")
@needs(Right.INSPECT)
def checked(uid: str) -> ResponseReturnValue:
    """Show how far a verification is, or what it found."""
    return render_template("seal/checked.html", job=_job(uid), kept=_jobs().path(_job(uid), ARCHIVE).is_file())


@pages.post("/records/seal/<uid>/export")
@needs(Right.INSPECT)
def take_out(uid: str) -> ResponseReturnValue:
    """Hand out the export that was verified, with the program that checks it."""
    job = _job(uid)
    path = _jobs().path(job, ARCHIVE)
    if job.phase is not Phase.DONE or not path.is_file():
        abort(404)
    noted(LogAct.SEAL_EXPORTED)
    return send_file(path, mimetype="application/zip", as_attachment=True, download_name="sealed-record.zip")


@pages.get("/cases/<number>/entries/<int:entry>/receipt")
@sees_cases
def receipt(number: str, entry: int) -> ResponseReturnValue:
    """Hand out the receipt of an entry: its exact bytes and the proof that they are sealed."""
    case = find_case(task().connection, actor(), number)
    if not 1 <= entry <= case.head.entries:
        abort(404)
    try:
        body, proof = receipt_of(task().connection, case.id, entry)
    except WorkflowError as error:
        flash(say(error.what) + t("：", ": ") + say(error.remedy), "warning")
        return redirect(url_for("case.show", number=number), 303)
    noted(LogAct.CASE_EXPORTED, case=case, about={"entry": entry})
    packed, name = BytesIO(), f"{case.number}-{entry:03d}"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}.json", body)
        archive.writestr(f"{name}.tlog-proof", proof)
    packed.seek(0)
    return send_file(packed, mimetype="application/zip", as_attachment=True, download_name=f"{name}.receipt.zip")


def _index(error: Text | None = None) -> str:
    found = standing(reading())
    page = render_template(
        "seal/index.html", seal=found, light=found.light(house().clock()).value, words=_age_words(found),
        jobs=_jobs().of(login(), KIND), error=error,
    )  # fmt: skip
    noted(LogAct.RECORDS_READ, about={"tab": "seal"})
    return page


def _age_words(found: Standing) -> Text:
    """Return how long ago a head left the machine, in words."""
    age = found.age(house().clock())
    if age is None:
        return Text("从未对外", "no head has left this machine")
    if age < HOUR:
        return Text("不到1小时前", "within the last hour")
    if age < timedelta(days=1):
        hours = int(age / HOUR)
        return Text(f"{hours}小时前", f"{hours} h ago")
    return Text(f"{age.days}天前", f"{age.days} days ago")


def _told(report: Mapping[str, object]) -> dict[str, Plain]:
    """Return of a report what the page shows: sentences, the first bad entry, the window."""
    told: dict[str, Plain] = {}
    for name in ("faults", "reasons"):
        lines = report.get(name)
        told[name] = [[str(one.get("zh")), str(one.get("en"))] for one in lines] if isinstance(lines, list) else []
    for name in ("size", "cases", "withheld", "erased_values", "good_up_to"):
        value = report.get(name)
        told[name] = value if isinstance(value, int) else 0
    kinds = [one.get("kind") for one in reasons] if isinstance(reasons := report.get("reasons"), list) else []
    told["up_to_the_head"] = kinds == ["behind"] and not report.get("faults")
    first = report.get("first_bad")
    if isinstance(first, dict):
        told["first_bad"] = {name: str(value) for name, value in first.items() if value is not None}
    window = report.get("window")
    if isinstance(window, dict):
        told["window"] = {name: str(value) for name, value in window.items() if value is not None}
    return told


def _sealer() -> Sealer:
    own = house()
    return Sealer(own.database, own.laws, KeyRing(own.folder / FOLDER), own.clock)


def _jobs() -> Jobs:
    return Jobs(house().folder)


def _job(uid: str) -> Job:
    """Return the job of whoever asks; for anybody else there is none."""
    found = _jobs().find(uid, login())
    if found is None or found.kind != KIND:
        abort(404)
    return found
