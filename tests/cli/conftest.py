"""Runs the command line as a user does: in this process where that is enough, else in one of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chainrule.cli import main
from chainrule.messages import set_language


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object on standard output; fails where there is anything else."""
        assert self.code == 0, self.err
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value

    @property
    def refused(self) -> str:
        """The sentence of a refusal: exit code 2, nothing on standard output, one line, no traceback."""
        assert self.code == 2, (self.code, self.out, self.err)
        assert self.out == ""
        assert "Traceback" not in self.err
        return self.err.splitlines()[-1]


Cr = Callable[..., Answer]


@pytest.fixture
def cr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Cr]:
    """`cr("train", "x.csv", ...)` in a folder of its own, in English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.delenv("CHAINRULE_DEBUG", raising=False)

    def run(*arguments: object) -> Answer:
        capfd.readouterr()
        code = main([str(a) for a in arguments])
        out, err = capfd.readouterr()
        return Answer(code, out, err)

    yield run
    set_language("en")


@pytest.fixture
def process(tmp_path: Path) -> Cr:
    """The same in a process of its own, with the environment changed as asked."""

    def run(*arguments: object, code: str = "", **environment: str) -> Answer:
        program = code or "import sys; from chainrule.cli import main; sys.exit(main())"
        done = subprocess.run(
            [sys.executable, "-c", program, *map(str, arguments)],
            cwd=tmp_path, capture_output=True, timeout=120, env=environ(**environment), check=False,
        )  # fmt: skip
        return Answer(
            done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        )

    return run


def environ(**changes: str) -> dict[str, str]:
    """The environment of a child that finds the same Chainrule."""
    import chainrule

    source = str(Path(chainrule.__file__).parents[1])
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHON", "CHAINRULE"))}
    return {**kept, "PYTHONPATH": source, "LC_ALL": "C.UTF-8", **changes}
