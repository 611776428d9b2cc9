"""Every engine has the contract's methods with the contract's arguments, in its order; more only with a default."""

import importlib.util
import inspect
from typing import Any

import pytest

from chainrule.engine.contract import Engine
from chainrule.engine.reference import Reference

METHODS = ("can", "load", "dump", "predict", "gradient", "update", "normal", "step", "run")


def differences(engine: type) -> list[str]:
    wrong = []
    for name in METHODS:
        contract = inspect.signature(getattr(Engine, name)).parameters
        own = list(inspect.signature(getattr(engine, name)).parameters.values())
        if [p.name for p in own[: len(contract)]] != list(contract):
            wrong.append(f"{engine.__name__}.{name}({', '.join(p.name for p in own)})")
        wrong += [f"{engine.__name__}.{name}: {p.name}" for p in own[len(contract) :] if p.default is p.empty]
        for mine, theirs in zip(own, contract.values(), strict=False):
            if mine.default != theirs.default or mine.kind != theirs.kind:
                wrong.append(f"{engine.__name__}.{name}: {mine} instead of {theirs}")
    return wrong


def engines() -> list[type[Engine]]:
    if importlib.util.find_spec("chainrule.engine.native"):  # importing it registers the subclass
        importlib.import_module("chainrule.engine.native")
    found: list[type[Engine]] = [Engine]
    for kind in found:
        found.extend(kind.__subclasses__())
    return [kind for kind in found if kind is not Engine and kind.__module__.startswith("chainrule.")]


@pytest.mark.parametrize("engine", engines(), ids=lambda kind: kind.__name__)
def test_an_engine_keeps_the_contract(engine: type[Engine]) -> None:
    assert differences(engine) == []
    assert not inspect.isabstract(engine)
    assert engine.name


def test_the_contract_lists_what_is_checked() -> None:
    public = {n for n, v in vars(Engine).items() if callable(v) and not n.startswith("_")}
    assert public == set(METHODS)


@pytest.mark.parametrize(
    "method",
    [
        lambda self, plan, w: None,
        lambda self, plan, batch, w: None,
        lambda self, plan, w, batch, more: None,
        lambda self, plan, w, batch=None: None,
    ],
)
def test_another_signature_is_seen(method: Any) -> None:
    assert differences(type("Other", (Reference,), {"gradient": method})) != []
