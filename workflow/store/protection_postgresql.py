"""What protects the history on PostgreSQL, read from its catalogue: tables, triggers, functions, owners and rights.

Nothing else may stand in the database: whatever can run there, or be taken for something of the server's, is found.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect, Table, bindparam, text
from sqlalchemy.dialects import postgresql as dialects

from workflow.store import guards_0001 as guards
from workflow.store import revision
from workflow.store.postgresql import rights
from workflow.store.tables import Base

ALWAYS = "A"
DIALECT: Dialect = dialects.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy does not say its type
EVENTS = {  # pg_trigger
    "ROW": 1, "STATEMENT": 0, "AFTER": 0, "BEFORE": 2, "INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32,
}  # fmt: skip
PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
COLUMN_PRIVILEGES = {"SELECT", "INSERT", "UPDATE", "REFERENCES"}
KINDS = {"r": "table", "p": "table", "v": "view", "m": "view", "f": "table", "S": "sequence", "c": "type"}  # pg_class
OWN = "n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'"  # schemas that are not the server's
FIRST_OWN = 16384  # smaller numbers belong to the server

RELATIONS = f"""
SELECT n.nspname, c.relname, c.relkind::text, c.relpersistence::text, c.relhasrules, c.relrowsecurity,
  pg_has_role(:role, c.relowner, 'USAGE') AS owned
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OWN} AND c.relkind NOT IN ('i', 'I', 't')
"""  # noqa: S608 - only constants stand in it
COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull,
  replace(pg_get_expr(d.adbin, d.adrelid), 'public.', '') AS value
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace AND c.relname IN :tables AND a.attnum > 0 AND NOT a.attisdropped
"""
CONSTRAINTS = """
SELECT c.relname, k.conname, k.convalidated
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relname IN :tables AND k.contype <> 'n'
"""
INDEXES = """
SELECT i.relname, x.indisunique, x.indisvalid, x.indexprs IS NULL AND x.indpred IS NULL AS plain, (
  SELECT string_agg(a.attname::text, ',' ORDER BY k.place)
  FROM unnest(x.indkey::int2[]) WITH ORDINALITY k (number, place)
  JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.number) AS columns
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relname IN :tables
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype <> 'f')
"""
TRIGGERS = f"""
SELECT c.relname, t.tgname, t.tgtype, t.tgenabled::text, t.tgisinternal, p.proname, m.nspname,
  t.tgqual IS NULL AND t.tgattr = ''::int2vector AND t.tgnargs = 0 AS plain
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace m ON m.oid = p.pronamespace
WHERE {OWN}
"""  # noqa: S608 - only constants stand in it
FUNCTIONS = f"""
SELECT n.nspname, p.proname, pg_get_function_identity_arguments(p.oid) AS arguments, p.prosrc, l.lanname, p.prosecdef,
  p.proconfig, pg_has_role(:role, p.proowner, 'USAGE') AS owned
FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE {OWN}
"""  # noqa: S608 - only constants stand in it
BESIDES = f"""
SELECT 'schema ' || n.nspname FROM pg_namespace n WHERE {OWN} AND n.nspname <> 'public'
UNION ALL SELECT 'rule ' || r.rulename || ' on ' || c.relname FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
  JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OWN} AND c.relkind NOT IN ('v', 'm')
UNION ALL SELECT 'policy ' || y.polname || ' on ' || c.relname FROM pg_policy y JOIN pg_class c ON c.oid = y.polrelid
UNION ALL SELECT 'event trigger ' || evtname FROM pg_event_trigger
UNION ALL SELECT 'extension ' || extname FROM pg_extension WHERE extname <> 'plpgsql'
UNION ALL SELECT 'language ' || lanname FROM pg_language WHERE oid >= {FIRST_OWN}
UNION ALL SELECT 'cast to ' || format_type(casttarget, NULL) FROM pg_cast WHERE oid >= {FIRST_OWN}
UNION ALL SELECT 'operator ' || o.oprname FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE {OWN}
UNION ALL SELECT 'conversion ' || v.conname FROM pg_conversion v JOIN pg_namespace n ON n.oid = v.connamespace
  WHERE {OWN}
UNION ALL SELECT 'type ' || t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE {OWN} AND t.typtype <> 'c' AND t.typelem = 0
"""  # noqa: S608 - only constants stand in it
RIGHTS = """
SELECT c.relname, w.privilege, has_table_privilege(:role, c.oid, w.privilege)
  OR (w.on_column IS NOT NULL AND has_any_column_privilege(:role, c.oid, w.on_column)) AS given
FROM pg_class c CROSS JOIN unnest(CAST(:privileges AS text[]), CAST(:on_columns AS text[])) AS w (privilege, on_column)
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname IN :tables
"""


