"""Heads that leave the machine, and countersignatures that come back: only these make the record hard to rewrite.

What is handed out is one text, as witnesses of transparency logs read it (C2SP tlog-witness): ``old`` and a size, the
proof that the tree of that size only grew, an empty line, the signed head.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from workflow.errors import Text, WorkflowError
from workflow.plain import harmless
from workflow.seal.checkpoint import Checkpoint
from workflow.seal.merkle import consistency, extends
from workflow.seal.note import COSIGNATURE, DASH, Key, NoteFault, Signer, opened
from workflow.sealing.logs import Head, head, logs, reader
from workflow.store.tables import Outside

OLD = re.compile(r"old (0|[1-9][0-9]{0,15})")
RECENT = 1_000  # heads that were handed out, among which the one that is countersigned is looked for
LONGEST_NAME = 120
LONGEST = 1 << 20  # characters of what somebody hands in


class NotCountersigned(WorkflowError):  # noqa: N818 - errors are named as facts
    """A head is not signed by whom it should be, or does not follow from the one seen before."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A head as it is handed out. ``old``: the size from which ``proof`` shows that the tree only grew."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    def text(self) -> str:
        """Return it as it is handed out."""
        lines = [f"old {self.old}", *(base64.b64encode(one).decode() for one in self.proof), "", self.note]
        return "\n".join(lines)

    @classmethod
    def of(cls, text: str) -> Bundle:
        """Return what a text says; raises NotCountersigned."""
        first, blank, note = text[:LONGEST].replace("\r\n", "\n").partition("\n\n")
        found, *proof = first.split("\n")
        said = OLD.fullmatch(found)
        try:
            hashes = tuple(base64.b64decode(one, validate=True) for one in proof)
        except (binascii.Error, ValueError):
            hashes = (b"",)
        if said is None or not blank or any(len(one) != 32 for one in hashes):  # noqa: PLR2004 - bytes of a hash
            raise NotCountersigned(
                Text("这不是封存点文件", "this is no published head"),
                Text("请使用 jishi seal publish 给出的文件", "take the file that jishi seal publish made"),
            )
        return cls(int(said[1]), hashes, note)


def publish(connection: Connection, now: datetime, old: int | None = None) -> Bundle:
    """Hand out the newest head, and note that; ``old``: the size that the receiver has seen, None: the last handed out.

    Raises NotCountersigned where nothing is sealed yet, or no log ever had that size.
    """
    log, last = _newest(connection)
    before = old if old is not None else handed_out(connection, log)
    if before > last.size:
        raise NotCountersigned(
            Text(f"日志还没有{before}条", f"the log has not {before} lines yet"),
            Text("请核对对方所说的条数", "check the size that the receiver has seen"),
        )
    proof = consistency(reader(connection, log), before, last.size)
    connection.execute(insert(Outside), {"log_id": log, "size": last.size, "at": now})
    return Bundle(before, tuple(proof), last.note)


def countersign(text: str, vkey: str, seen: str | None, signer: Signer, now: datetime) -> tuple[str, str]:
    """Return the countersignature of a published head, and what is to be remembered of it, as another office does.

    ``vkey``: the log's key, as that office knows it; ``seen``: what it remembered last time, None: nothing yet. Needs
    no database. Raises NotCountersigned: for another log's key, a wrong signature, a tree that does not continue what
    was seen.
    """
    bundle = Bundle.of(text)
    new = _signed(bundle.note, vkey)
    if seen is not None:
        old = _signed(seen, vkey)
        grown = extends(old.size, new.size, old.root, new.root, list(bundle.proof) if bundle.old == old.size else [])
        if (old.origin != new.origin) or not grown:
            zh = f"不是上次会签（{old.size}条）的延续：记录可能被改写，或者文件中的证明不是从{old.size}条开始的"
            en = f"it does not continue what was countersigned at {old.size} lines, or its proof begins elsewhere"
            remedy = Text(
                f"请对方执行 jishi seal publish --since {old.size} 重新给出；仍然如此的，请通知检查人员",
                f"ask for jishi seal publish --since {old.size}; if that does not help, tell the auditors",
            )
            raise NotCountersigned(Text(zh, en), remedy)
    return signer.cosign(new.text(), int(now.timestamp())), bundle.note


