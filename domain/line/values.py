"""How each kind of argument is recognised, read and written.

May be imported by the other modules of the line. A quoted name is taken exactly as it stands; an unquoted one may be
a prefix of a provider's handle or a service's name.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from domain.clock import iso
from domain.commands import DETAIL_NAME
from domain.lifecycle import Status
from domain.line import filters, names, times
from domain.line.context import Context
from domain.line.queries import ShowBooking, ShowProvider, ShowService
from domain.line.scan import QUOTED, Token, is_plain, items, quote, refuse, unquoted
from domain.line.sought import status_named
from domain.line.table import SHOWS, Kind, Slot
from domain.line.words import KEYWORDS, NOW, PRIORITIES, RESERVED
from domain.policy import Policy
from domain.records import Absent, Urgency

Tokens = Sequence[Token]
Values = tuple[Any, ...]

_NUMBER = re.compile(r"[0-9]{1,16}")
_HANDLE = re.compile(r"[a-z][a-z0-9_-]*")
_DECIMAL = r"-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]{1,3})?"
_PLACE = re.compile(rf"({_DECIMAL})?,({_DECIMAL})?")
_PRICE = re.compile(r"\$?([0-9]{1,9})(?:\.([0-9]{1,2}))?")
_RATING = re.compile(_DECIMAL)
_PHONE = re.compile(r"\+[0-9][0-9().-]*|\(?[0-9]{3}\)?[-.]?[0-9]{3}[-.]?[0-9]{4}")
_PHONE_GROUP = re.compile(r"[0-9().-]{2,}")
_DETAIL = re.compile(rf'({DETAIL_NAME.pattern}):({QUOTED}|[^,"]+)(?:,|$)', re.DOTALL)
_MINUTE = timedelta(minutes=1)
_NONE = "none"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a kind of argument behaves.

    Attributes:
        expects: What to call it in a refusal.
        shade: What it is coloured as.
        fits: Whether one may begin at a word; asked when no keyword introduced it.
        read: Its values and the index behind it.
        write: Its form in a rendered line.
    """

    expects: str
    shade: str
    fits: Callable[[Tokens, int, Slot], bool]
    read: Callable[[Tokens, int, Context, Slot], tuple[Values, int]]
    write: Callable[[Values], str]


def name(text: str) -> str:
    """A name as it is written: in quotes, unless it is one plain word that means nothing else."""
    return text if is_plain(text) and text.lower() not in RESERVED else quote(text)


def provider_named(token: Token, context: Context) -> str:
    """The handle that a word means; as typed when nobody is called so."""
    if token.kind == "quoted":
        return token.text
    found = names.handle(token.low, token, context.directory)
    if found is None and not _HANDLE.fullmatch(token.low):
        refuse(token, f"no provider is called {token.text!r:.60}")
    return found or token.low


def _whole_number(token: Token, what: str) -> int:
    digits = token.low.removeprefix("#")
    if not _NUMBER.fullmatch(digits):
        refuse(token, f"expected {what}, not {token.text!r:.60}")
    return int(digits)


def is_booking(tokens: Tokens, at: int, slot: Slot | None = None) -> bool:
    """Whether a word is a booking's number, `.` or `..`."""
    word = tokens[at].low
    return word in {".", ".."} or _NUMBER.fullmatch(word.removeprefix("#")) is not None


