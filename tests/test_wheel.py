"""What is published is whole: the wheel holds every package, style and migration, and starts without the checkout."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel in it; only what it depends on comes from this one."""
    home = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    source = home / "source"
    for package in ("dispatcher", "screens", "domain"):
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(home), str(source)]
    subprocess.run(build, check=True, cwd=home)
    (wheel,) = home.glob("dispatcher-*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home / "env")], check=True)
    python = home / "env" / "bin" / "python"
    subprocess.run([*pip, "--python", str(python), "install", "--no-deps", str(wheel)], check=True, cwd=home)
    return home


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Folders on PYTHONPATH read no .pth files, so the checkout's editable install stays out of sight.
    env = {**os.environ, "PYTHONPATH": sysconfig.get_path("purelib"), "XDG_DATA_HOME": str(home / "data")}
    command = [str(home / "env" / "bin" / "dispatcher"), *arguments]
    return subprocess.run(command, cwd=home, env=env, capture_output=True, text=True, timeout=60, check=False)


def test_the_installed_command_books_and_finds_without_the_checkout(installed: Path) -> None:
    said = run(installed, "do", "service new plumbing", 'new plumbing "leak" at "12 Example St" for "Ana Diaz"')
    assert said.returncode == 0, said.stderr
    found = run(installed, "find", "leak")
    assert "12 Example St" in found.stdout


def test_the_wheel_brings_the_migrations_that_an_older_database_needs(installed: Path) -> None:
    script = (
        "from importlib.resources import files; import domain, screens, dispatcher\n"
        "from domain.store.migrate import upgrade; from sqlalchemy import make_url\n"
        "assert 'site-packages' in domain.__file__ and 'env' in domain.__file__, domain.__file__\n"
        "upgrade(make_url('sqlite:///old.db'))\n"
        "import sqlite3; print(sqlite3.connect('old.db').execute('SELECT count(*) FROM bookings').fetchone())"
    )
    env = {**os.environ, "PYTHONPATH": sysconfig.get_path("purelib")}
    python = str(installed / "env" / "bin" / "python")
    done = subprocess.run([python, "-c", script], cwd=installed, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "(0,)"
