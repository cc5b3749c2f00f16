"""Organizations as people and scripts read them: the tree, one organization, the offices that its kind has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workflow.cli.administering import WIDTH as LINE
from workflow.cli.administering import Plain, day_plain, days_text, kind_text, named, title_of
from workflow.compliance.columns import table_lines
from workflow.engine.laws import Laws
from workflow.engine.registers import Laid
from workflow.engine.scope import OrganizationRow
from workflow.errors import Text

STEP = "  "  # one step deeper in the tree
COMMITTEE = {
    True: Text("设支部委员会", "with a branch committee"),
    False: Text("不设支部委员会", "without a branch committee"),
    None: Text("支部委员会不详", "branch committee not known"),
}
ALONE = Text(
    "下面还没有组织。接下来：jishi organization add 名称 --kind 党支部",
    "Nothing stands below yet. Next: jishi organization add NAME --kind branch",
)


def tree_lines(
    laws: Laws, rows: Sequence[OrganizationRow], laid: Mapping[int, Sequence[Laid]], lang: str, *, ids: bool
) -> list[str]:
    """Return the tree as a table, everything below and right of what it stands under; one alone: what to do next."""
    headers = {"zh": ("组织", "类别", "说明", "编号"), "en": ("organization", "kind", "notes", "id")}[lang]
    ordered = sorted(rows, key=_place)
    top = min((len(_place(row)) for row in ordered), default=0)
    body = [
        (
            STEP * (len(_place(row)) - top) + row.name,
            kind_text(laws, row.kind).of(lang),
            Text("；", "; ").of(lang).join(_notes(laws, row, laid.get(row.id, ()), lang)),
            row.uid.hex,
        )
        for row in ordered
    ]
    columns = 4 if ids else 3
    lines = table_lines(headers[:columns], [row[:columns] for row in body], LINE, stretch=2)
    return lines if len(rows) > 1 else [*lines, ALONE.of(lang)]


def tree_plain(
    laws: Laws,
    shown: Sequence[OrganizationRow],
    everything: Sequence[OrganizationRow],
    laid: Mapping[int, Sequence[Laid]],
) -> list[Plain]:
    """Return the tree for scripts, each organization after the one above it."""
    by_id = {row.id: row for row in everything}
    return [
        organization_plain(laws, row, by_id.get(row.parent_id or row.serves_id or 0), laid.get(row.id, ()))
        for row in sorted(shown, key=_place)
    ]


def organization_plain(
    laws: Laws, row: OrganizationRow, above: OrganizationRow | None, laid: Sequence[Laid] = ()
) -> Plain:
    """Return an organization for scripts; ``above``: what it stands under or serves, null outside the scope."""
    return {
        "id": row.uid.hex,
        "name": row.name,
        "kind": named(row.kind, kind_text(laws, row.kind)),
        "above": above.uid.hex if above else None,
        "attached": row.serves_id is not None,
        "has_committee": row.has_committee,
        "until": day_plain(row.until_on),
        "overlays": [
            {**named(one.overlay, title_of(laws, one.overlay)), "from": day_plain(one.from_on),
             "until": day_plain(one.until_on)}
            for one in laid
        ],
    }  # fmt: skip


def roles_text(laws: Laws, row: OrganizationRow) -> Text:
    """Return which offices a kind of organization has, and how somebody gets one."""
    roles = [(code, role) for code, role in laws.organizations.roles.items() if row.kind in role.kinds]
    zh = "、".join(role.zh for _, role in roles)
    en = ", ".join(code for code, _ in roles)
    return Text(
        f"接下来：jishi account add 登录名 --name 姓名 --organization {row.name} --role 职务\n  设有职务：{zh}",
        f"Next: jishi account add LOGIN --name NAME --organization {row.name} --role ROLE\n  roles there: {en}",
    )


def _notes(laws: Laws, row: OrganizationRow, laid: Sequence[Laid], lang: str) -> list[str]:
    known = laws.organizations.kinds.get(row.kind)
    notes = [COMMITTEE[row.has_committee].of(lang)] if known is not None and known.with_committee else []
    if row.serves_id is not None:
        notes.append(Text("附设", "attached").of(lang))
    if row.until_on is not None:
        notes.append(Text(f"至 {row.until_on}", f"until {row.until_on}").of(lang))
    return notes + [f"{title_of(laws, one.overlay).of(lang)} {days_text(one.from_on, one.until_on, lang)}"
                    for one in laid]  # fmt: skip


def _place(row: OrganizationRow) -> tuple[int, ...]:
    """Return the ids from the root on: the order in which organizations were added, each after the one above it."""
    return tuple(map(int, row.path.split(".")[:-1]))
