"""A CSV file is believed as a whole or not at all."""

import os
import threading
from pathlib import Path

import pytest

from domain.errors import InvalidInput
from domain.intake.csvfile import CsvFile, Row

COLUMNS = ("key", "note")


def rows_of(path: Path | str, columns: tuple[str, ...] = COLUMNS) -> list[Row]:
    with CsvFile(str(path), columns) as file:
        return list(file)


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "file.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(path: Path | str, columns: tuple[str, ...] = COLUMNS) -> str:
    with pytest.raises(InvalidInput) as caught:
        rows_of(path, columns)
    assert "\n" not in caught.value.message
    return caught.value.message


def test_columns_are_found_by_name_whatever_their_case_order_and_company(tmp_path: Path) -> None:
    with CsvFile(str(written(tmp_path, " Note ,extra,KEY\nb,c, a \n")), COLUMNS) as file:
        assert [row.cells for row in file] == [{"key": "a", "note": "b"}]
        assert file.unused == ("extra",)
        assert file.rows == 1


def test_a_row_is_numbered_by_the_physical_line_on_which_it_starts(tmp_path: Path) -> None:
    path = written(tmp_path, 'key,note\na,"one\ntwo\rstill two\r\nthree"\n\nb,x\nc,y\n')
    assert [(row.line, row.cells["key"]) for row in rows_of(path)] == [(2, "a"), (6, "b"), (7, "c")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read(tmp_path: Path, end: str) -> None:
    rows = rows_of(written(tmp_path, end.join(["key,note", "a,b", "c,d"])))
    assert [(row.line, row.cells) for row in rows] == [(2, {"key": "a", "note": "b"}), (3, {"key": "c", "note": "d"})]


def test_a_byte_order_mark_is_not_part_of_the_first_column(tmp_path: Path) -> None:
    assert rows_of(written(tmp_path, b"\xef\xbb\xbfkey,note\n1,2\n"))[0].cells == {"key": "1", "note": "2"}


def test_a_row_with_too_few_or_too_many_fields_is_a_problem_of_its_own(tmp_path: Path) -> None:
    rows = rows_of(written(tmp_path, "key,note\na\nb,c\nd,e,f\n"))
    assert [(row.line, row.problem) for row in rows] == [
        (2, "it has 1 field and the header has 2"),
        (3, None),
        (4, "it has 3 fields and the header has 2"),
    ]


def test_a_header_alone_is_a_file_without_rows(tmp_path: Path) -> None:
    assert rows_of(written(tmp_path, "key,note\n")) == []


def test_rows_can_be_read_again(tmp_path: Path) -> None:
    with CsvFile(str(written(tmp_path, "key,note\na,b\n")), COLUMNS) as file:
        assert list(file) == list(file)


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"key,note\na,b\n",))
    writer.start()
    assert [row.cells["key"] for row in rows_of(pipe)] == ["a"]
    writer.join()


@pytest.mark.parametrize("content", ["", "\n\n", ",,\n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: str) -> None:
    assert refusal(written(tmp_path, content)).endswith("is empty")


def test_missing_columns_are_named(tmp_path: Path) -> None:
    assert refusal(written(tmp_path, "key,other\n1,2\n")).endswith("lacks the column note")
    assert refusal(written(tmp_path, "other\n1\n")).endswith("lacks the columns key, note")


def test_a_file_separated_by_semicolons_is_recognised(tmp_path: Path) -> None:
    assert refusal(written(tmp_path, "key;note\n1;2\n")).endswith("separated by semicolons, not commas")


def test_a_column_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    assert refusal(written(tmp_path, "key,note,KEY\n1,2,3\n")).endswith("has the column key more than once")


def test_what_is_not_utf8_is_found_anywhere_in_the_file(tmp_path: Path) -> None:
    content = b"key,note\n" + b"a,b\n" * 30_000 + b"a,\xe9t\xe9\n" + b"a,b\n"
    assert "is not UTF-8 (line 30002)" in refusal(written(tmp_path, content))


def test_a_spreadsheet_in_utf16_is_refused(tmp_path: Path) -> None:
    assert "is not UTF-8 (line 1)" in refusal(written(tmp_path, "key,note\n1,2\n".encode("utf-16")))


def test_a_quotation_mark_that_is_never_closed_is_found_where_it_begins(tmp_path: Path) -> None:
    short = written(tmp_path, 'key,note\na,b\nc,"d\ne,f\n')
    assert refusal(short).endswith("is not CSV: a quotation mark is never closed, in the record that starts on line 3")
    long = written(tmp_path, 'key,note\nc,"d\n' + "e,f\n" * 60_000)
    assert refusal(long).endswith("in the record that starts on line 2")


def test_text_after_a_closing_quotation_mark_is_not_csv(tmp_path: Path) -> None:
    assert "is not CSV" in refusal(written(tmp_path, 'key,note\na,"b" c\n'))


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path)
    assert "cannot be read" in refusal(tmp_path / "nowhere.csv")
    assert "cannot be read" in refusal("a\0b")
