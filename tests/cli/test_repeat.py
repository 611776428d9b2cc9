"""The commands `repeat` and `report --methods`: sentences, exit codes, both languages, refusals."""

import re
from pathlib import Path

import numpy as np
import pytest

from .conftest import Cr

FAST = ("--epochs", 3, "--hidden", 4, "-q")


@pytest.fixture
def table(cr: Cr, tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    rows = "\n".join(f"{a:.3f},{2 * a + 1:.3f}" for a in rng.normal(size=60))
    (tmp_path / "d.csv").write_text(f"x,y\n{rows}\n", "utf-8")
    assert cr("train", "d.csv", "--target", "y", *FAST).code == 0
    return tmp_path / "d.csv"


def test_repeat_says_equal_with_code_0_and_where_weights_differ_with_code_3(cr: Cr, table: Path) -> None:
    for arguments in (("d.chainrule",), ("d.chainrule", "d.csv", "-q")):
        answer = cr("repeat", *arguments)
        assert answer.code == 0 and "Equal: all 13 weights" in answer.out and "(same SHA-256)" in answer.out
    table.rename("moved.csv")
    assert "CR-1001" in cr("repeat", "d.chainrule").refused
    assert cr("repeat", "d.chainrule", "moved.csv").code == 0
    moved = Path("moved.csv")
    moved.write_text(moved.read_text("utf-8").replace("x,y\n", "x,y\n0.5,9\n", 1), "utf-8")
    answer = cr("repeat", "d.chainrule", "moved.csv")
    assert answer.code == 3 and "SHA-256 differs" in answer.out and "w1[1, 1]" in answer.out
    assert "训练时不同" in cr("repeat", "d.chainrule", "moved.csv", "--lang", "zh").out


def test_repeat_as_json_is_one_object(cr: Cr, table: Path) -> None:
    found = cr("repeat", "d.chainrule", "--json").json
    assert (found["equal"], found["weights"], found["differ"], found["same_table"]) == (
        True,
        13,
        0,
        {"data": True},
    )


def test_repeat_refuses_what_the_training_did_not_have(cr: Cr, table: Path) -> None:
    assert "CR-3532" in cr("repeat", "d.chainrule", "d.csv", "--validation", "d.csv").refused
    assert "CR-1831" in cr("repeat", "d.csv").refused


def test_methods_are_printed_and_written_in_both_languages(cr: Cr, table: Path) -> None:
    text = cr("report", "d.chainrule", "--methods").out
    assert "chainrule repeat d.chainrule d.csv" in text and "@article{rumelhart1986learning," in text
    assert "参考文献" in cr("report", "d.chainrule", "--methods", "--lang", "zh").out
    for name in ("m.md", "m.docx", "m.tex", "m.html", "m.txt", "m.json"):
        assert cr("report", "d.chainrule", "--methods", "--out", name).code == 0
        assert Path(name).stat().st_size > 1000
    assert "CR-3508" in cr("report", "d.chainrule", "--methods", "--pictures", "p").refused


def test_the_command_the_methods_name_is_the_one_that_works(cr: Cr, table: Path) -> None:
    line = re.search(r"chainrule (repeat .*)", cr("report", "d.chainrule", "--methods").out)
    assert line is not None and cr(*line[1].split()).code == 0
