import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain import commands as c
from domain.actors import Actor, Role
from domain.commands import Command
from domain.criteria import BookingFilter, BookingTraits, EventFilter, Mark
from domain.errors import Ambiguous, InvalidInput, NotUnderstood
from domain.lifecycle import RULES, Action, Status, Subject
from domain.line import queries as q
from domain.line.context import Context
from domain.line.queries import Query
from domain.line.reading import parse
from domain.line.scan import split
from domain.line.table import BY_NAME, VERBS, Verb
from domain.line.words import ALIASES, KEYWORDS, NOT_YET, RESERVED
from domain.line.writing import render
from domain.records import Absent, Urgency

NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)
NINE, ELEVEN = datetime(2026, 8, 3, 13, tzinfo=UTC), datetime(2026, 8, 3, 15, tzinfo=UTC)
DAY = timedelta(days=1)
LEAK = c.CreateBooking(
    service="plumbing",
    notes="leak under sink",
    address="12 Example St",
    customer_name="Ana Diaz",
    phone="+12025550134",
    window_start=NINE,
    window_end=ELEVEN,
    priority=1,
)

MEANT: list[tuple[str, Command | Query]] = [
    ('n plumbing "leak under sink" at "12 Example St" for "Ana Diaz" +12025550134 9-11 p1', LEAK),
    ("n plumbing leak under sink at 12 Example St for Ana Diaz +12025550134 9-11 p1", LEAK),
    (
        'new plumb p1 9-11 at 12 Example St leak under sink for "Ana Diaz" phone +12025550134',
        LEAK.model_copy(update={"address": "12 Example St leak under sink", "notes": None}),
    ),
    ("n heat/hot water no heat since Sunday", c.CreateBooking(service="heat/hot water", notes="no heat since Sunday")),
    (
        "n plumbing +1 202 555 0134 9-11",
        c.CreateBooking(service="plumbing", phone="+1 202 555 0134", window_start=NINE, window_end=ELEVEN),
    ),
    (
        "n plumbing customer 17 ana@example.org",
        c.CreateBooking(service="plumbing", customer=17, email="ana@example.org"),
    ),
    ("n plumbing place 40.71, -73.95", c.CreateBooking(service="plumbing", latitude=40.71, longitude=-73.95)),
    ("rec 214", q.Candidates(214)),
    ("a 214 mira", c.Assign(booking=214, provider="mira")),
    ("A 214 MIRA", c.Assign(booking=214, provider="mira")),
    ("a #214 #3", c.Assign(booking=214, provider="mira")),
    ("a 214", c.Assign(booking=214)),
    ("a . ra", c.Assign(booking=5, provider="raj")),
    ("a .. raj", c.Assign(booking=6, provider="raj")),
    ("214 assign mira", c.Assign(booking=214, provider="mira")),
    ("a mira 214", c.Assign(booking=214, provider="mira")),
    ('a! 214 mira "customer insists"', c.ForceAssign(booking=214, provider="mira", reason="customer insists")),
    ("a! 214 mira customer insists", c.ForceAssign(booking=214, provider="mira", reason="customer insists")),
    ('a! 214 mira -- said "now"; ok', c.ForceAssign(booking=214, provider="mira", reason='said "now"; ok')),
    ("acc 214", c.Accept(booking=214)),
    ('rej 214 "van broke down"', c.Reject(booking=214, reason="van broke down")),
    ("otw 214", c.Depart(booking=214)),
    ("214 otw", c.Depart(booking=214)),
    (". OTW", c.Depart(booking=5)),
    ("214 en route", c.Depart(booking=214)),
    ("os 214", c.Start(booking=214)),
    ("on site 214", c.Start(booking=214)),
    (".. os", c.Start(booking=6)),
    ("214 done", c.Complete(booking=214)),
    ("214 on site", c.Start(booking=214)),
    ("complete 214", c.Complete(booking=214)),
    ("ns 214 provider", c.NoShow(booking=214, absent=Absent.PROVIDER)),
    ("ns 214 customer nobody home", c.NoShow(booking=214, absent=Absent.CUSTOMER, reason="nobody home")),
    ("fail 214 no such address", c.MarkFailed(booking=214, reason="no such address")),
    ("x 214", c.Cancel(booking=214)),
    ("canx 214 -- found another", c.Cancel(booking=214, reason="found another")),
    ("214 canx", c.Cancel(booking=214)),
    ("214 canx! duplicate", c.ForceCancel(booking=214, reason="duplicate")),
    ('x! 214 "duplicate"', c.ForceCancel(booking=214, reason="duplicate")),
    ("force-cancel 214 duplicate", c.ForceCancel(booking=214, reason="duplicate")),
    ("rt 214", c.Retry(booking=214)),
    ("rt 214 now", c.Retry(booking=214)),
    ("rt 214 +2m", c.Retry(booking=214, at=NOON + timedelta(minutes=2))),
    ("rt 214 in 2m part is here", c.Retry(booking=214, at=NOON + timedelta(minutes=2), reason="part is here")),
    ("rel 214 sick", c.Release(booking=214, reason="sick")),
    (
        'h 214 until 15:00 "waiting for part"',
        c.Hold(booking=214, until=NOON.replace(hour=19), reason="waiting for part"),
    ),
    ("h 214 for 2h waiting for part", c.Hold(booking=214, until=NOON.replace(hour=14), reason="waiting for part")),
    ("h 214 waiting for part", c.Hold(booking=214, reason="waiting for part")),
    ("resume 214", c.Resume(booking=214)),
    ("mv 214 tomorrow 9-11", c.Reschedule(booking=214, window_start=NINE + DAY, window_end=ELEVEN + DAY)),
    ("mv 214 now", c.Reschedule(booking=214)),
    ("mv 214 to asap", c.Reschedule(booking=214)),
    ("p 214 1", c.Prioritise(booking=214, priority=1)),
    ("214 p1", c.Prioritise(booking=214, priority=1)),
    ("prioritize 214 p3", c.Prioritise(booking=214, priority=3)),
    ('note 214 ring the 5" bell', c.Note(booking=214, text='ring the 5" bell')),
    ('note 214 "tab\\n\\"q\\" \\\\ \\t"', c.Note(booking=214, text='tab\n"q" \\ \\t')),
    ('edit 214 address "7 Sample Ave"', c.EditBooking(booking=214, address="7 Sample Ave")),
    (
        "edit 214 at 7 Sample Ave notes ring twice",
        c.EditBooking(booking=214, address="7 Sample Ave", notes="ring twice"),
    ),
    ('ov! 214 pending "paper records"', c.Override(booking=214, to=Status.PENDING, reason="paper records")),
    (
        "ov! 214 en-route mira radio call",
        c.Override(booking=214, to=Status.EN_ROUTE, provider="mira", reason="radio call"),
    ),
    ("ov! 214 to no_show nobody came", c.Override(booking=214, to=Status.NO_SHOW, reason="nobody came")),
    ("attempt 214 for mira", c.Attempt(booking=214, woken_by="mira")),
    ("ack .", c.Ack(booking=5)),
    ("ack", q.AckWorst()),
    ("next", q.Next()),
    ("u", q.UndoLast()),
    ("u -- wrong booking", q.UndoLast("wrong booking")),
    ("u 8841", c.Undo(event=8841)),
    ('u! 8841 "Ana is off"', c.Undo(event=8841, reason="Ana is off")),
    ("on mira", c.GoOn(provider="mira")),
    ("mira on", c.GoOn(provider="mira")),
    ("avail mir", c.GoOn(provider="mira")),
    ("mira avail", c.GoOn(provider="mira")),
    ("mira available", c.GoOn(provider="mira")),
    ("unavail raj", c.GoOff(provider="raj")),
    ("off raj", c.GoOff(provider="raj")),
    ("break raj 20m", c.TakeBreak(provider="raj", until=NOON + timedelta(minutes=20))),
    ("raj break for 1h30m", c.TakeBreak(provider="raj", until=NOON + timedelta(minutes=90))),
    (
        'provider new ann "Ann Lee" skills plumb,"heat/hot water" rating 4.8 place 40.7,-73.9',
        c.CreateProvider(
            provider="ann",
            name="Ann Lee",
            skills=("plumbing", "heat/hot water"),
            rating=4.8,
            latitude=40.7,
            longitude=-73.9,
        ),
    ),
    ("provider edit mira skills none", c.EditProvider(provider="mira", skills=())),
    ("mira edit rating 4.9", c.EditProvider(provider="mira", rating=4.9)),
    ("prov deact mira", c.DeactivateProvider(provider="mira")),
    ("provider activate zoe", c.ActivateProvider(provider="zoe")),
    (
        "service new deep drain cleaning price 80.5 minutes 1h30m priority high",
        c.CreateService(
            service="deep drain cleaning", base_price_cents=8050, duration_minutes=90, priority=Urgency.HIGH
        ),
    ),
    ("service deactivate painting", c.DeactivateService(service="painting")),
    ("service edit deep cleaning price 95", c.EditService(service="Deep cleaning", base_price_cents=9500)),
    (
        "customer new Ana Diaz phone +12025550134 at 12 Example St",
        c.CreateCustomer(name="Ana Diaz", phone="+12025550134", address="12 Example St"),
    ),
    ("customer edit 17 email ana@example.org", c.EditCustomer(customer=17, email="ana@example.org")),
    ("set when_exhausted fail", c.Configure(setting="when_exhausted", value="fail")),
    ("set waits 0,2,4,8", c.Configure(setting="waits_s", value="0,2,4,8")),
    ("s 214", q.ShowBooking(214)),
    ("214", q.ShowBooking(214)),
    (".", q.ShowBooking(5)),
    ("mira", q.ShowProvider("mira")),
    ("show raj", q.ShowProvider("raj")),
    ("show customer 17", q.ShowCustomer(17)),
    ("show service plumb", q.ShowService("plumbing")),
    ("show deep cleaning", q.ShowService("Deep cleaning")),
    ("provider mira", q.ShowProvider("mira")),
    ("why 8841", q.WhyAsked(8841)),
    ("214 why", q.WhyAsked(214)),
    ("why event 8841", q.WhyAsked(event=8841)),
    ("why 214 raj", q.WhyAsked(214, "raj")),
    ("why not raj 214", q.WhyAsked(214, "raj")),
    ("why not mira", q.WhyAsked(provider="mira")),
    ("why event 8841 not raj", q.WhyAsked(provider="raj", event=8841)),
    ("why", q.WhyAsked()),
    ("customer 17", q.ShowCustomer(17)),
    ("service plumb", q.ShowService("plumbing")),
    (
        "/ late plumbing bronx",
        q.Find(BookingFilter(services=frozenset({1}), marks=frozenset({Mark.LATE}), words=("bronx",))),
    ),
    (
        '/late "12 Example" status:assigned,pend service:"heat/hot water" -provider:mira',
        q.Find(
            BookingFilter(
                statuses=frozenset({Status.ASSIGNED, Status.PENDING}),
                services=frozenset({3}),
                marks=frozenset({Mark.LATE}),
                words=("12 Example",),
                unless=BookingTraits(providers=frozenset({3})),
            )
        ),
    ),
    ("find", q.Find()),
    ("log", q.ShowEvents()),
    ("events 214 since 2h", q.ShowEvents(214, NOON - timedelta(hours=2))),
    (
        "214 events action:cancel admin since 2h",
        q.ShowEvents(
            214,
            NOON - timedelta(hours=2),
            EventFilter(actions=frozenset({Action.CANCEL}), words=("admin",)),
        ),
    ),
    ("help assign!", q.Help("assign!")),
    ("?", q.What("")),
    ("a 214 ?", q.What("a 214")),
    ('note 214 "why?"', c.Note(booking=214, text="why?")),
]


