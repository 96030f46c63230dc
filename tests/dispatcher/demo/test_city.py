import re
from collections import Counter
from datetime import UTC, datetime
from random import Random

from dispatcher.demo import city, roster
from dispatcher.demo.arrivals import InventedArrivals
from dispatcher.demo.tempers import Deck
from domain.actors import Actor, Role
from domain.commands import HANDLE
from domain.contact import email_address, phone_number
from domain.line.words import ALIASES

MORNING = datetime(2026, 8, 3, 9, tzinfo=UTC)


def test_work_comes_up_in_the_real_proportions() -> None:
    random = Random(1)
    asked = Counter(city.trade(random).name for _ in range(8209))
    assert asked["cleaning"] > asked["painting"] > asked["appliance"] > asked["safety"] > 0
    assert 600 < asked["plumbing"] < 860


def test_the_hours_of_the_day_are_those_of_the_real_requests() -> None:
    night, noon = MORNING.replace(hour=3), MORNING.replace(hour=12)
    assert city.arrivals_per_hour(night, 60) < 3
    assert city.arrivals_per_hour(noon, 60) > 60


def test_a_working_hour_brings_about_as_many_requests_as_were_asked_for() -> None:
    arrivals = InventedArrivals(Random(3), UTC, 60)
    at, count = MORNING, 0
    while (at := arrivals.next_after(at).at) < MORNING.replace(hour=17):
        count += 1
    assert 420 < count < 540


def test_there_are_forty_providers_with_plumbers_among_them() -> None:
    workers = roster.workers(Random(7))
    assert len({worker.handle for worker in workers}) == 40
    assert any("plumbing" in worker.skills for worker in workers)
    assert {skill for worker in workers for skill in worker.skills} == {trade.name for trade in city.TRADES}


def test_handles_can_be_typed_and_are_no_verbs() -> None:
    verbs = {word for name, aliases in ALIASES.items() for word in (name, *aliases)}
    for worker in roster.workers(Random(7)):
        assert HANDLE.fullmatch(worker.handle)
        assert worker.handle not in verbs
        assert Actor(Role.PROVIDER, worker.handle).id == worker.handle


def test_phone_numbers_and_mail_addresses_are_valid_and_belong_to_nobody() -> None:
    for index in range(1200):
        number = city.phone(index)
        assert re.fullmatch(r"\+1\d{3}55501\d\d", number)
        assert phone_number(number, "US") == number
    assert len({city.phone(index) for index in range(1200)}) == 1200
    for worker in roster.workers(Random(7)):
        assert email_address(worker.email) == worker.email


def test_no_door_stands_on_real_ground() -> None:
    random = Random(5)
    for _ in range(200):
        place = city.door(random).place
        assert 37.9 < place.latitude < 38.1
        assert -60.1 < place.longitude < -59.9


def test_a_deck_shows_every_card_before_it_shows_one_again() -> None:
    deck = Deck("abcdef", Random(2))
    for _ in range(3):
        assert sorted(deck.draw() for _ in range(6)) == list("abcdef")
