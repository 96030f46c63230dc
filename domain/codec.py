"""Records to rows and back: one converter for each field's type, read off the dataclass once.

Pure: the decisions use it to take events back, the store to write rows.
"""

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import compress
from operator import attrgetter, is_not
from typing import Any, Generic, TypeVar

from domain.building import builder
from domain.clock import from_ms, to_ms
from domain.errors import StoreUnavailable
from domain.records import Booking, Customer, Event, Provider, Record, Service, Setting

R = TypeVar("R")
Convert = Callable[[Any], Any]


_KEYS = frozenset({"id", "version", "chain"})
_encode_json: Callable[[Any, int], Sequence[str]] = json.encoder.c_make_encoder(  # type: ignore[attr-defined]
    None, json.JSONEncoder().default, json.encoder.encode_basestring, None, ":", ",", False, False, True
)
"""What `json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))` makes anew for every value."""
_scan_json: Callable[[str, int], tuple[Any, int]] = vars(json.JSONDecoder())["scan_once"]


NEVER_WRITTEN = (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError)
"""What comes of stored values that this program never wrote."""


def unreadable(what: str, number: object) -> StoreUnavailable:
    """The typed error for a row that holds such values."""
    return StoreUnavailable(f"{what} {number} cannot be read: somebody changed it; dispatcher verify says where")


def to_json(value: Any) -> str:
    """Compact JSON, keys in the order given, text as it is."""
    return "".join(_encode_json(value, 0))


def from_json(text: str) -> Any:
    """`json.loads`, in half of its time for what `to_json` wrote: no space around it."""
    try:
        value, end = _scan_json(text, 0)
    except (StopIteration, TypeError):
        return json.loads(text)
    return value if end == len(text) else json.loads(text)


def _int_tuple(stored: str) -> tuple[int, ...]:
    return tuple(json.loads(stored)) if stored != "[]" else ()


def _from_tuple(value: tuple[int, ...]) -> str:
    return to_json(value) if value else "[]"


def _converters(annotation: Any) -> tuple[Convert | None, Convert | None]:
    """(decode, encode) for a field's type; None where the database's own value serves."""
    if isinstance(annotation, types.UnionType):
        inner = [member for member in typing.get_args(annotation) if member is not type(None)]
        return _converters(inner[0])
    if annotation is datetime:
        return from_ms, to_ms
    if annotation is bool:
        return bool, int
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return {str(member): member for member in annotation}.__getitem__, str
    origin = typing.get_origin(annotation)
    if origin is tuple:
        return _int_tuple, _from_tuple
    if origin is dict:
        return json.loads, to_json
    return None, None


class Codec(Generic[R]):
    """How one kind of record is stored.

    Attributes:
        names: The fields in order, which are the columns in order.
        build: Makes a record of all its fields' values, in that order.
    """

    def __init__(self, record: type[R]) -> None:
        self.build = builder(record)
        self._called = record.__name__
        hints = typing.get_type_hints(record)
        self.names = tuple(field.name for field in dataclasses.fields(record))  # type: ignore[arg-type]
        converters = {name: _converters(hints[name]) for name in self.names}
        self._decoders = [(at, convert) for at, name in enumerate(self.names) if (convert := converters[name][0])]
        self._by_name = {name: converters[name][0] for name in self.names}
        self._encoders = tuple(converters[name][1] for name in self.names)
        self._all_of = attrgetter(*self.names)
        told = [name for name in self.names if name not in _KEYS]
        self._told = [(name, converters[name][1]) for name in told]
        self._all_told_of = attrgetter(*told)

    def decode(self, row: Sequence[Any]) -> R:
        """The record of a row whose columns are `names`.

        Raises:
            StoreUnavailable: Somebody put something else into it than this program writes.
        """
        values = list(row)
        try:
            for index, convert in self._decoders:
                if (stored := values[index]) is not None:
                    values[index] = convert(stored)
        except NEVER_WRITTEN as error:
            raise unreadable(self._called, values[0]) from error
        return self.build(*values)

    def encode(self, record: R) -> dict[str, Any]:
        """Every column's value."""
        return {
            name: value if encode is None or value is None else encode(value)
            for name, value, encode in zip(self.names, self._all_of(record), self._encoders, strict=True)
        }

    def fields(self, stored: dict[str, Any]) -> dict[str, Any]:
        """Stored values as the record's fields hold them, ready for `dataclasses.replace`."""
        return {
            name: convert(value) if value is not None and (convert := self._by_name[name]) else value
            for name, value in stored.items()
        }

    def born(self, stored: dict[str, Any]) -> dict[str, list[Any]]:
        """What a new record changes: every value that is there, from nothing."""
        return {name: [None, value] for name, value in stored.items() if value is not None and name not in _KEYS}

    def changes(self, before: R | None, after: R) -> dict[str, list[Any]]:
        """Each field that differs, with its stored value before and after; key, version and chain aside."""
        if before is None:
            return self.born(self.encode(after))
        olds, news = self._all_told_of(before), self._all_told_of(after)
        # Most fields hold the very same value as before, which is seen at once.
        touched = compress(zip(self._told, olds, news, strict=True), map(is_not, olds, news))
        return {
            name: [old, new] if encode is None else [None if v is None else encode(v) for v in (old, new)]
            for (name, encode), old, new in touched
            if old != new
        }


BOOKING = Codec(Booking)
PROVIDER = Codec(Provider)
SERVICE = Codec(Service)
CUSTOMER = Codec(Customer)
SETTING = Codec(Setting)
EVENT = Codec(Event)

_BY_TYPE: dict[type[Any], Codec[Any]] = {
    Booking: BOOKING,
    Provider: PROVIDER,
    Service: SERVICE,
    Customer: CUSTOMER,
    Setting: SETTING,
}


def codec_of_type(record: type[Any]) -> Codec[Any]:
    """The codec of a kind of record."""
    return _BY_TYPE[record]


def codec_of(record: Record) -> Codec[Any]:
    """The codec of a record."""
    return codec_of_type(type(record))
