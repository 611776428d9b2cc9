"""a run -> one updating line, where somebody is looking: in a notebook or a terminal, never in files or workers."""

import os
import sys
import threading
from types import TracebackType
from typing import Any, Self

from ..engine.contract import TrainingState
from ..messages import say
from ..report.line import Line
from ..training.loop import Moment


def notebook() -> bool:
    """Whether a Jupyter kernel with somebody in front runs this: not nbconvert, papermill or a test of notebooks.

    Those run a notebook by nbclient, which tells the kernel with every cell that nobody can be asked anything.
    """
    python = sys.modules.get("IPython")
    shell = None if python is None else python.get_ipython()
    if not any(kind.__name__ == "ZMQInteractiveShell" for kind in type(shell).__mro__):  # Colab's is derived
        return False
    return bool(getattr(getattr(shell, "kernel", None), "_allow_stdin", True))


def worker() -> bool:
    """Whether this is one of several processes or threads of a larger job."""
    import multiprocessing

    return (
        multiprocessing.parent_process() is not None
        or "JOBLIB_SPAWNED_PROCESS" in os.environ
        or "LOKY_WORKER" in os.environ
        or threading.current_thread() is not threading.main_thread()
    )


def watched() -> bool:
    """Whether a line that updates itself is seen by somebody, and is the only one."""
    return notebook() and not worker()


class Trainings(Line):
    """The line of a tabular estimator: where all the trainings are."""

    def __call__(self, now: Moment) -> None:
        """What `train` calls."""
        if self.due:
            self.say(say("CR-3130", run=now.run, runs=now.runs, epoch=now.epoch, epochs=now.epochs,
                         best=f"{now.best:.4g}", left=f"{now.seconds_left:.0f}"))  # fmt: skip
        if now.stop is not None:
            self.end()


class Progress:
    """Shows epoch and loss in one line, and hears a cancelled event."""

    def __init__(self, est: Any) -> None:
        wanted = est.progress
        self.est, self.line = est, Line(asked=False)
        self.at_once = wanted is True
        self.cancel = getattr(est, "_cancel", None)
        looking = notebook() or (wanted is True and sys.stderr is not None and sys.stderr.isatty())
        self.on = wanted is not False and looking and not est.verbose and not worker()
        self.tell = self._tell if self.on or self.cancel is not None else None

    def _tell(self, state: TrainingState) -> bool:
        return self.look(
            int(state.epoch[0]), float(state.train[0][-1]) if state.train.shape[1] else float("nan")
        )

    def look(self, epoch: int, loss: float) -> bool:
        """Where the training is; True where it is to end."""
        if self.on and (self.at_once or self.line.due):
            seconds = self.line.seconds
            self.line.say(say("CR-3090", epoch=epoch, most=self.est.max_iter, loss=loss, seconds=seconds))
        return self.cancel is not None and self.cancel.is_set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.line.end()
