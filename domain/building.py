"""Records built fast. A frozen dataclass sets each field by a call of its own, which for a booking's forty takes 9 µs.

A twin that is not frozen is filled in a quarter of that, and then takes the record's class: same fields, same layout.
What comes out is as frozen as any. Pure; anything may import this module.
"""

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

R = TypeVar("R")


class _Parts(NamedTuple):
    """What is known of a kind of record: its twin, what reads all its fields, and what makes one of them."""

    twin: type[Any]
    values_of: Callable[[Any], tuple[Any, ...]]
    build: Callable[..., Any]


_known: dict[type[Any], _Parts] = {}


def builder(record: type[R]) -> Callable[..., R]:
    """What makes a record of the values of all its fields, in their order; none has a default."""
    return _parts(record).build


def _parts(record: type[Any]) -> _Parts:
    found = _known.get(record)
    if found is None:
        names = [one.name for one in dataclasses.fields(record)]
        twin = dataclasses.make_dataclass(record.__name__, names, slots=True, eq=False, repr=False)

        def build(*values: Any) -> Any:
            made = twin(*values)
            made.__class__ = record
            return made

        found = _known[record] = _Parts(twin, attrgetter(*names), build)
    return found


if TYPE_CHECKING:
    from dataclasses import replace
else:

    def replace(record: R, /, **changes: Any) -> R:
        """`dataclasses.replace`, for records."""
        twin, values_of, _ = _parts(type(record))
        made = twin(*values_of(record))
        for name, value in changes.items():
            setattr(made, name, value)
        made.__class__ = type(record)
        return made


__all__ = ["builder", "replace"]
