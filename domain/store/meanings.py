"""What the constraints of both databases mean, as typed errors. Only the `faults` modules beside it import this one."""

from typing import Final

from domain.errors import DispatchError, Duplicate, ProviderBusy, WindowOverlap

Meaning = tuple[type[DispatchError], str]

OVERLAP: Final[Meaning] = (WindowOverlap, "The provider has another booking in that window")
TAKEN: Final[Meaning] = (ProviderBusy, "The provider has got another booking meanwhile")
SAME_SOURCE_KEY: Final[Meaning] = (Duplicate, "That source and key exist already")
SAME_HANDLE: Final[Meaning] = (Duplicate, "That handle exists already")
SAME_EMAIL: Final[Meaning] = (Duplicate, "That email belongs to another provider")
SAME_SERVICE: Final[Meaning] = (Duplicate, "A service of that name exists already")
