"""Models of each task, made once, and tables as files."""

import sys
from pathlib import Path

import pytest

import chainrule

sys.path.insert(0, str(Path(__file__).parent))

from model_tables import QUICK, TARGETS, table  # noqa: E402  # the folder above must be on the path first


@pytest.fixture(scope="session", params=TARGETS)
def model(request):
    target = TARGETS[request.param]
    return chainrule.train(table(target), target, **QUICK)


@pytest.fixture
def csv(tmp_path):
    """A file with the table of one target."""
    from chainrule.table import write_csv

    def write(target, rows=150, seed=0, name="table.csv"):
        write_csv(tmp_path / name, table(target, rows, seed))
        return str(tmp_path / name)

    return write
