"""Work that takes longer than a request: a thread, and its state in a file beside what it works on.

Every process of the server sees every job by its file. A job belongs to an account in the office in which it was begun;
for anybody else it does not exist. Whatever was uploaded or made is deleted after a day at the latest.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from threading import BoundedSemaphore, Event, Lock, Thread

from workflow.engine.desk import Login
from workflow.errors import Text, WorkflowError
from workflow.seal import Plain

KEPT = timedelta(days=1)
MOST_OPEN = 5  # jobs of one account in one office
AT_ONCE = 2  # jobs that run in one process; the others wait for their turn
BEAT = 2.0  # seconds between two signs of life
DEAD = 60.0  # seconds without one, after which the process is taken to have died
STRIDE = 0.25  # seconds between two writings of the progress
SWEEP_EVERY = 600.0  # seconds
UID = re.compile(r"[0-9a-f]{32}")
STATE, ALIVE = "state.json", "alive"
FAULT = Text("系统出现了故障，没有办完", "something is wrong with the program; the work was not finished")
TELL = Text("请告诉管理员发生的时间", "tell the administrator when it happened")

_log = logging.getLogger(__name__)
_turns = BoundedSemaphore(AT_ONCE)
_here: dict[Path, Event] = {}  # what runs in this process, and whether it has ended
_here_lock = Lock()


class Phase(StrEnum):
    """How far a job is with what it does now."""

    RESTING = "resting"  # nothing was begun
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"  # its process died


class TooManyJobs(WorkflowError):  # noqa: N818 - errors are named as facts
    """The account has as many jobs open as it may."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as its file tells it.

    ``kind``: which pages it belongs to; ``serial``: grows from job to job; ``stage``: what it does or did last;
    ``name``: what its file is called; ``about``: what it works with; ``result``: what came of the last stage;
    ``what``, ``remedy``: why that failed.
    """

    uid: str
    kind: str
    account: int
    office: int
    made_at: datetime
    serial: int = 0
    name: str = ""
    stage: str = ""
    phase: Phase = Phase.RESTING
    done: int = 0
    total: int = 0
    about: Mapping[str, Plain] = field(default_factory=dict)
    result: Mapping[str, Plain] = field(default_factory=dict)
    what: Text | None = None
    remedy: Text | None = None

    @property
    def login(self) -> Login:
        """Return in whose name it works."""
        return Login(self.account, self.office)

    @property
    def at_work(self) -> bool:
        """Tell whether something is being done now."""
        return self.phase is Phase.RUNNING


Progress = Callable[[int, int], None]
Work = Callable[[Progress], Mapping[str, Plain]]


class Jobs:
    """The jobs of a server: a folder each, 0700, in it files of 0600."""

    def __init__(self, folder: Path) -> None:
        """Keep them below ``folder``."""
        self.folder = folder / "jobs"

    # ------------------------------------------------------------------ reading

    def find(self, uid: str, who: Login) -> Job | None:
        """Return a job of this account in this office; None: there is none for it."""
        job = self._read(uid) if UID.fullmatch(uid) else None
        return job if job is not None and job.login == who else None

    def of(self, who: Login, kind: str) -> tuple[Job, ...]:
        """Return the jobs of an account in an office, the newest first."""
        mine = (job for job in self._all() if job.login == who and job.kind == kind)
        return tuple(sorted(mine, key=lambda job: (job.made_at, job.serial), reverse=True))

    def path(self, job: Job, name: str) -> Path:
        """Return where a file of a job is."""
        return self.folder / job.uid / name

    def _all(self) -> Iterator[Job]:
        names = [path.name for path in self.folder.iterdir()] if self.folder.is_dir() else []
        yield from (job for name in names if UID.fullmatch(name) and (job := self._read(name)) is not None)

    def _read(self, uid: str) -> Job | None:
        """Return a job; one that runs without a sign of life is interrupted."""
        try:
            plain = json.loads((self.folder / uid / STATE).read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return None
        job = _job(plain)
        return replace(job, phase=Phase.INTERRUPTED) if job.at_work and not self._lives(uid) else job

    def _lives(self, uid: str) -> bool:
        """Tell whether the process that runs a job is there."""
        if self.folder / uid in _here:
            return True
        try:
            return time.time() - (self.folder / uid / ALIVE).stat().st_mtime < DEAD
        except FileNotFoundError:
            return False

    # ------------------------------------------------------------------ writing

    def begin(
        self, kind: str, who: Login, now: datetime, name: str = "", about: Mapping[str, Plain] | None = None
    ) -> Job:
        """Return a new job, at rest; of many the oldest makes way. Raises TooManyJobs if all are at work."""
        mine = self.of(who, kind)
        if len(mine) >= MOST_OPEN:
            self._make_way(mine)
        job = Job(
            secrets.token_hex(16), kind, who.account_id, who.office_id, now, time.time_ns(), name, about=about or {}
        )
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.folder / job.uid).mkdir(mode=0o700)
        self._write(job)
        return job

    def _make_way(self, jobs: Sequence[Job]) -> None:
        oldest = next((job for job in reversed(jobs) if not job.at_work), None)
        if oldest is None:
            raise TooManyJobs(
                Text(f"您有 {MOST_OPEN} 项正在处理", f"{MOST_OPEN} of yours are at work"),
                Text("请等其中一项完成", "wait until one of them has ended"),
            )
        self.remove(oldest)

    def run(self, job: Job, stage: str, work: Work) -> None:
        """Begin a stage of a job in a thread; it goes on when the request has ended. One that runs is left alone."""
        place = self.folder / job.uid
        with _here_lock:
            known = self._read(job.uid)
            if known is None or known.at_work or (known.stage, known.phase) != (job.stage, job.phase):
                return  # it runs, or somebody was quicker: what came of that stands
            _here[place] = Event()
        (place / ALIVE).touch(mode=0o600)
        begun = replace(job, stage=stage, phase=Phase.RUNNING, done=0, total=0, what=None, remedy=None)
        self._write(begun)
        Thread(target=self._beat, args=(place,), name=f"beat-{job.uid}", daemon=True).start()
        Thread(target=self._run, args=(begun, work), name=f"job-{job.uid}", daemon=True).start()

    def wait(self, job: Job, seconds: float) -> Job | None:
        """Return a job once it is at rest, or after so many seconds; None: it is gone."""
        ended = _here.get(self.folder / job.uid)
        if ended is not None:
            ended.wait(seconds)
        return self._read(job.uid)

    def remove(self, job: Job) -> None:
        """Delete a job with all its files; one that runs stays."""
        known = self._read(job.uid)
        if known is not None and not known.at_work:
            shutil.rmtree(self.folder / job.uid, ignore_errors=True)

    def sweep(self, now: datetime) -> None:
        """Delete what is older than a day, whoever it belongs to, and what is no job."""
        for path in list(self.folder.iterdir()) if self.folder.is_dir() else ():
            job = self._read(path.name) if UID.fullmatch(path.name) else None
            if job is None:  # its state was never written: the disk was full, or the process died
                old = time.time() - path.stat().st_mtime >= KEPT.total_seconds()
            else:
                old = not job.at_work and now - job.made_at >= KEPT
            if old:
                shutil.rmtree(path, ignore_errors=True)

    def keep(self, job: Job, name: str, data: bytes | memoryview) -> None:
        """Write a file of a job, readable by nobody else."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(self.path(job, name), flags, 0o600), "wb") as file:
            file.write(data)

    def _run(self, job: Job, work: Work) -> None:
        try:
            with _turns:
                ended = self._worked(job, work)
            with suppress(FileNotFoundError):  # it was deleted meanwhile
                self._write(ended)
        finally:
            with _here_lock:
                _here.pop(self.folder / job.uid).set()

    def _worked(self, job: Job, work: Work) -> Job:
        written = 0.0
        seen = (0, 0)

        def progress(done: int, total: int) -> None:
            nonlocal written, seen
            seen = (done, total)
            if time.monotonic() - written >= STRIDE:
                self._write(replace(job, done=done, total=total))
                written = time.monotonic()

        try:
            result = work(progress)
        except WorkflowError as error:
            return replace(job, phase=Phase.FAILED, what=error.what, remedy=error.remedy, done=seen[0], total=seen[1])
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever waits is told
            _log.error("a job failed", exc_info=error)
            return replace(job, phase=Phase.FAILED, what=FAULT, remedy=TELL, done=seen[0], total=seen[1])
        return replace(job, phase=Phase.DONE, result=result, done=seen[1], total=seen[1])

    def _beat(self, place: Path) -> None:
        """Give signs of life as long as a job runs."""
        ended = _here.get(place)
        while ended is not None and not ended.wait(BEAT):
            with suppress(OSError):
                os.utime(place / ALIVE)

    def _write(self, job: Job) -> None:
        """Write the state whole: whoever reads sees the one before or this one."""
        place = self.folder / job.uid
        new = place / f"{STATE}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(_plain(job), file, ensure_ascii=False)
        new.replace(place / STATE)


