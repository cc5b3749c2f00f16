"""What the verifier says of an export, with which exit code, and that it never calls good what it cannot know."""

from __future__ import annotations

import ast
import json
import runpy
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.seal.exports import FORGER, LOG, NAME, OFFICE, Export, Log, drawn, instant, sealed
from workflow.seal import canonical, verify
from workflow.seal.note import Signer, signed

SIZE = 40
VKEY = LOG.vkey
# A key that is the neutral point: any signature could fit under it.
SMALL_BYTES = b"\x01" + (1).to_bytes(32, "little")
SMALL = f"a+{sha256(b'a' + bytes([10]) + SMALL_BYTES).hexdigest()[:8]}+{b64encode(SMALL_BYTES).decode()}"
OTHER = Signer.make("example.cn/discipline-inspection")
SCRIPT = Path(verify.__file__)


@pytest.fixture
def log() -> Log:
    return drawn(7, cases=4, size=SIZE)


@pytest.fixture
def check(tmp_path) -> Callable[..., dict[str, Any]]:
    """Write an export and say what the verifier reports of it; by default with the newest checkpoint and the key."""

    def checked(export: Export, note: str | None = "", keys: tuple[str, ...] = (VKEY,), **asked: Any) -> dict[str, Any]:
        folder = export.write(tmp_path / "export")
        mine = tmp_path / "mine.note"
        mine.write_text(note or export.note(), encoding="utf-8", newline="\n")
        paths = [] if note is None else [str(mine)]
        return verify.report(verify.verify(verify.Question(folder, list(map(verify.key_of, keys)), paths, **asked)))

    return checked


def kinds(said: dict[str, Any]) -> set[str]:
    return {reason["kind"] for reason in said["reasons"]}


def test_a_whole_export_is_good(log, check):
    said = check(sealed(log, [10, SIZE]))
    assert (said["verdict"], said["code"], said["behind"]) == ("good", 0, 0)
    assert (said["size"], said["good_up_to"], said["good_at"]) == (SIZE, SIZE, instant(SIZE - 1))
    assert said["case_entries"] + said["log_lines"] == SIZE
    assert said["origin"] == NAME


def test_what_lies_behind_the_auditors_checkpoint_is_undecided_and_never_good(log, check):
    export = sealed(log, [10, SIZE])
    said = check(export, export.note(25))
    assert said["code"] == 2
    assert kinds(said) == {"behind"}
    assert (said["good_up_to"], said["behind"]) == (25, SIZE - 25)
    assert "25" in said["reasons"][0]["en"]


def test_tampering_behind_the_checkpoint_is_not_called_good(log, check):
    note = sealed(log.copy()).note(25)
    log.bodies[30]["at"] = instant(0)
    assert check(sealed(log), note)["code"] == 2


def test_without_a_checkpoint_nothing_is_good(log, check):
    said = check(sealed(log, [SIZE]), None)
    assert said["code"] == 2
    assert kinds(said) == {"checkpoint"}
    assert "--checkpoint" in said["reasons"][0]["zh"]


def test_an_alteration_shows_without_a_checkpoint_where_the_export_contradicts_itself(log, check):
    export = sealed(log, [SIZE])
    export.columns[3]["by"] = "0" * 32
    said = check(export, None)
    assert said["code"] == 1
    assert said["first_bad"]["entry"] == export.columns[3]["seq"]
    assert said["first_bad"]["case"] == export.columns[3]["case"]
    assert said["first_bad"]["at"] == export.columns[3]["at"]


def test_the_window_lies_between_the_last_good_and_the_first_bad_checkpoint(log, check):
    honest = sealed(log.copy(), [10, 25, SIZE])
    log.bodies[17]["at"] = "2026-09-01T00:00:00.500Z"
    forged = sealed(log)
    forged.notes = honest.notes
    said = check(forged, honest.note())
    assert said["code"] == 1
    assert said["window"] == {"after_entry": 9, "after": instant(9), "up_to_entry": 24, "up_to": instant(24)}


def test_a_checkpoint_from_the_export_itself_vouches_for_nothing(log, tmp_path):
    folder = sealed(log, [SIZE]).write(tmp_path / "export")
    own = str(folder / "checkpoints" / f"{SIZE}.note")
    findings = verify.verify(verify.Question(folder, [verify.key_of(VKEY)], [own]))
    assert findings.code() == 2
    assert "own" in findings.reasons["stopped"][1]


