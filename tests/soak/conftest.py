"""The soak's figures stand in a table at its end, as those of the benchmarks do."""

from tests.benchmarks.conftest import figures, pytest_configure, pytest_terminal_summary

__all__ = ["figures", "pytest_configure", "pytest_terminal_summary"]