@pytest.mark.parametrize(("line", "meaning"), MEANT, ids=[line for line, _ in MEANT])
def test_a_line_means_what_it_says(line: str, meaning: Command | Query, context: Context) -> None:
    assert parse(line, context) == meaning


REFUSED = [
    ("", "", "nothing was typed"),
    ("foo", "foo", "no verb"),
    ("asign 214 mira", "asign", "did you mean assign?"),
    ("214 foo", "foo", "no verb"),
    ("a mira", "", "needs a booking's number"),
    ("a 214 mira now", "now", "nothing can follow"),
    ('a 214 mira "because"', '"because"', 'assign! 214 mira "customer insists"'),
    ("a! 214 mira", "", "needs a reason"),
    ("x! 214", "", "needs a reason"),
    ("accept! 214", "accept!", "no forced form"),
    ("override 214 pending x", "override", "always forced"),
    ("a 214 #99", "#99", "no provider"),
    ("h 214 waiting until 15:00", "until", "quotes"),
    ("h 214 until", "", "until needs a time"),
    ("p 214 9", "9", "priority"),
    ("p 0 1", "0", "booking"),
    ("mv 214", "", "a window"),
    ("mv 214 14:30", "14:30", "a window"),
    ("ns 214", "", "who was absent"),
    ("n plumbing at 14:30", "14:30", "is a time"),
    ("n plumbing at for Ana", "for", "quote it"),
    ("n plumbing phone 1234567 phone 2", "phone", "said already"),
    ("provider new Mira+ Mira", "Mira+", "provider"),
    ("/late foo:bar", "foo", "no filter foo:"),
    ("find status:", "status:", "needs a value"),
    ("find status:x", "x", "not one status"),
    ("events aktor:admin", "aktor", "did you mean actor:"),
    ('note 214 "open', '"open', "never close"),
    ('note 214 ""', '""', "must not be empty"),
    ("note 214 \x07", "\x07", "U+0007"),
    ("a 214; a 215", ";", "one line at a time"),
    ("diff", "", "needs a past time"),
    ("next 214", "214", "nothing can follow"),
    ("a 99999999999999999999 mira", "99999999999999999999", "expected a booking's number"),
    ("set waits_s", "", "needs a value"),
    ("undo 88x41", "88x41", "an event's number"),
    ("h waiting for part", "waiting", "a booking's number"),
    ("show nobody", "nobody", "no provider or service"),
    ("show customer ana", "ana", "a customer's number"),
    ("service edit painting minutes 90s", "90s", "expected minutes"),
    ("service edit painting price 1.234", "1.234", "expected a price"),
    ("note 214 " + "x " * 600, "x", "more than 500 words"),
]


