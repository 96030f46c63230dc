"""The line's own editor: from Enter on it keeps every key back until there is an answer, and then lets them go.

Part of `line.CommandLine`; `form.Form` keeps keys in the same way. What is typed ahead is meant for what comes after
the answer: the next line, or the screen that gets the focus back. An Enter behind the first is the same, pressed twice.
"""

from __future__ import annotations

from typing import Final

from textual import events
from textual.widget import Widget

from screens.widgets.editor import Describe, LineEditor

_ENTERS: Final = frozenset({"enter", "ctrl+s"})


class HeldKeys:
    """What was typed and pasted while an answer was awaited, in order."""

    def __init__(self) -> None:
        self._held: list[events.Key | events.Paste] = []

    def keep(self, event: events.Key | events.Paste) -> None:
        """Keep it back: nothing gets it now."""
        event.stop()
        event.prevent_default()
        self._held.append(event)

    def forget(self) -> None:
        """Nobody wants it any more."""
        self._held = []

    def let_go(self, owner: Widget, *, may_enter: bool) -> None:
        """Let it go to whatever has the focus when all that follows from the answer is done.

        Args:
            owner: Whose program gets it.
            may_enter: Whether Enter, too; not where somebody has to look before, at a refusal or at choices.
        """
        held, self._held = self._held, []
        is_first = True
        for event in held:
            if isinstance(event, events.Paste):
                owner.app.post_message(events.Paste(event.text))
            elif event.key not in _ENTERS or (may_enter and not is_first):
                owner.app.post_message(events.Key(event.key, event.character))
            else:
                continue
            is_first = False


class PatientEditor(LineEditor):
    """One line; Enter is taken at once, before the keys behind it."""

    _is_waiting = False

    def __init__(self, describe: Describe | None = None, *, placeholder: str = "") -> None:
        super().__init__(describe, placeholder=placeholder)
        self._held = HeldKeys()

    async def on_key(self, event: events.Key) -> None:
        """Keep a key back while there is no answer. Textual would carry out Enter only after the keys behind it."""
        if self._is_waiting:
            self._held.keep(event)
        elif event.character == ":" and not self.value:
            event.stop()
            event.prevent_default()  # the key that leads here, pressed by who is here already
        elif event.key == "enter":
            event.stop()
            event.prevent_default()
            self._is_waiting = bool(self.value.strip())
            await self.action_submit()

    def on_paste(self, event: events.Paste) -> None:
        """The same for what is pasted."""
        if self._is_waiting:
            self._held.keep(event)
        else:
            super().on_paste(event)

    def go_on(self, *, may_enter: bool) -> None:
        """There is an answer: let the keys go to whatever has the focus when all that follows from it is done.

        Args:
            may_enter: Whether Enter, too; not where somebody has to look before, at a refusal or at choices.
        """
        self._is_waiting = False
        self._held.let_go(self, may_enter=may_enter)
