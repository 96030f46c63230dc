from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.actors import Actor, Role
from domain.line.context import Context
from domain.views import Directory

DIRECTORY = Directory(
    handles={"mira": 3, "miguel": 4, "raj": 1, "li": 2, "lisa": 5, "zoe": 6},
    services={"plumbing": 1, "painting": 2, "heat/hot water": 3, "Deep cleaning": 4, "old service": 5},
    inactive_services=frozenset({"old service"}),
    inactive_handles=frozenset({"zoe"}),
)


@pytest.fixture
def context() -> Context:
    """Monday 3 August 2026, 8:00 in New York; an admin; 5 is selected, 6 was touched last."""
    return Context(
        now=datetime(2026, 8, 3, 12, 0, tzinfo=UTC),
        actor=Actor(Role.ADMIN, "ana"),
        zone=ZoneInfo("America/New_York"),
        directory=DIRECTORY,
        selected=5,
        last=6,
    )
