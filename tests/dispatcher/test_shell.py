"""Lines from a shell, and what they print."""

import io
from pathlib import Path

import pytest

from tests.dispatcher.conftest import Run

NASTY = "\x1b[31mred\x1b[0m \u202e"


def test_each_line_stands_for_itself_and_the_worst_decides_the_status(room: Run) -> None:
    assert room("do", "assign 1 mira", 'note 1 "ring twice"').status == 0
    refused = room("do", "assign 1 mira", 'note 1 "ring again"')
    assert refused.status == 1
    assert len(refused.out.splitlines()) == len(refused.err.splitlines()) == 1
    mixed = room("do", "dance 1", "assign 1 mira", 'note 1 "third"')
    assert mixed.status == 2
    assert (len(mixed.out.splitlines()), len(mixed.err.splitlines())) == (1, 2)


def test_a_refused_line_stops_its_chain(room: Run) -> None:
    assert room("do", 'complete 1; note 1 "never written"').status == 1
    assert "never written" not in room("events", "--json").out


def test_a_script_is_read_from_standard_input(room: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    script = '# morning\n\n  assign 1 mira\nnote .. "first"\r\ncomplete 1\n'
    monkeypatch.setattr("sys.stdin", io.StringIO(script))
    ran = room("do", "-")
    assert (ran.status, len(ran.out.splitlines())) == (1, 2)
    assert ran.err.startswith("line 5: ")


def test_two_dots_are_the_booking_of_the_line_before(room: Run) -> None:
    ran = room("do", 'n plumbing "drip" at "7 Sample Rd" for "Bo Sample" +12025550135', 'note .. "ring"', "--json")
    assert [answer["booking"] for answer in ran.objects] == [2, 2]


def test_answers_as_json_are_one_object_a_line(room: Run) -> None:
    ran = room("do", "assign 1 mira", "assign 1 mira", "dance", "--json")
    done, refused, garbled = ran.objects
    assert ran.status == 2
    assert ran.err == ""
    assert (done["booking"], isinstance(done["event"], int)) == (1, True)
    assert (refused["code"], refused["error"]) == (400, "IllegalTransition")
    assert (garbled["code"], garbled["error"]) == (400, "NotUnderstood")
    assert refused["message"]
    assert garbled["details"]


def test_words_that_were_not_quoted_are_guessed_at(room: Run) -> None:
    ran = room("do", "on", "mira")
    assert ran.status == 2
    assert "dispatcher do 'on mira'" in ran.err


def test_a_customer_is_told_a_way_back_that_customers_have(room: Run) -> None:
    ran = room("do", "--as", "customer:1", 'new plumbing "drip" at "7 Sample Rd"')
    assert ran.out.rstrip().endswith("cancel 2")
    assert "cancel it: cancel 2" in room("do", "--as", "customer:1", "undo").err


def test_providers_and_customers_act_for_themselves(room: Run) -> None:
    room("do", "assign 1 mira")
    assert room("do", "accept 1", "--as", "customer:1").status == 1
    assert room("--as", "provider:mira", "do", "accept 1").status == 0
    assert room("--as", "customer:1", "do", "x 1").status == 0


def test_find_and_show_print_bookings(room: Run) -> None:
    found = room("find", "leak", "plumbing")
    assert found.status == 0
    assert "Ana Diaz" in found.out
    assert "Ana Diaz" not in room("find", "leak", "heating").out
    shown = room("show", "1")
    assert (shown.status, shown.err) == (0, "")
    assert "leak under sink" in shown.out
    assert (room("show", "99").status, room("show", "99", "--json").objects[0]["code"]) == (1, 404)


@pytest.mark.parametrize("left_out", ["-heating", "-held", "-status:completed", '-"hot water"', "-hot water"])
def test_a_minus_leaves_out_in_the_shell_as_on_the_line(room: Run, left_out: str) -> None:
    found = room("find", left_out, "leak")
    assert (found.status, found.err) == (0, "")
    assert "Ana Diaz" in found.out
    assert room("find", "leak", "-plumbing").out == "0 found\n"
    assert room("find", "-pending", "--as", "customer:1").out == "0 found\n"


@pytest.mark.parametrize("word", ["a;b", '"', "--", "?", "\\", "leak\nunder", "find", "~x", "@14:05", "!"])
def test_any_word_can_be_looked_for(room: Run, word: str) -> None:
    ran = room("find", "--", word)
    assert (ran.status, ran.err) == (0, "")


def test_text_that_people_typed_does_nothing_to_the_terminal(room: Run, tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    head = "key,created_at,closed_at,category,detail,address,zip,borough,latitude,longitude"
    file.write_text(f"{head}\n1,2026-08-01T00:00:00Z,,{NASTY},{NASTY},12 EXAMPLE STREET,,,,\n", encoding="utf-8")
    runs = [
        room("import", "requests", str(file)),
        room("do", f'note 1 "{NASTY}"', f"dance {NASTY}", 'note 1 "[red]markup[/]"'),
        room("find", NASTY),
        room("show", 1),
        room("events"),
        room("events", "--json"),
    ]
    for ran in runs:
        assert not {"\x1b", "\u202e"} & set(ran.out + ran.err)
    assert "[red]markup[/]" in runs[3].out


def test_a_line_of_ten_thousand_characters_is_refused_in_one_line(room: Run) -> None:
    for line in (f'note 1 "{"x" * 10_000}"', "x" * 10_000, ";" * 10_000, '"' * 10_000):
        ran = room("do", line)
        assert ran.status in {1, 2}, line[:20]
        assert len(ran.err) < 2_000


def test_the_log_is_printed_from_where_it_is_wanted(room: Run) -> None:
    room("do", "assign 1 mira")
    everything = room("events", "--json").objects
    assert [event["event"] for event in everything] == list(range(1, len(everything) + 1))
    assert room("events", "--json", "--since", 2).objects == everything[2:]
    of_one = room("events", "--json", "--booking", 1).objects
    assert [event["action"] for event in of_one] == ["create", "assign"]
    assert of_one[-1]["line"] == "assign 1 mira"
    assert (of_one[-1]["from"], of_one[-1]["to"], of_one[-1]["role"]) == ("PENDING", "ASSIGNED", "admin")
    assert len(room("events").out.splitlines()) == len(everything)
    assert room("events", "--since", 10**17).out == ""


def test_customers_and_providers_see_what_is_theirs(room: Run) -> None:
    room(
        "do",
        'provider new raj "Raj Sample" skills plumbing',
        'n plumbing "drip" at "7 Sample Rd" for "Bo Sample" +12025550135',
        "assign 1 mira",
    )
    assert room("show", 1, "--as", "customer:1").status == 0
    assert room("show", 1, "--as", "customer:2").status == 1
    assert room("show", 1, "--as", "provider:mira").status == 0
    assert room("show", 1, "--as", "provider:raj").status == 1
    assert "Bo Sample" not in room("find", "plumbing", "--as", "customer:1").out
    assert "Ana Diaz" not in room("find", "plumbing", "--as", "provider:raj").out
    for actor, status in (("customer:1", 0), ("customer:2", 1), ("provider:mira", 0), ("provider:raj", 1)):
        assert room("events", "--booking", 1, "--as", actor).status == status, actor
        assert room("do", "events 1", "--as", actor).status == status, actor
    customers = room("events", "--json", "--as", "customer:1").objects
    assert {(event["subject"], event["subject_id"]) for event in customers} == {("customer", 1), ("booking", 1)}
    providers = room("events", "--json", "--as", "provider:raj").objects
    assert {(event["subject"], event["name"]) for event in providers} == {("provider", "raj")}
    providers = room("events", "--json", "--as", "provider:mira").objects
    assert {(event["subject"], event["subject_id"]) for event in providers} == {("provider", 1), ("booking", 1)}


def test_a_question_mark_says_what_can_follow_and_for_what_cannot_why_not(room: Run) -> None:
    asked = room("do", "1 ?").out
    assert "PENDING · a verb follows" in asked
    assert "\n    assign  " in asked or "\nassign " in asked
    assert "not retry: 1 is PENDING: needs FAILED or NO_SHOW or REJECTED" in asked
    assert "1  mira" in room("do", "assign 1 ?").out


def test_somebody_who_does_not_exist_is_told_so(room: Run) -> None:
    for actor in ("provider:nobody", "customer:99"):
        refused = room("find", "--as", actor)
        assert (refused.status, refused.out) == (1, ""), actor
        assert "There is no" in refused.err


def test_who_else_was_weighed_is_for_dispatchers(room: Run) -> None:
    room("do", "assign 1")

    def weighed(*who: str) -> dict[str, object]:
        (event,) = [one for one in room("events", "--json", *who).objects if one["action"] == "assign"]
        return dict(event["details"])

    assert set(weighed()) == {"candidates", "skips", "unskilled", "chosen", "rule", "promised"}
    assert weighed("--as", "customer:1") == {"chosen": "mira"}


def test_find_and_show_look_back_with_at(room: Run) -> None:
    assert room("do", "assign 1 mira").status == 0
    now = room("find", "--at", "now", "provider:mira", "--json").objects[0]
    assert (now["count"], now["bookings"], "as_of" in now) == (1, [1], True)
    early = room("show", 1, "--at", "2020-01-01 9:00")
    assert (early.status, early.err) == (1, "There was no booking 1 then\n")
    shown = room("show", 1, "--at", "now")
    assert shown.out.startswith("as of ")
    assert "leak under sink" in shown.out
    assert room("show", 1, "--at", "soon").status == 2
    assert room("find", "--at", "-2h").out.endswith("0 found\n")
    assert room("do", "diff 1 1h", "--json").objects[0]["created"] is True


def test_next_prints_the_worst_and_the_line_that_would_help(room: Run) -> None:
    ran = room("do", "next")
    assert ran.status == 0
    assert ran.out.startswith("assign 1 mira · searching, ")
    (found,) = room("do", "next", "--json").objects
    assert (found["ok"], found["booking"], found["line"]) == (True, 1, "assign 1 mira")
    assert room("do", found["line"], "next").out.splitlines()[-1] == "Nothing needs you"


def test_a_refusal_names_the_nearest_line_that_would_work(room: Run) -> None:
    ran = room("do", "asign 1 mira")
    assert ran.err.strip().endswith("1 assign 1 mira")
    (refused,) = room("do", "asign 1 mira", "--json").objects
    assert refused["details"]["proposal"] == "assign 1 mira"


def test_find_takes_the_terms_of_the_filter_language_as_arguments(room: Run) -> None:
    for words in (["leak", "plumbing", "pending"], ["customer:1", "service:plumb"], ["waiting<9h", "after:2h"]):
        assert "Ana Diaz" in room("find", *words).out, words
    assert "Ana Diaz" not in room("find", "--", "-pending").out
    assert "Ana Diaz" not in room("find", "--", "-service:plumbing").out
    refused = room("find", "stauts:pending")
    assert refused.status == 2
    assert "there is no filter stauts:" in refused.err
    assert "find status:pending" in refused.err
