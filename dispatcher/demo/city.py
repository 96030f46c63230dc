"""The demo's city: districts, streets, services, and where and when work comes up. Pure; random source passed in.

The proportions are those of 8,209 real requests for home repairs (New York City open data, "311 Service Requests", 1 to
4 August 2026): shares of categories and districts, and the hours of the day. Names, addresses and places are invented;
the city lies in the open Atlantic, so that none of its doors is anybody's.
"""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from domain.records import Place, Urgency


@dataclass(frozen=True, slots=True)
class Trade:
    """A service on offer, how much of the work it is, and what people say when they ask for it."""

    name: str
    share: int
    urgency: Urgency
    minutes: int
    price_cents: int
    description: str
    complaints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class District:
    """A part of town: its share of the work, its middle, and how far it reaches (kilometres)."""

    name: str
    share: int
    middle: Place
    reach_km: float


@dataclass(frozen=True, slots=True)
class Door:
    """Where somebody lives."""

    address: str
    place: Place


HIGH, MEDIUM, LOW = Urgency.HIGH, Urgency.MEDIUM, Urgency.LOW

TRADES: tuple[Trade, ...] = (
    Trade("cleaning", 1785, LOW, 20, 6_000, "Mould, waste, sewage smells", ("mould in the bathroom", "hall is filthy")),
    Trade("painting", 806, LOW, 25, 9_000, "Paint and plaster", ("plaster falls off", "paint peels by the window")),
    Trade("leak", 777, HIGH, 15, 12_000, "Water where it should not be", ("water through the ceiling", "wet wall")),
    Trade(
        "plumbing",
        732,
        MEDIUM,
        20,
        11_000,
        "Pipes, taps, basins",
        ("leak under sink", "tap does not close", "no water"),
    ),
    Trade("general", 542, LOW, 15, 5_000, "Whatever a handy person can do", ("cabinet came down", "cooking smells")),
    Trade("carpentry", 531, MEDIUM, 20, 8_000, "Doors and windows", ("door does not lock", "window is stuck")),
    Trade("heating", 508, HIGH, 20, 13_000, "Heat and hot water", ("no hot water", "radiator stays cold")),
    Trade("pest", 405, MEDIUM, 15, 9_500, "Mice, rats, insects", ("mice in the kitchen", "wasps at the balcony")),
    Trade(
        "electrical",
        404,
        HIGH,
        20,
        12_500,
        "Power, light, wiring",
        ("no lighting", "outlet sparks", "fuse keeps blowing"),
    ),
    Trade("flooring", 344, LOW, 25, 8_500, "Floors and stairs", ("loose step", "floor gives way", "cracked tiles")),
    Trade("appliance", 303, MEDIUM, 15, 9_000, "Stoves, fridges, washers", ("fridge is warm", "stove does not light")),
    Trade("elevator", 281, HIGH, 25, 20_000, "Lifts", ("lift stuck on 4", "lift door does not close")),
    Trade("water", 206, MEDIUM, 15, 11_000, "Mains, meters, hydrants", ("low pressure", "brown water")),
    Trade("drains", 201, MEDIUM, 20, 12_000, "Sewers and drains", ("drain backs up", "catch basin is blocked")),
    Trade("safety", 178, HIGH, 15, 7_000, "Alarms, railings, gas smells", ("smoke alarm is dead", "railing is loose")),
)

DISTRICTS: tuple[District, ...] = (
    District("Harbour", 2546, Place(38.000, -60.000), 1.8),
    District("Northgate", 2454, Place(38.032, -59.985), 1.6),
    District("Midtown", 1692, Place(38.016, -60.018), 1.2),
    District("Eastfield", 1273, Place(38.010, -59.955), 2.0),
    District("Saltmarsh", 244, Place(37.970, -60.035), 2.0),
)