@pytest.mark.parametrize(("line", "marked", "said"), REFUSED, ids=[line[:40] for line, _, _ in REFUSED])
def test_a_refusal_marks_the_first_wrong_word_and_says_why(line: str, marked: str, said: str, context: Context) -> None:
    with pytest.raises(NotUnderstood) as refused:
        parse(line, context)
    assert line[refused.value.position : refused.value.position + refused.value.length] == marked
    assert said in refused.value.message


def test_a_missing_word_is_marked_at_the_end(context: Context) -> None:
    with pytest.raises(NotUnderstood) as refused:
        parse("a! 214 mira", context)
    assert (refused.value.position, refused.value.length) == (len("a! 214 mira"), 0)


@pytest.mark.parametrize(
    ("line", "marked", "choices"),
    [
        ("a 214 mi", "mi", ["miguel", "mira"]),
        ("re 214", "re", ["reject", "release", "reschedule", "resume", "retry"]),
        ("n p leak", "p", ["painting", "plumbing"]),
    ],
)
def test_a_prefix_that_fits_several_is_refused_with_the_choices(
    line: str, marked: str, choices: list[str], context: Context
) -> None:
    with pytest.raises(Ambiguous) as refused:
        parse(line, context)
    assert refused.value.details["choices"] == choices
    start, length = refused.value.details["position"], refused.value.details["length"]
    assert line[start : start + length] == marked


