"""What is tested is the installed package, whole; or the source tree where PYTHONPATH says so openly."""

import os
from pathlib import Path

import chainrule

ROOT = Path(__file__).parents[2]
HERE = Path(chainrule.__file__).resolve().parent
SOURCE = ROOT / "src" / "chainrule"


def test_the_package_tested_is_installed_or_named_by_pythonpath() -> None:
    named = [Path(p).resolve() for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p]
    assert HERE.parent.name == "site-packages" or HERE.parent in named


def test_the_package_tested_is_the_source_as_it_stands() -> None:
    # a file left out of the wheel, or an installation older than the source, would be tested in vain
    for path in SOURCE.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".so":
            copy = HERE / path.relative_to(SOURCE)
            assert copy.is_file(), path.relative_to(SOURCE)
            assert copy.read_bytes() == path.read_bytes(), path.relative_to(SOURCE)
    for copy in HERE.rglob("*.py"):
        assert (SOURCE / copy.relative_to(HERE)).is_file(), (
            f"{copy.relative_to(HERE)} is no longer in the source"
        )
