"""The house's rules hold for this tree, and each checker sees a fault planted in a tree of its own."""

from collections.abc import Callable, Mapping
from pathlib import Path

import house
import pytest

ROOT = Path(__file__).parents[2]
Check = Callable[[Path], list[str]]


def plant(root: Path, files: Mapping[str, str]) -> Path:
    """A tree with these files: name -> text."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


@pytest.mark.parametrize("check", house.ALL, ids=lambda check: check.__name__)
def test_this_tree_keeps_the_rule(check: Check) -> None:
    assert check(ROOT) == []


def test_there_is_a_tree_to_check() -> None:
    # every check above would pass on nothing
    assert len(list(house.modules(ROOT))) >= 25
    assert len(house.catalogue(ROOT)) >= 30
    assert len(house.tracked(ROOT)) >= 40


BASE = "src/chainrule/"


@pytest.mark.parametrize(
    "line",
    [
        "from ..engine.contract import Engine",
        "from chainrule.engine import contract",
        "import chainrule.training.loop",
        "from .. import cli",
        "from ...chainrule.cli import main",
        "def later():\n    from ..model import save",
        "from chainrule import MLPRegressor",
        "from .. import plan, no_such_stage",
    ],
)
def test_an_import_forwards_is_seen(tmp_path: Path, line: str) -> None:
    for stage in ("table", "encoding"):
        root = plant(
            tmp_path / stage, {f"{BASE}{stage}/reading.py": line + "\n", f"{BASE}{stage}/__init__.py": ""}
        )
        assert len(house.imports(root)) >= 1


def test_an_import_backwards_is_allowed(tmp_path: Path) -> None:
    text = "from ..plan import Plan\nfrom ..messages import say\nfrom . import contract\nimport numpy as np\n"
    root = plant(tmp_path, {f"{BASE}engine/native.py": text, f"{BASE}__init__.py": "from .cli import main\n"})
    assert house.imports(root) == []


def test_the_base_may_not_look_up_into_the_flow(tmp_path: Path) -> None:
    root = plant(
        tmp_path,
        {f"{BASE}rules/losses.py": "from ..plan import Plan\n", f"{BASE}errors.py": "from .rules import x\n"},
    )
    assert len(house.imports(root)) == 2


def test_a_module_outside_the_flow_is_seen(tmp_path: Path) -> None:
    assert "utils" in house.imports(plant(tmp_path, {f"{BASE}utils.py": "x = 1\n"}))[0]


@pytest.mark.parametrize(
    "encoding",
    ["", "Columns become numbers.", "encoding: rows -> numbers. Text.", "table: columns -> numbers. Text."],
)
def test_a_broken_chain_of_arrows_is_seen(tmp_path: Path, encoding: str) -> None:
    good = {
        f"{BASE}table/__init__.py": '"""table: file, frame -> columns. Read."""\n',
        f"{BASE}encoding/__init__.py": '"""encoding: columns -> numbers. Encode."""\n',
        f"{BASE}batches/__init__.py": '"""batches: numbers -> batches. Draw."""\n',
    }
    assert house.arrows(plant(tmp_path / "good", good)) == []
    bad = {**good, f"{BASE}encoding/__init__.py": f'"""{encoding}"""\n'}
    assert len(house.arrows(plant(tmp_path / "bad", bad))) >= 1


GOOD_ROW = '"CR-1001": ("The file {path} is empty.", "文件 {path} 是空的。"),'


def catalogue(rows: str, use: str = 'say("CR-1001", path=1)', stage: str = "table") -> dict[str, str]:
    return {
        f"{BASE}messages/{stage}.py": f"ROWS: dict[str, tuple[str, str]] = {{\n{rows}\n}}\n",
        f"{BASE}table/reading.py": use + "\n",
    }


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        (catalogue(GOOD_ROW, "pass"), "used nowhere"),
        (catalogue(GOOD_ROW, 'say("CR-1001"), say("CR-1099")'), "no catalogue"),
        (catalogue(GOOD_ROW, 'say("CR-1001"), say(f"CR-10{9}")'), "never built"),
        (catalogue(GOOD_ROW + GOOD_ROW), "twice"),
        (
            catalogue(GOOD_ROW) | catalogue(GOOD_ROW.replace("1001", "1002"), stage="plan"),
            "CR-10xx belongs to messages/plan.py",
        ),
        (catalogue(GOOD_ROW.replace("文件 {path}", "文件 {file}")), "in English"),
        (catalogue(GOOD_ROW.replace("文件 {path} 是空的。", "The {path} is empty.")), "no Chinese"),
        (catalogue(GOOD_ROW.replace("是空的", "is 空的")), "English left"),
        (catalogue(GOOD_ROW.replace("The file", "The 文件")), "Chinese in the English"),
        (catalogue(GOOD_ROW.replace("{path}", "{}")), "placeholders have names"),
        (catalogue(GOOD_ROW.replace("是空的", "是空的,")), "half-width"),
        (catalogue(GOOD_ROW.replace("{path} 是空的", "是空的：{path},{path}")), "half-width"),
        (catalogue(GOOD_ROW.replace("是空的", "是空的，如 f(x）")), "another width"),
    ],
)
def test_a_fault_in_the_catalogue_is_seen(tmp_path: Path, files: dict[str, str], fault: str) -> None:
    assert house.messages(plant(tmp_path / "good", catalogue(GOOD_ROW))) == []
    found = house.messages(plant(tmp_path / "bad", files))
    assert any(fault in sentence for sentence in found), found


def test_mending_the_punctuation_leaves_nothing_to_mend() -> None:
    from punctuation import mend

    row = 'ROWS = {\n    "CR-1001": ("A, b: {x}; c", "甲,乙:{x};丙(见“{y}”),{y}:{z},用(f=1),exp(-s, 1)、a(--b c)。"),\n}\n'
    mended = mend(row)
    assert mended.split(', "')[0] == row.split(', "')[0]  # the English text stays
    assert not any("half-width" in fault for fault in house.chinese_faults(mended.split('"')[5]))
    assert "exp(-s, 1)" in mended and "（f=1）" in mended and "a（--b c）" in mended and "{y}：{z}" in mended
    assert mend(mended) == mended


def test_files_over_their_budget_are_seen(tmp_path: Path) -> None:
    doc = '"""Docstring\nof many\nlines."""\n'
    exact = doc + "# comment\n\n" + "x = 1\n" * house.REFERENCE_CODE
    root = plant(
        tmp_path, {f"{BASE}engine/reference.py": exact, "native/kernel.cpp": "//\n" * house.CPP_LINES}
    )
    assert house.sizes(root) == []
    plant(tmp_path, {f"{BASE}engine/reference.py": exact + "y = (1,\n 2)\n", "native/more.h": "//\n"})
    plant(tmp_path, {f"{BASE}plan.py": "x = 1\n" * (house.MODULE_LINES + 1)})
    assert len(house.sizes(root)) == 3


@pytest.mark.parametrize(
    "what", ["/" + "root/.cache", "/" + "tmp/x.csv", "'/" + "work/main'", "https://pypi." + "org/simple"]
)
def test_a_machine_path_or_registry_is_seen(tmp_path: Path, what: str) -> None:
    assert house.places(plant(tmp_path, {"docs/page.md": f"one\nsee {what}\n"})) != []


def test_ordinary_words_are_no_machine_paths(tmp_path: Path) -> None:
    assert (
        house.places(
            plant(
                tmp_path, {"docs/page.md": "a/" + "root, x/" + "tmp/y and https://example.com/" + "work/it\n"}
            )
        )
        == []
    )


@pytest.mark.parametrize(
    "comment",
    ["# type: ignore", "# type: ignore[arg-type]", "# type: ignore  # why", "# noqa", "# noqa: E501"],
)
def test_an_excuse_without_a_reason_is_seen(tmp_path: Path, comment: str) -> None:
    good = "x = 1  # type: ignore[arg-type]  # the stubs lack this overload\ny = 2  # noqa: E501  # one long sentence\n"
    assert house.excuses(plant(tmp_path / "good", {"src/x.py": good})) == []
    assert len(house.excuses(plant(tmp_path / "bad", {"src/x.py": f"x = 1  {comment}\n"}))) == 1


def test_versions_that_differ_are_seen(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": '[project]\nversion = "1.2.0"\n',
        f"{BASE}__init__.py": '__version__ = "1.2.0"\n',
        "CITATION.cff": "version: 1.2.0\n",
        "CHANGELOG.md": "## [1.2.0] - unreleased\n",
    }
    assert house.versions(plant(tmp_path, files)) == []
    for name in files:
        changed = {**files, name: files[name].replace("1.2.0", "1.3.0")}
        assert house.versions(plant(tmp_path, changed)) != []


@pytest.mark.parametrize("body", ["pass", "f(1)", "print(2)", "x = [1]", "test_nothing()"])
def test_a_test_that_cannot_fail_is_seen(tmp_path: Path, body: str) -> None:
    bad = f"def f(x):\n    return x\n\ndef test_nothing():\n    {body}\n"
    assert len(house.idle_tests(plant(tmp_path, {"tests/a/test_x.py": bad}))) == 1


def test_a_test_that_asserts_through_a_helper_is_seen_to(tmp_path: Path) -> None:
    good = "def inner(x):\n    assert x\n\ndef f(x):\n    inner(x)\n\ndef test_it():\n    f(1)\n"
    assert house.idle_tests(plant(tmp_path, {"tests/a/test_x.py": good})) == []


@pytest.mark.parametrize(
    "skip",
    [
        "@pytest.mark.skipif(True)",
        '@pytest.mark.skip(reason="")',
        "@pytest.mark.xfail()",
        '@pytest.mark.skip("")',
    ],
)
def test_a_silent_skip_is_seen(tmp_path: Path, skip: str) -> None:
    good = '@pytest.mark.skipif(True, reason="no compiler")\ndef test_x():\n    assert f()\n'
    assert house.silent_skips(plant(tmp_path / "good", {"tests/test_x.py": good})) == []
    bad = f"{skip}\ndef test_x():\n    assert f()\n"
    assert len(house.silent_skips(plant(tmp_path / "bad", {"tests/test_x.py": bad}))) == 1


def test_writing_to_a_screen_outside_its_places_is_seen(tmp_path: Path) -> None:
    text = "import sys\nprint(1)\nsys.stderr.write('x')\n"
    root = plant(
        tmp_path,
        {f"{BASE}estimators/mlp.py": text, f"{BASE}report/line.py": text, f"{BASE}cli/console.py": text},
    )
    assert len(house.screens(root)) == 2
