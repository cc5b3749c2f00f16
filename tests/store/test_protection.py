"""Whatever weakens the protection of the history is found before anything is served."""

import re

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, String, text
from sqlalchemy.exc import ProgrammingError

from workflow.store.database import Database
from workflow.store.migrations import migrate
from workflow.store.protection import ProtectionBroken, compare

EMPTY = "BEGIN SELECT 1; END"
REFUSES = "RETURNS integer LANGUAGE sql AS 'SELECT 1'"
REFUSE_NOTHING = "RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS 'BEGIN RETURN NEW; END'"


def found(database):
    """Return what is different, as the application sees it."""
    with database.peek() as connection:
        return {f"{each.kind} {each.what}" for each in compare(connection)}


def refused(database):
    """See that nothing is read or written; return what the refusal names."""
    for use in (database.read, database.write, database.open):
        with pytest.raises(ProtectionBroken) as broken:
            use()
    assert str(broken.value).count("\n") == 1
    return {f"{each.kind} {each.what}" for each in broken.value.differences}


def test_nothing_differs_after_the_migrations(database):
    assert found(database) == set()
    with database.owner() as connection:
        assert compare(connection, database.role) == []


@pytest.mark.parametrize(
    ("faults", "named"),
    [
        (["DROP TRIGGER entry_next"], {"missing trigger entry_next"}),
        (["DROP TRIGGER entry_value_new"], {"missing trigger entry_value_new"}),
        (
            ["DROP TRIGGER entry_no_delete", f"CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry {EMPTY}"],
            {"changed trigger entry_no_delete"},
        ),
        (
            [
                "DROP TRIGGER batch_no_update",
                (
                    "CREATE TRIGGER batch_no_update BEFORE UPDATE ON batch "
                    "BEGIN SELECT RAISE(ABORT, 'batch: Rows are kept as they were written'); END"
                ),
            ],
            {"changed trigger batch_no_update"},
        ),
        ([f"CREATE TRIGGER more AFTER INSERT ON cases {EMPTY}"], {"unexpected trigger more"}),
        (["CREATE VIEW more AS SELECT 1"], {"unexpected view more"}),
        (["CREATE UNIQUE INDEX more ON entry (kind)"], {"unexpected index more"}),
        (["DROP INDEX ix_entry_batch_id"], {"missing index ix_entry_batch_id"}),
        (["ALTER TABLE entry ADD COLUMN more TEXT"], {"changed table entry"}),
        (["ALTER TABLE todo ADD COLUMN more TEXT DEFAULT (hex(randomblob(4)))"], {"changed table todo"}),
        (["CREATE TABLE more (a)"], {"unexpected table more"}),
        (["CREATE UNIQUE INDEX more ON person (name)"], {"unexpected index more"}),
        (["DROP INDEX ix_todo_due"], {"missing index ix_todo_due"}),
        (["ALTER TABLE alembic_version ADD COLUMN more TEXT"], {"changed table alembic_version"}),
        (
            [
                "PRAGMA writable_schema = ON",
                "UPDATE sqlite_master SET sql = replace(sql, 'number >= 1', 'number >= 0') WHERE name = 'entry'",
                "PRAGMA writable_schema = RESET",
            ],
            {"changed table entry"},
        ),
    ],
)
def test_a_planted_fault_is_found_on_sqlite(sqlite_database, faults, named):
    with sqlite_database.owner() as connection:
        for fault in faults:
            connection.exec_driver_sql(fault)
    assert found(sqlite_database) == named
    assert refused(sqlite_database) == named


def test_a_migration_that_loses_triggers_is_found(sqlite_database):
    """Alembic's batch mode copies a table to change it, and forgets the triggers of the old one."""
    with sqlite_database.owner() as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("entry_value") as batch:
            batch.alter_column("field", type_=String(65))
    named = {"changed table entry_value", "missing trigger entry_value_new", "missing trigger entry_value_no_update"}
    assert found(sqlite_database) == named
    with pytest.raises(ProtectionBroken):
        migrate(sqlite_database)


def test_a_table_written_out_otherwise_is_no_difference(sqlite_database):
    with sqlite_database.owner() as connection:
        connection.exec_driver_sql("PRAGMA writable_schema = ON")
        made = connection.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'entry_value'"))
        clauses = re.sub(r"\s+", " ", made).replace("entry_value", '"entry_value"', 1).replace("TEXT", "text")
        connection.execute(text("UPDATE sqlite_master SET sql = :sql WHERE name = 'entry_value'"), {"sql": clauses})
        connection.exec_driver_sql("PRAGMA writable_schema = RESET")
    assert found(sqlite_database) == set()


