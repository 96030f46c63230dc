"""What help and docs show besides the verbs: forms of a line, times, words that people type. Tests run every line.

May be imported by help, docs and tests; it imports only words.
"""

from typing import Final

from domain.line.words import ALIASES

SHAPES: Final[tuple[tuple[str, str], ...]] = (
    ("assign 214 mira", "verb first"),
    ("214 assign mira", "object first: the same"),
    ("assign . mira", "`.` is the selected booking"),
    ("note .. ring twice", "`..` is the booking touched last"),
    ("a 214 mi", "short verbs; names may be cut short as long as one name begins so"),
    ("on #1", "a provider by number"),
    ("214", "an object alone: look at it"),
    ('hold 214 "waiting for part"', 'a text in quotes; `\\"`, `\\\\` and `\\n` escape'),
    ("hold 214 -- waiting for part; call back", "everything behind `--` is text"),
    ("hold 214 waiting for part", "quotes may be left out where the text comes last"),
    ('assign! 214 mira "customer insists"', "`!` is the forced form; it needs a reason"),
    ('note 214 "ring twice"; assign 214 mira', "`;` chains lines; a refused one stops the chain"),
    ("~ assign 214 mira", "`~` tries it: what would change; nothing is written"),
    ("@14:05 show 214", "`@` and a time: as it was then"),
    ("prioritise [status:pending plumbing] 1", "`[…]`: many at once, by filter or by number"),
    ("assign 214 ?", "`?` behind any words: what can follow, and for what cannot, why not"),
)
"""Forms of a line: an example, and what it shows."""

TIMES: Final[tuple[tuple[str, str], ...]] = (
    ("hold 214 until 17:30 x", "today, or `tomorrow 17:30` when it has passed"),
    ("hold 214 until 5:30pm x", "the same"),
    ("hold 214 until +20m x", "from now; `90m`, `2h`, `1h30m` are lengths"),
    ("hold 214 until tomorrow 9:00 x", "another day; `fri 9:00` and `2026-08-07 9:00` are as good"),
    ("reschedule 214 tomorrow 9-11", "a window; `13:30-15`, `fri 9-11`"),
    ("reschedule 214 now", "on demand, from now on"),
    ("break mira 20m", "until then"),
    ("@yesterday 14:00 show 214", "the past, where a past time is wanted"),
)
"""Times: an example, and what it means. They are in the zone of the terminal; the log holds them absolute, in UTC."""


def spoken_words() -> tuple[tuple[str, str], ...]:
    """What people type for a verb that does not begin so: the words, and the verb."""
    return tuple(
        (alias, verb)
        for verb, aliases in ALIASES.items()
        for alias in aliases
        if len(alias) > 2 and not verb.startswith(alias) and not alias.endswith("!")
    )
