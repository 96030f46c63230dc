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


def sqlite_text_index() -> list[str]:
    """The index of each table, and what keeps it true whoever writes."""
    statements = []
    for table, columns in INDEXED.items():
        index, old, new = f"{table}_text", body_of(columns, "OLD."), body_of(columns, "NEW.")
        insert = f"INSERT INTO {index} (rowid, body) VALUES (NEW.id, {new});"
        delete = f"INSERT INTO {index} ({index}, rowid, body) VALUES ('delete', OLD.id, {old});"
        statements += [
            f"CREATE VIEW {table}_body AS SELECT id, {body_of(columns)} AS body FROM {table}",
            f"CREATE VIRTUAL TABLE {index} USING fts5(body, content='{table}_body', content_rowid='id',"
            " tokenize='trigram', detail='none')",
            f"CREATE TRIGGER {index}_insert AFTER INSERT ON {table} BEGIN {insert} END",
            f"CREATE TRIGGER {index}_update AFTER UPDATE OF {', '.join(columns)} ON {table}"
            f" WHEN {old} IS NOT {new} BEGIN {delete} {insert} END",
        ]
    return statements