ARRIVALS_BY_HOUR = (
    *(104, 82, 88, 22, 89, 103, 146, 298, 443, 609, 705, 690),
    *(645, 667, 543, 568, 426, 487, 334, 294, 276, 244, 222, 124),
)
"""Requests by hour of day, all days of the real file together."""
_WORKDAY = sum(ARRIVALS_BY_HOUR[8:18]) / 10

_STREETS = (
    *("Alder", "Anchor", "Barley", "Beacon", "Bramble", "Candle", "Cedar", "Cinder", "Clover", "Copper", "Cricket"),
    *("Damson", "Ember", "Fennel", "Ferry", "Flint", "Gable", "Ginger", "Heron", "Ivory", "Juniper", "Kestrel"),
    *("Lantern", "Linden", "Marble", "Meadow", "Nettle", "Orchard", "Otter", "Pebble", "Quill", "Rowan", "Saffron"),
    *("Sparrow", "Tallow", "Thistle", "Umber", "Velvet", "Willow", "Yarrow"),
)
_KINDS = ("Street", "Street", "Street", "Avenue", "Lane", "Row", "Place", "Court")
_FIRST_NAMES = (
    *(
        "Ada",
        "Amir",
        "Anya",
        "Bea",
        "Boris",
        "Carla",
        "Chidi",
        "Dana",
        "Elif",
        "Emil",
        "Farah",
        "Finn",
        "Grace",
        "Hana",
    ),
    *(
        "Hugo",
        "Ines",
        "Ivan",
        "Jada",
        "Jonas",
        "Kemi",
        "Klara",
        "Lars",
        "Leila",
        "Marta",
        "Milo",
        "Nadia",
        "Nils",
        "Olga",
    ),
    *("Omar", "Paula", "Pedro", "Rosa", "Samir", "Selma", "Tariq", "Tilda", "Uma", "Viktor", "Wanda", "Yusuf"),
)
_LAST_NAMES = (
    *("Abara", "Bergen", "Castell", "Dorn", "Eriksen", "Falk", "Gruen", "Holm", "Ibsen", "Jarvi", "Kovar", "Lindqvist"),
    *(
        "Marlow",
        "Novak",
        "Okoro",
        "Petrov",
        "Quist",
        "Rahimi",
        "Santoro",
        "Tanaka",
        "Ulrich",
        "Varga",
        "Westby",
        "Zeman",
    ),
)
_AREA_CODES = (202, 303, 305, 312, 404, 415, 503, 602, 617, 702, 713, 816)
_KM_PER_DEGREE = 111.2


def arrivals_per_hour(moment: datetime, workday_average: float) -> float:
    """How many requests an hour come in at a local time, when a working day's hours have `workday_average`."""
    return workday_average * ARRIVALS_BY_HOUR[moment.hour] / _WORKDAY


def phone(index: int) -> str:
    """The fictional number of a person: 555-0100 to 555-0199 of any area code belongs to nobody."""
    area = _AREA_CODES[index // 100 % len(_AREA_CODES)]
    return f"+1{area}55501{index % 100:02}"


def person(random: Random) -> str:
    """An invented name."""
    return f"{random.choice(_FIRST_NAMES)} {random.choice(_LAST_NAMES)}"


def trade(random: Random) -> Trade:
    """What is asked for, in the real proportions."""
    return random.choices(TRADES, [one.share for one in TRADES])[0]


def near(middle: Place, reach_km: float, random: Random) -> Place:
    """A place about so far from the middle."""
    offset = reach_km / _KM_PER_DEGREE
    return Place(
        round(middle.latitude + random.uniform(-offset, offset), 5),
        round(middle.longitude + random.uniform(-offset, offset), 5),
    )


def door(random: Random) -> Door:
    """An invented address in one of the districts, the busier ones more often."""
    district = random.choices(DISTRICTS, [one.share for one in DISTRICTS])[0]
    street = f"{random.choice(_STREETS)} {random.choice(_KINDS)}"
    return Door(f"{random.randint(1, 240)} {street}, {district.name}", near(district.middle, district.reach_km, random))
