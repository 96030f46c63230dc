"""Words of a line: quotes, escapes, `;` and `--`. Knows nothing of what the words mean.

May be imported by the other modules of the line; it imports errors.
"""

import re
from itertools import islice, pairwise
from typing import Final, NamedTuple, NoReturn

from domain.errors import NotUnderstood

QUOTED: Final = r'"(?:[^"\\]++|\\.)*+"'
"""The pattern of a text in quotes."""
_TOKEN = re.compile(
    rf"""
      (?P<rest>--.*)                                  # everything after it is text
    | (?P<end>;)
    | (?P<quoted>{QUOTED})(?!,)
    | (?P<word>-{QUOTED}                                # quotes with a minus before them
        | {QUOTED}(?:,(?:{QUOTED}|[^\s;,"]++)?)*+ # a list that begins with quotes
        | [^\s;"](?:(?<=[:,]){QUOTED}|[^\s;])*+)
    | (?P<open>".*)                                   # quotes that never close
    """,
    re.DOTALL | re.VERBOSE,
)
_ITEM = re.compile(rf'(?P<quoted>{QUOTED})|(?P<plain>[^,"][^,]*+|"[^,]*+)', re.DOTALL)
_UNSEEN = "\u061c\u200e\u200f\u2028\u2029"
"""What may stand in a text, but breaks lines or changes their direction: written as an escape."""
_ESCAPED: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n"} | {one: f"\\u{ord(one):04x}" for one in _UNSEEN}
_MEANT: Final = {escape: character for character, escape in _ESCAPED.items()}
_TO_ESCAPE = str.maketrans(_ESCAPED)
_ESCAPE = re.compile("|".join(map(re.escape, _MEANT)))
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.@/+-]*|\+?[0-9]+|[0-9]+(?:[.,][0-9]+)+")

UNSAID: Final = '"…"'
"""Stands in a proposed line for a reason that somebody has to give."""


class Token(NamedTuple):
    """A word and where it stands.

    Attributes:
        kind: `word`, `quoted`, `rest` (after `--`), `end` (`;`) or `open` (quotes that never close).
        start: Index of its first character.
        raw: As typed.
        text: What it says: without quotes, escapes undone.
        low: The text in small letters for an unquoted word, else empty: what keywords are compared with.
    """

    kind: str
    start: int
    raw: str
    text: str
    low: str

    @property
    def end(self) -> int:
        """Index behind its last character."""
        return self.start + len(self.raw)

    @property
    def length(self) -> int:
        """How many characters it takes on the line."""
        return len(self.raw)


def scan(text: str, most: int | None = None) -> list[Token]:
    """The words of a text, in order: the first `most`, or all."""
    return [_token(match) for match in islice(_TOKEN.finditer(text), most)]


def _token(match: re.Match[str]) -> Token:
    kind = match.lastgroup or "word"
    raw = match.group()
    if kind == "word":
        return Token(kind, match.start(), raw, raw, raw.lower())
    said = unquoted(raw) if kind == "quoted" else raw[2:].strip() if kind == "rest" else raw
    return Token(kind, match.start(), raw, said, "")


def split(text: str) -> list[tuple[str, int]]:
    """Cut a chain at its `;`, but not at those in quotes or after `--`.

    Returns:
        Each link that says something, without spaces around it, and the index where it begins.
    """
    cuts = [-1, *(token.start for token in scan(text) if token.kind == "end"), len(text)]
    links = []
    for before, after in pairwise(cuts):
        link = text[before + 1 : after]
        if link.strip():
            links.append((link.strip(), before + 1 + len(link) - len(link.lstrip())))
    return links


def items(token: Token) -> list[tuple[str, bool]]:
    """The parts of a comma list, and whether each was quoted."""
    if token.kind == "quoted":
        return [(token.text, True)]
    return listed(token.raw)


def listed(raw: str) -> list[tuple[str, bool]]:
    """The parts of a comma list as typed, and whether each was quoted."""
    return [
        (unquoted(match.group()), True) if match.lastgroup == "quoted" else (match.group(), False)
        for match in _ITEM.finditer(raw)
    ]


def quote(text: str) -> str:
    """A text in quotes, on one line that looks the same wherever it is printed."""
    if text.isprintable() and '"' not in text and "\\" not in text:  # most are; this takes a tenth of the time
        return f'"{text}"'
    return f'"{text.translate(_TO_ESCAPE)}"'


def refuse(token: Token, message: str) -> NoReturn:
    """Refuse a line because of one word."""
    raise NotUnderstood(message, token.start, token.length)


def is_unfinished(line: str) -> bool:
    """Whether a reason still has to be put in."""
    return line.rstrip().endswith(UNSAID)


def to_finish(line: str) -> str:
    """A proposed line ready to be typed on: without the dots, open for the reason that they stand for."""
    return f"{line.rstrip().removesuffix(UNSAID)}-- " if is_unfinished(line) else line


def is_plain(text: str) -> bool:
    """Whether a value can stand without quotes, as far as its characters go."""
    return _PLAIN.fullmatch(text) is not None


def unquoted(raw: str) -> str:
    """What a text in quotes says."""
    return _ESCAPE.sub(lambda escape: _MEANT[escape[0]], raw[1:-1])
