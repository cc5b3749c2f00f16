"""Kinds of Party organizations, the bodies as which each acts, and the offices in them: ``organizations.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cached_property
from importlib.resources.abc import Traversable

from pydantic import Field, model_validator

from workflow.law.kinds import Bilingual, Name, Strict
from workflow.law.loader import read_definition, validated
from workflow.law.source import DefinitionError, Fault, Source

FILE = "organizations.yaml"


class Right(StrEnum):
    """What an office lets its holder do, within its organization and what stands below."""

    RECORD = "record"
    DECIDE = "decide"
    CONFIRM = "confirm"
    READ = "read"
    ADMINISTER = "administer"
    INSPECT = "inspect"


class OrganizationKind(Strict):
    """A kind of organization: as which bodies it acts, and where it may stand."""

    zh: str
    en: str
    bodies: tuple[Name, ...] = Field(min_length=1)
    with_committee: tuple[Name, ...] = ()  # bodies that it has only where it has a branch committee
    records_for: tuple[Name, ...] = ()  # bodies without an account here, whose acts it writes down
    under: tuple[Name, ...] = ()
    attached: bool = False  # beside the line, serving another organization with all below that
    serves: tuple[Name, ...] = ()
    holds_cases: bool = False

    @model_validator(mode="after")
    def _one_place(self) -> OrganizationKind:
        if self.attached != bool(self.serves) or (self.attached and self.under):
            message = "what is attached says whom it serves, and stands under nothing"
            raise ValueError(message)
        return self


class Role(Strict):
    """An office: in which kinds of organizations it exists and which rights it gives."""

    zh: str
    en: str
    kinds: tuple[Name, ...] = Field(min_length=1)
    rights: tuple[Right, ...] = Field(min_length=1)
    apart: bool = False  # whoever holds it holds no office of another role


class Organizations(Strict):
    """All that the file says."""

    rights: dict[Right, Bilingual]
    kinds: dict[Name, OrganizationKind] = Field(min_length=1)
    roles: dict[Name, Role] = Field(min_length=1)

    @cached_property
    def case_kinds(self) -> frozenset[str]:
        """Return the kinds that hold cases; all others are superior bodies to them."""
        return frozenset(name for name, kind in self.kinds.items() if kind.holds_cases)

    def bodies(self, kind: str, *, has_committee: bool | None = None) -> tuple[str, ...]:
        """Return as which bodies an organization acts; not known to have no committee: as if it had one."""
        found = self.kinds[kind]
        return found.bodies if has_committee is False else (*found.bodies, *found.with_committee)

    def may_stand(self, kind: str, above: str) -> bool:
        """Tell whether an organization of ``kind`` may stand under, or be attached to, one of the kind ``above``."""
        found = self.kinds[kind]
        return above in (found.serves if found.attached else found.under)

    def roles_with(self, kind: str, right: Right) -> tuple[str, ...]:
        """Return the roles of a kind that give a right, in the order of the file."""
        return tuple(name for name, role in self.roles.items() if kind in role.kinds and right in role.rights)

    def served(self) -> frozenset[str]:
        """Return every body for which some kind acts or records."""
        kinds = self.kinds.values()
        return frozenset(
            body for kind in kinds for body in (*kind.bodies, *kind.with_committee, *kind.records_for)
        )  # fmt: skip


def load_organizations(root: Traversable) -> Organizations:
    """Return what ``organizations.yaml`` below ``root`` says; raises DefinitionError with all faults."""
    return read_organizations(root)[0]


def read_organizations(root: Traversable) -> tuple[Organizations, Source]:
    """Return the organizations and their source, for pointing at lines; raises DefinitionError with all faults."""
    file = root / FILE
    if not file.is_file():
        source = Source(FILE)
        raise DefinitionError([source.fault((), "没有这个文件", "there is no such file")])
    source = read_definition(file, FILE)
    organizations, faults = validated(Organizations, source)
    if organizations is not None:
        faults += _names(organizations, source)
    if organizations is None or faults:
        raise DefinitionError(sorted(faults, key=lambda fault: fault.line))
    return organizations, source


def _names(organizations: Organizations, source: Source) -> Iterator[Fault]:
    """Yield kinds that are named and do not exist, places beside the line, rights without words."""
    for right in Right:
        if right not in organizations.rights:
            yield source.fault(("rights",), f"没有说明“{right}”", f"“{right}” is not explained")
    for name, kind in organizations.kinds.items():
        yield from _kinds(organizations, (*kind.under, *kind.serves), ("kinds", name), source)
        for above in (*kind.serves, *kind.under):
            if above in organizations.kinds and organizations.kinds[above].attached:
                zh, en = f"“{above}”不在组织序列之中", f"“{above}” does not stand in the line itself"
                yield source.fault(("kinds", name), zh, en)
    for name, role in organizations.roles.items():
        yield from _kinds(organizations, role.kinds, ("roles", name, "kinds"), source)


def _kinds(
    organizations: Organizations, names: Iterable[str], path: tuple[str, ...], source: Source
) -> Iterator[Fault]:
    for name in dict.fromkeys(names):
        if name not in organizations.kinds:
            yield source.fault(path, f"没有组织类别“{name}”", f"no kind of organization “{name}”")
