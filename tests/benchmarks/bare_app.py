"""The floor for the console's figures: the least that a Textual app can be. `down` moves a mark by one line."""

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """One widget, one key."""

    def compose(self) -> ComposeResult:
        """A line of text."""
        self.at = 0
        yield Static("bare ready", id="only")

    def on_key(self, event: events.Key) -> None:
        """Move the mark."""
        if event.key == "down":
            self.at += 1
            self.query_one("#only", Static).update(f"bare ready {self.at}")


if __name__ == "__main__":
    Bare().run()