def take_in(connection: Connection, line: str, vkey: str, now: datetime) -> Head:
    """Keep another office's countersignature of one of our heads, the first of its key; return that head.

    ``vkey``: that office's key. Raises NotCountersigned where it signs none of the heads of the log that grows.
    """
    log, _ = _newest(connection)
    key = _countersigner(connection, vkey)
    gone = select(Outside.size).where(Outside.log_id == log, Outside.name.is_(None)).distinct()
    own = line.strip()
    claims = "\n" not in own and own.startswith(f"{DASH}{key.name} ")
    for size in connection.scalars(gone.order_by(Outside.size.desc()).limit(RECENT)).all() if claims else ():
        found = head(connection, log, size)
        if found is not None and _by(found, own, key):
            if not _signed_before(connection, found, key):
                row = {"log_id": log, "size": size, "at": now, "name": key.name, "line": own}
                connection.execute(insert(Outside), row)
            return found
    raise NotCountersigned(
        Text("没有一个封存点与这份会签相符", "it signs none of the heads of this log"),
        Text("请核对会签文件和对方公钥", "check the countersignature and the key of whoever signed"),
    )


def _signed_before(connection: Connection, found: Head, key: Key) -> bool:
    """Tell whether a countersignature of a head by this key is kept: a later one says nothing more."""
    kept = select(Outside.line).where(
        Outside.log_id == found.log_id, Outside.size == found.size, Outside.name == key.name
    )
    return any(_by(found, line or "", key) for line in connection.scalars(kept))


def _countersigner(connection: Connection, vkey: str) -> Key:
    """Return the key of another office; raises NotCountersigned for what is none, or one of our own."""
    try:
        key = Key.of(vkey.strip())
    except NoteFault as error:
        raise NotCountersigned(*_NO_KEY) from error
    ours = key.name in {one.origin for one in logs(connection)}
    if key.kind != COSIGNATURE or ours or len(key.name) > LONGEST_NAME or harmless(key.name) != key.name:
        raise NotCountersigned(*_NO_KEY)
    return key


def handed_out(connection: Connection, log: int) -> int:
    """Return the size of the newest head of a log that left the machine; 0: none did."""
    query = select(Outside.size).where(Outside.log_id == log).order_by(Outside.size.desc()).limit(1)
    return connection.scalar(query) or 0


def _newest(connection: Connection) -> tuple[int, Head]:
    for log in logs(connection)[:1]:
        if last := head(connection, log.id):
            return log.id, last
    raise NotCountersigned(
        Text("还没有封存过任何内容", "nothing is sealed yet"),
        Text("请先执行 jishi seal run --once，或者启动 jishi up", "run jishi seal run --once, or start jishi up"),
    )


def _signed(note: str, vkey: str) -> Checkpoint:
    """Return what a note that the log's key signed says; raises NotCountersigned."""
    try:
        key = Key.of(vkey.strip())
        found = opened(note, [key])
        said = Checkpoint.of(found.text)
    except NoteFault as error:
        raise NotCountersigned(*_NOT_SIGNED) from error
    if not found.by or said.origin != key.name:
        raise NotCountersigned(*_NOT_SIGNED)
    return said


def _by(found: Head, line: str, key: Key) -> bool:
    """Tell whether a line is the key's countersignature of a head."""
    try:
        return key in opened(found.note.rstrip("\n") + "\n" + line.strip() + "\n", [key]).by
    except NoteFault:
        return False


_NO_KEY = (Text("这不是公钥", "this is no key"), Text("请核对公钥文件", "check the file of the key"))
_NOT_SIGNED = (
    Text("封存点没有该日志密钥的有效签名", "the head is not rightly signed by the log's key"),
    Text("请核对公钥；公钥无误的，请通知检查人员", "check the key; if it is the right one, tell the auditors"),
)
