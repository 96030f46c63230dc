"""How simulated providers behave: how fast they answer, how often they refuse, keep silent or stay away. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Generic, TypeVar


@dataclass(frozen=True, slots=True)
class Temper:
    """One way to be.

    Attributes:
        name: For people.
        weight: How common it is.
        answer_s: Seconds to an answer, in the middle of many.
        rejects: Share of offers refused.
        silent: Share of offers never answered.
        absent: Share of accepted jobs that they do not turn up for.
        backs_out: Share of accepted jobs given back before setting out.
        pace: Work time over planned time, in the middle of many.
    """

    name: str
    weight: int
    answer_s: float
    rejects: float
    silent: float
    absent: float
    backs_out: float
    pace: float


TEMPERS: tuple[Temper, ...] = (
    Temper("prompt", 12, 25, 0.03, 0.01, 0.01, 0.01, 0.75),
    Temper("steady", 16, 60, 0.08, 0.02, 0.02, 0.02, 0.85),
    Temper("slow", 5, 150, 0.10, 0.10, 0.03, 0.02, 1.05),
    Temper("picky", 4, 45, 0.40, 0.04, 0.02, 0.06, 0.80),
    Temper("forgetful", 3, 90, 0.08, 0.22, 0.25, 0.05, 0.95),
)

REFUSALS = ("too far", "wrong tools with me", "previous job runs over", "not my line of work", "lunch")
SECOND_THOUGHTS = ("van broke down", "stuck in traffic", "called to a family matter")
HOPELESS = ("part is out of stock", "not safe to work on", "needs the landlord's consent", "wall must be opened first")


def temper(random: Random) -> Temper:
    """Somebody's temper, the common ones more often."""
    return random.choices(TEMPERS, [one.weight for one in TEMPERS])[0]


def around(middle: float, random: Random, spread: float = 0.45) -> float:
    """A duration around a middle, never negative, with a long tail as people's answers have."""
    return middle * random.lognormvariate(0.0, spread)


T = TypeVar("T")


class Deck(Generic[T]):
    """Draws from a shuffled pack and shuffles anew when it is used up: even a short demo sees every card."""

    def __init__(self, cards: Sequence[T], random: Random) -> None:
        self._cards = tuple(cards)
        self._random = random
        self._left: list[T] = []

    def draw(self) -> T:
        """The next card."""
        if not self._left:
            self._left = list(self._cards)
            self._random.shuffle(self._left)
        return self._left.pop()
