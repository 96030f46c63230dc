"""The tour's script: what is told, said and expected, step by step. Data only; `tour.py` plays it.

Bookings are numbered from 1, since the tour has a room of its own: two plumbers, two electricians, a lift engineer.
"""

from dataclasses import dataclass, field

from domain.lifecycle import Status

ANA = "admin:ana"
MIRA = "provider:mira"
RAJ = "provider:raj"
CUSTOMER = "customer:1"


@dataclass(frozen=True, slots=True)
class Expected:
    """What must be so after a step.

    Attributes:
        booking: The booking to look at.
        status: Its status then.
        provider: Who has it then.
        says: Words that the answer contains.
        refused: The line is refused, and nothing changes.
    """

    booking: int | None = None
    status: Status | None = None
    provider: str | None = None
    says: str = ""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step: time passes, then somebody says a line, then it is as expected.

    Attributes:
        caption: What is shown before it is done.
        line: What is said, in the line's language; empty when only time passes.
        actor: Who says it.
        wait_s: How much time passes first.
    """

    caption: str
    line: str = ""
    actor: str = ANA
    wait_s: float = 0
    expected: Expected = field(default_factory=Expected)


ROOM: tuple[str, ...] = (
    'service new plumbing price 110.00 minutes 25 priority MEDIUM description "Pipes, taps, basins"',
    'service new electrical price 125.00 minutes 25 priority HIGH description "Power, light, wiring"',
    'service new elevator price 200.00 minutes 30 priority HIGH description "Lifts"',
    'provider new mira "Mira Solberg" phone +12025550100 email mira@example.com skills plumbing rating 4.9',
    'provider new raj "Raj Mehta" phone +12025550101 email raj@example.com skills plumbing rating 4.7',
    'provider new li "Li Wen" phone +12025550102 email li@example.com skills electrical rating 4.8',
    'provider new nora "Nora Quill" phone +12025550103 email nora@example.com skills electrical rating 4.6',
    'provider new otto "Otto Brandt" phone +12025550104 email otto@example.com skills elevator rating 4.5',
    "on mira",
    "on raj",
    "on li",
)

STEPS: tuple[Step, ...] = (
    Step(
        "A customer calls. One line takes it down, and the loop finds the best free plumber at once.",
        'new plumbing "leak under sink" at "12 Example St" for "Ana Diaz" +12025550134 p1',
        expected=Expected(1, Status.ASSIGNED, "mira"),
    ),
    Step(
        "mira has five minutes to answer the offer. She accepts after one.",
        "accept 1",
        MIRA,
        60,
        Expected(1, Status.ACCEPTED, "mira"),
    ),
    Step("She sets out.", "depart 1", MIRA, 90, Expected(1, Status.EN_ROUTE, "mira")),
    Step("She is there and begins.", "start 1", MIRA, 660, Expected(1, Status.IN_PROGRESS, "mira")),
    Step(
        "Done. COMPLETED stays so, for everyone.",
        "complete 1",
        MIRA,
        1200,
        Expected(1, Status.COMPLETED, "mira"),
    ),
    Step(
        "Even an admin with a reason cannot change it; a refusal says what is wrong, and nothing is written.",
        'override! 1 pending "wrong tap"',
        expected=Expected(1, Status.COMPLETED, "mira", says="COMPLETED", refused=True),
    ),
    Step(
        "Another leak. mira is free again, and asked first.",
        'new plumbing "drain backs up" at "7 Sample Ave" for "Tilda Holm" +12025550135',
        expected=Expected(2, Status.ASSIGNED, "mira"),
    ),
    Step(
        "She rejects it, with a reason. The ladder goes on by itself, and nobody has to look.",
        'reject 2 "van broke down"',
        MIRA,
        30,
        Expected(2, Status.ASSIGNED, "raj"),
    ),
    Step(
        "The second attempt was raj's: the system does not ask mira for this booking again.",
        "show 2",
        expected=Expected(2, Status.ASSIGNED, "raj"),
    ),
    Step("raj takes it.", "accept 2", RAJ, 20, Expected(2, Status.ACCEPTED, "raj")),
    Step("li, the electrician on duty, takes a break.", "break li 20m", expected=Expected(says="li")),
    Step(
        "Work for an electrician comes in just now: the first attempt finds nobody, and the log says why.",
        'new electrical "no lighting" at "3 Test Road" for "Omar Falk" +12025550136',
        expected=Expected(3, Status.PENDING),
    ),
    Step(
        "Who could do it, and why not the others? Ask before acting.",
        "candidates 3",
        expected=Expected(3, Status.PENDING, says="0 could"),
    ),
    Step("The dispatcher calls li back.", "on li", expected=Expected(says="li")),
    Step(
        "And assigns by hand: no need to wait for the next attempt.",
        "assign 3 li",
        expected=Expected(3, Status.ASSIGNED, "li"),
    ),
    Step("li accepts.", "accept 3", "provider:li", 30, Expected(3, Status.ACCEPTED, "li")),
    Step(
        "Twenty minutes, and nobody came. A no-show: li is out for this booking, and the ladder looks for another.",
        'no-show 3 provider "did not come, phone is off"',
        wait_s=1200,
        expected=Expected(3),
    ),
    Step(
        "Nobody else is on duty. Then nora calls: she was next door and is already at work. An override writes down "
        "what is true, with the reason.",
        'override! 3 in-progress nora "nora was next door and has begun"',
        wait_s=60,
        expected=Expected(3, Status.IN_PROGRESS, "nora"),
    ),
    Step(
        "She finishes it: not shown up for, and served all the same.",
        "complete 3",
        "provider:nora",
        1500,
        Expected(3, Status.COMPLETED, "nora"),
    ),
    Step(
        "Customers book by themselves too. This one is Ana Diaz, who sees only her own bookings.",
        'new plumbing "tap drips"',
        CUSTOMER,
        expected=Expected(4, Status.ASSIGNED, "mira"),
    ),
    Step(
        "She found the valve, and cancels. mira is free again.",
        'cancel 4 "found the valve"',
        CUSTOMER,
        45,
        Expected(4, Status.CANCELLED),
    ),
    Step(
        "A lift is stuck, and the only lift engineer is off duty.",
        'new elevator "lift stuck on 4" at "9 Model Lane" for "Uma Dorn" +12025550137 p1',
        expected=Expected(5, Status.PENDING),
    ),
    Step(
        "Attempts after 0, 2, 4 and 8 seconds: the ladder is exhausted. The booking is not forgotten; it waits in the "
        "attention queue until somebody is free.",
        "show 5",
        wait_s=14,
        expected=Expected(5, Status.PENDING, says="5"),
    ),
    Step(
        "otto comes on duty, and the parked booking wakes up: it is offered to him at once.",
        "on otto",
        wait_s=300,
        expected=Expected(5, Status.ASSIGNED, "otto"),
    ),
    Step(
        "otto does not answer. After five minutes the offer lapses, and the system does not ask him again.",
        "show 5",
        wait_s=301,
        expected=Expected(5, Status.REJECTED),
    ),
    Step(
        "He calls: his phone was in the van. The dispatcher gives it to him all the same.",
        "assign 5 otto",
        wait_s=20,
        expected=Expected(5, Status.ASSIGNED, "otto"),
    ),
    Step("He accepts.", "accept 5", "provider:otto", 10, Expected(5, Status.ACCEPTED, "otto")),
    Step(
        "All of it is in the log: who did what, when and why. This is booking 3's.",
        "events 3",
        expected=Expected(says="events"),
    ),
    Step("And this is the whole tour's. That is all; the line is yours.", "events", expected=Expected(says="events")),
)
