"""Words of a line: quotes, escapes, `;` and `--`. Knows nothing of what the words mean.

May be imported by the other modules of the line; it imports errors.
"""

import re
from itertools import islice, pairwise
from typing import Final, NamedTuple, NoReturn

from domain.errors import NotUnderstood

_QUOTED = r'"(?:[^"\\]++|\\.)*+"'
_TOKEN = re.compile(
    rf"""
      (?P<rest>--.*)                                  # everything after it is text
    | (?P<end>;)
    | (?P<quoted>{_QUOTED})(?!,)
    | (?P<word>{_QUOTED}(?:,(?:{_QUOTED}|[^\s;,"]++)?)*+ # a list that begins with quotes
        | [^\s;"](?:(?<=[:,]){_QUOTED}|[^\s;])*+)
    | (?P<open>".*)                                   # quotes that never close
    """,
    re.DOTALL | re.VERBOSE,
)
_ITEM = re.compile(rf'(?P<quoted>{_QUOTED})|(?P<plain>[^,"][^,]*+|"[^,]*+)', re.DOTALL)
_ESCAPE = re.compile(r'\\([n"\\])')
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.@/+-]*|\+?[0-9]+|[0-9]+(?:[.,][0-9]+)+")


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
    said = _unquoted(raw) if kind == "quoted" else raw[2:].strip() if kind == "rest" else raw
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
        (_unquoted(match.group()), True) if match.lastgroup == "quoted" else (match.group(), False)
        for match in _ITEM.finditer(raw)
    ]


def quote(text: str) -> str:
    """A text in quotes, on one line."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def refuse(token: Token, message: str) -> NoReturn:
    """Refuse a line because of one word."""
    raise NotUnderstood(message, token.start, token.length)


def is_plain(text: str) -> bool:
    """Whether a value can stand without quotes, as far as its characters go."""
    return _PLAIN.fullmatch(text) is not None


_NEWLINE: Final = {"n": "\n"}


def _unquoted(raw: str) -> str:
    return _ESCAPE.sub(lambda match: _NEWLINE.get(match[1], match[1]), raw[1:-1])
