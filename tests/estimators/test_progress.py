"""One line of progress, only where somebody looks: in a notebook's kernel, not under nbconvert, in workers or in files."""

import sys
import threading
from types import SimpleNamespace

import numpy as np
import pytest

from chainrule import MLPRegressor, TabularRegressor
from chainrule.estimators import progress
from chainrule.report import line

X = np.random.default_rng(0).normal(size=(60, 2))
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


class ZMQInteractiveShell:
    """As ipykernel's: its kernel says whether the front end can be asked anything."""

    def __init__(self, somebody=True):
        self.kernel = SimpleNamespace(_allow_stdin=somebody)


class Shell(ZMQInteractiveShell):
    """Colab's."""


class TerminalInteractiveShell:
    """IPython in a terminal."""


@pytest.fixture
def inside(monkeypatch):
    """Runs as if IPython had this shell; nothing is waited for."""
    monkeypatch.setattr(line, "PATIENCE", 0.0)
    return lambda shell: monkeypatch.setitem(
        sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell)
    )


def fits():
    MLPRegressor(hidden_layer_sizes=(2,), max_iter=70, random_state=0).fit(X, X[:, 0])
    TabularRegressor(epochs=3, hidden=(2,), n_estimators=2).fit(X, X[:, 0])


@pytest.mark.parametrize("shell", [ZMQInteractiveShell(), Shell()])
def test_a_notebook_shows_one_line_that_goes_away(shell, inside, capsys):
    inside(shell)
    fits()
    out, err = capsys.readouterr()
    assert out == "" and "\n" not in err
    *lines, last = err.split("\r")
    assert any("epoch" in line for line in lines) and last == ""  # the cursor stands at the start …
    assert lines[-1].strip() == ""  # … of a line that was wiped
    widths = [len(line) for line in lines[1:]]
    assert all(now >= len(before.rstrip()) for before, now in zip(lines[1:], widths[1:], strict=False))


@pytest.mark.parametrize("shell", [ZMQInteractiveShell(somebody=False), TerminalInteractiveShell(), None])
def test_nbconvert_a_terminal_and_a_script_show_nothing(shell, inside, capsys):
    inside(shell)
    fits()
    assert capsys.readouterr() == ("", "")


def test_workers_show_nothing(inside, capsys, monkeypatch):
    inside(ZMQInteractiveShell())
    thread = threading.Thread(target=fits)
    thread.start()
    thread.join()
    monkeypatch.setenv("JOBLIB_SPAWNED_PROCESS", "1")
    fits()
    assert capsys.readouterr() == ("", "")


def test_false_shows_nothing_and_verbose_stays(inside, capsys):
    inside(ZMQInteractiveShell())
    MLPRegressor(hidden_layer_sizes=(2,), max_iter=70, progress=False).fit(X, X[:, 0])
    assert capsys.readouterr() == ("", "")
    inside(None)
    TabularRegressor(epochs=3, hidden=(2,), n_estimators=1, verbose=True).fit(X, X[:, 0])
    assert capsys.readouterr().err.endswith("\n")


def test_a_longer_line_is_covered_by_a_shorter_one(inside, capsys):
    inside(ZMQInteractiveShell())
    est = MLPRegressor(max_iter=1000)
    with progress.Progress(est) as shown:
        for epoch in (999, 1):
            shown.tell(SimpleNamespace(epoch=[epoch], train=np.array([[0.25]])))
    _, first, second, wiped, last = capsys.readouterr().err.split("\r")
    assert "999" in first and "0.25" in first and len(first) <= len(second)
    assert len(second.rstrip()) <= len(wiped) and not wiped.strip() and last == ""
