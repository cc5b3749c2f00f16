"""The schemas that editors use: the shipped files keep them, planted faults do not, and they are up to date."""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # no types are published with it
import pytest
from ruamel.yaml import YAML

from workflow.law.kinds import KINDS
from workflow.law.loader import definitions_root
from workflow.law.schema import FILES, UnknownSchema, schema, schema_text

ROOT = Path(str(definitions_root()))
ALONE = sorted(path for path in (ROOT / "branch_life").glob("*.yaml") if path.stem != "conventions")
SHIPPED = {
    "edition": [*sorted((ROOT / "recruitment").glob("2*.yaml")), *ALONE],
    "overlay": sorted((ROOT / "overlays").glob("*.yaml")),
    "coverage": [ROOT / "recruitment" / "coverage.yaml"],
    "conventions": [ROOT / "recruitment" / "conventions.yaml", ROOT / "branch_life" / "conventions.yaml"],
    "transitions": [ROOT / "recruitment" / "transitions.yaml"],
    "indications": [ROOT / "recruitment" / "indications.yaml"],
}


@cache
def validator(name):
    """Return the judge of one sort of files."""
    return jsonschema.Draft202012Validator(schema(name), format_checker=jsonschema.FormatChecker())


def faults(name, value):
    """Return what the schema of ``name`` says against a value."""
    return [error.message for error in validator(name).iter_errors(value)]


def read(path):
    """Return a YAML file as an editor reads it."""
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def newest():
    """Return the newest edition as plain values."""
    return read(ROOT / "recruitment" / "2026-05-11.yaml")


@pytest.mark.parametrize("name", FILES)
def test_the_schema_is_a_schema(name):
    jsonschema.Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize(("name", "path"), [(name, path) for name, paths in SHIPPED.items() for path in paths], ids=str)
def test_every_shipped_file_keeps_its_schema(name, path):
    assert faults(name, read(path)) == []


def test_every_shipped_file_is_looked_at():
    looked_at = {path for paths in SHIPPED.values() for path in paths}
    folders = ("recruitment", "branch_life", "overlays")
    assert looked_at == {path for folder in folders for path in (ROOT / folder).glob("*.yaml")}


@pytest.mark.parametrize("name", FILES)
def test_the_files_for_editors_are_up_to_date(name):
    written = (ROOT / "schema" / f"{name}.json").read_text(encoding="utf-8")
    assert written == schema_text(name), "run: jishi law schema --write definitions/schema"


@pytest.mark.parametrize(("name", "path"), [(name, path) for name, paths in SHIPPED.items() for path in paths], ids=str)
def test_every_shipped_file_names_its_schema(name, path):
    assert path.read_text(encoding="utf-8").splitlines()[0] == f"# yaml-language-server: $schema=../schema/{name}.json"


RULE = ("steps", "talk", "rules", "within_a_month")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("stepz",), {}),
        (("edition",), "soon"),
        (("overlays",), ["town"]),
        (("steps", "talk", "by"), []),
        (("steps", "talk", "opens"), "perhaps"),
        (("steps", "talk", "evidence", "on", "type"), "date"),
        (("steps", "talk", "evidence", "on", "values"), {"one": {"zh": "一", "en": "one"}}),
        (("steps", "talk", "evidence", "on", "added_by"), "town"),
        (("steps", "admit", "evidence", "ballot", "values"), {}),
        ((*RULE, "kind"), "in_time"),
        ((*RULE, "mounths"), 1),
        ((*RULE, "demand"), {}),
        ((*RULE, "days"), 30),
        ((*RULE, "months"), 0),
        ((*RULE, "basis"), "article 7"),
        ((*RULE, "force"), "harsh"),
        ((*RULE, "force"), {"early": "soft"}),
        ((*RULE, "codes"), {"broken": "V03"}),
        ((*RULE, "online"), "refuse"),
        ((*RULE, "online"), "redo talk"),
        ((*RULE, "governed_by"), "today"),
        ((*RULE, "text"), {"zh": "一个月内"}),
        ((*RULE, "act"), "Talk.On"),
        (("steps", "contacts", "rules", "one_or_two", "amount"), "training.hours"),
        (("steps", "contacts", "rules", "full_members", "not_under"), ["warning"]),
        (("steps", "admit", "rules", "quorum", "more_than"), "3/0"),
        (("steps", "admit", "rules", "quorum", "more_than"), 1.5),
        (("steps", "training", "rules", "long_enough", "of"), [{"kind": "order", "chain": ["a.on", "b.on"]}] * 2),
        (("derived", "gate_on", "how"), {"plus": "admit.on"}),
    ],
)  # fmt: skip
def test_a_planted_fault_is_found(newest, path, value):
    planted = deepcopy(newest)
    *above, last = path
    place = planted
    for key in above:
        place = place[key]
    place[last] = value
    assert not validator("edition").is_valid(planted)


@pytest.mark.parametrize("missing", ["kind", "text", "basis", "from"])
def test_a_rule_without_what_it_needs_is_found(newest, missing):
    planted = deepcopy(newest)
    del planted["steps"]["talk"]["rules"]["within_a_month"][missing]
    assert not validator("edition").is_valid(planted)


@pytest.mark.parametrize("share", ["1/2", "2/3", 0.5, "0.5", 0])
def test_a_share_may_be_written_as_people_write_it(newest, share):
    planted = deepcopy(newest)
    planted["steps"]["admit"]["rules"]["quorum"]["more_than"] = share
    assert faults("edition", planted) == []


def test_faults_in_the_other_files_are_found():
    overlay = read(SHIPPED["overlay"][0])
    assert faults("overlay", overlay | {"extends": []})
    assert faults("overlay", overlay | {"in_force": "next year"})
    coverage = read(SHIPPED["coverage"][0])
    coverage["editions"]["2026-05-11"]["articles"]["13"]["how"] = "somehow"
    assert faults("coverage", coverage)
    conventions = read(SHIPPED["conventions"][0])
    del conventions["conventions"]["month_arithmetic"]["reason"]
    assert faults("conventions", conventions)
    transitions = read(SHIPPED["transitions"][0])
    assert faults("transitions", transitions | {"local_choices": [{"rule": "admit.within_a_month"}]})
    indications = read(SHIPPED["indications"][0])
    assert faults("indications", indications | {"idle": indications["rush"]})
    indications["rush"]["limits"][0]["people"] = 1
    assert faults("indications", indications)


def test_every_kind_has_its_branch_and_no_rule_holds_a_demand():
    parts = schema("edition")["$defs"]
    assert sum(name.startswith("Rule_") for name in parts) == len(KINDS) == len(parts["RuleDef"]["allOf"])
    assert "demand" not in parts["RuleDef"]["properties"]
    assert all("demand" not in part.get("properties", {}) for part in parts.values())
    assert '"discriminator"' not in json.dumps(parts)


def test_a_schema_that_does_not_exist_is_refused():
    with pytest.raises(UnknownSchema, match="edition, overlay"):
        schema("ledger")