@pytest.mark.parametrize(
    ("faults", "named"),
    [
        (["DROP TRIGGER entry_next ON entry"], {"missing trigger entry_next on entry"}),
        (["ALTER TABLE entry DISABLE TRIGGER entry_kept"], {"changed trigger entry_kept on entry"}),
        (["ALTER TABLE entry ENABLE TRIGGER entry_kept"], {"changed trigger entry_kept on entry"}),
        (["ALTER TABLE entry ENABLE REPLICA TRIGGER entry_next"], {"changed trigger entry_next on entry"}),
        (
            [
                "DROP TRIGGER batch_kept ON batch",
                (
                    "CREATE TRIGGER batch_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON batch FOR EACH STATEMENT "
                    "WHEN (1 = 0) EXECUTE FUNCTION jishi_refuse()"
                ),
                "ALTER TABLE batch ENABLE ALWAYS TRIGGER batch_kept",
            ],
            {"changed trigger batch_kept on batch"},
        ),
        (
            [
                "DROP TRIGGER entry_value_kept ON entry_value",
                (
                    "CREATE TRIGGER entry_value_kept BEFORE UPDATE OF salt ON entry_value "
                    "FOR EACH STATEMENT EXECUTE FUNCTION jishi_refuse()"
                ),
                "ALTER TABLE entry_value ENABLE ALWAYS TRIGGER entry_value_kept",
            ],
            {"changed trigger entry_value_kept on entry_value"},
        ),
        (
            ["CREATE TRIGGER a AFTER INSERT ON entry FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger()"],
            {"unexpected trigger a on entry"},
        ),
        ([f"CREATE OR REPLACE FUNCTION jishi_refuse() {REFUSE_NOTHING}"], {"changed function jishi_refuse"}),
        (["ALTER FUNCTION jishi_entry_next() RESET search_path"], {"changed function jishi_entry_next"}),
        (["ALTER FUNCTION jishi_entry_next() SECURITY DEFINER"], {"changed function jishi_entry_next"}),
        (["GRANT UPDATE ON entry TO jishi_app"], {"unexpected right to UPDATE on entry"}),
        (["GRANT UPDATE (hash) ON entry TO jishi_app"], {"unexpected right to UPDATE on entry"}),
        (["GRANT DELETE ON submission TO PUBLIC"], {"unexpected right to DELETE on submission"}),
        (["GRANT TRUNCATE ON cases TO jishi_app"], {"unexpected right to TRUNCATE on cases"}),
        (["GRANT INSERT ON alembic_version TO jishi_app"], {"unexpected right to INSERT on alembic_version"}),
        (["REVOKE SELECT ON todo FROM jishi_app"], {"missing right to SELECT on todo"}),
        (["GRANT CREATE ON SCHEMA public TO jishi_app"], {"unexpected right to CREATE in the schema"}),
        (
            ["ALTER TABLE entry DROP CONSTRAINT uq_entry_case_id_number"],
            {"missing constraint uq_entry_case_id_number on entry"},
        ),
        (["ALTER TABLE entry ALTER body DROP NOT NULL"], {"changed column entry.body"}),
        (["ALTER TABLE batch ALTER form TYPE text"], {"changed column batch.form"}),
        (["ALTER TABLE batch ADD more integer"], {"unexpected column batch.more"}),
        (
            ["CREATE RULE more AS ON INSERT TO entry DO INSTEAD NOTHING"],
            {"changed table entry", "unexpected rule more on entry"},
        ),
        (
            ["CREATE RULE more AS ON DELETE TO todo DO INSTEAD NOTHING"],
            {"changed table todo", "unexpected rule more on todo"},
        ),
        (["CREATE POLICY more ON person"], {"unexpected policy more on person"}),
        ([f"CREATE FUNCTION more() {REFUSE_NOTHING}"], {"unexpected function more"}),
        ([f"CREATE FUNCTION jishi_refuse(a integer) {REFUSES}"], {"unexpected function jishi_refuse(a integer)"}),
        (
            ["CREATE SCHEMA more", f"CREATE FUNCTION more.more() {REFUSE_NOTHING}"],
            {"unexpected schema more", "unexpected function more.more"},
        ),
        (
            ["CREATE TRIGGER a AFTER INSERT ON todo FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger()"],
            {"unexpected trigger a on todo"},
        ),
        (["CREATE VIEW more AS SELECT 1"], {"unexpected view more"}),
        (["CREATE MATERIALIZED VIEW more AS SELECT 1"], {"unexpected view more"}),
        (["CREATE TABLE more (a integer)"], {"unexpected table more"}),
        (["CREATE SEQUENCE more"], {"unexpected sequence more"}),
        (["CREATE TYPE more AS ENUM ('a')"], {"unexpected type more"}),
        (["CREATE DOMAIN more AS text"], {"unexpected type more"}),
        (
            ["CREATE OPERATOR = (LEFTARG = text, RIGHTARG = text, FUNCTION = textne)"],
            {"unexpected operator ="},
        ),
        (["CREATE UNIQUE INDEX more ON person (name)"], {"unexpected index more"}),
        (["DROP INDEX ix_todo_due", "CREATE INDEX ix_todo_due ON todo (due_on)"], {"changed index ix_todo_due"}),
        (["ALTER TABLE todo ALTER due_on SET DEFAULT '2000-01-01'"], {"changed column todo.due_on"}),
        (["ALTER TABLE todo ALTER due_on DROP NOT NULL"], {"changed column todo.due_on"}),
        (["ALTER TABLE cases DROP CONSTRAINT ck_cases_counted"], {"missing constraint ck_cases_counted on cases"}),
        (["ALTER TABLE entry ENABLE ROW LEVEL SECURITY"], {"changed table entry"}),
    ],
)
def test_a_planted_fault_is_found_on_postgresql(postgresql_database, faults, named):
    with postgresql_database.owner() as connection:
        for fault in faults:
            connection.exec_driver_sql(fault)
    assert found(postgresql_database) == named
    assert refused(postgresql_database) == named