def found(connection: Connection, role: str) -> dict[str, object]:
    """Return what stands in the catalogue, with the rights of ``role``; the names match those of ``expected``."""
    description: dict[str, object] = dict.fromkeys(connection.execute(text(BESIDES)).scalars(), True)
    for row in _rows(connection, RELATIONS, role=role):
        kind, name = KINDS[row.relkind], _name(row.nspname, row.relname)
        shape = (row.relkind, row.relpersistence, row.relhasrules, row.relrowsecurity)
        description[f"{kind} {name}"] = shape if kind == "table" else row.relkind
        if row.owned:
            description[f"ownership of {name} by {role}"] = True
    tables = tuple(map(str, rights()))
    for row in _rows(connection, COLUMNS, tables=tables):
        description[f"column {row.relname}.{row.attname}"] = (row.type, row.attnotnull, row.value)
    for row in _rows(connection, CONSTRAINTS, tables=tables):
        description[f"constraint {row.conname} on {row.relname}"] = row.convalidated
    for row in _rows(connection, INDEXES, tables=tables):
        description[f"index {row.relname}"] = (row.indisunique, row.indisvalid, row.plain, row.columns)
    description |= _triggers(connection)
    description |= _functions(connection, role)
    return description | _rights(connection, role)


def expected() -> dict[str, object]:
    """Return the same of a database as the migrations make it."""
    description: dict[str, object] = {}
    for table in (*Base.metadata.tables.values(), revision.TABLE):
        description |= _table(table)
    for name, (table_name, when, each, function) in guards.TRIGGERS.items():
        kind = sum(EVENTS[word] for word in (*when.replace(" OR ", " ").split(), each))
        description[f"trigger {name} on {table_name}"] = (kind, ALWAYS, "public", function, True)
    for name, body in guards.FUNCTIONS.items():
        description[f"function {name}"] = (body, "plpgsql", False, (guards.SEARCH_PATH,))
    for table_name, given in rights().items():
        description |= {f"right to {privilege} on {table_name}": True for privilege in given}
    return description


def sequence_of(table: Table) -> tuple[str, str] | None:
    """Return the column that the database numbers by itself and the sequence from which it takes the numbers."""
    column = table.autoincrement_column
    return None if column is None else (column.name, f"{table.name}_{column.name}_seq")


def _table(table: Table) -> dict[str, object]:
    """Return a table with everything that belongs to it, as the migrations make it."""
    description: dict[str, object] = {f"table {table.name}": ("r", "p", False, False)}
    numbered = sequence_of(table) or ("", "")
    if numbered[1]:
        description[f"sequence {numbered[1]}"] = "S"
    for column in table.columns:
        written = column.type.compile(dialect=DIALECT).lower().replace("varchar", "character varying")
        value = f"nextval('{numbered[1]}'::regclass)" if column.name == numbered[0] else None
        description[f"column {table.name}.{column.name}"] = (
            written.partition(" collate ")[0], not column.nullable, value
        )  # fmt: skip
    for constraint in table.constraints:
        description[f"constraint {constraint.name} on {table.name}"] = True
    for index in table.indexes:
        columns = ",".join(column.name for column in index.columns)
        description[f"index {index.name}"] = (bool(index.unique), True, True, columns)
    return description


def _name(schema: str, name: str) -> str:
    return name if schema == "public" else f"{schema}.{name}"


def _triggers(connection: Connection) -> dict[str, object]:
    """Return all triggers; those that keep foreign keys are named only where they are switched off."""
    description: dict[str, object] = {}
    for row in _rows(connection, TRIGGERS):
        if not row.tgisinternal:
            description[f"trigger {row.tgname} on {row.relname}"] = (
                row.tgtype,
                row.tgenabled,
                row.nspname,
                row.proname,
                row.plain,
            )
        elif row.tgenabled not in {"O", ALWAYS}:
            description[f"disabled foreign key on {row.relname}"] = True
    return description


def _functions(connection: Connection, role: str) -> dict[str, object]:
    description: dict[str, object] = {}
    for row in _rows(connection, FUNCTIONS, role=role):
        settings, name = tuple(row.proconfig or ()), _name(row.nspname, row.proname)
        known = name + (f"({row.arguments})" if row.arguments else "")
        description[f"function {known}"] = (row.prosrc, row.lanname, row.prosecdef, settings)
        if row.owned:
            description[f"ownership of {known} by {role}"] = True
    return description


def _rights(connection: Connection, role: str) -> dict[str, object]:
    on_columns = [privilege if privilege in COLUMN_PRIVILEGES else None for privilege in PRIVILEGES]
    rows = _rows(
        connection, RIGHTS, role=role, privileges=list(PRIVILEGES), on_columns=on_columns, tables=tuple(rights())
    )
    description: dict[str, object] = {f"right to {row.privilege} on {row.relname}": True for row in rows if row.given}
    if connection.scalar(text("SELECT has_schema_privilege(:role, 'public', 'CREATE')"), {"role": role}):
        description["right to CREATE in the schema"] = True
    return description


def _rows(connection: Connection, sql: str, **values: object) -> CursorResult[Any]:
    lists: list[Any] = [bindparam("tables", expanding=True)] if "tables" in values else []
    return connection.execute(text(sql).bindparams(*lists), values)
