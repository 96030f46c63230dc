"""Where compiled code is kept while tests run. `tests/conftest.py` imports it before all that takes long to compile.

An environment may forbid to keep it beside the sources. Each of the many processes would then compile everything
anew, so it is kept with pytest's own files, and what was compiled at installation is taken over.
"""

import os
import sys
import sysconfig
from pathlib import Path
from typing import Final

KEPT: Final = Path(__file__).parents[1] / ".pytest_cache" / "d" / "bytecode"


def keep_apart() -> None:
    """Have this process, and those that it starts, read and write compiled code there."""
    if not KEPT.exists():
        _take_over(Path(sysconfig.get_path("purelib")))
    sys.dont_write_bytecode, sys.pycache_prefix = False, str(KEPT)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix


def _take_over(packages: Path) -> None:
    for cache in packages.rglob("__pycache__"):
        place = KEPT / cache.parent.relative_to(packages.anchor)
        place.mkdir(parents=True, exist_ok=True)
        for compiled in cache.glob("*.pyc"):
            (place / compiled.name).symlink_to(compiled)


if sys.dont_write_bytecode:
    keep_apart()
