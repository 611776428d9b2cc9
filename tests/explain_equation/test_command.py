"""The command: `chainrule equation MODEL`, its files and its refusals."""

import json
import zipfile
from pathlib import Path

import nets
import pytest

from chainrule.cli import main
from chainrule.messages import set_language
from chainrule.table.writing import write_csv


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a table and a model trained on it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    write_csv("houses.csv", nets.table().drop(["sold", "sort"]))
    assert (
        main(["train", "houses.csv", "--target", "price", "--hidden", "2", "--epochs", "2", "--quiet"]) == 0
    )
    return tmp_path


def run(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capfd.readouterr()
    code = main(["equation", *arguments])
    out, err = capfd.readouterr()
    set_language("en")
    return code, out, err


def test_the_training_table_is_found_and_every_row_checked(place: Path, capfd) -> None:
    code, out, _ = run(capfd, "houses.chainrule")
    assert code == 0
    assert "all 60 rows of houses.csv" in " ".join(out.replace("#", "").split())
    assert max(map(len, out.splitlines())) <= 80


def test_without_the_training_table_it_says_what_was_checked(place: Path, capfd) -> None:
    (place / "houses.csv").rename(place / "gone.csv")
    code, out, _ = run(capfd, "houses.chainrule")
    assert code == 0
    assert "256 random rows" in out
    code, out, _ = run(capfd, "houses.chainrule", "--data", "gone.csv")
    assert "all 60 rows of gone.csv" in " ".join(out.replace("#", "").split())


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("e.tex", "\\documentclass"),
        ("net.m", "function price = net("),
        ("e.md", "# "),
        ("e.html", "<!doctype"),
        ("e.mml", "<math"),
    ],
)
def test_the_ending_of_the_file_says_the_form(place: Path, capfd, name: str, begins: str) -> None:
    code, out, _ = run(capfd, "houses.chainrule", "--out", name)
    assert code == 0
    assert "the largest difference is" in out
    text = (place / name).read_text("utf-8")
    assert text.startswith(begins)


def test_a_document_and_a_workbook_are_files(place: Path, capfd) -> None:
    for name in ("e.docx", "e.xlsx"):
        assert run(capfd, "houses.chainrule", "--out", name)[0] == 0
        assert zipfile.is_zipfile(place / name)
        code, out, err = run(capfd, "houses.chainrule", "--form", name[2:])
        assert (code, out) == (2, "")
        assert "CR-2323" in err


def test_json_is_one_object_and_nothing_else(place: Path, capfd) -> None:
    code, out, _ = run(capfd, "houses.chainrule", "--form", "json", "--digits", "4")
    assert code == 0
    assert json.loads(out)["check"]["rounding"] > 0


def test_neither_model_nor_table_is_overwritten(place: Path, capfd) -> None:
    before = (place / "houses.chainrule").read_bytes(), (place / "houses.csv").read_bytes()
    for arguments in (["--out", "houses.chainrule"], ["--data", "houses.csv", "--out", "houses.csv"]):
        code, _, err = run(capfd, "houses.chainrule", *arguments)
        assert code == 2
        assert "CR-2324" in err
    assert before == ((place / "houses.chainrule").read_bytes(), (place / "houses.csv").read_bytes())


@pytest.mark.parametrize(
    "arguments", [["--form", "pdf"], ["--digits", "99"], ["--data", "none.csv"], ["--digits", "x"]]
)
def test_what_makes_no_sense_is_refused_with_one_line(place: Path, capfd, arguments: list[str]) -> None:
    code, out, err = run(capfd, "houses.chainrule", *arguments)
    assert (code, out) == (2, "")
    assert "Traceback" not in err


def test_chinese_throughout(place: Path, capfd) -> None:
    code, out, _ = run(capfd, "houses.chainrule", "--lang", "zh", "--form", "table")
    assert code == 0
    assert "权值与阈值" in out
    assert "核对" in out