@pytest.mark.parametrize("keys", [(FORGER.vkey,), (OFFICE.cosigning_key.vkey,), ()])
def test_a_wrong_key_decides_nothing(log, check, keys):
    assert check(sealed(log, [SIZE]), keys=keys)["code"] == 2


def test_a_checkpoint_of_another_log_decides_nothing(log, check):
    other = sealed(log.copy(), origin="example.cn/another").note()
    said = check(sealed(log), other, origin=NAME)
    assert said["code"] == 2
    assert "example.cn/another" in said["reasons"][0]["en"]


def test_the_name_of_the_log_is_pinned(log, check):
    export = sealed(log, [SIZE])
    assert check(export, origin=NAME)["code"] == 0
    assert check(export, None, origin="example.cn/another")["code"] == 1


@pytest.mark.parametrize("note", ["nonsense", "a\n1\nAAAA\n\n— a AAAAAAA=\n"])
def test_a_checkpoint_that_is_none_decides_nothing(log, check, note):
    assert check(sealed(log), note)["code"] == 2


def test_two_checkpoints_must_both_fit(log, tmp_path):
    export = sealed(log.copy(), [SIZE])
    log.bodies[3]["at"] = instant(1)
    other = sealed(log).note(20)
    folder = export.write(tmp_path / "export")
    for name, note in (("one", export.note()), ("other", other)):
        (tmp_path / name).write_text(note, encoding="utf-8")
    paths = [str(tmp_path / "one"), str(tmp_path / "other")]
    said = verify.report(verify.verify(verify.Question(folder, [verify.key_of(VKEY)], paths)))
    assert said["code"] == 1
    assert said["faults"][0]["kind"] == "root"


def test_a_part_is_only_asked_of_when_the_auditor_says_so(log, check):
    seen = log.bodies[1].get("case") or log.bodies[2]["case"]
    for body in log.bodies:
        body["_withheld"] = "case" in body and body["case"] != seen
    export = sealed(log, [SIZE])
    export.values = [row for row in export.values if not log.bodies[row["seq"]]["_withheld"]]
    export.cases = [row for row in export.cases if row["case"] == seen]
    export.part = {"cases": [seen]}
    assert kinds(check(export)) == {"part"}
    said = check(export, part=True)
    assert said["code"] == 0
    assert said["withheld"] == sum(body["_withheld"] for body in log.bodies)
    export.part = None
    assert kinds(check(export, part=True)) == {"withheld"}


def test_access_records_may_be_withheld_when_the_log_says_that_their_term_has_run_out(log, check):
    places = [place for place, body in enumerate(log.bodies) if body.get("log") in {"read", "login", "export"}]
    for place in places:
        log.bodies[place]["_withheld"] = True
    assert kinds(check(sealed(log.copy()))) == {"withheld"}
    expired = {"v": 1, "log": "expired", "at": instant(SIZE)}
    seqs = [[places[0], places[-1]], [places[0], places[0]], "x", [1], ["a", 2]]
    log.bodies.append({**expired, "about": {"seqs": seqs}})
    said = check(sealed(log))
    assert said["code"] == 0
    assert said["withheld"] == len(places)


def test_nothing_explains_what_comes_after_it(log, check):
    log.bodies.insert(1, {"v": 1, "log": "expired", "at": instant(0), "about": {"seqs": [[0, 99]]}})
    log.bodies.append({"v": 1, "log": "read", "at": instant(SIZE), "_withheld": True})
    assert kinds(check(sealed(log))) == {"withheld"}


def test_a_case_entry_cannot_be_withheld_from_the_middle_of_its_case(log, check):
    case = next(body["case"] for body in log.bodies if body.get("n") == 3)
    next(body for body in log.bodies if body.get("case") == case and body["n"] == 2)["_withheld"] = True
    export = sealed(log)
    export.values = [row for row in export.values if not log.bodies[row["seq"]].get("_withheld")]
    said = check(export)
    assert said["code"] == 1
    assert said["first_bad"]["case"] == case


