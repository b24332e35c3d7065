"""The history of what search keeps a copy of, written by triggers so that no writer can forget it.

Search then finds words in its copy, and the full text of the database, which ranked a million phrases too slowly and
was rewritten as a whole for every call that was forgotten, goes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# Table, what happens to it, when it matters, and which phrases (or which call) are to be looked at again.
_OF_MOMENT = "select id from phrases where moment = {row}.moment"
TOUCHES = (
    ("phrases", "insert", "", "phrase", "select new.id"),
    ("phrases", "delete", "", "phrase", "select old.id"),
    ("phrases", "update", "{differ:role}", "phrase", "select new.id"),
    ("vectors", "insert", "", "phrase", "select id from phrases where text_hash = new.text_hash"),
    ("moments", "update", "{differ:kind,category,score}", "phrase", "select id from phrases where moment = new.id"),
    ("verdicts", "insert", "", "phrase", _OF_MOMENT.format(row="new")),
    ("verdicts", "update", "{differ:state}", "phrase", _OF_MOMENT.format(row="new")),
    ("verdicts", "delete", "", "phrase", _OF_MOMENT.format(row="old")),
    ("placements", "insert", "", "phrase", _OF_MOMENT.format(row="new")),
    ("placements", "delete", "", "phrase", _OF_MOMENT.format(row="old")),
    ("calls", "insert", "", "call", "select new.id"),
    ("calls", "update", "", "call", "select new.id"),
    ("calls", "delete", "", "call", "select ''"),
)
FULL_TEXT_GOES = {
    "sqlite": (
        *(f"drop trigger phrases_{name}_{event}" for name in ("words", "spelling") for event in ("added", "removed")),
        *(f"drop table phrases_{name}" for name in ("vocabulary", "spelling", "words")),
    ),
    "postgresql": (
        "alter table phrases drop column words",
        "drop text search configuration buyerspeak_english",
        "drop text search dictionary buyerspeak_stem",
    ),
}
# A call that is erased is named nowhere: its rows stay as steps of the history, and the last only says that one went.
UNNAMED = {("calls", "delete"): "update changes set call = null where call = old.id;"}


def upgrade() -> None:
    """Make the history with a first row, and the triggers."""
    op.create_table(
        "changes",
        sa.Column("number", SERIAL, primary_key=True),
        sa.Column("mark", sa.BigInteger, nullable=False),
        sa.Column("phrase", sa.BigInteger),
        sa.Column("call", KEY),
        sqlite_autoincrement=True,
    )
    counted = op.create_table("theme_changes", sa.Column("number", sa.BigInteger, nullable=False))
    op.bulk_insert(counted, [{"number": 0}])
    connection = op.get_bind()
    statements = _for_sqlite() if connection.dialect.name == "sqlite" else _for_postgresql()
    for statement in (*statements, *FULL_TEXT_GOES[connection.dialect.name]):
        connection.exec_driver_sql(statement)


def _condition(condition: str, unlike: str) -> str:
    columns = condition.removeprefix("{differ:").removesuffix("}").split(",") if condition else []
    return " or ".join(f"old.{column} {unlike} new.{column}" for column in columns)


def _for_sqlite() -> list[str]:
    statements = ["insert into changes(mark) values (random())"]
    for table, event, condition, column, rows in TOUCHES:
        when = f"when {_condition(condition, 'is not')}" if condition else ""
        statements.append(
            f"""create trigger changes_{table}_{event} after {event} on {table} {when} begin
                {UNNAMED.get((table, event), "")}
                insert into changes(mark, "{column}") select random(), * from ({rows});
            end"""
        )
    statements += [
        f"""create trigger theme_changes_{event} after {event} on theme_members begin
            update theme_changes set number = number + 1;
        end"""
        for event in ("insert", "update", "delete")
    ]
    return statements


def _for_postgresql() -> list[str]:
    mark = "(random() * 9007199254740992)::bigint"
    statements = [f"insert into changes(mark) values ({mark})"]
    for table, event, condition, column, rows in TOUCHES:
        when = f"when ({_condition(condition, 'is distinct from')})" if condition else ""
        statements += [
            f"""create function changes_{table}_{event}() returns trigger language plpgsql as $$ begin
                perform number from phrase_changes for update;
                {UNNAMED.get((table, event), "")}
                insert into changes(mark, "{column}") select {mark}, touched.* from ({rows}) as touched;
                return null;
            end $$""",
            f"""create trigger changes_{table}_{event} after {event} on {table} for each row {when}
                execute function changes_{table}_{event}()""",
        ]
    return [
        *statements,
        """create function theme_changes_any() returns trigger language plpgsql as $$ begin
            update theme_changes set number = number + 1;
            return null;
        end $$""",
        """create trigger theme_changes_any after insert or update or delete on theme_members
            for each statement execute function theme_changes_any()""",
    ]
