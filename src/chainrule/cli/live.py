"""progress of a run -> a live display on a terminal, plain lines in a pipe; both on standard error."""

import math
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from ..messages import say
from ..messages.columns import text_width
from ..report.pictures import number
from . import console

if TYPE_CHECKING:
    from ..training.loop import Moment

BARS = "▁▂▃▄▅▆▇█"
FIRST_LINE, GROWTH, LONGEST = 1.0, 1.5, 30.0  # seconds between plain lines: 1, 1.5, 2.25 ... 30


class Silent:
    """Shows nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *trouble: object) -> None:
        self.close()

    def tell(self, now: "Moment") -> None:
        pass

    def close(self) -> None:
        pass


class Lines(Silent):
    """One line now and then: often at first, then less and less, so that a long run fills no log."""

    def __init__(self, heading: str = "") -> None:
        self.heading = heading
        self.next, self.step, self.told = 0.0, FIRST_LINE, (0, 0)

    def tell(self, now: "Moment") -> None:
        if now.seconds < self.next and now.stop is None or (now.run, now.epoch) == self.told:
            return
        if not self.told[0] and self.heading:
            console.say_err(self.heading)
        self.told = now.run, now.epoch
        self.next, self.step = now.seconds + self.step, min(self.step * GROWTH, LONGEST)
        console.say_err(line(now))


class Display(Silent):
    """A few lines that are drawn again and again, and wiped away at the end."""

    def __init__(self, heading: str) -> None:
        from rich.console import Console
        from rich.live import Live

        self.heading = heading
        self.curve: list[float] = []
        self.console = Console(file=sys.stderr, highlight=False)
        self.plain = not console.can_show(BARS + "━·", sys.stderr)
        self.live: Any = Live(console=self.console, auto_refresh=False, transient=True)
        self.live.start()

    def tell(self, now: "Moment") -> None:
        from rich.text import Text

        self.curve.append(now.score)
        if len(self.curve) > 2000:  # a day's run shows no more than its shape
            self.curve = self.curve[::2]
        width = min(self.console.width, 100) - 1
        lines = picture(now, self.heading, self.curve, width, self.plain)
        self.live.update(Text("\n".join(clip(text, width) for text in lines), no_wrap=True), refresh=True)

    def close(self) -> None:
        self.live.stop()


def display(heading: str, quiet: bool) -> Silent:
    """The display that fits where standard error leads to."""
    if quiet:
        return Silent()
    if sys.stderr.isatty():
        return Display(heading)
    return Lines(heading)


def clip(text: str, width: int) -> str:
    while text_width(text) > width:
        text = text[:-1]
    return text


def line(now: "Moment") -> str:
    """One epoch as one line."""
    parts = [say("CR-2070", epoch=now.epoch, epochs=now.epochs, train=number(now.train))]
    if not math.isnan(now.validation):
        parts.append(say("CR-2071", validation=number(now.validation)))
    if now.monitor != "loss":
        parts.append(f"{now.monitor} {number(now.score)}")
    parts.append(say("CR-2072", best=number(now.best), at=now.best_epoch))
    if now.patience:
        parts.append(say("CR-2073", waited=now.bad, patience=now.patience))
    if now.runs > 1:
        parts.insert(0, say("CR-3145", run=now.run, runs=now.runs))
    return " · ".join(parts)


def picture(now: "Moment", heading: str, curve: Sequence[float], width: int, plain: bool) -> list[str]:
    """The whole display as lines: where it stands, each stop criterion against its limit, speed, time left."""
    words = [say(code) for code in ("CR-2074", "CR-2075", "CR-2076", "CR-2077", "CR-2078", "CR-2079")]
    column = max(map(text_width, words)) + 2

    def row(i: int, text: str) -> str:
        return "  " + words[i] + " " * (column - text_width(words[i])) + text

    bar = max(min(24, width - 50), 0)
    losses = say("CR-2080", train=number(now.train))
    if not math.isnan(now.validation):
        losses += "   " + say("CR-2081", validation=number(now.validation))
    if now.monitor != "loss":
        losses += f"   {now.monitor} {number(now.score)}"
    lines = [
        heading if now.runs < 2 else f"{heading} · {say('CR-3145', run=now.run, runs=now.runs)}",
        row(0, f"{now.epoch:>7} / {now.epochs:<7} {gauge(now.epoch / max(now.epochs, 1), bar, plain)}"),
        row(1, losses),
        row(2, say("CR-2082", best=number(now.best), at=now.best_epoch)),
    ]
    if now.patience:
        lines.append(row(3, f"{now.bad:>7} / {now.patience:<7} {gauge(now.bad / now.patience, bar, plain)}"))
    if now.goal > -math.inf:
        lines.append(row(5, f"{number(now.train)} -> {number(now.goal)}"))
    lines.append(row(4, say("CR-2083", speed=big(now.steps_per_second), left=clock(now.seconds_left))))
    if len(curve) > 1:
        lines.append("  " + " " * column + sparkline(curve, min(48, width - column - 4), plain))
    lines.append("  " + say("CR-2084"))
    return lines


def gauge(share: float, width: int, plain: bool) -> str:
    full = round(min(max(share, 0.0), 1.0) * width)
    return ("#" if plain else "━") * full + ("." if plain else "·") * (width - full)


def big(value: float) -> str:
    for size, mark in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g} {mark}"
    return f"{value:.3g} "


def clock(seconds: float) -> str:
    """1:05 or 1:00:05; an upper bound, since another criterion may stop the run before its last epoch."""
    if not math.isfinite(seconds):
        return "?"
    rest = round(seconds)
    minutes, hours = rest // 60 % 60, rest // 3600
    return f"{hours}:{minutes:02}:{rest % 60:02}" if hours else f"{minutes}:{rest % 60:02}"


def sparkline(values: Sequence[float], width: int, plain: bool = False) -> str:
    """A curve in one line: the mean of each slice, on a logarithmic scale where all values are positive."""
    bars = "_.,-=+*#" if plain else BARS
    found = [v for v in values if math.isfinite(v)]
    if not found or width < 1:
        return ""
    count = min(width, len(found))
    means = []
    for i in range(count):
        piece = found[
            i * len(found) // count : max((i + 1) * len(found) // count, i * len(found) // count + 1)
        ]
        means.append(sum(piece) / len(piece))
    if min(means) > 0:
        means = [math.log(v) for v in means]
    low, high = min(means), max(means)
    scale = (len(bars) - 1) / (high - low) if high > low else 0.0
    return "".join(bars[round((v - low) * scale)] for v in means)
