"""Every word that means something on the line: verbs with their other names, keywords, words for times.

Anything may import this module, the engine too; it imports nothing, so that a look at `RESERVED` costs nothing.
"""

from typing import Final

ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "new": ("n", "create"),
    "candidates": ("rec",),
    "assign": ("a",),
    "assign!": ("a!", "force-assign"),
    "accept": ("acc",),
    "reject": ("rej",),
    "depart": ("otw", "en route", "enroute", "on the way"),
    "start": ("os", "on site", "onsite", "on scene"),
    "complete": ("done",),
    "no-show": ("ns", "noshow"),
    "fail": ("mark-failed",),
    "cancel": ("x", "canx"),
    "cancel!": ("x!", "canx!", "force-cancel"),
    "retry": ("rt",),
    "release": ("rel",),
    "hold": ("h",),
    "resume": (),
    "reschedule": ("mv", "move"),
    "prioritise": ("p", "prio", "prioritize"),
    "note": (),
    "edit": (),
    "override!": ("ov!",),
    "attempt": (),
    "next": (),
    "ack": (),
    "undo": ("u",),
    "undo!": ("u!",),
    "on": ("avail", "available"),
    "off": ("unavail",),
    "break": (),
    "provider new": (),
    "provider edit": (),
    "provider activate": (),
    "provider deactivate": (),
    "service new": (),
    "service edit": (),
    "service activate": (),
    "service deactivate": (),
    "customer new": (),
    "customer edit": (),
    "customer activate": (),
    "customer deactivate": (),
    "set": ("configure",),
    "show": ("s",),
    "provider": (),
    "service": (),
    "customer": (),
    "find": ("/", "search"),
    "events": ("log",),
    "diff": (),
    "why": (),
    "help": (),
}
"""Verbs by full name, with their other names. A `!` at the end is the forced form."""

NOT_YET: Final[dict[str, str]] = {}
"""What a later release brings: verbs, and signs that begin a line; with the sentence that refuses them."""

PRIORITIES: Final[dict[str, int]] = {"p1": 1, "p2": 2, "p3": 3, "p4": 4}
"""Short for `prioritise … 1` to `4`, and for the priority of a new booking."""

KEYWORDS: Final = frozenset(
    {
        "address",
        "at",
        "borough",
        "customer",
        "description",
        "details",
        "email",
        "event",
        "for",
        "from",
        "in",
        "key",
        "minutes",
        "name",
        "none",
        "not",
        "notes",
    }
    | {"phone", "place", "price", "priority", "provider", "rating", "requested", "since", "skills", "source", "to"}
    | {"until"}
)
"""Words that introduce an argument."""

WEEKDAYS: Final[dict[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            ("mon", "monday"),
            ("tue", "tues", "tuesday"),
            ("wed", "wednesday"),
            ("thu", "thur", "thurs", "thursday"),
            ("fri", "friday"),
            ("sat", "saturday"),
            ("sun", "sunday"),
        )
    )
    for name in names
}
"""Names of the days; Monday is 0."""

NOW: Final = frozenset({"now", "asap"})
DAYS: Final = frozenset({"today", "tomorrow", "tmrw", "yesterday"})

RESERVED: Final[frozenset[str]] = frozenset(
    word.removesuffix("!")
    for phrase in (*ALIASES, *(alias for aliases in ALIASES.values() for alias in aliases), *NOT_YET)
    for word in phrase.split()
).union(PRIORITIES, KEYWORDS, WEEKDAYS, NOW, DAYS)
"""Words that no provider's handle may be."""
