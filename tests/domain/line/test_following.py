"""A line while it is typed: what can follow, what cannot and why not, what is wrong and what is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actors import Actor, Role
from domain.errors import NotFound
from domain.line.context import Context
from domain.line.following import BookingFacts, Facts, Following, Happened, Item, follow
from domain.line.table import VERBS
from domain.speak import speak
from domain.views import Directory
from domain.visibility import require_booking
from tests.domain.world import World


def _lines(text: str, context: Context) -> list[str]:
    return [item.line for item in follow(text, context).items]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("as", ["assign", "assign!"]),
        ("a 214 m", ["a 214 miguel", "a 214 mira"]),
        ("assign ", ["assign 5", "assign 6"]),
        ("on z", ["on zoe"]),
        ("n hea", ['n "heat/hot water"']),
        ("provider d", ["provider deactivate"]),
        ("ns 214 ", ["ns 214 provider", "ns 214 customer"]),
        ("h 214 u", ["h 214 until"]),
        ("set w", ["set waits_s", "set when_exhausted"]),
        ("a 214 mira; rel", ["a 214 mira; release"]),
        ("214 un", []),
        ("mira e", ["mira edit"]),
        ("h 214 until ", ["h 214 until +15m", "h 214 until +1h", "h 214 until tomorrow 9:00"]),
        ("override! 214 p", ["override! 214 pending"]),
        ("foo ", []),
        ('note 214 "as', []),
        ("note 214 -- as", []),
        ("@14:05 sh", ["@14:05 show"]),
    ],
)
def test_the_grammar_says_what_can_follow(text: str, lines: list[str], context: Context) -> None:
    assert _lines(text, context)[: len(lines) or 1] == lines


def test_only_verbs_of_the_role_are_offered(context: Context) -> None:
    provider = replace(context, actor=Actor(Role.PROVIDER, "raj"))
    assert "accept" in _lines("a", provider)
    assert "assign" not in _lines("a", provider)
    assert "accept" not in _lines("a", context)


def test_bookings_on_the_screen_are_offered_behind_the_selected_one(context: Context) -> None:
    items = follow("assign ", context, Facts(nearby=(41, 5, 42))).items
    assert [item.text for item in items] == ["5", "6", "41", "42"]
    assert [item.text for item in follow("show 4", context, Facts(nearby=(41, 5, 42))).items] == ["41", "42"]


def test_a_name_of_several_words_is_found_by_how_it_begins_also_behind_its_filter(context: Context) -> None:
    directory = replace(context.directory, boroughs=("bronx", "staten island"))
    found = follow("find borough:st", replace(context, directory=directory))
    assert [item.text for item in found.items] == ['borough:"staten island"']


def test_events_that_could_be_taken_back_are_offered_ones_own_for_undo_and_those_of_others_for_the_forced_form(
    context: Context,
) -> None:
    ben = Actor(Role.ADMIN, "ben")
    facts = Facts(happened=(Happened(12, context.actor, "5 held"), Happened(11, ben, "6 held")))
    assert [item.text for item in follow("undo ", context, facts).items] == ["12"]
    assert [item.text for item in follow("undo! ", context, facts).items] == ["11"]
    assert [item.about for item in follow("why event ", context, facts).items] == ["5 held", "6 held"]
    assert follow("undo! 11 ", context, facts).items == ()
    assert "12" not in [item.text for item in follow("why ", context, facts).items]


@pytest.mark.parametrize(
    ("text", "wrong", "missing"),
    [
        ("a 214 nobody", "no provider is called 'nobody'", ""),
        ("a 214 mi", "", ""),
        ("p 214 9", "priority", ""),
        ("a 214 mira ", "", ""),
        ("a! 214 mira", "", "assign! needs a reason"),
        ("foo bar", "'foo' is no verb", ""),
        ('note 214 "ring tw', "", 'a " closes the text'),
        ("as", "", ""),
        ("", "", ""),
    ],
)
def test_the_first_wrong_word_says_why_and_what_is_only_unfinished_is_not_wrong(
    text: str, wrong: str, missing: str, context: Context
) -> None:
    said = follow(text, context)
    assert (wrong in said.wrong, bool(said.wrong)) == (True, bool(wrong))
    assert (missing in said.missing, bool(said.missing)) == (True, bool(missing))
    assert [span.kind for span in said.spans].count("wrong") == (1 if wrong else 0)


def test_the_ghost_is_the_likeliest_line_but_never_a_forced_form_unasked(context: Context) -> None:
    assert follow("ass", context).ghost == "assign"
    assert follow("undo", context).ghost == ""
    assert follow("assign ", context).ghost == "assign 5"
    assert follow("ns 214 ", context).ghost == "", "who was absent is not guessed"


# Facts ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def room(world: World) -> World:
    """1 is with mira, 2 waits; raj is off duty, li lacks the skill, and somebody else could."""
    for line in (
        "service new plumbing",
        "service new heating",
        'provider new mira "Mira Sample" skills plumbing',
        'provider new raj "Raj Sample" skills plumbing',
        'provider new li "Li Sample" skills heating',
        'provider new zoe "Zoe Sample" skills plumbing rating 4.8',
        "on mira",
        "on li",
        "on zoe",
        'new plumbing at "12 Example St" for "Ana Diaz" +12025550134',
        "assign 1 mira",
        'new plumbing at "7 Sample Ave" for "Bo Larsen" +12025550135',
    ):
        [answer] = speak(world.engine, line, Actor(Role.ADMIN, "ana"), zone=UTC)
        assert answer.ok, answer.text
    return world


Typed = Callable[..., Following]


@pytest.fixture
def typed(room: World) -> Typed:
    """What is said about a text in that room, with all facts."""

    def say(text: str, actor: Actor = Actor(Role.ADMIN, "ana")) -> Following:  # noqa: B008 - frozen
        views = room.engine.views
        context = Context(now=room.clock.now(), actor=actor, directory=views.directory(), selected=2)

        def known(number: int) -> BookingFacts:
            try:
                row, matching = views.weighed(number)
                return BookingFacts(require_booking(actor, row), matching, is_whole=True)
            except NotFound as refusal:
                return BookingFacts(unknown=refusal.message, is_whole=True)

        people = {row.provider.handle: row for row in views.roster()}
        return follow(text, context, Facts({number: known(number) for number in (1, 2, 99)}, people))

    return say


def _item(said: Following, text: str) -> Item:
    return next(item for item in said.items if item.text == text)


def test_verbs_that_the_lifecycle_does_not_let_follow_are_last_with_the_reason(typed: Typed) -> None:
    said = typed("1 ")
    assert _item(said, "retry").why_not == "1 is ASSIGNED: needs FAILED or NO_SHOW or REJECTED"
    assert _item(said, "release").why_not is None
    reasons = [item.why_not is not None for item in said.items]
    assert reasons == sorted(reasons)


def test_a_booking_is_greyed_for_a_verb_that_it_cannot_take(typed: Typed) -> None:
    assert _item(typed("release "), "2").why_not == "2 is PENDING: needs ACCEPTED or ASSIGNED or EN_ROUTE"
    assert _item(typed("assign "), "2").about == "selected: plumbing · Bo Larsen · PENDING"


def test_providers_come_best_first_and_those_who_cannot_with_the_reason(typed: Typed) -> None:
    said = typed("assign 2 ")
    assert [(item.text, item.why_not and item.why_not.partition(" until")[0]) for item in said.items] == [
        ("zoe", None),
        ("mira", "busy on 1"),
        ("raj", "off duty"),
        ("li", "not skilled"),
    ]
    assert said.items[0].about == "free · place unknown · ★ 4.8"
    assert said.ghost == "assign 2 zoe"


def test_a_forced_assignment_greys_only_who_has_it_already(typed: Typed) -> None:
    assert _item(typed("assign! 1 "), "mira").why_not == "mira has 1 already"
    assert _item(typed("assign! 2 "), "raj") == Item("raj", "assign! 2 raj", "off duty")


@pytest.mark.parametrize(
    ("text", "wrong", "note"),
    [
        ("assign 2", "", "zoe: free · place unknown · ★ 4.8"),
        ("assign 2 raj", "raj: off duty", "plumbing · Bo Larsen · PENDING"),
        ("assign 1 zoe", "1 is ASSIGNED: needs NO_SHOW or PENDING or REJECTED", "plumbing · Ana Diaz · ASSIGNED mira"),
        ("x! 2", "", "plumbing · Bo Larsen · PENDING"),
        ("resume 2", "2 is not on hold", "plumbing · Bo Larsen · PENDING"),
        ("note 99 hello", "no booking 99", ""),
    ],
)
def test_what_enter_would_meet_is_said_before_it(text: str, wrong: str, note: str, typed: Typed) -> None:
    said = typed(text)
    assert (wrong.lower() in said.wrong.lower(), bool(said.wrong)) == (True, bool(wrong))
    assert note in said.note


def test_duty_that_is_so_already_is_greyed(typed: Typed) -> None:
    assert _item(typed("on "), "zoe").why_not == "on duty already"
    assert _item(typed("on "), "raj").why_not is None
    assert _item(typed("off "), "raj").why_not == "off duty already"
    assert _item(typed("break "), "raj").why_not == "raj is OFF: needs BREAK or ON"
    assert _item(typed("on "), "mira").about.startswith("busy on 1")


def test_a_status_that_it_has_already_is_greyed(typed: Typed) -> None:
    assert _item(typed("override! 2 "), "pending").why_not == "2 is PENDING already"


def test_an_inactive_service_takes_no_bookings(context: Context) -> None:
    assert _item(follow("new old", context), '"old service"').why_not == "inactive: takes no new bookings"
    assert _item(follow("service activate pl", context), "plumbing").why_not == "active already"


def test_without_facts_it_is_said_what_would_tell_more(context: Context) -> None:
    said = follow("assign 214 ", context)
    assert (said.booking, said.offered, said.wants_people) == (214, (), True)
    assert all(item.why_not is None for item in said.items)
    assert follow("complete ", context).offered == (5, 6)


_WORDS = [
    *(verb.name for verb in VERBS),
    "214",
    ".",
    "..",
    "mira",
    "raj",
    '"leak',
    '"',
    ";",
    "--",
    "until",
    "9-11",
    "@9:00",
]


@given(st.lists(st.one_of(st.sampled_from(_WORDS), st.text(max_size=8)), max_size=8))
def test_anything_can_be_typed(words: list[str]) -> None:
    directory = Directory(handles={"mira": 1, "raj": 2}, services={"plumbing": 1})
    context = Context(now=datetime(2026, 8, 3, 12, tzinfo=UTC), actor=Actor(Role.ADMIN, "ana"), directory=directory)
    text = " ".join(words)
    said = follow(text, context, Facts(nearby=(3, 4)))
    assert said.ghost == "" or said.ghost.startswith(text)
    for span in said.spans:
        assert 0 <= span.start < span.end <= len(text)
