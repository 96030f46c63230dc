"""What a line is read against: when, where, by whom, and the names there are.

Anything may import this module; it imports actors and views.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from domain.actors import Actor
from domain.views import Directory


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything outside the text that its meaning depends on.

    Attributes:
        now: The present moment, aware.
        actor: Who types.
        zone: The time zone that times of day are meant in.
        directory: The names that may be shortened.
        selected: The booking that `.` stands for.
        last: The booking that `..` stands for.
    """

    now: datetime
    actor: Actor
    zone: tzinfo = UTC
    directory: Directory = field(default_factory=Directory)
    selected: int | None = None
    last: int | None = None