def test_an_exact_name_beats_a_prefix_and_those_in_use_beat_the_inactive(context: Context) -> None:
    assert parse("on li", context) == c.GoOn(provider="li")
    assert parse("n o leak", context) == c.CreateBooking(service="old service", notes="leak")
    assert parse("on z", context) == c.GoOn(provider="zoe")


def test_a_quoted_name_is_taken_exactly_as_it_stands(context: Context) -> None:
    assert parse('n "plumb"', context) == c.CreateBooking(service="plumb")
    assert parse('on "mir"', context) == c.GoOn(provider="mir")


def test_a_name_that_nobody_has_is_left_to_the_engine(context: Context) -> None:
    assert parse("a 214 newcomer", context) == c.Assign(booking=214, provider="newcomer")
    assert parse("n roofing", context) == c.CreateBooking(service="roofing")


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("on", c.GoOn(provider="raj")),
        ("off", c.GoOff(provider="raj")),
        ("break 20m", c.TakeBreak(provider="raj", until=NOON + timedelta(minutes=20))),
    ],
)
def test_a_provider_may_leave_out_their_own_handle(line: str, meaning: Command, context: Context) -> None:
    assert parse(line, replace(context, actor=Actor(Role.PROVIDER, "raj"))) == meaning
    with pytest.raises(NotUnderstood, match="provider's handle"):
        parse(line, context)


