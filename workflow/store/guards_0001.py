"""The triggers of edition 0001: what is written stays as it was written, and a name that goes leaves nothing behind.

Frozen; a later edition has its own file.

SQLite: ``INSERT OR REPLACE`` deletes without asking anybody, so each protected table also refuses a row whose keys are
there already. PostgreSQL knows no such statement, and its ``ON CONFLICT DO UPDATE`` meets the refusal of updates.
"""

from __future__ import annotations

ORIGIN = "0" * 64  # what the first entry of a case names as the one before it

KEYS = {  # every unique key of the tables whose rows are never changed; entry has its own guard
    "batch": ("id = NEW.id", "uid = NEW.uid", "undoes = NEW.undoes"),
    "submission": ("id = NEW.id", "account_id = NEW.account_id AND key = NEW.key"),
    "entry_value": ("entry_id = NEW.entry_id AND field = NEW.field",),
    "audit_run": (
        "id = NEW.id",
        "account_id = NEW.account_id AND organization_id = NEW.organization_id AND key = NEW.key",
    ),
    "audit_count": ("run_id = NEW.run_id AND organization_id = NEW.organization_id AND rule = NEW.rule",),
    "indication_run": ("id = NEW.id",),
    "indication_count": (
        "run_id = NEW.run_id AND organization_id = NEW.organization_id AND indication = NEW.indication",
    ),
    "finding_event": ("id = NEW.id", "account_id = NEW.account_id AND key = NEW.key", "settles = NEW.settles"),
    "finding_text": ("event_id = NEW.event_id AND field = NEW.field",),
    "log_entry": ("id = NEW.id", "uid = NEW.uid"),
    "seal_log": ("id = NEW.id", "origin = NEW.origin", "after_id = NEW.after_id"),
    "leaf": (
        "log_id = NEW.log_id AND seq = NEW.seq",
        "log_id = NEW.log_id AND entry_id = NEW.entry_id",
        "log_id = NEW.log_id AND log_entry_id = NEW.log_entry_id",
    ),
    "subtree": ("log_id = NEW.log_id AND level = NEW.level AND number = NEW.number",),
    "checkpoint": ("log_id = NEW.log_id AND size = NEW.size",),
    "seal_law": ("sha256 = NEW.sha256",),
    "outside": ("id = NEW.id",),
}
APPEND_ONLY = (
    "audit_count", "audit_run", "batch", "checkpoint", "entry", "finding_event", "indication_count", "indication_run",
    "leaf", "log_entry", "outside", "seal_law", "seal_log", "submission", "subtree",
)  # fmt: skip
NEVER_UPDATED = ("entry_value", "finding_text")


def _refuse(table: str, action: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{action} BEFORE {action.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: rows are kept as they were written'); END"
    )


def _new(table: str) -> str:
    there = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {key})" for key in KEYS[table])
    return (
        f"CREATE TRIGGER {table}_new BEFORE INSERT ON {table} WHEN {there} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: this row is there already'); END"
    )


ENTRY_NEXT = f"""CREATE TRIGGER entry_next BEFORE INSERT ON entry BEGIN
SELECT RAISE(ABORT, 'entry: this row is there already') WHERE EXISTS (SELECT 1 FROM entry WHERE id = NEW.id);
SELECT RAISE(ABORT, 'entry: not the next number of its case')
WHERE NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM entry WHERE case_id = NEW.case_id);
SELECT RAISE(ABORT, 'entry: does not name the hash of the entry before it')
WHERE NEW.prev IS NOT coalesce(
(SELECT hash FROM entry WHERE case_id = NEW.case_id AND number = NEW.number - 1), '{ORIGIN}');
END"""

RENAMED = """CREATE TRIGGER person_renamed AFTER UPDATE OF name_key ON person
WHEN NEW.name_key IS NOT OLD.name_key BEGIN DELETE FROM name_part WHERE case_id = NEW.case_id; END"""
# Its foreign keys are off for whoever does not switch them on.
REMOVED = """CREATE TRIGGER person_removed AFTER DELETE ON person
BEGIN DELETE FROM name_part WHERE case_id = OLD.case_id; END"""
REPLACED = """CREATE TRIGGER person_replaced BEFORE INSERT ON person
BEGIN DELETE FROM name_part WHERE case_id = NEW.case_id; END"""

SQLITE = {
    **{f"{table}_no_{action}": _refuse(table, action) for table in APPEND_ONLY for action in ("update", "delete")},
    **{f"{table}_no_update": _refuse(table, "update") for table in NEVER_UPDATED},
    **{f"{table}_new": _new(table) for table in KEYS},
    "entry_next": ENTRY_NEXT,
    "person_renamed": RENAMED,
    "person_removed": REMOVED,
    "person_replaced": REPLACED,
}

REFUSE_BODY = """
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = 'integrity_constraint_violation', MESSAGE = TG_TABLE_NAME || ': rows are kept as they were written';
END
"""
NEXT_BODY = f"""
DECLARE
  last record;
BEGIN
  SELECT number, hash INTO last FROM public.entry WHERE case_id = NEW.case_id ORDER BY number DESC LIMIT 1;
  IF NEW.number IS DISTINCT FROM coalesce(last.number, 0) + 1 THEN
    RAISE EXCEPTION 'entry: not the next number of its case' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.prev IS DISTINCT FROM coalesce(last.hash, '{ORIGIN}') THEN
    RAISE EXCEPTION 'entry: does not name the hash of the entry before it'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF EXISTS (SELECT FROM public.entry WHERE id = NEW.id) THEN
    RAISE EXCEPTION 'entry: this row is there already' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
"""
RENAMED_BODY = """
BEGIN
  IF NEW.name_key IS DISTINCT FROM OLD.name_key THEN
    DELETE FROM public.name_part WHERE case_id = NEW.case_id;
  END IF;
  RETURN NULL;
END
"""
FUNCTIONS = {
    "jishi_refuse": REFUSE_BODY, "jishi_entry_next": NEXT_BODY, "jishi_person_renamed": RENAMED_BODY,
}  # fmt: skip
SEARCH_PATH = "search_path=pg_catalog, pg_temp"  # nobody's table or operator comes before the server's own

# trigger: table, when, function
TRIGGERS = {
    **{
        f"{table}_kept": (table, "BEFORE UPDATE OR DELETE OR TRUNCATE", "STATEMENT", "jishi_refuse")
        for table in APPEND_ONLY
    },
    **{f"{table}_kept": (table, "BEFORE UPDATE", "STATEMENT", "jishi_refuse") for table in NEVER_UPDATED},
    "entry_next": ("entry", "BEFORE INSERT", "ROW", "jishi_entry_next"),
    "person_renamed": ("person", "AFTER UPDATE", "ROW", "jishi_person_renamed"),
}


def postgresql() -> list[str]:
    """Return the statements that protect the tables on PostgreSQL; ALWAYS: also on a replica and while restoring."""
    functions = [
        f"CREATE FUNCTION public.{name}() RETURNS trigger LANGUAGE plpgsql "
        f"SET search_path = pg_catalog, pg_temp AS $body${body}$body$"
        for name, body in FUNCTIONS.items()
    ]
    triggers = [
        statement
        for name, (table, when, each, function) in TRIGGERS.items()
        for statement in (
            f"CREATE TRIGGER {name} {when} ON public.{table} FOR EACH {each} EXECUTE FUNCTION public.{function}()",
            f"ALTER TABLE public.{table} ENABLE ALWAYS TRIGGER {name}",
        )
    ]
    return [*functions, *triggers]
