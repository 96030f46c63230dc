"""The index of what people look for: trigrams of what is written on bookings and customers; SQLite's in full.

It only narrows: it says which rows hold every trigram of a term, and the condition itself decides (`finding`). So it
keeps no positions (`detail=none`), a third of the size. Only `domain.store` imports this module.
"""

from typing import Final

LEAST_INDEXED: Final = 3
"""Characters that a term needs for the index to know it."""
INDEXED: Final = {
    "bookings": ("address", "borough", "notes"),
    "customers": ("name", "phone", "email", "address"),
}


def body_of(columns: tuple[str, ...], row: str = "") -> str:
    """What is indexed of a row, as an expression of either database: its columns, one behind the other."""
    return " || ' ' || ".join(f"coalesce({row}{column}, '')" for column in columns)


TAKE_IN: Final = {
    table: f"INSERT INTO {table}_text (rowid, body) SELECT id, body FROM {table}_body"
    f" WHERE id > (SELECT coalesce(max(id), 0) FROM {table}_text_docsize)"
    for table in INDEXED
}
"""By table, what has SQLite's index take in the rows behind the newest that it holds: before each commit that adds any.

A trigger would write the index anew for every single row: FTS5 puts down what it has gathered at each savepoint, and a
statement with triggers is one. It keeps a line for each row that it holds (https://sqlite.org/fts5.html, `%_docsize`).
"""


def sqlite_text_index() -> list[str]:
    """The index of each table, and what keeps it true whoever changes a row; new ones are taken in by `TAKE_IN`."""
    statements = []
    for table, columns in INDEXED.items():
        index, old, new = f"{table}_text", body_of(columns, "OLD."), body_of(columns, "NEW.")
        insert = f"INSERT INTO {index} (rowid, body) VALUES (NEW.id, {new});"
        delete = f"INSERT INTO {index} ({index}, rowid, body) VALUES ('delete', OLD.id, {old});"
        # A row that the same transaction has added is taken in at its end, as it is by then.
        is_held = f"EXISTS (SELECT 1 FROM {index}_docsize WHERE id = OLD.id)"
        statements += [
            f"CREATE VIEW {table}_body AS SELECT id, {body_of(columns)} AS body FROM {table}",
            f"CREATE VIRTUAL TABLE {index} USING fts5(body, content='{table}_body', content_rowid='id',"
            " tokenize='trigram', detail='none')",
            f"CREATE TRIGGER {index}_update AFTER UPDATE OF {', '.join(columns)} ON {table}"
            f" WHEN {old} IS NOT {new} AND {is_held} BEGIN {delete} {insert} END",
        ]
    return statements
