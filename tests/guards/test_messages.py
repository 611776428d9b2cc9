"""What sentences and docstrings tell people is there: options, commands, arguments and attributes, in both languages."""

import inspect
import re

import numpy as np
import pytest

import chainrule
from chainrule.messages import catalogue
from chainrule.rules.aliases import ALIASES
from chainrule.rules.losses import LOSSES

SENTENCES = [(code, text) for code, both in sorted(catalogue().items()) for text in both]
FOREIGN = {"zip", "axis"}  # a column of the user's, NumPy's


def callables() -> list[object]:
    """Every public function and class, and every public method of a class."""
    found: list[object] = []
    for name in chainrule.__all__:
        thing = getattr(chainrule, name)
        if inspect.isclass(thing):
            found += [getattr(thing, m) for m in dir(thing) if m == "__init__" or not m.startswith("_")]
        found.append(thing)
    return [thing for thing in found if callable(thing)]


def arguments() -> set[str]:
    names: set[str] = set()
    for thing in callables():
        try:
            names |= set(inspect.signature(thing).parameters)  # type: ignore[arg-type]  # told by callable
        except ValueError:  # of a class written in C
            continue
    return names


def test_every_option_a_sentence_names_exists() -> None:
    from chainrule.cli.commands import chainrule as group

    flags = {"--help", "--lang", "--version"} | {
        flag
        for command in group.commands.values()
        for p in command.params
        for flag in (*p.opts, *p.secondary_opts)
    }
    named = {
        (code, flag) for code, text in SENTENCES for flag in re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)
    }
    assert len(named) > 50
    assert {(code, flag) for code, flag in named if flag not in flags} == set()


def test_every_command_a_sentence_names_exists() -> None:
    from chainrule.cli.commands import chainrule as group

    named = {
        (code, word)
        for code, text in SENTENCES
        for word in re.findall(r"(?:^|[`'“\n]|  )chainrule ([a-z]+)", text)
    }
    assert len(named) > 15
    assert {(code, word) for code, word in named if word not in group.commands} == set()


def test_every_argument_a_sentence_names_exists() -> None:
    known = arguments() | FOREIGN
    named = {
        (code, name)
        for code, text in SENTENCES
        for name in re.findall(r"(?<![\w.{:-])([a-z][a-z_]{2,})=(?!=)", text)
    }
    assert len(named) > 30
    assert {(code, name) for code, name in named if name not in known} == set()


@pytest.mark.filterwarnings("ignore")
def test_every_name_in_a_sentence_of_the_estimators_belongs_to_them() -> None:
    x, y = np.arange(12.0).reshape(6, 2), np.array([0, 1, 0, 1, 0, 1])
    classes = (
        chainrule.MLPClassifier,
        chainrule.MLPRegressor,
        chainrule.TabularClassifier,
        chainrule.TabularRegressor,
    )
    fitted = chainrule.MLPClassifier(max_iter=1, n_estimators=2).fit(x, y)
    known = (
        arguments()
        | {n for one in classes for n in dir(one)}
        | set(vars(fitted))
        | set(ALIASES)
        | set(LOSSES)
    )
    named = {
        (code, name)
        for code, text in SENTENCES
        if code[:5] in ("CR-30", "CR-31")
        for name in re.findall(r"(?<![\w{])[A-Za-z]+(?:_[a-z]+)+_?(?![\w}])|(?<![\w{])[a-z]+_(?![\w}])", text)
    }
    assert len(named) > 20
    assert {(code, name) for code, name in named if name not in known} == set()


def test_every_public_name_is_documented_and_every_argument_of_a_function_named() -> None:
    silent, unnamed = [], []
    for name in chainrule.__all__:
        thing = getattr(chainrule, name)
        if not callable(thing):
            continue
        for member in [n for n in dir(thing) if inspect.isclass(thing) and not n.startswith("_")]:
            held = inspect.getattr_static(thing, member)
            part = (
                held.fget
                if isinstance(held, property)
                else getattr(held, "__func__", getattr(held, "func", held))
            )
            ours = callable(part) and (getattr(part, "__module__", "") or "").startswith("chainrule")
            if ours and not inspect.getdoc(part):
                silent.append(f"{name}.{member}")
        told = inspect.getdoc(thing) or ""
        if not told or told.startswith(f"{name}("):  # a dataclass without words has its signature
            silent.append(name)
        if not inspect.isclass(thing) or thing in (chainrule.Activation, chainrule.Loss, chainrule.Optimizer):
            unnamed += [
                f"{name}({argument})"
                for argument in inspect.signature(thing).parameters
                if argument != "name" and not re.search(rf"(?<!\w){argument}(?!\w)", told)
            ]
    assert (silent, unnamed) == ([], [])
