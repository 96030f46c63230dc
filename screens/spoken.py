"""The talking half of a screen: the line, what becomes of it, and its answer.

Base class of `frame.Frame`; imported by nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on, work
from textual.screen import Screen
from textual.widget import Widget

from domain.actors import Actor, parse_actor
from domain.errors import DispatchError, InvalidInput
from domain.lifecycle import Subject
from domain.line.scan import is_unfinished, to_finish
from screens.acting import Situation
from screens.agreeing import HOW, Advanced, Question
from screens.console import Console, Host, host_of
from screens.foresight import Foresight
from screens.waiting import Waiting
from screens.widgets.choices import Choice
from screens.widgets.facts import Fact, FactSheet, Section
from screens.widgets.line import CommandLine, Outlook, ResultLine
from screens.widgets.text import width_of

if TYPE_CHECKING:
    from domain.answers.answer import Answer
    from domain.views import BookingRow


_RESULT_MARGIN = 4
"""Columns of the result line that hold no text; a refusal that does not fit is shown whole above the line."""


class SpokenScreen(Screen[None]):
    """A screen with a line. What the line says is carried out in a thread; refused, it stays to be edited."""

    PLACE: ClassVar[str] = ""

    def __init__(self) -> None:
        super().__init__(name=self.PLACE)
        self._was_begun_by_key = False
        self._offered = ""
        self._gives_back_focus = False
        self._question = Question()
        self._refused = ""  # the line that stays to be edited
        self._proposed: str | None = None  # the nearest to it that would be accepted
        self._saying: list[str] = []  # what a key said and has no answer yet
        self._looked_at: BookingRow | None = None  # the booking as it was when the line was begun
        self.waiting = Waiting(self, lambda: self.result)
        self._foresight = Foresight(self, lambda: self.acting, lambda: self.nearby(), lambda: self.line.foresee_again())

    # What a screen may override --------------------------------------------------------------------------------------

    def situation(self) -> Situation:
        """What the keys would act on."""
        return Situation(actor=self.acting, person=self.console.actor, screen=self.PLACE)

    @property
    def acting(self) -> Actor:
        """Who acts here; a screen may let the person at the console act as somebody else."""
        return self.console.actor

    def nearby(self) -> Iterable[int]:
        """The bookings on the screen that a line may mean: by default those that something happened to."""
        recent = (row.event for row in reversed(self.console.recent))
        return dict.fromkeys(event.subject_id for event in islice(recent, 100) if event.subject is Subject.BOOKING)

    def first_focus(self) -> Widget | None:
        """The widget that has the focus when the screen is shown first."""
        return None

    def on_answers(self, answers: Sequence[Answer]) -> bool:
        """A line was carried out; return whether the screen showed the answer itself."""
        return False

    # The line -------------------------------------------------------------------------------------------------------

    @property
    def host(self) -> Host:
        """The program."""
        return host_of(self)

    @property
    def console(self) -> Console:
        """Who acts, and the way to the engine."""
        return self.host.room

    @property
    def result(self) -> ResultLine:
        """The line that answers."""
        return self.query_one(ResultLine)

    @property
    def line(self) -> CommandLine:
        """The line."""
        return self.query_one(CommandLine)

    def type_line(self, text: str) -> None:
        """Put a text on the line, ready to be edited; when it is carried out, the focus goes back."""
        self._was_begun_by_key = not self.line.is_active
        self._offered = text
        self.line.enter(text)

    @on(CommandLine.Submitted)
    def _line_entered(self, event: CommandLine.Submitted) -> None:
        event.stop()
        text = event.text.strip()
        if not text:
            self.entered_nothing()
            return
        self._offered = ""  # entered: refused, it stays like any other
        head, _, rest = text.partition(" ")
        if head == "as":
            self._become(rest)
            return
        if self._question.agreed(text):
            event.line.set_text(self._question.line)
            self._say(self._question.line, typed=True, agreed=self._question.numbers)
            return
        meant = self._meant(text)
        if meant != text:
            event.line.set_text(to_finish(meant))
        if meant == text or not is_unfinished(meant):
            self._say(meant, typed=True)
        else:
            event.line.refuse()

    def _meant(self, text: str) -> str:
        """A digit, alone or behind the line that was refused, stands for one of the choices of the last answer."""
        choices, digit = self.console.choices, text.removeprefix(self._refused)
        goes_on = digit == digit.lstrip() and (self._refused[-1:].isdigit() or self._is_name(text.split(" ")[-1]))
        digit = digit.strip()
        if self._refused and digit != text and goes_on:
            return text  # `assign 21` behind a refused `assign 2` is another booking, `mira1` may be somebody
        if digit.isascii() and digit.isdigit() and len(digit) == 1 and 0 < int(digit) <= len(choices):
            return choices[int(digit) - 1]
        return text

    def _is_name(self, word: str) -> bool:
        directory = self.console.directory
        return directory is not None and word in directory.handles

    def entered_nothing(self) -> None:
        """Enter on an empty line."""
        self.close_answer()

    def say(self, text: str) -> None:
        """Carry out a line that was not typed; the same one again waits for the answer to the first."""
        if text not in self._saying:
            self._saying.append(text)
            self._say(text, typed=False)

    def _say(self, text: str, *, typed: bool, agreed: tuple[int, ...] | None = None) -> None:
        looking_at = self._looking_at(typed=typed)
        self._carry_out(text, looking_at, typed=typed, agreed=agreed)

    @work(group="say")
    async def _carry_out(
        self, text: str, looking_at: tuple[int | None, int | None], *, typed: bool, agreed: tuple[int, ...] | None
    ) -> None:
        shown, seen = looking_at
        try:
            with self.waiting.told():
                answers = await self.console.say(
                    text, selected=shown, seen=seen, actor=self.acting, agreed=agreed, progress=self._advance
                )
        except DispatchError as refusal:
            if typed:
                self.line.refuse()
            self.result.show("refused", refusal.message)
            return
        finally:
            if not typed:
                self._saying.remove(text)
        self._question.note(text, answers[-1])
        if answers[-1].asks and not typed:
            self.line.enter(text)  # for the second Enter
        self.show_answers(answers, typed=typed)

    def _advance(self, done: int, of: int) -> None:
        self.post_message(Advanced(done, of))

    @on(Advanced)
    def _show_progress(self, event: Advanced) -> None:
        self.waiting.hush()
        self.result.show("info", f"{event.done:,} of {event.of:,} …")

    def _looking_at(self, *, typed: bool) -> tuple[int | None, int | None]:
        """The booking that a line means by `.`, and its version that the person has in mind.

        What the screen showed when the line was begun counts, if somebody else changed status or provider since: the
        engine then refuses and says who and what. Attempts and notes in between do no harm.
        """
        row, began = self.situation().booking, self._looked_at
        if typed and began is not None and _is_otherwise(row, began):
            self._looked_at = None  # refused once; the next try is made with open eyes
            return began.booking.id, began.booking.version
        return (row.booking.id, row.booking.version) if row else (None, None)

    @on(CommandLine.Left)
    def _line_left(self, event: CommandLine.Left) -> None:
        event.stop()
        if not self._gives_back_focus:
            self.close_answer()
        if self._offered and self.line.text == self._offered:
            self.line.set_text("")  # what a key offered and nobody touched is no draft
        self._gives_back_focus = False
        if self.focused is None:  # what had it is not there any more
            self.set_focus(self.first_focus(), scroll_visible=False)
        self.left_line()

    def left_line(self) -> None:
        """Escape on the line; the focus is back on the screen."""

    @on(CommandLine.Changed)
    def _line_changed(self, event: CommandLine.Changed) -> None:
        event.stop()
        if not event.text:
            self._looked_at = None
        elif self._looked_at is None:
            self._looked_at = self.situation().booking
        self.line_changed(event.text)

    def line_changed(self, text: str) -> None:
        """Another text is on the line."""

    def show_answers(self, answers: Sequence[Answer], *, typed: bool) -> None:
        """Show what a line came to; a refused one stays to be edited."""
        last = answers[-1]
        self._refused = self.line.text.strip() if typed and not last.ok else ""
        self._proposed = last.proposal if self._refused else None
        if typed and last.ok and last.data.get("dry_run"):
            self.line.set_text(self.line.text.lstrip().removeprefix("~").lstrip())  # Enter means it
            self.line.refuse()
        elif typed and last.ok:
            is_to_go_back = self._was_begun_by_key or self.line.came_from_text
            self.line.accept(has_choices=bool(last.choices))
            if is_to_go_back and not last.choices:
                self._gives_back_focus = True
                self.line.action_leave()
            self._was_begun_by_key = False
        elif typed:
            self.line.refuse()
            self.line.foresee_again()
        kind: Literal["accepted", "refused", "info"] = "refused"
        if last.ok or last.asks:
            kind = "accepted" if "event" in last.data or last.inverse else "info"
        said = [answer.text.replace(" ✓ ", "  ", 1) if "event" in answer.data else answer.text for answer in answers]
        then = last.inverse or (HOW if last.asks else None)
        self.result.show(kind, " · ".join([*said, then] if then else said))
        if last.choices and (typed or last.ok):
            self.line.enter()
        if not self.on_answers(answers):
            body = [line for answer in answers for line in answer.lines]
            if not last.ok and width_of(last.text) > self.size.width - _RESULT_MARGIN:
                body += [str(last.data["message"]), *([f"1  {last.proposal}"] if last.proposal else [])]
            title = last.text if last.lines else "Refused" if not last.ok else ""
            self.show_body(answers[0].text if answers[0].data.get("dry_run") else title, body)
        if last.ok and last.proposal:
            self.host.go("desk", last.booking, last.proposal)

    def show_body(self, title: str, lines: Iterable[str]) -> None:
        """Show an answer of several lines above the line, or close it."""
        pane = self.query_one("#answer", FactSheet)
        facts = [Fact("", text) for text in lines]
        pane.set_class(bool(facts), "-shown")
        if facts:
            pane.show([Section(title, facts, "Esc closes")], from_top=True)

    def close_answer(self) -> bool:
        """Close the answer of several lines, and say whether there was one."""
        pane = self.query_one("#answer", FactSheet)
        was_shown = pane.has_class("-shown")
        if was_shown and pane.has_focus:
            self.set_focus(self.first_focus(), scroll_visible=False)
        pane.remove_class("-shown")
        self.result.clear()
        return was_shown

    def _become(self, text: str) -> None:
        try:
            actor = parse_actor(text.strip() or None, self.console.actor.id)
        except InvalidInput as refusal:
            self.line.refuse()
            self.result.show("refused", refusal.message)
            return
        self.line.accept()
        self.host.become(actor)

    def foresee(self, text: str) -> Outlook:
        """What there is to say about a text on the line."""
        meant = self._meant(text.strip())
        if meant != text.strip():
            return Outlook(note=f"Enter: {meant}")
        outlook = self._foresight.outlook(text)
        if self._proposed and meant == self._refused:
            choice = Choice(self._proposed, to_finish(self._proposed), "would be accepted: Tab, or 1")
            outlook = replace(outlook, choices=(choice,), ghost="", missing="", wrong="")
        return outlook

    def _describe(self, text: str) -> Iterable[tuple[int, int, str]]:
        """How a text would be understood on the line."""
        context = self.console.context(self.acting)
        if context is None:
            return ()
        from domain.line.showing import describe

        return [(span.start, span.end, span.kind) for span in describe(text, context)]


def _is_otherwise(row: BookingRow | None, before: BookingRow) -> bool:
    """Whether what a dispatcher goes by is another now."""
    if row is None or row.booking.id != before.booking.id:
        return True
    return (row.booking.status, row.booking.provider_id) != (before.booking.status, before.booking.provider_id)
