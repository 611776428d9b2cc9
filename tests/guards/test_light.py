"""`import chainrule` and `chainrule --help` load nothing heavy; every public name is there when asked for."""

import os
import subprocess
import sys

import pytest

import chainrule

HEAVY = ("numpy", "scipy", "sklearn", "pyarrow", "pandas", "narwhals", "safetensors", "matplotlib", "torch")


def loaded(code: str) -> set[str]:
    """The top-level modules a fresh interpreter holds after running `code`."""
    program = f"import sys\n{code}\nprint('\\n' + ' '.join(sorted({{n.split('.')[0] for n in sys.modules}})))"
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("COV_", "PYTEST"))}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment
    )
    return set(done.stdout.splitlines()[-1].split())


def test_importing_chainrule_loads_nothing_but_the_standard_library() -> None:
    modules = loaded("import chainrule")
    assert "chainrule" in modules
    assert not modules & {*HEAVY, "click", "rich"}


def test_the_help_loads_no_numbers() -> None:
    code = "\n".join([
        "from chainrule.cli import main",
        "sys.argv = ['chainrule', '--help']",
        "try: main()",
        "except SystemExit as end: assert not end.code",
    ])  # fmt: skip
    modules = loaded(code)
    assert "chainrule" in modules
    assert not modules & set(HEAVY)


def test_the_check_sees_a_heavy_import() -> None:
    assert "numpy" in loaded("import chainrule.engine.reference")


@pytest.mark.parametrize("name", chainrule.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(chainrule, name) is not None
    assert name in dir(chainrule)


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = chainrule.no_such_name