def test_a_line_that_is_no_hash_is_altered(log, check):
    export = sealed(log.copy())
    note = export.note()
    export.lines[5] = b"#" + b"G" * 64
    assert check(export, note)["code"] == 1


def test_an_erased_value_is_counted_and_is_no_fault(log, check):
    export = sealed(log)
    before = check(export)["erased_values"]
    export.values.pop(0)
    said = check(export)
    assert (said["code"], said["erased_values"]) == (0, before + 1)
    export.values = []
    assert check(export)["code"] == 0


@pytest.mark.parametrize("compact", [False, True])
def test_values_that_belong_to_nothing_are_found(compact, log, check):
    for seq, field in ((0, "reason"), (SIZE + 5, "reason"), (None, "reason"), ("reason", None)):
        export = sealed(log.copy())
        export.compact = compact
        export.values.append({"seq": seq, "field": field, "salt": "00" * 32, "value": "x"})
        assert [fault["kind"] for fault in check(export)["faults"]] == ["values"]
    first = next(place for place, body in enumerate(log.bodies) if "_values" in body)
    for row in (
        {"seq": first, "field": "another", "salt": "00" * 32, "value": "x"},
        {"seq": first, "field": "reason", "salt": "00", "value": "x"},
        {"seq": first, "field": "reason", "salt": "zz" * 32, "value": "x"},
        {"seq": first, "field": "reason", "value": "x"},
    ):
        export = sealed(log.copy())
        export.compact = compact
        export.values.insert(0, row)
        assert check(export)["code"] == 1
    export = sealed(log.copy())
    export.compact = compact
    before = check(export)["erased_values"]
    export.values.insert(0, {"seq": 0, "field": "reason", "salt": "00" * 32, "value": "x"})
    said = check(export)  # it is told of the entry before which it stands, and those behind it are read all the same
    assert [(fault["kind"], fault["seq"], fault["count"]) for fault in said["faults"]] == [("values", first, 1)]
    assert said["erased_values"] == before


def test_columns_are_read_in_any_writing_and_compared_to_the_letter(log, check):
    export = sealed(log)
    assert check(export)["code"] == 0  # as the test writes them: with spaces
    export.compact = True
    assert check(export)["code"] == 0
    number = next(place for place, row in enumerate(export.columns) if row["n"] == 1)
    for wrong in (True, 1.0, "1"):
        export.columns[number]["n"] = wrong
        assert check(export)["code"] == 1


def test_a_key_that_is_written_twice_is_no_row(log, check):
    """One reader takes the first value, another the last: what is shown could be another one than what is checked."""
    export = sealed(log)
    lines = [json.dumps(row).encode() for row in export.columns]
    lines[2] = lines[2][:-1] + b', "by": ' + json.dumps(export.columns[2]["by"]).encode() + b"}"
    said = check(Rewritten(**vars(export), rewritten={"columns.jsonl": b"\n".join(lines) + b"\n"}))
    assert said["code"] == 1
    assert said["first_bad"]["entry"] == export.columns[2]["seq"]


def test_columns_that_are_no_texts_are_compared_like_others(log, check):
    place = next(place for place, body in enumerate(log.bodies) if "case" in body)
    log.bodies[place]["by"] = ["two", "people"]
    export = sealed(log)
    assert check(export)["code"] == 0
    export.columns[0]["by"] = ["two", "others"]
    assert check(export)["code"] == 1


class Rewritten(Export):
    """An export some of whose files are written otherwise."""

    def __init__(self, rewritten: dict[str, bytes], **parts: Any) -> None:
        """Take the files, and what an export is made of."""
        super().__init__(**parts)
        self.rewritten = rewritten

    def write(self, folder: Path) -> Path:
        """Write all files, then those anew, and what the manifest says of them."""
        super().write(folder)
        manifest = json.loads((folder / "export.json").read_bytes())
        for name, data in self.rewritten.items():
            (folder / name).write_bytes(data)
            manifest["files"][name] = sha256(data).hexdigest()
        (folder / "export.json").write_text(json.dumps(manifest), encoding="utf-8")
        return folder


