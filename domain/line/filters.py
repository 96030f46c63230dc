"""Which bookings `find` looks for: words, and `key:value` for status, service and provider.

May be imported by the other modules of the line.
"""

import re
from collections.abc import Sequence

from domain.lifecycle import Status
from domain.line import names
from domain.line.queries import Find
from domain.line.scan import Token, listed, refuse
from domain.views import Directory

_FILTER = re.compile(r"([a-z_]+):(.*)", re.DOTALL | re.IGNORECASE)


def status(word: str) -> Status | None:
    """The status that a whole word names, in any case, with - or _; None for anything else."""
    upper = word.upper().replace("-", "_")
    return Status(upper) if upper in set(Status) else None


def read(tokens: Sequence[Token], directory: Directory) -> Find:
    """Read the words of a filter.

    Raises:
        NotUnderstood: A key that there is not, or a value that is none.
        Ambiguous: A shortened name fits several.
    """
    words: list[str] = []
    statuses: set[Status] = set()
    services: list[str] = []
    provider: str | None = None
    for token in tokens:
        match = _FILTER.fullmatch(token.raw) if token.kind == "word" else None
        if match is None:
            words.append(token.text)
            continue
        key, wanted = match[1].lower(), listed(match[2])
        if not wanted:
            refuse(token, f"{key}: needs a value behind it, as in find leak status:assigned")
        if key == "status":
            statuses.update(_one_status(part, token) for part, _ in wanted)
        elif key == "service":
            services += [part if quoted else names.service(part, token, directory) or part for part, quoted in wanted]
        elif key == "provider" and len(wanted) == 1 and provider is None:
            provider = names.handle(wanted[0][0], token, directory) or wanted[0][0].lower()
        elif key == "provider":
            refuse(token, "one provider at a time")
        else:
            refuse(token, f"there is no filter {key}: — status:, service: and provider: are; quote it as a word")
    return Find(tuple(words), frozenset(statuses), tuple(services), provider)


def _one_status(part: str, token: Token) -> Status:
    exact = status(part)
    if exact is not None:
        return exact
    fits = [one for one in Status if one.startswith(part.upper().replace("-", "_"))]
    if len(fits) != 1:
        refuse(token, f"{part!r:.60} is not one status; they are {', '.join(Status).lower()}")
    return fits[0]
