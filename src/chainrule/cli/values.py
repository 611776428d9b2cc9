"""the text of an option -> its value, or a refusal that says what is wanted."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from ..errors import ChainruleError
from ..messages import say

if TYPE_CHECKING:
    _Base = click.ParamType[Any]
else:
    _Base = click.ParamType


class _Type(_Base):
    """Text -> value, or CR-2027 naming the option, what was given and what is wanted."""

    wanted = ""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return self.read(value.strip())
        except ValueError:
            option = "/".join(f for f in param.opts if f.startswith("--")) if param is not None else ""
            raise ChainruleError("CR-2027", option=option, value=value, wanted=self.say()) from None

    def say(self) -> str:
        return say(self.wanted)

    def read(self, text: str) -> Any:
        raise NotImplementedError


class Whole(_Type):
    name, wanted = "N", "CR-2030"

    def __init__(self, least: int = 0) -> None:
        self.least = least

    def say(self) -> str:
        return say(self.wanted, least=self.least)

    def read(self, text: str) -> int:
        value = int(text)
        if value < self.least:
            raise ValueError
        return value


class Number(_Type):
    name, wanted = "X", "CR-2031"

    def read(self, text: str) -> float:
        value = float(text)
        if value - value != 0:  # infinite or not a number
            raise ValueError
        return value


class Wholes(_Type):
    """ "32,16" -> (32, 16); "0" or "none" -> ()."""

    name, wanted = "N,N", "CR-2032"

    def read(self, text: str) -> tuple[int, ...]:
        if text.lower() in ("0", "none", "-", "无"):
            return ()
        sizes = tuple(
            int(part) for part in text.replace("，", ",").replace("-", ",").replace("x", ",").split(",")
        )
        if min(sizes) < 1:
            raise ValueError
        return sizes


class Range(_Type):
    """ "2..20" -> (2, 3, …, 20); "4,8,16" -> (4, 8, 16)."""

    name, wanted = "A..B", "CR-3434"

    def read(self, text: str) -> tuple[int, ...]:
        made: list[int] = []
        for part in text.replace("，", ",").replace("…", "..").split(","):
            first, dots, last = part.partition("..")
            if dots and int(last) - int(first) > 10_000:
                raise ValueError
            made += range(int(first), int(last) + 1) if dots else [int(first)]
        if not made or min(made) < 1:
            raise ValueError
        return tuple(made)


class Numbers(_Type):
    """ "0.1" -> 0.1; "0.1,0.5" -> (0.1, 0.5)."""

    name, wanted = "X,X", "CR-2033"

    def read(self, text: str) -> float | tuple[float, ...]:
        values = tuple(Number().read(part) for part in text.replace("，", ",").split(","))
        return values[0] if len(values) == 1 else values


class Names(_Type):
    """ "tanh" -> "tanh"; "tanh,relu" -> ("tanh", "relu")."""

    name, wanted = "NAME", "CR-2036"

    def read(self, text: str) -> str | tuple[str, ...]:
        names = tuple(part.strip() for part in text.replace("，", ",").split(","))
        if not all(names):
            raise ValueError
        return names[0] if len(names) == 1 else names


class Shares(_Type):
    """ "70/15/15" -> (0.7, 0.15, 0.15): the shares of train, validation and test, in percent or as fractions."""

    name, wanted = "A/B/C", "CR-2034"

    def read(self, text: str) -> tuple[float, float, float]:
        parts = [Number().read(part) for part in text.replace(":", "/").replace(",", "/").split("/")]
        if len(parts) != 3 or min(parts) < 0 or not parts[0] or sum(parts) <= 0:
            raise ValueError
        total = sum(parts)
        if not (abs(total - 100) < 1e-6 or abs(total - 1) < 1e-6):
            raise ValueError
        return parts[0] / total, parts[1] / total, parts[2] / total


class Pair(_Type):
    """ "column=category" -> ("column", "category"); the last = divides, for column names hold anything."""

    name, wanted = "COL=KIND", "CR-2035"

    def read(self, text: str) -> tuple[str, str]:
        column, found, kind = text.rpartition("=")
        if not found or not column or not kind:
            raise ValueError
        return column, kind


class Choice(_Type):
    name, wanted = "NAME", "CR-2038"

    def __init__(self, choices: Sequence[str]) -> None:
        self.choices = tuple(choices)

    def say(self) -> str:
        return say(self.wanted, choices=", ".join(self.choices))

    def read(self, text: str) -> str:
        if text.lower() not in self.choices:
            raise ValueError
        return text.lower()