@pytest.mark.parametrize("alter", ["extra", "missing", "first missing", "unreadable", "stray"])
def test_columns_without_an_entry_and_entries_without_columns_are_found(log, check, alter):
    export = sealed(log)
    if alter == "extra":
        export.columns.append({**export.columns[-1], "seq": SIZE + 9})
    elif alter == "missing":
        export.columns.pop()
    elif alter == "first missing":
        export.columns.pop(0)
    elif alter == "unreadable":
        export.columns[4] = {}
    else:
        export.columns.insert(0, {**export.columns[0], "seq": 0})
    said = check(export)
    assert said["code"] == 1
    assert "columns" in {fault["kind"] for fault in said["faults"]}


@pytest.mark.parametrize(
    "body",
    [
        b"nonsense",
        b"[1]",
        b'{"v":1}',
        b'{"v":1,"log":7}',
        b'{"case":1,"v":1}',
        b'{"case":"00","kind":"act","n":1,"prev":"00","v":1,"at":"2026"}',
        b'{"case":"' + b"0" * 32 + b'","kind":"act","n":"1","prev":"00","v":1,"at":"2026"}',
        b'{"v":1,"log":"x"} ',
        b'{"v":1.5,"log":"x"}',
        b'{"v":NaN,"log":"x"}',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_an_entry_that_cannot_be_read_is_a_fault_although_it_was_sealed(log, check, body):
    export = sealed(log)
    export.lines.append(body)
    said = check(export)
    assert said["code"] == 1
    assert said["first_bad"]["entry"] == SIZE


def test_an_entry_of_a_newer_format_is_not_judged(log, check):
    place = next(place for place, body in enumerate(log.bodies) if "case" in body)
    log.bodies[place]["v"] = 2
    assert kinds(check(sealed(log))) == {"format"}


def test_a_case_that_is_not_listed_or_listed_without_entries_is_found(log, check):
    export = sealed(log)
    missing = export.cases.pop()
    said = check(export)
    assert said["code"] == 1
    assert said["first_bad"]["case"] == missing["case"]
    export.cases += [missing, {"case": "zz"}]
    assert check(export)["code"] == 1


def test_an_act_that_was_impossible_where_it_stood_is_found(log, check):
    case = next(body["case"] for body in log.bodies if "case" in body)
    act = {"kind": "act", "step": "admit", "outcome": "passed", "on": "2020-01-01"}
    new: dict[str, Any] = {"v": 1, "case": "ab" * 16, "at": instant(1), "by": case, "org": case, "role": "secretary"}
    log.bodies += [{**new, "kind": "opened"}, {**new, **act}]
    said = check(sealed(log))
    assert said["code"] == 1
    assert "impossible" in said["faults"][0]["en"]


def test_an_act_under_rules_that_the_table_lacks_is_undecided(log, check):
    place = next(place for place, body in enumerate(log.bodies) if body.get("kind") == "opened")
    log.bodies[place]["overlays"] = ["unheard of"]
    assert check(sealed(log))["code"] == 2


@pytest.mark.parametrize(
    "states",
    [b"[]", b"{}", b'{"periods":[1]}', b'{"periods":[{"from":"2014-05-28","overlays":[],"initial":"a","steps":7}]}'],
)
def test_a_table_of_states_that_cannot_be_read_decides_nothing(check, states):
    log = drawn(7, cases=1, size=12)
    log.bodies = [body for body in log.bodies if "overlays" not in body]
    log.bodies[0]["sha256"] = sha256(states).hexdigest()
    log.states = states
    assert check(sealed(log))["code"] == 2


def test_a_log_that_names_no_table_of_states_is_undecided(log, check):
    del log.bodies[0]
    assert kinds(check(sealed(log))) == {"states"}


def test_the_newest_word_on_the_table_of_states_counts(log, check):
    log.bodies.insert(0, {"v": 1, "log": "states", "at": instant(0), "sha256": "0" * 64})
    assert check(sealed(log))["code"] == 0
    log.bodies.append(log.bodies[0])
    assert check(sealed(log))["code"] == 1


@pytest.mark.parametrize("name", ["export.json", "entries.jsonl", "columns.jsonl", "cases.jsonl", "states.json"])
def test_a_missing_file_decides_nothing(log, tmp_path, name):
    export = sealed(log)
    folder = export.write(tmp_path / "export")
    (folder / name).unlink()
    (tmp_path / "mine.note").write_text(export.note(), encoding="utf-8")
    question = verify.Question(folder, [verify.key_of(VKEY)], [str(tmp_path / "mine.note")])
    assert verify.verify(question).code() == 2


@pytest.mark.parametrize("name", ["values.jsonl", "cases.jsonl", "missing.txt", "../outside"])
def test_a_file_that_was_damaged_on_the_way_is_told(log, tmp_path, name):
    export = sealed(log)
    folder = export.write(tmp_path / "export")
    manifest = json.loads((folder / "export.json").read_bytes())
    manifest["files"][name] = "0" * 64
    (folder / "export.json").write_text(json.dumps(manifest), encoding="utf-8")
    (tmp_path / "mine.note").write_text(export.note(), encoding="utf-8")
    question = verify.Question(folder, [verify.key_of(VKEY)], [str(tmp_path / "mine.note")])
    assert kinds(verify.report(verify.verify(question))) == {"files"}


def test_no_values_at_all_and_no_end_of_the_last_line_are_no_faults(log, tmp_path):
    export = sealed(log)
    folder = export.write(tmp_path / "export")
    (folder / "values.jsonl").unlink()
    manifest = json.loads((folder / "export.json").read_bytes())
    del manifest["files"]["values.jsonl"]
    (folder / "export.json").write_text(json.dumps(manifest), encoding="utf-8")
    entries = folder / "entries.jsonl"
    entries.write_bytes(entries.read_bytes()[:-1])
    (tmp_path / "mine.note").write_text(export.note(), encoding="utf-8")
    question = verify.Question(folder, [verify.key_of(VKEY)], [str(tmp_path / "mine.note")])
    assert verify.verify(question).code() == 0


def test_an_export_in_another_format_decides_nothing(log, tmp_path):
    folder = sealed(log).write(tmp_path / "export")
    for manifest in (b"{}", b"[]", b"nonsense", b'{"format":2}'):
        (folder / "export.json").write_bytes(manifest)
        assert verify.verify(verify.Question(folder, [verify.key_of(VKEY)], [])).code() == 2


def test_a_number_of_entries_that_is_not_so_is_found(log, check):
    export = sealed(log)
    export.claimed = SIZE + 1
    assert check(export)["faults"][0]["kind"] == "short"


def test_a_line_without_end_is_not_read_into_memory(log, check, monkeypatch):
    monkeypatch.setattr(verify, "LONGEST", 3000)
    monkeypatch.setattr(verify, "BLOCK", 1000)
    export = sealed(log)
    export.lines[3] = b"{" + b" " * 9000 + b"}"
    assert kinds(check(export)) == {"stopped"}
    assert check(export, "x" * 5000)["code"] == 2


def test_a_file_that_cannot_be_read_decides_nothing(log, check, monkeypatch):
    def broken(*_: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(verify, "leaf_hashes", broken)
    assert kinds(check(sealed(log))) == {"unreadable"}


def test_a_log_that_took_over_from_another_shows_it(log, check):
    log.bodies.insert(
        0, {"v": 1, "log": "log_opened", "at": instant(0), "about": {"after": "example.cn/jishi/2025", "size": 7}}
    )
    said = check(sealed(log))
    assert said["code"] == 0
    assert said["opened"]["about"] == {"after": "example.cn/jishi/2025", "size": 7}


def test_a_line_of_the_log_about_a_case_is_no_entry_of_it(log, check):
    case = next(body["case"] for body in log.bodies if "case" in body)
    before = check(sealed(log))
    log.bodies.append({"v": 1, "log": "case_read", "at": instant(SIZE), "by": "0" * 32, "case": case})
    said = check(sealed(log))
    assert (said["verdict"], said["faults"]) == ("good", [])
    assert (said["case_entries"], said["log_lines"]) == (before["case_entries"], before["log_lines"] + 1)


def test_an_entry_that_passes_itself_off_as_a_line_of_the_log_is_found(log, check):
    export = sealed(log)
    place = next(number for number, body in enumerate(log.bodies) if "case" in body)
    body = {key: value for key, value in log.bodies[place].items() if key[0] != "_"} | {"log": "case_read"}
    export.lines[place] = canonical(body)
    assert check(export)["verdict"] == "altered"  # its columns and its case have an entry too many


def test_a_case_that_an_earlier_log_began_is_followed_from_its_first_entry(log, check):
    opened = {"v": 1, "log": "log_opened", "at": instant(0), "about": {"after": "example.cn/jishi/2025", "size": 30}}
    later = Log([opened, log.bodies[0], *log.bodies[30:]])
    export = sealed(later, before=log.bodies[:30])
    said = check(export)
    assert (said["verdict"], len(export.prior) > 5) == ("good", True)
    export.prior.pop(3)
    said = check(export)
    assert [(fault["kind"], fault["seq"], fault["en"][:17]) for fault in said["faults"]] == [
        ("chain", None, "in an earlier log")
    ]
    export.prior = []
    assert {fault["kind"] for fault in check(export)["faults"]} == {"chain"}


def test_countersignatures_are_shown_with_their_time(log, check):
    export = sealed(log, [SIZE])
    text = export.checkpoint().text()
    note = export.note() + OFFICE.cosign(text, 1_790_000_000)
    said = check(export, note, keys=(VKEY, OFFICE.cosigning_key.vkey))
    assert said["code"] == 0
    assert (said["countersigned"], said["unchecked"]) == ([(SIZE, OFFICE.name, 1_790_000_000)], [])
    said = check(export, note)  # whose key that is, nobody told
    assert (said["code"], said["countersigned"], said["unchecked"]) == (0, [], [(SIZE, OFFICE.name)])


def test_of_each_office_the_newest_head_that_it_countersigned_is_told(log, check):
    export = sealed(log, [10, 25, SIZE])
    for size, at in ((10, 1_790_000_000), (25, 1_790_000_900)):
        export.notes[f"{size}.note"] += OFFICE.cosign(export.checkpoint(size).text(), at)
    export.notes["10.note"] += OTHER.cosign(export.checkpoint(10).text(), 1_790_000_001)
    keys = (VKEY, OFFICE.cosigning_key.vkey, OTHER.cosigning_key.vkey)
    said = check(export, keys=keys)
    assert said["countersigned"] == [(10, OTHER.name, 1_790_000_001), (25, OFFICE.name, 1_790_000_900)]
    assert check(export, keys=keys[:2])["unchecked"] == [(10, OTHER.name)]


def test_an_office_that_should_have_countersigned_and_did_not_leaves_it_undecided(log, check):
    export = sealed(log, [SIZE])
    wanted = (verify.key_of(OFFICE.cosigning_key.vkey),)
    said = check(export, offices=wanted)
    assert (said["code"], kinds(said)) == (
        2,
        {f"countersigner {OFFICE.name} {verify.key_of(OFFICE.cosigning_key.vkey).id.hex()}"},
    )
    export.notes[f"{SIZE}.note"] += OFFICE.cosign(export.checkpoint().text(), 1_790_000_000)
    said = check(export, offices=wanted)
    assert (said["code"], said["countersigned"]) == (0, [(SIZE, OFFICE.name, 1_790_000_000)])


def test_of_two_keys_of_one_office_the_one_that_did_not_sign_is_told(log, check):
    export, older = sealed(log, [SIZE]), Signer.make(OFFICE.name)
    export.notes[f"{SIZE}.note"] += older.cosign(export.checkpoint().text(), 1_790_000_000)
    both = [verify.key_of(one.cosigning_key.vkey) for one in (older, OFFICE)]
    said = check(export, offices=both)
    assert (said["code"], kinds(said)) == (2, {f"countersigner {OFFICE.name} {both[1].id.hex()}"})


def test_another_key_under_the_name_of_an_office_is_not_the_offices(log, check):
    export = sealed(log, [SIZE])
    impostor = Signer.make(OFFICE.name)
    export.notes[f"{SIZE}.note"] += impostor.cosign(export.checkpoint().text(), 1_790_000_000)
    said = check(export, offices=(verify.key_of(OFFICE.cosigning_key.vkey),))
    assert (said["code"], said["countersigned"], said["unchecked"]) == (2, [], [(SIZE, OFFICE.name)])


def test_after_a_change_of_keys_both_are_to_be_given(log, check):
    export = sealed(log, [10])
    old = FORGER
    export.notes["10.note"] = export.note(10, old)
    assert kinds(check(export)) == {"keys"}
    assert check(export, keys=(VKEY, old.vkey))["code"] == 0
    export.notes["10.note"] = signed(export.checkpoint(10).text(), Signer.of_secret("somebody.else", bytes(32)))
    assert kinds(check(export)) == {"keys"}


def test_many_cases_are_checked_a_part_at_a_time_with_the_same_result(check, monkeypatch):
    log = drawn(11, cases=30, size=400)
    export = sealed(log, [100, 400])
    whole = check(export)
    assert whole["code"] == 0
    monkeypatch.setattr(verify, "PART_BYTES", 20_000)
    assert check(export) == whole
    export.cases[3]["state"] = "expelled"
    parts = check(export)
    assert parts["code"] == 1
    monkeypatch.undo()
    assert check(export) == parts


def test_the_tree_has_the_right_root_at_every_size_that_is_asked_for():
    from workflow.seal.merkle import Frontier  # noqa: PLC0415 - the other tree of the project

    leaves = [sha256(bytes([number % 256, number // 256])).digest() for number in range(1100)]
    for wanted in ({0}, {1, 255, 256, 257, 511, 512, 513, 1099, 1100}, set(range(1101)), {700}):
        for step in (1, 7, 256, 300, 1100):
            tree = verify.Tree(wanted)
            for start in range(0, len(leaves), step):
                tree.grow(leaves[start : start + step])
            if step == 1 or len(wanted) < 20:
                assert tree.roots == {size: Frontier(0, ()).extend(leaves[:size]).root() for size in wanted}
            assert tree.root() == Frontier(0, ()).extend(leaves).root()


def run(arguments: list[str], interpreter: str = sys.executable) -> subprocess.CompletedProcess[str]:
    command = [interpreter, "-I", str(SCRIPT), *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, env={"PYTHONUTF8": "1"})


def interpreters() -> list[str]:
    """Return other interpreters of this machine, by version; none where there are none."""
    places = sorted(Path.home().glob(".pyenv/versions/3.*/bin/python")) + sorted(Path("/usr/bin").glob("python3.?*"))
    return [str(place) for place in places if place.name[-1:].isdigit() or place.name == "python"]


def test_it_runs_by_itself_on_every_interpreter_here(log, tmp_path):
    export = sealed(log, [10, SIZE])
    folder = export.write(tmp_path / "export")
    mine, key = tmp_path / "mine.note", tmp_path / "key.txt"
    mine.write_text(export.note(), encoding="utf-8", newline="\n")
    key.write_text(f"{VKEY}\n", encoding="utf-8")
    asked = [str(folder), "--key", str(key), "--checkpoint", str(mine)]
    tried = 0
    for interpreter in (sys.executable, *interpreters()):
        version = subprocess.run(
            [interpreter, "-c", "import sys; print(sys.version_info >= (3, 9))"], capture_output=True, check=False
        )
        if version.stdout.strip() != b"True":
            continue
        done = run(asked, interpreter)
        assert done.returncode == 0, (interpreter, done)
        assert done.stdout.startswith("完好")
        tried += 1
    assert tried
    export.columns[2]["org"] = "0" * 32
    export.write(folder)
    assert run(asked).returncode == 1
    (folder / "entries.jsonl").unlink()
    assert run(asked).returncode == 2


def test_it_is_one_file_of_python_3_9_and_the_standard_library():
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 9))
    modules = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert modules <= sys.stdlib_module_names | {"__future__"}
    assert not modules & {"socket", "ssl", "urllib", "http", "sqlite3", "subprocess", "os"}


def answered(capsys, *arguments: str) -> tuple[int, str]:
    code = verify.main(list(arguments))
    return code, capsys.readouterr().out


def test_what_a_person_reads_is_chinese_first_and_names_the_place(log, tmp_path, capsys):
    export = sealed(log, [10, SIZE])
    folder = export.write(tmp_path / "export")
    mine = tmp_path / "mine.note"
    mine.write_text(export.note(), encoding="utf-8", newline="\n")
    code, text = answered(capsys, str(folder), "--key", VKEY, "--checkpoint", str(mine))
    assert code == 0
    assert text.splitlines()[0].startswith("完好")
    assert text.splitlines()[1].startswith("GOOD")
    code, text = answered(capsys, str(folder), "--key", VKEY)
    assert code == 2
    assert text.startswith("无法判断")
    export.columns[5]["by"] = "0" * 32
    seq = export.columns[5]["seq"]
    export.write(folder)
    code, text = answered(capsys, str(folder), "--key", VKEY, "--checkpoint", str(mine))
    assert code == 1
    assert f"第一处：第{seq}条，档案{export.columns[5]['case']}" in text
    assert instant(seq) in text
    code, text = answered(capsys, str(folder), "--key", VKEY, "--checkpoint", str(mine), "--json")
    assert json.loads(text)["first_bad"]["entry"] == seq


def test_all_that_may_be_said_is_said(log, tmp_path, capsys):
    log.bodies.insert(0, {"v": 1, "log": "log_opened", "at": instant(0), "about": {"after": "x"}})
    log.bodies.append({"v": 1, "log": "read", "at": instant(SIZE), "_withheld": True})
    export = sealed(log)
    export.write(tmp_path / "export")
    mine = tmp_path / "mine.note"
    note = export.note() + OFFICE.cosign(export.checkpoint().text(), 1_790_000_000)
    mine.write_text(note, encoding="utf-8", newline="\n")
    keys = ("--key", VKEY, "--key", OFFICE.cosigning_key.vkey)
    code, text = answered(capsys, str(tmp_path / "export"), *keys, "--checkpoint", str(mine))
    assert code == 2
    for said in ("countersigned: example.cn/organization-department", "first entry", "hashes only: 1"):
        assert said in text


def test_offices_that_countersigned_are_asked_for_by_key_and_others_are_told_as_unknown(log, tmp_path, capsys):
    export = sealed(log, [SIZE])
    strange = Signer.make("example.cn/\u202eecnatsni")  # turns round what follows it on a screen
    export.notes[f"{SIZE}.note"] += strange.cosign(export.checkpoint().text(), 1_790_000_000)
    mine = tmp_path / "mine.note"
    mine.write_text(export.note() + OFFICE.cosign(export.checkpoint().text(), 1_790_000_000), encoding="utf-8")
    asked = (str(export.write(tmp_path / "export")), "--key", VKEY, "--checkpoint", str(mine), "--countersigner")
    code, text = answered(capsys, *asked, OFFICE.cosigning_key.vkey)
    assert code == 0
    assert "countersigned: example.cn/organization-department" in text
    assert f"in the name of 'example.cn/\\u202eecnatsni' at {SIZE} entries; its key is not known here" in text
    code, text = answered(capsys, *asked, OTHER.cosigning_key.vkey)
    assert code == 2
    assert f"no head here is countersigned by {OTHER.name}" in text
    code, text = answered(capsys, *asked, OFFICE.vkey)
    assert code == 2
    assert "does not countersign" in text


@pytest.mark.parametrize("key", ["nothing", "a+b", "a+00000000+AAAA", VKEY[:-4], "a b+00000000+AAAA", SMALL])
def test_a_key_that_is_none_decides_nothing(log, tmp_path, capsys, key):
    sealed(log).write(tmp_path / "export")
    code, text = answered(capsys, str(tmp_path / "export"), "--key", key)
    assert code == 2
    assert "key" in text or "cannot be read" in text


def test_started_as_a_script_it_ends_with_its_code(log, tmp_path, capsys, monkeypatch):
    sealed(log).write(tmp_path / "export")
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), str(tmp_path / "export"), "--key", VKEY])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(SCRIPT), run_name="__main__")
    assert ended.value.code == 2
    assert capsys.readouterr().out.startswith("无法判断")


def test_a_failure_of_the_verifier_is_no_verdict(log, tmp_path, capsys, monkeypatch):
    sealed(log).write(tmp_path / "export")
    monkeypatch.setattr(verify, "Cases", None)
    code, text = answered(capsys, str(tmp_path / "export"), "--key", VKEY)
    assert code == 2
    assert "itself failed" in text


def test_progress_is_told_apart_from_the_answer(log, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(verify, "TELL_EVERY", 1)
    sealed(log, [10]).write(tmp_path / "export")
    verify.main([str(tmp_path / "export"), "--key", VKEY, "--json"])
    said = capsys.readouterr()
    assert "entries" in said.err
    assert "checkpoints" in said.err
    json.loads(said.out)
