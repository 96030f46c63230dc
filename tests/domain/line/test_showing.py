import time
from dataclasses import replace

import pytest

from domain.actors import Role
from domain.errors import DispatchError
from domain.line.context import Context
from domain.line.following import follow
from domain.line.helping import help_lines, usage
from domain.line.reading import parse
from domain.line.showing import describe
from domain.line.table import VERBS, Verb
from domain.views import Directory


def _parts(text: str, context: Context) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.kind) for span in describe(text, context)]


def test_words_are_coloured_as_they_are_understood(context: Context) -> None:
    assert _parts('h 214 until 15:00 "part"', context) == [
        ("h", "verb"),
        ("214", "booking"),
        ("until", "word"),
        ("15:00", "time"),
        ('"part"', "text"),
    ]
    assert _parts("mira on", context) == [("mira", "provider"), ("on", "verb")]


def test_the_links_of_a_chain_are_coloured_each_in_its_place(context: Context) -> None:
    assert _parts("a 1 mira ; foo", context) == [
        ("a", "verb"),
        ("1", "booking"),
        ("mira", "provider"),
        ("foo", "wrong"),
    ]


@pytest.mark.parametrize(
    ("text", "wrong", "why"),
    [
        ("a 214 nobody", "nobody", "no provider is called 'nobody'"),
        ("n roofing", "roofing", "no service is called 'roofing'"),
        ("a 214 mi", "mi", "fits several providers"),
        ("p 214 9", "9", "priority"),
        ("h 214 until 7:00 x", "7:00", "tomorrow 7:00"),
        ("a! 214 mira", "", "needs a reason"),
    ],
)
def test_what_is_wrong_is_marked_before_enter_and_says_why(text: str, wrong: str, why: str, context: Context) -> None:
    [span] = [span for span in describe(text, context) if span.kind == "wrong"]
    assert text[span.start : span.end] == wrong
    assert why in str(span.message)


def test_help_has_a_line_for_every_verb_and_says_which_are_not_for_the_role(context: Context) -> None:
    lines = help_lines(None, context)
    for verb in VERBS:
        if Role.ADMIN in verb.roles:
            assert any(line.startswith(", ".join((verb.name, *verb.aliases))) for line in lines)
    assert lines[-1] == "not for the role admin: accept, reject, depart, start, complete, cancel, attempt"


def test_help_on_a_verb_of_another_role_names_the_form_that_is_allowed(context: Context) -> None:
    assert any('as admin: cancel! 214 "duplicate"' in line for line in help_lines("x", context))
    assert help_lines("nonsense", context) == ["there is no verb 'nonsense'; `help` lists them"]


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_help_on_every_verb_shows_its_shape_and_an_example(verb: Verb, context: Context) -> None:
    lines = help_lines(verb.name, context)
    assert usage(verb) in lines
    assert any(verb.example in line for line in lines)


LONG = [
    "note 214 " + "x " * 5_000,
    "x" * 10_000,
    '"a ' * 3_333,
    "a;" * 5_000,
    "1" * 10_000,
    ',"' * 5_000,
    'note 214 "' + "\\" * 10_001,
    "h 1 " + "until x " * 1_250,
    "find " + "a:b " * 2_500,
    "\x00" * 10_000,
    "🔧" * 10_000,
    "\u202eשלום " * 1_600,
]


@pytest.mark.parametrize("text", LONG, ids=range(len(LONG)))
def test_a_line_of_ten_thousand_characters_is_answered_at_once(text: str, context: Context) -> None:
    crowded = replace(context, directory=Directory(handles={f"name{number}": number for number in range(2_000)}))
    with pytest.raises(DispatchError):
        parse(text, crowded)
    spent = min(_seconds(text, crowded) for _ in range(3))
    assert spent < 0.2  # generous: a hundred times what it takes


def _seconds(text: str, context: Context) -> float:
    began = time.thread_time()
    follow(text, context)
    return time.thread_time() - began
