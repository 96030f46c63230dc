"""A CSV file that was checked as a whole before its first row is believed: UTF-8, well-formed, with the columns needed.

Anything may import this module; it imports only errors.
"""

import codecs
import csv
import io
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from domain.errors import InvalidInput

_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(slots=True)
class Row:
    """One record.

    Attributes:
        line: The physical line on which it starts, from 1.
        cells: What stands in each column that is needed, without the white space around it.
        problem: Why the record cannot be read, in which case there are no cells.
    """

    line: int
    cells: dict[str, str]
    problem: str | None = None


class CsvFile:
    """Rows of a CSV file, read as a stream, any number of times.

    Args:
        path: The file, or `-` for standard input. What can be read only once (a pipe) is copied aside first.
        columns: The columns that must be there; case, order and further columns do not matter.

    Raises:
        InvalidInput: The file is of no use: missing, a folder, empty, not UTF-8, not CSV, or it lacks columns.
    """

    def __init__(self, path: str, columns: Sequence[str]) -> None:
        self.name = "standard input" if path == "-" else path
        self._columns = tuple(columns)
        self._stack = ExitStack()
        try:
            self._bytes = self._open(path)
            self._ends_with = self._line_end()
            self.unused: tuple[str, ...] = ()
            self.rows = self._check()
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def __iter__(self) -> Iterator[Row]:
        wide = 0
        picks: tuple[tuple[str, int], ...] = ()
        for line, record in self._records():
            if not picks:
                header = [name.strip().casefold() for name in record]
                wide = len(header)
                picks = tuple((column, header.index(column)) for column in self._columns)
            elif len(record) != wide:
                yield Row(line, {}, f"it has {_count(len(record), 'field')} and the header has {wide}")
            else:
                yield Row(line, {column: record[place].strip() for column, place in picks})

    def _open(self, path: str) -> IO[bytes]:
        try:
            source: IO[bytes] = sys.stdin.buffer if path == "-" else Path(path).open("rb")  # noqa: SIM115
            if path != "-":
                self._stack.callback(source.close)
            if path != "-" and source.seekable():
                return source
            copy = self._stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
            shutil.copyfileobj(source, copy)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise InvalidInput(f"{self.name} cannot be read: {why}", file=self.name) from error
        return copy

    def _line_end(self) -> str:
        self._bytes.seek(0)
        head = self._bytes.read(1 << 16)
        return "\r" if b"\r" in head and b"\n" not in head else "\n"

    def _records(self) -> Generator[tuple[int, list[str]], None, None]:
        """Each record with its first line's number; blank lines are none."""
        self._bytes.seek(0)
        text = io.TextIOWrapper(self._bytes, encoding="utf-8-sig", newline="")
        passed = 0

        def lines() -> Iterator[str]:
            nonlocal passed
            for line in text:
                if line.endswith(self._ends_with):
                    passed += 1
                yield line

        start = 1
        try:
            for record in csv.reader(lines(), strict=True):
                if record:
                    yield start, record
                start = passed + 1
        except csv.Error as error:
            raise InvalidInput(
                f"{self.name} is not CSV: {_plainly(error)}, in the record that starts on line {start}",
                file=self.name,
                line=start,
            ) from error
        except UnicodeDecodeError as error:
            raise self._not_utf8() from error
        finally:
            text.detach()

    def _not_utf8(self) -> InvalidInput:
        decoder = codecs.getincrementaldecoder("utf-8")()
        line = 1
        self._bytes.seek(0)
        while chunk := self._bytes.readline(1 << 16):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                break
            line += chunk.endswith(b"\n")
        return InvalidInput(
            f"{self.name} is not UTF-8 (line {line}); save it again as CSV in UTF-8", file=self.name, line=line
        )

    def _check(self) -> int:
        """Read the whole file once; say how many rows it has."""
        with closing(self._records()) as records:
            _, header = next(records, (0, []))
            if not any(name.strip() for name in header):
                raise InvalidInput(f"{self.name} is empty", file=self.name)
            self._check_header(header)
            return sum(1 for _ in records)

    def _check_header(self, header: list[str]) -> None:
        names = [name.strip().casefold() for name in header]
        missing = [column for column in self._columns if column not in names]
        if missing:
            hint = ""
            for separator, word in _SEPARATORS.items():
                if len(header) == 1 and separator in header[0]:
                    hint = f"; its columns seem to be separated by {word}, not commas"
            raise InvalidInput(
                f"{self.name} lacks the {'column' if len(missing) == 1 else 'columns'} {', '.join(missing)}{hint}",
                file=self.name,
                missing=missing,
            )
        twice = sorted({name for name in names if name and names.count(name) > 1})
        if twice:
            raise InvalidInput(
                f"{self.name} has the column {', '.join(twice)} more than once", file=self.name, twice=twice
            )
        self.unused = tuple(
            name.strip() for name in header if name.strip() and name.strip().casefold() not in self._columns
        )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _plainly(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end of data" in text or "field larger than field limit" in text:
        return "a quotation mark is never closed"
    return text
