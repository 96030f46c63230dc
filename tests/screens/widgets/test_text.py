from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from screens.widgets.text import as_content, clean, cut, fit, plain, same, shown, toned, width_of

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=[]))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a\x1b[31mb", "a [31mb"),
        ("one\r\ntwo\tthree", "one  two three"),
        ("\x9b31m", " 31m"),
        ("abc\u202edef\u2066", "abc def "),
        ("\ud800", "\ufffd"),
        ("Ana 田中 שלום 👩‍👩‍👧", "Ana 田中 שלום 👩‍👩‍👧"),
    ],
)
def test_what_a_terminal_would_obey_is_a_space_and_names_stay(typed: str, shown: str) -> None:
    assert clean(typed) == shown


@given(ANY_TEXT)
def test_clean_text_is_as_long_as_before_and_can_be_written(text: str) -> None:
    assert len(clean(text)) == len(text)
    clean(text).encode()
    assert clean(clean(text)) == clean(text)


FAMILY = "\N{WOMAN}\u200d\N{WOMAN}\u200d\N{GIRL}"
WORKER = "\N{CONSTRUCTION WORKER}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}\u200d\N{FEMALE SIGN}\ufe0f"


@pytest.mark.parametrize(
    ("typed", "seen", "width"),
    [
        (FAMILY, "\N{WOMAN}\N{WOMAN}\N{GIRL}", 6),
        (WORKER, "\N{CONSTRUCTION WORKER}\N{FEMALE SIGN}", 3),
        ("\N{WARNING SIGN}\ufe0f dog", "\N{WARNING SIGN} dog", 5),
    ],
)
def test_a_picture_whose_width_terminals_disagree_about_is_taken_apart(typed: str, seen: str, width: int) -> None:
    assert shown(typed) == plain(typed).plain == toned(typed, "bad").plain == seen
    assert width_of(seen) == sum(map(width_of, seen)) == width


@pytest.mark.parametrize("letters", ["\u0645\u06cc\u200c\u062e\u0648", "\u0915\u094d\u200d\u0937", "Müller 田中"])
def test_joined_letters_stay_joined(letters: str) -> None:
    assert shown(letters) == letters


@given(ANY_TEXT, st.integers(0, 30))
def test_no_text_is_ever_cut_wider_than_its_place(text: str, width: int) -> None:
    assert width_of(cut(clean(text), width)) <= width
    assert width_of(fit(clean(text), width)) == width


@pytest.mark.parametrize(("width", "shown"), [(6, "田中さ"), (5, "田中…"), (4, "田…"), (1, "…"), (0, "")])
def test_a_wide_character_is_never_halved(width: int, shown: str) -> None:
    assert cut("田中さ", width) == shown


def test_markup_is_text() -> None:
    assert plain("[red]x[/]").plain == "[red]x[/]"
    assert not plain("[red]x[/]").spans
    assert toned("[b]", "bad").plain == "[b]"


def test_styled_cells_are_cleaned_too_and_keep_their_styles() -> None:
    content = as_content(Content.styled("a\x85b", "bold"))
    assert content.plain == "a b"
    assert content.spans


def test_cells_of_the_same_words_in_another_tone_are_not_the_same() -> None:
    assert same(toned("x", "bad"), toned("x", "bad"))
    assert not same(toned("x", "bad"), toned("x", "good"))
    assert not same("x", Content("x"))
