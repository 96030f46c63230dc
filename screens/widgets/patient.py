"""The line's own editor: from Enter on it keeps every key back until there is an answer, and then lets them go.

Part of `line.CommandLine`; imported by nothing else. What is typed ahead is meant for what comes after the answer: the
next line, or the screen that gets the focus back. An Enter behind the first is the same Enter, pressed twice.
"""

from __future__ import annotations

from textual import events

from screens.widgets.editor import LineEditor


class PatientEditor(LineEditor):
    """One line; Enter is taken at once, before the keys behind it."""

    _is_waiting = False
    _held: tuple[events.Key | events.Paste, ...] = ()

    async def on_key(self, event: events.Key) -> None:
        """Keep a key back while there is no answer. Textual would carry out Enter only after the keys behind it."""
        if not self._is_waiting and event.key != "enter":
            return
        event.stop()
        event.prevent_default()
        if self._is_waiting:
            self._held += (event,)
        else:
            self._is_waiting = bool(self.value.strip())
            await self.action_submit()

    def on_paste(self, event: events.Paste) -> None:
        """The same for what is pasted."""
        if self._is_waiting:
            event.prevent_default()
            event.stop()
            self._held += (event,)
        else:
            super().on_paste(event)

    def go_on(self, *, may_enter: bool) -> None:
        """There is an answer: let the keys go to whatever has the focus when all that follows from it is done.

        Args:
            may_enter: Whether Enter, too; not where somebody has to look before, at a refusal or at choices.
        """
        held, self._held, self._is_waiting = self._held, (), False
        is_first = True
        for event in held:
            if isinstance(event, events.Paste):
                self.app.post_message(events.Paste(event.text))
            elif event.key != "enter" or (may_enter and not is_first):
                self.app.post_message(events.Key(event.key, event.character))
            else:
                continue
            is_first = False