def test_foreign_keys_that_a_superuser_switched_off_are_found(postgresql_server, postgresql_database):
    name = postgresql_database.place.rpartition("/")[2]
    everything = Database(postgresql_server.url("jishi_app", name), owner_url=postgresql_server.url("postgres", name))
    with everything.owner() as connection:
        connection.exec_driver_sql("ALTER TABLE entry_value DISABLE TRIGGER ALL")
    assert found(postgresql_database) == {
        "changed trigger entry_value_kept on entry_value",
        "unexpected disabled foreign key on entry_value",
    }


def test_what_only_a_superuser_can_plant_is_found(postgresql_server, postgresql_database):
    name = postgresql_database.place.rpartition("/")[2]
    everything = Database(postgresql_server.url("jishi_app", name), owner_url=postgresql_server.url("postgres", name))
    with everything.owner() as connection:
        connection.exec_driver_sql("CREATE FUNCTION more() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'")
        connection.exec_driver_sql("CREATE EVENT TRIGGER more ON ddl_command_end EXECUTE FUNCTION more()")
        connection.exec_driver_sql("CREATE CAST (text AS integer) WITH INOUT AS IMPLICIT")
    assert found(postgresql_database) == {
        "unexpected event trigger more",
        "unexpected function more",
        "unexpected cast to integer",
    }


def test_the_application_makes_no_tables_of_its_own(postgresql_server):
    postgresql_server.create("without_temporary")
    database = postgresql_server.database("without_temporary")
    migrate(database)
    with pytest.raises(ProgrammingError, match="temporary tables"), database.write() as connection:
        connection.exec_driver_sql("CREATE TEMPORARY TABLE entry (id integer)")
    database.close()
    postgresql_server.drop("without_temporary")


def test_an_application_that_is_the_owner_is_refused(postgresql_server, postgresql_database):
    name = postgresql_database.place.rpartition("/")[2]
    owned = Database(postgresql_server.url("jishi_owner", name))
    named = refused(owned)
    owned.close()
    assert "unexpected ownership of entry by jishi_owner" in named
    assert "unexpected right to TRUNCATE on entry" in named


def test_a_member_of_the_owner_is_refused(postgresql_server, postgresql_database):
    try:
        postgresql_server.admin.execute("GRANT jishi_owner TO jishi_app")
        assert "unexpected ownership of jishi_refuse by jishi_app" in refused(postgresql_database)
    finally:
        postgresql_server.admin.execute("REVOKE jishi_owner FROM jishi_app")


def test_what_was_dropped_while_the_program_ran_is_found_at_the_next_start(sqlite_database):
    sqlite_database.open()
    with sqlite_database.owner() as connection:
        drop_trigger(connection)
    sqlite_database.close()
    assert refused(sqlite_database) == {"missing trigger entry_next"}


def drop_trigger(connection: Connection) -> None:
    connection.exec_driver_sql("DROP TRIGGER entry_next")
