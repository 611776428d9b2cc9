"""The command `report` and `train --report`: a page beside the model, pictures in a folder, refusals before any work."""

from pathlib import Path

import numpy as np
import pytest

from .conftest import Cr

FAST = ("--epochs", 3, "--hidden", 4, "-q")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    x = rng.normal(size=60)
    rows = "\n".join(f"{a:.3f},{2 * a + 1:.3f}" for a in x)
    (tmp_path / "d.csv").write_text(f"x,y\n{rows}\n", "utf-8")
    return tmp_path / "d.csv"


def test_train_writes_the_report_too_and_report_writes_it_again(cr: Cr, table: Path) -> None:
    answer = cr("train", table, "--target", "y", *FAST, "--report", "r.html")
    assert answer.code == 0 and answer.out.endswith("Report written to r.html\n")
    page = Path("r.html").read_text("utf-8")
    assert cr("report", "d.chainrule", table, "--out", "again.html").code == 0
    assert Path("again.html").read_text("utf-8") == page and page.count("<svg") > 10


def test_json_of_a_training_stays_one_object_when_a_report_is_written(cr: Cr, table: Path) -> None:
    answer = cr("train", table, "--target", "y", *FAST, "--report", "r.md", "--json")
    assert answer.json["target"] == "y" and "r.md" in answer.err
    text = Path("r.md").read_text("utf-8")
    assert "](r-pictures/residuals.svg)" in text and Path("r-pictures/residuals.svg").exists()


def test_without_a_file_the_report_is_printed_and_without_a_table_it_says_what_is_lacking(
    cr: Cr, table: Path
) -> None:
    cr("train", table, "--target", "y", *FAST)
    whole, short = cr("report", "d.chainrule", table).out, cr("report", "d.chainrule").out
    assert "Where it is weak" in whole and "Where it is weak" not in short
    assert "`chainrule report d.chainrule FILE`" in short.replace("\n", " ")
    assert "薄弱之处" in cr("report", "d.chainrule", table, "--lang", "zh").out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--out", "r.pdf"), "CR-3292", "browser"),
        (("--out", "r.xyz"), "CR-3293", ".html"),
        (("--out", "d.csv"), "CR-3293", "d.csv"),
        (("--out", "no/r.html"), "CR-1031", "no/r.html"),
        (("--pictures", "d.csv"), "CR-3291", "d.csv"),
    ],
)
def test_a_place_that_cannot_be_is_refused_before_the_training(
    cr: Cr, table: Path, arguments, code, said
) -> None:
    given = ["--report" if a == "--out" else a for a in arguments]
    before = table.read_bytes()
    for command in (
        ("train", "d.csv", "--target", "y", *FAST, *given),
        ("report", "none.chainrule", "d.csv", *arguments),
    ):
        refused = cr(*command).refused
        assert code in refused and said in refused
    assert not Path("d.chainrule").exists() and table.read_bytes() == before


def test_the_model_itself_is_never_written_over(cr: Cr, table: Path) -> None:
    cr("train", table, "--target", "y", *FAST, "--out", "m.html")
    before = Path("m.html").read_bytes()
    assert "CR-3294" in cr("report", "m.html", table, "--out", "m.html").refused
    assert (
        "CR-3294"
        in cr("train", table, "--target", "y", *FAST, "--out", "m.html", "--report", "m.html").refused
    )
    assert Path("m.html").read_bytes() == before


def test_another_table_is_named_as_such(cr: Cr, table: Path) -> None:
    cr("train", table, "--target", "y", *FAST)
    Path("other.csv").write_text("x,y\n1,3\n2,5\n", "utf-8")
    assert "other.csv is not the table of the training" in cr(
        "report", "d.chainrule", "other.csv"
    ).out.replace("\n", " ")
