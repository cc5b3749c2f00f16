"""JSON Schema of the definition files, so that an editor helps while they are written.

In the files a rule is flat: the parameters of its kind stand beside basis, codes and text. The model keeps them apart
as its demand; here they are put together again, with one branch for every kind.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from workflow.errors import Text, WorkflowError
from workflow.law.indications import Indications
from workflow.law.kinds import KINDS, AnyOf, Kind
from workflow.law.loader import Conventions
from workflow.law.model import Coverage, Edition, Overlay, RuleDef, Transitions
from workflow.law.organizations import Organizations

Schema = dict[str, Any]  # JSON: whatever JSON Schema allows
FILES: dict[str, type[BaseModel]] = {
    "edition": Edition,
    "overlay": Overlay,
    "coverage": Coverage,
    "conventions": Conventions,
    "transitions": Transitions,
    "indications": Indications,
    "organizations": Organizations,
}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _one_of_the_lengths(fewest_days: int) -> Schema:
    months = {"required": ["months"], "properties": {"months": {"minimum": 1}, "days": {"const": 0}}}
    days = {"required": ["days"], "properties": {"days": {"minimum": fewest_days}, "months": {"const": 0}}}
    return {"oneOf": [months, days]}


BETWEEN: dict[str, Schema] = {  # what the model's validators demand beside the types
    "NotBefore": _one_of_the_lengths(1),
    "Within": _one_of_the_lengths(0),  # ``days: 0``: the limit is itself a day on record
    "Count": {"oneOf": [{"required": [subject]} for subject in ("of", "days", "amount")]},
    "StandingOf": {"oneOf": [{"required": ["must_be"]}, {"required": ["not_under"]}]},
    "FieldDef": {
        "if": {"properties": {"type": {"const": "choice"}}, "required": ["type"]},
        "then": {"required": ["values"], "properties": {"values": {"minProperties": 1}}},
        "else": {"properties": {"values": {"maxProperties": 0}}},
    },
}
SET_BY_THE_LOADER = {"FieldDef": "added_by", "Edition": "overlays"}
SHARE = {
    "description": "a fraction below 1, such as 1/2 or 0.5",
    "anyOf": [
        {"type": "string", "pattern": r"^([0-9]+/[1-9][0-9]*|0?\.[0-9]+|0)$"},
        {"type": "number", "minimum": 0, "exclusiveMaximum": 1},
    ],
}


class UnknownSchema(WorkflowError):  # noqa: N818 - what the user asked for is unknown
    """A schema was asked for of files that do not exist."""


def schema(name: str) -> Schema:
    """Return the schema of one sort of files, a key of ``FILES``; raises UnknownSchema."""
    if name not in FILES:
        known = ", ".join(FILES)
        raise UnknownSchema(
            Text(f"没有“{name}”这类文件", f"there are no files of the sort “{name}”"),
            Text(f"有这些：{known}", f"there are: {known}"),
        )
    made = FILES[name].model_json_schema(by_alias=True)
    parts: dict[str, Schema] = made.pop("$defs")
    if RuleDef.__name__ in parts:
        _flatten(parts)
    for model, field in SET_BY_THE_LOADER.items():
        for part in (parts.get(model), made if FILES[name].__name__ == model else None):
            if part is not None:
                part["properties"].pop(field)
    for model, more in BETWEEN.items():
        if model in parts:
            parts[model] |= more
    definitions = {key: _tidy(parts[key]) for key in sorted(parts)}
    return {"$schema": DIALECT, "title": f"jishi {name}", **_tidy(made), "$defs": definitions}


def schema_text(name: str) -> str:
    """Return the schema as it stands in ``definitions/schema/NAME.json``."""
    return json.dumps(schema(name), indent=1, ensure_ascii=False) + "\n"


def _flatten(parts: dict[str, Schema]) -> None:
    """Replace the rule that holds a demand by one flat rule a kind, chosen by ``kind``."""
    rule = parts[RuleDef.__name__]
    common = {key: value for key, value in rule["properties"].items() if key not in ("demand", "added_by")}
    required = [key for key in rule["required"] if key != "demand"]
    for kind in KINDS:
        parts[_flat(kind)] = _branch(kind, parts[kind.__name__], common)
    parts[RuleDef.__name__] = {
        "description": rule["description"],
        "type": "object",
        "properties": {"kind": {"enum": [_word(kind) for kind in KINDS]}} | common,
        "required": ["kind", *required],
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": _word(kind)}}, "required": ["kind"]},
                "then": {"$ref": f"#/$defs/{_flat(kind)}"},
            }
            for kind in KINDS
        ],
    }
    for kind in set(KINDS) - _alternatives(parts):
        parts.pop(kind.__name__)


def _branch(kind: type[Kind], own: Schema, common: Schema) -> Schema:
    """Return what one kind adds: its parameters, no others, and only outcomes that it knows."""
    shared: Schema = dict.fromkeys(common, True)  # described once, beside the kind
    outcomes = [str(outcome) for outcome in kind.outcomes]
    shared |= {key: {"propertyNames": {"enum": outcomes}} for key in ("codes", "force")}
    if kind.upper_bound:
        shared["online"] = {
            "not": {"const": "refuse"},
            "description": "an upper bound cannot refuse: being late has happened",
        }
    return {
        "description": own["description"],
        "type": "object",
        "additionalProperties": False,
        "properties": own["properties"] | shared,
        "required": own["required"],
        **BETWEEN.get(kind.__name__, {}),
    }


def _word(kind: type[Kind]) -> str:
    """Return the word by which files name a kind."""
    return str(kind.model_json_schema()["properties"]["kind"]["const"])


def _flat(kind: type[Kind]) -> str:
    return f"Rule_{_word(kind)}"


def _alternatives(parts: Mapping[str, Schema]) -> set[type[Kind]]:
    """Return the kinds that stand inside ``any_of``, where they keep their own shape."""
    inside = json.dumps(parts[_flat(AnyOf)])
    return {kind for kind in KINDS if f'"#/$defs/{kind.__name__}"' in inside}


def _tidy(value: Any) -> Any:  # noqa: ANN401 - any part of a JSON document
    """Drop pydantic's titles and OpenAPI's discriminators; spell out what a share may be."""
    if isinstance(value, list):
        return [_tidy(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: item for key, item in value.items() if not _noise(key, item)}
    return {key: SHARE if key == "more_than" else _tidy(item) for key, item in kept.items()}


def _noise(key: str, item: object) -> bool:
    return (key == "title" and isinstance(item, str)) or (key == "discriminator" and isinstance(item, dict))