class Sweeper:
    """Sweeps now and then: once when a process begins, then every ten minutes at most."""

    def __init__(self) -> None:
        """Begin with nothing swept."""
        self.next = 0.0

    def sweep(self, folder: Path, now: datetime) -> None:
        """Delete what is old, if it is time again."""
        if time.monotonic() >= self.next:
            self.next = time.monotonic() + SWEEP_EVERY
            Jobs(folder).sweep(now)


def _plain(job: Job) -> dict[str, object]:
    return {
        "uid": job.uid, "kind": job.kind, "account": job.account, "office": job.office,
        "made_at": job.made_at.isoformat(), "serial": job.serial, "name": job.name, "stage": job.stage,
        "phase": str(job.phase), "done": job.done, "total": job.total, "about": dict(job.about),
        "result": dict(job.result), "what": _text_plain(job.what), "remedy": _text_plain(job.remedy),
    }  # fmt: skip


def _text_plain(text: Text | None) -> list[str] | None:
    return [text.zh, text.en] if text is not None else None


def _job(plain: Mapping[str, object]) -> Job:
    known = dict(plain)
    what, remedy = (_text(known.pop(name)) for name in ("what", "remedy"))
    made_at, phase = datetime.fromisoformat(str(known.pop("made_at"))), Phase(str(known.pop("phase")))
    return Job(made_at=made_at, phase=phase, what=what, remedy=remedy, **known)  # type: ignore[arg-type] # as written


def _text(plain: object) -> Text | None:
    return Text(str(plain[0]), str(plain[1])) if isinstance(plain, list) else None
