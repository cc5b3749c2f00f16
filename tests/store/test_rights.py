"""Every table and every kind of writing, tried by the application itself: only what the design allows is done."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Table, and_, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from tests.store.world import ROWS, TABLES, row, settle
from workflow.store.protection import compare
from workflow.store.tables import APPEND_ONLY, NEVER_UPDATED

ANY_WRITE = {"insert", "update", "delete", "replace", "upsert"}
APPEND = {"insert"}
ALLOWED = {  # what the design allows, table by table; whatever is not named here is refused
    "installation": ANY_WRITE - {"insert"},  # one row
    "organization": ANY_WRITE,
    "organization_overlay": ANY_WRITE,
    "member": ANY_WRITE,
    "penalty": ANY_WRITE,
    "account": ANY_WRITE,
    "office": ANY_WRITE,
    "cases": ANY_WRITE,
    "person": ANY_WRITE,
    "name_part": ANY_WRITE,
    "batch": APPEND,
    "submission": APPEND,
    "submission_salt": ANY_WRITE,
    "proposal": ANY_WRITE,
    "entry": APPEND,
    "entry_value": {"insert", "delete"},
    "transfer": ANY_WRITE,
    "todo": ANY_WRITE,
    "signed_in": ANY_WRITE,
    "sign_in_failure": ANY_WRITE,
    "log_entry": APPEND,
    "seal_log": APPEND,
    "leaf": APPEND,
    "subtree": APPEND,
    "checkpoint": APPEND,
    "outside": APPEND,
    "seal_law": APPEND,
    "finding": ANY_WRITE,
    "audit_run": APPEND,
    "audit_count": APPEND,
    "indication_run": APPEND,
    "indication_count": APPEND,
    "finding_event": APPEND,
    "finding_text": {"insert", "delete"},
    "finding_life": ANY_WRITE,
    "outbox": ANY_WRITE,
}
REFUSALS = {  # how a database says that this is not for the application; anything else is a fault of the test
    "sqlite": (
        "not authorized",
        "cannot drop PRIMARY KEY column",
        "kept as they were written",
        "there already",
        "not the next number",
        "may not be modified",
        "constraint failed",
    ),
    "postgresql": ("permission denied", "must be owner", "violates check constraint"),
}


class TakeBack(Exception):  # noqa: N818 - it is no error
    """Ends a transaction without a trace."""


def last(table: Table):
    """Return the condition for the last row of a table, to which nothing points."""
    made = row(table, ROWS[table.name])
    return and_(*(column == made[column.name] for column in table.primary_key))


def column(table: Table):
    """Return the name of a column that is no key, if there is one."""
    free = [each for each in table.columns if not each.primary_key and not each.foreign_keys]
    return (free or [each for each in table.columns if not each.primary_key] or list(table.columns))[-1].name


def do_insert(connection: Connection, table: Table) -> None:
    connection.execute(insert(table).values(row(table, ROWS[table.name] + 1)))


def do_update(connection: Connection, table: Table) -> None:
    name = column(table)
    assert connection.execute(update(table).where(last(table)).values({name: table.c[name]})).rowcount == 1


def do_delete(connection: Connection, table: Table) -> None:
    assert connection.execute(delete(table).where(last(table))).rowcount == 1


def do_replace(connection: Connection, table: Table) -> None:
    connection.execute(insert(table).prefix_with("OR REPLACE").values(row(table, ROWS[table.name])))


def do_upsert(connection: Connection, table: Table) -> None:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    name = column(table)
    statement = dialect.insert(table).values(row(table, ROWS[table.name]))
    keys = list(table.primary_key)
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_={name: table.c[name]}))


def do_sql(template: str) -> Callable[[Connection, Table], None]:
    """Return an attempt that runs a statement on a table."""

    def attempt(connection: Connection, table: Table) -> None:
        connection.exec_driver_sql(template.format(table=table.name, column=column(table)))

    return attempt


BOTH = {
    "insert": do_insert,
    "update": do_update,
    "delete": do_delete,
    "upsert": do_upsert,
    "update of every row": do_sql("UPDATE {table} SET {column} = {column}"),
    "update of no row": do_sql("UPDATE {table} SET {column} = {column} WHERE 1 = 0"),
    "drop": do_sql("DROP TABLE {table}"),
    "rename": do_sql("ALTER TABLE {table} RENAME TO gone"),
    "add column": do_sql("ALTER TABLE {table} ADD COLUMN more INTEGER"),
    "drop column": do_sql("ALTER TABLE {table} DROP COLUMN {column}"),
    "create index": do_sql("CREATE INDEX more ON {table} ({column})"),
}
SQLITE = BOTH | {
    "replace": do_replace,
    "create trigger": do_sql("CREATE TRIGGER more BEFORE INSERT ON {table} BEGIN SELECT RAISE(IGNORE); END"),
    "create temporary trigger": do_sql(
        "CREATE TEMP TRIGGER more BEFORE INSERT ON {table} BEGIN SELECT RAISE(IGNORE); END"
    ),
    "create temporary table": do_sql("CREATE TEMP TABLE {table} (id INTEGER)"),
    "create view": do_sql("CREATE VIEW more AS SELECT * FROM {table}"),
    "rewrite the schema": do_sql("UPDATE sqlite_master SET sql = '' WHERE name = '{table}'"),
    "delete from the schema": do_sql("DELETE FROM sqlite_master WHERE tbl_name = '{table}' AND type = 'trigger'"),
}
POSTGRESQL = BOTH | {
    "truncate": do_sql("TRUNCATE {table} CASCADE"),
    "create trigger": do_sql("CREATE TRIGGER more BEFORE INSERT ON {table} EXECUTE FUNCTION jishi_refuse()"),
    "disable triggers": do_sql("ALTER TABLE {table} DISABLE TRIGGER USER"),
    "disable all triggers": do_sql("ALTER TABLE {table} DISABLE TRIGGER ALL"),
    "create rule": do_sql("CREATE RULE more AS ON INSERT TO {table} DO INSTEAD NOTHING"),
    "take the table": do_sql("ALTER TABLE {table} OWNER TO CURRENT_USER"),
    "copy in place": do_sql("CREATE TABLE public.more_{table} AS SELECT * FROM {table}"),
}
PLAIN = {"update of every row": "update", "update of no row": "update"}  # other forms of the same kind


def outcome(database, attempt, table):
    """Try, and leave no trace; return whether it was done. A refusal for another reason is a fault."""

    def trial():
        with database.write() as connection:
            attempt(connection, table)
            raise TakeBack

    with pytest.raises((TakeBack, DBAPIError)) as ended:
        trial()
    if isinstance(ended.value, DBAPIError):
        assert any(reason in str(ended.value.orig) for reason in REFUSALS[database.dialect]), ended.value
    return isinstance(ended.value, TakeBack)


def tried(database, kind, attempt):
    """Return the tables on which an attempt succeeds."""
    done = {table.name for table in TABLES if outcome(database, attempt, table)}
    return done, {name for name, allowed in ALLOWED.items() if PLAIN.get(kind, kind) in allowed}


def test_the_design_names_every_table():
    assert set(ALLOWED) == {table.name for table in TABLES}


@pytest.mark.parametrize("kind", SQLITE)
def test_only_the_allowed_is_done_on_sqlite(sqlite_database, kind):
    with sqlite_database.write() as connection:
        settle(connection)
    done, allowed = tried(sqlite_database, kind, SQLITE[kind])
    assert done == allowed


@pytest.mark.parametrize("kind", POSTGRESQL)
def test_only_the_allowed_is_done_on_postgresql(postgresql_database, kind):
    with postgresql_database.write() as connection:
        settle(connection)
    done, allowed = tried(postgresql_database, kind, POSTGRESQL[kind])
    assert done == allowed


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER entry_next",
        "ATTACH ':memory:' AS other",
        "PRAGMA writable_schema = ON",
        "PRAGMA foreign_keys = OFF",
        "PRAGMA recursive_triggers = OFF",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA synchronous = OFF",
        "SELECT load_extension('elsewhere')",
        "UPDATE alembic_version SET version_num = '0000'",
        "CREATE TABLE more (id INTEGER)",
        "CREATE VIRTUAL TABLE more USING fts5(x)",
        "REINDEX",
        "ANALYZE",
    ],
)
def test_the_application_changes_no_setting_of_sqlite(sqlite_database, statement):
    def refused():
        with sqlite_database.peek() as connection:
            connection.exec_driver_sql(statement)

    with pytest.raises(DBAPIError, match=r"not authorized|prohibited"):
        refused()


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER entry_next ON entry",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION jishi_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "ALTER FUNCTION jishi_refuse() RENAME TO more",
        "DROP FUNCTION jishi_refuse() CASCADE",
        "SET ROLE jishi_owner",
        "UPDATE alembic_version SET version_num = '0000'",
        "UPDATE pg_trigger SET tgenabled = 'D'",
        "CREATE TABLE public.more (id integer)",
        "SELECT setval('entry_id_seq', 1)",
    ],
)
def test_the_application_changes_no_setting_of_postgresql(postgresql_database, statement):
    def refused():
        with postgresql_database.write() as connection:
            connection.exec_driver_sql(statement)

    with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
        refused()


def test_the_application_grants_nobody_anything(postgresql_database):
    with postgresql_database.write() as connection:  # a warning of the server, and no effect
        connection.exec_driver_sql("GRANT UPDATE, DELETE ON entry TO PUBLIC")
    with postgresql_database.peek() as connection:
        assert compare(connection) == []


@pytest.mark.parametrize("name", [*APPEND_ONLY, *NEVER_UPDATED])
def test_triggers_alone_stop_a_replacement(sqlite_database, name):
    """INSERT OR REPLACE deletes without a word: no trigger on DELETE runs, and the authorizer is not asked."""
    table = next(table for table in TABLES if table.name == name)
    with sqlite_database.write() as connection:
        settle(connection)
    for setting in ("OFF", "ON"):
        with sqlite_database.owner() as connection:
            before = connection.execute(select(table)).all()
            connection.exec_driver_sql(f"PRAGMA recursive_triggers = {setting}")
            with pytest.raises(DBAPIError, match=r"there already|next number"):
                do_replace(connection, table)
            forged = row(table, 9) | unique_keys(table, row(table, 1))
            with pytest.raises(DBAPIError, match=r"there already|next number"):
                connection.execute(insert(table).prefix_with("OR REPLACE").values(forged))
            assert connection.execute(select(table)).all() == before


def unique_keys(table, of):
    """Return the values of one unique key of a table, other than its primary one where it has another."""
    keys = [[column.name for column in each.columns] for each in table.constraints if hasattr(each, "columns")]
    unique = next((key for key in keys if "key" in key or key in (["uid"], ["case_id", "number"])), None)
    return {name: of[name] for name in unique or [column.name for column in table.primary_key]}
