"""The journal's table: raw SQL, append-only by triggers. What an event holds is in its body, and may grow; this may not."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_SQLITE = """
    CREATE TABLE journal_event (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        stream   TEXT NOT NULL,
        version  INTEGER NOT NULL,
        kind     TEXT NOT NULL,
        shape    INTEGER NOT NULL,
        command  TEXT NOT NULL,
        body     TEXT NOT NULL,
        UNIQUE (stream, version)
    ) STRICT;
    CREATE TRIGGER journal_event_is_not_replaced BEFORE INSERT ON journal_event
        WHEN EXISTS (SELECT 1 FROM journal_event WHERE position = NEW.position
                     OR (stream = NEW.stream AND version = NEW.version))
        BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END;
    CREATE TRIGGER journal_event_is_not_changed BEFORE UPDATE ON journal_event
        BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END;
    CREATE TRIGGER journal_event_is_not_taken_out BEFORE DELETE ON journal_event
        BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END;
"""
_POSTGRESQL = """
    CREATE TABLE journal_event (
        position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        stream   TEXT NOT NULL,
        version  INTEGER NOT NULL,
        kind     TEXT NOT NULL,
        shape    INTEGER NOT NULL,
        command  TEXT NOT NULL,
        body     TEXT NOT NULL,
        UNIQUE (stream, version)
    );
    CREATE FUNCTION journal_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the journal is only added to'; END $$;
    CREATE TRIGGER journal_event_is_not_changed BEFORE UPDATE OR DELETE ON journal_event
        FOR EACH ROW EXECUTE FUNCTION journal_is_only_added_to();
    CREATE TRIGGER journal_event_is_not_emptied BEFORE TRUNCATE ON journal_event
        FOR EACH STATEMENT EXECUTE FUNCTION journal_is_only_added_to();
    REVOKE UPDATE, DELETE, TRUNCATE ON journal_event FROM PUBLIC;
"""


def _make(_: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        connection = editor.connection.connection
        for statement in _statements(_SQLITE):
            connection.execute(statement)
    else:
        with editor.connection.cursor() as cursor:
            cursor.execute(_POSTGRESQL)


def _statements(script: str) -> list[str]:
    """The statements of a script; those of a trigger end in END."""
    parts = script.strip().split(";\n")
    found: list[str] = []
    for part in parts:
        if found and found[-1].lstrip().startswith("CREATE TRIGGER") and not found[-1].rstrip(" ;").endswith("END"):
            found[-1] += f";\n{part}"
        else:
            found.append(part)
    return [one for one in found if one.strip()]


class Migration(migrations.Migration):
    """The first: the table of events, and those that are made from it."""

    initial = True
    dependencies: ClassVar = []
    operations: ClassVar = [
        migrations.RunPython(_make),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("of", models.CharField(max_length=16)),
                ("key", models.CharField(max_length=64)),
                ("day", models.IntegerField()),
                ("case", models.CharField(max_length=40)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["of", "key", "day"], name="tally_by_key"),
                    models.Index(fields=["case"], name="tally_by_case"),
                ]
            },
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                ("case", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("state", models.CharField(max_length=24)),
                ("received", models.BigIntegerField()),
                ("hold", models.CharField(default="", max_length=16)),
                ("due", models.CharField(default="", max_length=10)),
                ("is_open", models.BooleanField(default=True)),
                ("owes", models.BooleanField(default=True)),
                ("person", models.CharField(default="", max_length=80)),
            ],
            options={"indexes": [models.Index(fields=["is_open", "received"], name="standing_open")]},
        ),
        migrations.CreateModel(
            name="Command",
            fields=[
                ("command", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("said", models.CharField(max_length=71)),
                ("stream", models.CharField(max_length=40)),
            ],
        ),
    ]
