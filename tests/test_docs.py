"""What docs/ says is what the program's tables say."""

import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = runpy.run_path(str(DOCS / "generate.py"))["PAGES"]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_generated_page_is_not_stale(name: str) -> None:
    made = "\n".join(PAGES[name]()) + "\n"
    assert (DOCS / name).read_text(encoding="utf-8") == made, "run: make docs"