def _read_booking(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    token = tokens[at]
    if token.low in {".", ".."}:
        number = context.selected if token.low == "." else context.last
        if number is None:
            refuse(token, "no booking is selected" if token.low == "." else "no booking was touched yet")
        return (number,), at + 1
    return (_whole_number(token, MANNERS[Kind.BOOKING].expects),), at + 1


def _is_number(tokens: Tokens, at: int, slot: Slot) -> bool:
    return _NUMBER.fullmatch(tokens[at].low.removeprefix("#")) is not None


def _read_number(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    return (_whole_number(tokens[at], MANNERS[slot.kind].expects),), at + 1


def _is_provider(tokens: Tokens, at: int, slot: Slot) -> bool:
    token = tokens[at]
    quoted_handle = (
        token.kind == "quoted" and _HANDLE.fullmatch(token.text) is not None and (slot.required or slot.silent)
    )
    return quoted_handle or _HANDLE.fullmatch(token.low) is not None or _is_shown_number(token)


def _is_shown_number(token: Token) -> bool:
    return token.low.startswith("#") and _NUMBER.fullmatch(token.low[1:]) is not None


def _read_provider(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    return (provider_named(tokens[at], context),), at + 1


def _read_new_handle(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    return (tokens[at].low or tokens[at].text,), at + 1


def _is_any(tokens: Tokens, at: int, slot: Slot) -> bool:
    return True


def _never(tokens: Tokens, at: int, slot: Slot) -> bool:
    return False


def _read_service(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    token = tokens[at]
    if token.kind == "quoted":
        return (token.text,), at + 1
    several = names.service_words(tokens, at, context.directory)
    if several is not None:
        return (several[0],), several[1]
    return (names.service(token.low, token, context.directory) or token.text,), at + 1


def _read_services(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    token = tokens[at]
    if token.low == _NONE:
        return ((),), at + 1
    found = tuple(
        part if quoted else names.service(part, token, context.directory) or part for part, quoted in items(token)
    )
    return (found,), at + 1


def _write_services(values: Values) -> str:
    return ",".join(quote(part) if "," in part else name(part) for part in values[0]) or _NONE


def _is_phone(tokens: Tokens, at: int, slot: Slot) -> bool:
    return _PHONE.fullmatch(tokens[at].low) is not None


def _read_phone(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    end = at + 1
    if tokens[at].kind == "word":
        while end < len(tokens) and _PHONE_GROUP.fullmatch(tokens[end].low) and not times.is_window(tokens, end):
            end += 1
    return (" ".join(token.text for token in tokens[at:end]),), end


def _is_email(tokens: Tokens, at: int, slot: Slot) -> bool:
    return "@" in tokens[at].low[1:-1]


def _read_word(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    return (tokens[at].text,), at + 1


def _is_priority(tokens: Tokens, at: int, slot: Slot) -> bool:
    return tokens[at].low in PRIORITIES or (slot.required and _is_number(tokens, at, slot))


def _read_priority(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    token = tokens[at]
    return (PRIORITIES.get(token.low) or _whole_number(token, MANNERS[Kind.PRIORITY].expects),), at + 1


def _read_urgency(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    word = tokens[at].low.upper()
    if word not in set(Urgency):
        refuse(tokens[at], f"expected {MANNERS[Kind.URGENCY].expects}, not {tokens[at].text!r:.60}")
    return (Urgency(word),), at + 1


def _is_status(tokens: Tokens, at: int, slot: Slot) -> bool:
    return status_named(tokens[at].low) is not None


def _read_status(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    status = status_named(tokens[at].low)
    if status is None:
        refuse(tokens[at], f"expected {MANNERS[Kind.STATUS].expects}, not {tokens[at].text!r:.60}")
    return (status,), at + 1


def _is_absent(tokens: Tokens, at: int, slot: Slot) -> bool:
    return tokens[at].low in set(Absent)


def _read_absent(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    return (Absent(tokens[at].low),), at + 1


def _read_place(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    word, end = tokens[at].low, at + 1
    if word.endswith(",") and end < len(tokens) and _RATING.fullmatch(tokens[end].low):
        word, end = word + tokens[end].low, end + 1
    match = _PLACE.fullmatch(word)
    if match is None or word == ",":
        refuse(tokens[at], f"expected {MANNERS[Kind.PLACE].expects}, not {tokens[at].text!r:.60}")
    return tuple(None if part is None else float(part) for part in match.groups()), end


def _write_place(values: Values) -> str:
    return ",".join("" if part is None else repr(part) for part in values)


def _is_moment(tokens: Tokens, at: int, slot: Slot) -> bool:
    return times.is_moment(tokens, at) or (slot.silent and tokens[at].low in NOW)


def _read_moment(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    if slot.silent and tokens[at].low in NOW:
        return (None,), at + 1
    moment, end = times.read_moment(tokens, at, context, past=slot.kind is Kind.PAST)
    return (moment,), end


def _is_then(tokens: Tokens, at: int, slot: Slot) -> bool:
    return times.is_back(tokens, at)


def _read_then(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    moment, end = times.read_back(tokens, at, context)
    return (moment,), end


def _is_window(tokens: Tokens, at: int, slot: Slot) -> bool:
    return times.is_window(tokens, at)


def _read_window(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    return times.read_window(tokens, at, context)


def _write_window(values: Values) -> str:
    start, end = values
    return f"{iso(start)}/{iso(end)}" if start and end else "now"


def _read_price(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    match = _PRICE.fullmatch(tokens[at].low)
    if match is None:
        refuse(tokens[at], f"expected {MANNERS[Kind.PRICE].expects}, not {tokens[at].text!r:.60}")
    return (int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0")),), at + 1


def _write_price(values: Values) -> str:
    return f"{values[0] // 100}.{values[0] % 100:02}"


def _read_minutes(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    length = times.duration(tokens[at].low)
    if length is not None and length % _MINUTE == timedelta():
        return (length // _MINUTE,), at + 1
    return (_whole_number(tokens[at], MANNERS[Kind.MINUTES].expects),), at + 1


def _read_rating(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    if not _RATING.fullmatch(tokens[at].low):
        refuse(tokens[at], f"expected {MANNERS[Kind.RATING].expects}, not {tokens[at].text!r:.60}")
    return (float(tokens[at].low),), at + 1


def _read_setting(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    token = tokens[at]
    if token.kind == "quoted" or token.text in Policy.model_fields:
        return (token.text,), at + 1
    fits = [setting for setting in Policy.model_fields if setting.startswith(token.low)]
    return (fits[0] if len(fits) == 1 else token.text,), at + 1


_NOUNS: Final = {
    "booking": Kind.BOOKING,
    "provider": Kind.PROVIDER,
    "service": Kind.SERVICE,
    "customer": Kind.CUSTOMER,
}


def _read_anything(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    token = tokens[at]
    if at + 1 < len(tokens) and (noun := _NOUNS.get(token.low)) is not None:
        (value,), end = MANNERS[noun].read(tokens, at + 1, context, Slot(noun, ()))
        return (SHOWS[noun](value),), end
    if is_booking(tokens, at, slot):
        (number,), end = _read_booking(tokens, at, context, slot)
        return (ShowBooking(number),), end
    if token.low in context.directory.handles:
        return (ShowProvider(token.low),), at + 1
    several = names.service_words(tokens, at, context.directory)
    if several is not None:
        return (ShowService(several[0]),), several[1]
    found = names.handle(token.low, token, context.directory) if token.low else None
    if found is not None:
        return (ShowProvider(found),), at + 1
    wanted = names.service(token.text, token, context.directory)
    if wanted is None:
        refuse(token, f"no provider or service is called {token.text!r:.60}")
    return (ShowService(wanted),), at + 1


def _read_filter(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    return (filters.read(tokens[at:], context),), len(tokens)


def _read_event_filter(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    end = next((end for end in range(at, len(tokens)) if tokens[end].low == "since"), len(tokens))
    return (filters.read_events(tokens[at:end], context),), end


def _read_details(tokens: Tokens, at: int, context: Context, slot: Slot) -> tuple[Values, int]:
    token, found, end = tokens[at], {}, 0
    while (match := _DETAIL.match(token.raw, end)) is not None:
        found[match[1]] = unquoted(match[2]) if match[2].startswith('"') else match[2]
        end = match.end()
    if end < len(token.raw) or token.kind != "word":
        refuse(token, f"expected {MANNERS[Kind.DETAILS].expects}, not {token.text!r:.60}")
    return (found,), at + 1


def _write_details(values: Values) -> str:
    return ",".join(f"{name}:{quote(text)}" for name, text in values[0].items())


def _write_name(values: Values) -> str:
    return name(str(values[0]))


def _write_value(values: Values) -> str:
    text = str(values[0])
    return text if is_plain(text) and text.lower() not in KEYWORDS else quote(text)


def _write_text(values: Values) -> str:
    return quote(str(values[0]))


def _write_plain(values: Values) -> str:
    return str(values[0])


def _write_moment(values: Values) -> str:
    return iso(values[0])


MANNERS: Final[dict[Kind, Manner]] = {
    Kind.BOOKING: Manner("a booking's number, . or ..", "booking", is_booking, _read_booking, _write_plain),
    Kind.EVENT: Manner("an event's number", "word", _is_number, _read_number, _write_plain),
    Kind.CUSTOMER: Manner("a customer's number", "word", _is_number, _read_number, _write_plain),
    Kind.PROVIDER: Manner("a provider's handle", "provider", _is_provider, _read_provider, _write_name),
    Kind.NEW_HANDLE: Manner("a new handle", "provider", _is_any, _read_new_handle, _write_name),
    Kind.SERVICE: Manner("a service", "word", _is_any, _read_service, _write_name),
    Kind.SERVICES: Manner(
        "services with commas between them, or none", "word", _never, _read_services, _write_services
    ),
    Kind.REASON: Manner("a text", "text", _is_any, _read_word, _write_text),
    Kind.NAME: Manner("a name or text", "text", _is_any, _read_word, _write_name),
    Kind.PHONE: Manner("a phone number", "word", _is_phone, _read_phone, _write_name),
    Kind.EMAIL: Manner("an email address", "word", _is_email, _read_word, _write_name),
    Kind.PRIORITY: Manner("a priority from 1 (highest) to 4", "word", _is_priority, _read_priority, _write_plain),
    Kind.URGENCY: Manner("LOW, MEDIUM or HIGH", "word", _never, _read_urgency, _write_plain),
    Kind.STATUS: Manner(f"a status ({', '.join(Status).lower()})", "word", _is_status, _read_status, _write_plain),
    Kind.ABSENT: Manner("who was absent, provider or customer", "word", _is_absent, _read_absent, _write_plain),
    Kind.PLACE: Manner("latitude,longitude such as 40.71,-73.95", "word", _never, _read_place, _write_place),
    Kind.MOMENT: Manner("a time such as 14:30, +20m or tomorrow 9:00", "time", _is_moment, _read_moment, _write_moment),
    Kind.PAST: Manner(
        "a past time such as 9:00, 2h or yesterday 14:00", "time", _is_moment, _read_moment, _write_moment
    ),
    Kind.THEN: Manner("a past time such as 14:00, -10m or now", "time", _is_then, _read_then, _write_moment),
    Kind.WINDOW: Manner(
        "a window such as 9-11 or tomorrow 9-11, or now", "time", _is_window, _read_window, _write_window
    ),
    Kind.PRICE: Manner("a price such as 80.00", "word", _never, _read_price, _write_price),
    Kind.MINUTES: Manner("minutes such as 90, or 1h30m", "word", _never, _read_minutes, _write_plain),
    Kind.RATING: Manner("a rating from 0 to 5", "word", _never, _read_rating, _write_plain),
    Kind.SETTING: Manner("a setting", "word", _is_any, _read_setting, _write_name),
    Kind.VALUE: Manner("a value", "text", _is_any, _read_word, _write_value),
    Kind.ANYTHING: Manner("a booking, provider or service", "booking", _is_any, _read_anything, _write_plain),
    Kind.DETAILS: Manner('details such as category:"No heat"', "text", _never, _read_details, _write_details),
    Kind.FILTER: Manner("words to find", "text", _is_any, _read_filter, _write_plain),
    Kind.EVENT_FILTER: Manner("words to find", "text", _is_any, _read_event_filter, _write_plain),
    Kind.VERB: Manner("a verb", "verb", _is_any, _read_word, _write_plain),
}
"""Every kind of argument."""
