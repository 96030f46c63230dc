"""What `?` shows: every key, what it does here, and why a grey one does nothing now. Made from the registry alone.

Screens may import this module; it imports the registry and the fact sheet's shapes.
"""

from __future__ import annotations

from screens.acting import KeyAction, Situation, places_for
from screens.actions import offered
from screens.widgets.facts import Fact, Section


def help_sections(situation: Situation) -> list[Section]:
    """The sheet for one situation."""
    actions = offered(situation.screen, situation.roles)
    here = [_fact(action, situation) for action in actions if action.screens]
    everywhere = [_fact(action, situation) for action in actions if not action.screens]
    screens = [
        Fact(f"{place.key}  g {place.letter}", f"{place.title}: {place.about}")
        for place in places_for(situation.person.role)
    ]
    everywhere += [
        Fact("^p", "palette: every screen, key and theme by name"),
        Fact("Tab", "the next part of the screen; on the line: complete"),
        Fact("^q  ^c", "quit"),
    ]
    line = [
        Fact("Enter", "carry the line out; what is refused stays to be edited"),
        Fact("↑ ↓", "earlier lines"),
        Fact(".  ..", "the selected booking; the one last touched"),
        Fact("help", "what can be said; ? as the last word: what can follow"),
        Fact("as …", "act as admin:NAME, provider:HANDLE or customer:NUMBER"),
    ]
    sections = [Section("Here", here, "Esc closes")] if here else []
    return [*sections, Section("Screens", screens), Section("Everywhere", everywhere), Section("The line", line)]


def _fact(action: KeyAction, situation: Situation) -> Fact:
    why = action.why_not(situation)
    text = f"{action.label}: {action.tooltip}"
    if why is None:
        return Fact(action.written, text)
    brief = why.partition(";")[0]
    return Fact(action.written, f"{text} (not now: {brief})", "muted")
