"""What must hold inside one edition and pydantic cannot see: every name that is used exists, and fits its use."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from workflow.law.fit import Types, column_types, derived_misfits, misfits, unsayable
from workflow.law.kinds import AnyOf, Kind
from workflow.law.model import (
    Derived,
    Edition,
    LapsedVote,
    OutcomeDef,
    RuleDef,
    StepDef,
)
from workflow.law.source import Fault, Source

Path = tuple[str | int, ...]


def check_edition(edition: Edition, source: Source) -> list[Fault]:
    """Return all faults of names, types and bounds in one edition."""
    faults: list[Fault] = []
    types = column_types(edition)
    for name, derived in edition.derived.items():
        faults += _check_derived(edition, derived, types, ("derived", name), source)
    for step_id, step in edition.steps.items():
        faults += check_step(edition, step, types, ("steps", step_id), source)
    faults += _check_numbers(edition, source)
    faults += _check_log(edition, source)
    if edition.states and (edition.initial is None or edition.initial not in edition.states):
        faults.append(source.fault(("initial",), "没有这个初始状态", "the initial state is not among the states"))
    return faults


def _check_derived(edition: Edition, derived: Derived, types: Types, path: Path, source: Source) -> Iterator[Fault]:
    yield from _named(_unknown(derived.how.columns(), types), path, source, "列", "column")
    yield from _misfits(derived_misfits(derived.how, types), path, source)
    if isinstance(derived.how, LapsedVote) and derived.how.unless.reached:
        steps = _unknown((derived.how.unless.reached,), edition.numbered)
        yield from _named(steps, path, source, "编号步骤", "numbered step")


def check_rule(edition: Edition, rule: RuleDef, types: Types, path: Path, source: Source) -> list[Fault]:
    """Return the faults of one rule: unknown or unfit columns, steps, values, outcomes; ``refuse`` on a last day."""
    extra = (rule.governed_on,) if rule.governed_on else ()
    columns = (*rule.demand.columns(), *rule.conditions(), *extra)
    faults = _named(_unknown(columns, types), path, source, "列", "column")
    faults += _named(_unknown(rule.demand.reached(), edition.numbered), path, source, "编号步骤", "numbered step")
    faults += _misfits(misfits(rule.demand, types), path, source)
    faults += _check_values(edition, rule, types, path, source)
    faults += _check_outcomes(rule, path, source)
    if rule.online == "refuse" and bounded_above(rule.demand):
        zh = "最迟期限不能拒绝登记：逾期已成事实，只能如实记录"
        faults.append(source.fault((*path, "online"), zh, "an upper bound cannot refuse: being late has happened"))
    if rule.online.startswith("redo: ") and rule.online[6:] not in edition.steps:
        faults.append(source.fault((*path, "online"), "没有这个步骤", f"no step “{rule.online[6:]}”"))
    return faults


def bounded_above(demand: Kind) -> bool:
    """Tell whether a demand sets a last day: waiting can only make it worse."""
    if isinstance(demand, AnyOf):
        return all(bounded_above(part) for part in demand.of)
    return demand.upper_bound


def _check_values(edition: Edition, rule: RuleDef, types: Types, path: Path, source: Source) -> Iterator[Fault]:
    for column, value in unsayable(edition, rule, types):
        zh, en = f"列“{column}”没有取值“{value}”", f"column “{column}” never holds “{value}”"
        yield source.fault(path, zh, en)


def _misfits(columns: Iterable[str], path: Path, source: Source) -> list[Fault]:
    zh, en = "列“{}”的类型不适用", "column “{}” is of a type that does not fit"
    return [source.fault(path, zh.format(column), en.format(column)) for column in dict.fromkeys(columns)]


def _check_outcomes(rule: RuleDef, path: Path, source: Source) -> Iterator[Fault]:
    for key in ("codes", "force"):
        named = getattr(rule, key)
        if not isinstance(named, dict):
            continue
        for outcome in named:
            if outcome not in rule.demand.outcomes:
                zh = f"此类规则没有结果“{outcome}”"
                yield source.fault((*path, key, outcome), zh, f"this kind has no outcome “{outcome}”")


def check_step(edition: Edition, step: StepDef, types: Types, path: Path, source: Source) -> Iterator[Fault]:
    """Yield the faults of one step that stands at ``path``, its rules included; ``types``: of the columns."""
    for name, rule in step.rules.items():
        yield from check_rule(edition, rule, types, (*path, "rules", name), source)
    bodies = set(edition.bodies)
    yield from _named(_unknown((*step.by, *step.power), bodies), path, source, "机构", "body")
    yield from _named(_unknown(step.start, set(edition.states)), (*path, "from"), source, "状态", "state")
    if step.stage is not None and step.stage not in edition.stages:
        yield source.fault((*path, "stage"), f"没有阶段“{step.stage}”", f"no stage “{step.stage}”")
    days = {name for name, field in step.evidence.items() if field.dates_an_act}
    if step.day not in days:
        zh = f"“{step.day}”应是本步骤的日期材料"
        yield source.fault((*path, "evidence"), zh, f"“{step.day}” must be a day among the evidence of the step")
    for name, field in step.evidence.items():
        kept = (field.kept_in,) if field.kept_in else ()
        yield from _named(_unknown(kept, set(edition.states)), (*path, "evidence", name), source, "状态", "state")
        yield from _named(_unknown(field.only, step.outcomes), (*path, "evidence", name), source, "结果", "outcome")
    for name, outcome in step.outcomes.items():
        here = (*path, "outcomes", name)
        states = (*outcome.start, *((outcome.to,) if outcome.to else ()))
        yield from _named(_unknown(states, set(edition.states)), here, source, "状态", "state")
        yield from _named(_unknown(outcome.by, bodies), here, source, "机构", "body")
        yield from _named(_unknown(outcome.ends, edition.steps), (*here, "ends"), source, "步骤", "step")
        yield from _sets(step, outcome, here, source)
        fills = (outcome.fills,) if outcome.fills else ()
        yield from _named(_unknown(fills, days), here, source, "日期材料", "day of this step")


def _sets(step: StepDef, outcome: OutcomeDef, here: Path, source: Source) -> Iterator[Fault]:
    """Yield what an outcome sets and the step's evidence cannot hold."""
    for key, value in outcome.sets.items():
        field = step.evidence.get(key)
        if field is None or value not in field.values:
            zh = f"“{key}”不是本步骤可取“{value}”的选项材料"
            yield source.fault((*here, "sets", key), zh, f"“{key}” is no choice of this step that can be “{value}”")


def _check_numbers(edition: Edition, source: Source) -> Iterator[Fault]:
    seen: dict[int, str] = {}
    for step_id, step in edition.steps.items():
        if step.number is None:
            continue
        if step.number in seen:
            zh = f"与步骤“{seen[step.number]}”编号相同"
            yield source.fault(("steps", step_id, "number"), zh, f"same number as “{seen[step.number]}”")
        seen[step.number] = step_id


def _check_log(edition: Edition, source: Source) -> Iterator[Fault]:
    """Yield what the part about logs names and the edition does not know."""
    for activity, target in edition.log.activities.items():
        step, _, outcome = target.partition(":")
        here = ("log", "activities", activity)
        yield from _named(_unknown((step,), edition.steps), here, source, "步骤", "step")
        if outcome and step in edition.steps:
            yield from _named(_unknown((outcome,), edition.steps[step].outcomes), here, source, "结果", "outcome")
    yield from _named(_unknown(edition.log.attributes, edition.fields), ("log", "attributes"), source, "列", "column")


def _unknown(names: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name not in known))


def _named(names: Iterable[str], path: Path, source: Source, zh: str, en: str) -> list[Fault]:
    return [source.fault(path, f"没有{zh}“{name}”", f"no {en} “{name}”") for name in names]
