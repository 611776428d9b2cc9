"""sentences -> the screen: the one place outside the command line that writes there, a line each or one that updates itself."""

import sys
from time import perf_counter

from ..messages.columns import text_width

PATIENCE = 2.0  # seconds before a line that nobody asked for says anything


def told(text: str) -> None:
    """A line on standard output, where somebody asked for it (`verbose`)."""
    print(text)


class Line:
    """One line on standard error that is written over again and again; one that nobody asked for goes away at the end."""

    def __init__(self, *, asked: bool) -> None:
        self.asked, self.began, self.shown = asked, perf_counter(), 0

    @property
    def due(self) -> bool:
        return self.asked or self.seconds >= PATIENCE

    @property
    def seconds(self) -> float:
        return perf_counter() - self.began

    def say(self, text: str) -> None:
        width = text_width(text)
        sys.stderr.write("\r" + text + " " * (self.shown - width))
        sys.stderr.flush()
        self.shown = width

    def end(self) -> None:
        if self.shown:  # what remains is the estimator itself
            sys.stderr.write("\n" if self.asked else "\r" + " " * self.shown + "\r")
            sys.stderr.flush()
        self.shown = 0
