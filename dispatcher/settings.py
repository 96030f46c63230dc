"""Where the data lies and who acts: what the flags, the environment and the defaults come to.

The rest of `dispatcher` may import this module; it is light, since every start needs it.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from domain.actors import Actor, parse_actor
from domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

DATABASE_VARIABLE = "DISPATCHER_DB"
HISTORY_VARIABLE = "DISPATCHER_HISTORY"


@dataclass(frozen=True, slots=True)
class Settings:
    """What one run of the program works with.

    Attributes:
        url: The database: a plain path, `sqlite:///path` or `postgresql://...`.
        actor: Who acts, as every event will say.
        json: Whether answers are JSON, one object a line.
        history: The folder that keeps what was entered on the console's line; None keeps nothing.
    """

    url: str
    actor: Actor
    json: bool = False
    history: Path | None = None


def settings_from(
    database: str | None, actor: str | None, *, json: bool = False, environment: "Mapping[str, str] | None" = None
) -> Settings:
    """The settings that flags and environment come to.

    Args:
        database: The value of `--db`, if given.
        actor: The value of `--as`, if given.
        json: Whether `--json` was given.
        environment: The environment; this process's, unless told.

    Raises:
        InvalidInput: `--as` names no possible actor.
        StoreUnavailable: The default database's folder cannot be made.
    """
    environment = os.environ if environment is None else environment
    who = parse_actor(actor, login_name())
    if database is not None and not database.strip():
        raise StoreUnavailable("--db is empty; give it a path, such as --db room.db")
    url = database or environment.get(DATABASE_VARIABLE, "").strip() or str(default_database(create=True))
    return Settings(url, who, json)


def default_database(*, create: bool = False) -> Path:
    """The database in the user's data folder; the folder is made on demand.

    Raises:
        StoreUnavailable: The folder cannot be made.
    """
    from platformdirs import user_data_path

    folder = user_data_path("dispatcher", appauthor=False)
    if create:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(
                f"The folder {folder} cannot be made ({error.strerror}); name a database with --db", path=str(folder)
            ) from error
    return folder / "dispatcher.db"


def history_folder(environment: "Mapping[str, str] | None" = None) -> Path | None:
    """The folder of the line's history: the variable's, else one of the user's; None when the variable is empty."""
    environment = os.environ if environment is None else environment
    named = environment.get(HISTORY_VARIABLE)
    if named is not None:
        return Path(named) if named.strip() else None
    return state_folder() / "history"


def state_folder() -> Path:
    """The user's folder for what the program keeps beside the data; it need not exist."""
    from platformdirs import user_state_path

    return user_state_path("dispatcher", appauthor=False)


def login_name() -> str:
    """The name that the operating system knows the user by, in letters that an actor's name may have."""
    import getpass

    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):
        name = ""
    return re.sub(r"[^A-Za-z0-9._@-]+", "-", name).lstrip("._@-")[:64] or "dispatcher"
