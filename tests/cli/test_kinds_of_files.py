"""The user's own file in, the same kind of file out; what cannot be written is refused before anything is computed."""

from pathlib import Path

from chainrule.table import read_table, write_with

from .conftest import Cr
from .tables import QUICK, numbers


def test_a_workbook_goes_in_and_comes_out_with_predictions(cr: Cr, tmp_path: Path) -> None:
    table = read_table(numbers(tmp_path / "d.csv"))
    write_with(str(tmp_path / "d.xlsx"), table, [])
    assert cr("train", "d.xlsx", "--target", "4", *QUICK).code == 0
    assert cr("predict", "d.chainrule", "d.xlsx", "--out", "p.xlsx").code == 0
    assert read_table(tmp_path / "p.xlsx").names == ("a", "b", "c", "y", "predicted_y")
    assert cr("predict", "d.chainrule", "d.xlsx", "d.csv", "--out", "both.parquet").code == 0
    assert read_table(tmp_path / "both.parquet").rows == 120


def test_a_place_that_cannot_be_written_is_refused_before_the_model_is_read(cr: Cr) -> None:
    assert "CR-2046" in cr("predict", "no.chainrule", "no.csv", "--out", "none/p.csv").refused