def test_a_dot_without_a_selected_booking_is_refused(context: Context) -> None:
    with pytest.raises(NotUnderstood, match="no booking is selected"):
        parse("a . mira", replace(context, selected=None))
    with pytest.raises(NotUnderstood, match="no booking was touched"):
        parse("a .. mira", replace(context, last=None))


def test_a_value_that_no_word_is_to_blame_for_is_refused_by_the_command(context: Context) -> None:
    with pytest.raises(InvalidInput, match="ends before it starts"):
        parse("mv 214 2026-08-03T11:00Z/2026-08-03T09:00Z", context)


def test_a_chain_is_cut_at_semicolons_but_not_in_quotes_or_behind_dashes() -> None:
    assert split('a 214 mira;note 215 "x;y" ;; h 3 -- wait; please') == [
        ("a 214 mira", 0),
        ('note 215 "x;y"', 11),
        ("h 3 -- wait; please", 29),
    ]
    assert split(" ; ;") == []


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_example_in_the_table_reads_as_its_verb(verb: Verb, context: Context) -> None:
    meaning = parse(verb.example, context)
    if verb.command is not None:
        assert isinstance(meaning, verb.command)
        assert render(meaning).startswith(verb.name)


def test_every_action_on_a_booking_is_a_verb_by_its_own_name() -> None:
    said = {
        verb.command.action for verb in VERBS if verb.command is not None and verb.command.subject == Subject.BOOKING
    }
    assert said == {rule.action for rule in RULES if rule.subject is Subject.BOOKING}
    assert {action for action in Action if action not in BY_NAME} == {
        Action.OVERRIDE,
        Action.ACTIVATE,
        Action.DEACTIVATE,
    }


def test_no_name_means_two_verbs_and_all_are_reserved() -> None:
    said = [name for verb in VERBS for name in (verb.name, *verb.aliases)]
    assert len(said) == len(set(said))
    assert set(ALIASES) == {verb.name for verb in VERBS}
    assert {word.removesuffix("!") for name in said for word in name.split()} | {*NOT_YET} <= RESERVED
    assert {key for verb in VERBS for slot in verb.slots for key in slot.keys} <= KEYWORDS <= RESERVED


def test_a_handle_that_is_a_word_of_the_language_is_written_in_quotes() -> None:
    assert render(c.GoOn(provider="site")) == 'on "site"'
    assert render(c.GoOn(provider="mira")) == "on mira"


def test_the_stored_form_has_full_verbs_and_absolute_times() -> None:
    assert render(LEAK) == (
        'new plumbing "leak under sink" at "12 Example St" for "Ana Diaz" phone +12025550134'
        " from 2026-08-03T13:00:00.000Z/2026-08-03T15:00:00.000Z priority 1"
    )
    assert render(c.Undo(event=9)) == "undo 9"
    assert render(c.Undo(event=9, reason="x")) == 'undo! 9 "x"'
    assert render(c.Reschedule(booking=2)) == "reschedule 2 now"
    assert render(c.Note(booking=2, text='a\n"b" \\')) == r'note 2 "a\n\"b\" \\"'


def test_the_reserved_words_cost_no_import() -> None:
    look = "import sys, domain.line.words; sys.exit('pydantic' in sys.modules or 'domain.commands' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0


def test_a_usual_line_is_read_in_under_a_millisecond(context: Context) -> None:
    began = time.perf_counter()
    for line, _ in MEANT:
        parse(line, context)
    assert (time.perf_counter() - began) / len(MEANT) < 0.001
