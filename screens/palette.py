"""What Ctrl+P finds: screens, keys, roles and themes, named by area. Commands only, never records.

The program's root imports this module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from screens.acting import places_for
from screens.actions import offered
from screens.console import host_of
from screens.frame import Frame


class ConsoleCommands(Provider):
    """Everything that can be done here, by name."""

    def _entries(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        frame = self.screen
        if not isinstance(frame, Frame):
            return
        host = host_of(frame)
        role = host.room.actor.role
        for place in places_for(role):
            yield f"view: {place.title}", place.about, partial(host.go, place.id)
        for action in offered(frame.PLACE, frame.situation().roles):
            area = "here" if action.screens else "console"
            yield f"{area}: {action.label}", action.tooltip, partial(frame.act, action)
        for start in ("admin:", "provider:", "customer:"):
            yield (
                f"role: {start.rstrip(':')}",
                f"type who you are: as {start}…",
                partial(frame.type_line, f"as {start}"),
            )
        for theme in sorted(self.app.available_themes):
            yield f"theme: {theme}", "colours of the console", partial(setattr, self.app, "theme", theme)
        yield "console: quit", "end the console; nothing is lost", host.finish

    async def discover(self) -> Hits:
        """All of it, before anything is typed."""
        for name, about, run in self._entries():
            yield DiscoveryHit(name, run, help=about)

    async def search(self, query: str) -> Hits:
        """What fits what was typed."""
        matcher = self.matcher(query)
        for name, about, run in self._entries():
            score = matcher.match(name)
            if score > 0:
                yield Hit(score, matcher.highlight(name), run, help=about)
