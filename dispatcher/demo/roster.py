"""The demo's forty providers: names are fixed, so that walkthroughs repeat; places and tempers come from the seed.

Pure. There is one lift engineer by day and one by night: the gap that exhausts ladders.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from dispatcher.demo import city
from dispatcher.demo.tempers import Temper, temper
from domain.records import Place


@dataclass(frozen=True, slots=True)
class Shift:
    """Hours on duty, local time: from `start` (hour of day) for `hours`."""

    start: int
    hours: int

    def covers(self, hour: float) -> bool:
        """Whether an hour of the day lies in it."""
        return (hour - self.start) % 24 < self.hours


@dataclass(frozen=True, slots=True)
class Worker:
    """A simulated provider."""

    handle: str
    name: str
    phone: str
    skills: tuple[str, ...]
    rating: float
    place: Place
    shift: Shift
    temper: Temper

    @property
    def email(self) -> str:
        """A mail address that nobody has."""
        return f"{self.handle}@example.com"


_SKILLS: dict[str, tuple[str, ...]] = {
    "cleaner": ("cleaning", "general"),
    "painter": ("painting", "flooring", "general"),
    "plumber": ("plumbing", "leak", "drains", "water"),
    "fitter": ("heating", "plumbing", "leak", "appliance"),
    "electrician": ("electrical", "appliance", "safety"),
    "joiner": ("carpentry", "flooring", "painting"),
    "exterminator": ("pest", "cleaning"),
    "liftman": ("elevator", "electrical"),
}

_PEOPLE: tuple[tuple[str, str, str], ...] = (
    ("mira", "Mira Solberg", "plumber"),
    ("raj", "Raj Mehta", "plumber"),
    ("li", "Li Wen", "electrician"),
    ("otto", "Otto Brandt", "liftman"),
    ("abel", "Abel Tesfay", "cleaner"),
    ("agnes", "Agnes Vik", "cleaner"),
    ("bruno", "Bruno Salvi", "painter"),
    ("cleo", "Cleo Marsh", "fitter"),
    ("dimitri", "Dimitri Orlov", "plumber"),
    ("edda", "Edda Lind", "joiner"),
    ("esra", "Esra Kaya", "cleaner"),
    ("felix", "Felix Moreau", "exterminator"),
    ("gus", "Gus Tanner", "plumber"),
    ("hedda", "Hedda Storm", "painter"),
    ("idris", "Idris Bello", "electrician"),
    ("ilse", "Ilse Baum", "cleaner"),
    ("ingrid", "Ingrid Dahl", "fitter"),
    ("jiro", "Jiro Mori", "plumber"),
    ("juno", "Juno Park", "cleaner"),
    ("kai", "Kai Nakoa", "joiner"),
    ("kofi", "Kofi Mensah", "painter"),
    ("lena", "Lena Fuchs", "cleaner"),
    ("luis", "Luis Ortega", "plumber"),
    ("mabel", "Mabel Reed", "exterminator"),
    ("marek", "Marek Zielin", "joiner"),
    ("nora", "Nora Quill", "electrician"),
    ("odin", "Odin Berg", "fitter"),
    ("oona", "Oona Laine", "cleaner"),
    ("pavel", "Pavel Hruby", "plumber"),
    ("petra", "Petra Sand", "painter"),
    ("quinn", "Quinn Avery", "cleaner"),
    ("rita", "Rita Campos", "cleaner"),
    ("sven", "Sven Aker", "joiner"),
    ("tamsin", "Tamsin Low", "exterminator"),
    ("theo", "Theo Katz", "electrician"),
    ("una", "Una Doyle", "painter"),
    ("vera", "Vera Stein", "cleaner"),
    ("wim", "Wim Jansen", "fitter"),
    ("yara", "Yara Haddad", "liftman"),
    ("zeno", "Zeno Rossi", "plumber"),
)

_DAY, _EARLY, _LATE, _NIGHT = Shift(7, 10), Shift(5, 9), Shift(12, 9), Shift(20, 10)
_OTHER_SHIFTS = {
    **dict.fromkeys(("abel", "bruno", "gus", "idris", "kai", "lena", "marek", "petra"), _EARLY),
    **dict.fromkeys(("oona", "sven", "wim"), _LATE),
    **dict.fromkeys(("yara", "zeno", "quinn"), _NIGHT),
}


def workers(random: Random) -> tuple[Worker, ...]:
    """The forty, with the seed's places, ratings and tempers."""
    return tuple(
        Worker(
            handle,
            name,
            city.phone(index),
            _SKILLS[craft],
            round(random.uniform(3.4, 5.0), 1),
            city.door(random).place,
            _OTHER_SHIFTS.get(handle, _DAY),
            temper(random),
        )
        for index, (handle, name, craft) in enumerate(_PEOPLE)
    )


def workers_for(services: Sequence[str], places: Sequence[Place], random: Random) -> tuple[Worker, ...]:
    """The forty with other skills and places: for a city that comes from a file.

    Args:
        services: What is asked for, the most frequent first; everybody gets three, the frequent ones more often.
        places: Where work comes up; they live near such places.
        random: The seed's random source.
    """
    weights = [1 / (rank + 1) ** 0.5 for rank in range(len(services))]
    found = []
    for index, worker in enumerate(workers(random)):
        skills = {services[index % len(services)], *random.choices(services, weights, k=2)}
        place = city.near(random.choice(places), 1.0, random) if places else worker.place
        found.append(
            Worker(
                worker.handle,
                worker.name,
                worker.phone,
                tuple(sorted(skills)),
                worker.rating,
                place,
                worker.shift,
                worker.temper,
            )
        )
    return tuple(found)
