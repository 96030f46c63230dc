"""The packages that pyproject names are the packages that there are."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_every_package_is_named_in_pyproject() -> None:
    named = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    found = {
        str(folder.parent.relative_to(ROOT)).replace("/", ".")
        for top in ("dispatcher", "screens", "domain")
        for folder in (ROOT / top).rglob("__init__.py")
    }
    assert named == found
