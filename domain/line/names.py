"""Which verb, provider or service a shortened name means.

May be imported by the other modules of the line. An exact match beats a prefix, case does not count, and a prefix that
fits several is refused with the choices. A name that fits nothing is left as it is: the engine knows whether it exists.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from domain.errors import Ambiguous, NotUnderstood
from domain.line.scan import Token
from domain.line.table import BY_NAME, VERBS, Verb
from domain.line.words import KEYWORDS, NOT_YET
from domain.views import Directory

_LONGEST_PHRASE = 3
_LONGEST_SERVICE = 6
_LONGEST_WORD = 18
_LONGEST_NUMBER = 17
_SHOWN = 9
_PLAIN_NAMES = tuple(verb.name for verb in VERBS if " " not in verb.name)
_NOUNS = frozenset(verb.name.split()[0] for verb in VERBS if " " in verb.name)


def exact_verb(tokens: Sequence[Token], at: int) -> tuple[Verb, int] | None:
    """The verb that one to three words name in full, and the index behind them."""
    for words in range(min(_LONGEST_PHRASE, len(tokens) - at), 0, -1):
        lows = [token.low for token in tokens[at : at + words]]
        if all(lows) and (verb := BY_NAME.get(" ".join(lows))) is not None:
            return verb, at + words
    return None


def shortened_verb(tokens: Sequence[Token], at: int, directory: Directory) -> tuple[Verb, int] | None:
    """The verb whose name begins with a word, or the two-word verb whose second word does.

    Raises:
        Ambiguous: Several begin so.
    """
    word = tokens[at].low
    if not word or len(word) > _LONGEST_WORD:
        return None
    verb = BY_NAME.get(word)
    if verb is None:
        forced = word.endswith("!")
        fits = [
            name for name in _PLAIN_NAMES if name.startswith(word.removesuffix("!")) and name.endswith("!") == forced
        ]
        if not fits:
            return None
        verb = BY_NAME[_only(fits, tokens[at], "verbs")]
    if verb.name in _NOUNS and at + 2 < len(tokens):
        second = tokens[at + 1].low
        if second and second not in directory.handles and second not in directory.services:
            fits = [name for name in BY_NAME if name.startswith(f"{verb.name} {second}")]
            if fits:
                return BY_NAME[_only(fits, tokens[at + 1], "verbs")], at + 2
    return verb, at + 1


def handle(word: str, token: Token, directory: Directory) -> str | None:
    """The provider's handle that a word means; None when it fits none.

    Raises:
        Ambiguous: It is the beginning of several.
    """
    low = word.lower()
    if low in directory.handles:
        return low
    if low.startswith("#") and low[1:].isascii() and low[1:].isdigit() and len(low) < _LONGEST_NUMBER:
        number = int(low[1:])
        return next((name for name, known in directory.handles.items() if known == number), None)
    return _shortened(low, directory.handles, directory.inactive_handles, token, "providers")


def service(word: str, token: Token, directory: Directory) -> str | None:
    """The service's name that a word means; None when it fits none.

    Raises:
        Ambiguous: It is the beginning of several.
    """
    low = word.lower()
    for name in directory.services:
        if name.lower() == low:
            return name
    return _shortened(low, directory.services, directory.inactive_services, token, "services")


def service_words(tokens: Sequence[Token], at: int, directory: Directory) -> tuple[str, int] | None:
    """The service whose name is two or more words of the line, and the index behind them; the longest there is."""
    lows = []
    for token in tokens[at : at + _LONGEST_SERVICE]:
        if not token.low or token.low in KEYWORDS:
            break
        lows.append(token.low)
    known = {name.lower(): name for name in directory.services} if len(lows) > 1 else {}
    for words in range(len(lows), 1, -1):
        name = known.get(" ".join(lows[:words]))
        if name is not None:
            return name, at + words
    return None


def unknown_verb(token: Token) -> NotUnderstood:
    """The refusal of a first word that means nothing."""
    word = token.low
    stem = word.removesuffix("!")
    if word != stem and stem in BY_NAME:
        message = f"{BY_NAME[stem].name} has no forced form"
    elif f"{word}!" in BY_NAME:
        forced = BY_NAME[f"{word}!"]
        message = f"{forced.name} is always forced, with the ! and a reason: {forced.example}"
    else:
        near = get_close_matches(word, [*BY_NAME, *NOT_YET], 1) if 1 < len(word) <= _LONGEST_WORD else []
        hint = f"; did you mean {near[0]}?" if near else "; `help` lists the verbs"
        message = f"{token.text!r:.60} is no verb, booking or provider{hint}"
    return NotUnderstood(message, token.start, token.length)


def _shortened(low: str, names: Iterable[str], inactive: frozenset[str], token: Token, what: str) -> str | None:
    fits = [name for name in names if name.lower().startswith(low)] if low else []
    in_use = [name for name in fits if name not in inactive]
    return _only(in_use or fits, token, what) if fits else None


def _only(fits: Sequence[str], token: Token, what: str) -> str:
    if len(fits) == 1:
        return fits[0]
    choices = sorted(fits)
    listed = ", ".join(f"{number} {name}" for number, name in enumerate(choices[:_SHOWN], 1))
    more = f" and {len(choices) - _SHOWN} more" if len(choices) > _SHOWN else ""
    raise Ambiguous(
        f"{token.text!r:.60} fits several {what}: {listed}{more}",
        choices=choices,
        position=token.start,
        length=token.length,
    )
