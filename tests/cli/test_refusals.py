"""Bad input gets one sentence with file, column, row and remedy, exit code 2, and leaves nothing half-written."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Cr
from .tables import QUICK, changed, classes, numbers

Make = Callable[[Path], Path]


def rewritten(old: str, new: str) -> Make:
    def make(folder: Path) -> Path:
        path = numbers(folder / "bad.csv")
        path.write_text(path.read_text().replace(old, new, 1))
        return path

    return make


def raw(data: bytes) -> Make:
    def make(folder: Path) -> Path:
        path = folder / "bad.csv"
        path.write_bytes(data)
        return path

    return make


def cell(row: int, column: int, text: str) -> Make:
    return lambda folder: changed(numbers(folder / "bad.csv"), row, column, text)


def column(index: int, text: str) -> Make:
    def make(folder: Path) -> Path:
        path = numbers(folder / "bad.csv")
        for row in range(2, 62):
            changed(path, row, index, text)
        return path

    return make


# what is wrong, how the file is made, further options, what the sentence must name
BAD: dict[str, tuple[Make, tuple[str, ...], tuple[str, ...]]] = {
    "no such file": (lambda folder: folder / "none.csv", (), ("CR-1001", "none.csv")),
    "a folder": (lambda folder: folder, (), ("CR-1002",)),
    "missing target": (lambda f: numbers(f / "bad.csv"), ("--target", "yy"), ("CR-1016", "bad.csv", '"yy"', '"y"')),
    "duplicate target": (rewritten("a,b,c,y", "a,y,c,y"), (), ("CR-1011", "bad.csv", '"y"', "2, 4")),
    "empty file": (raw(b""), (), ("CR-1004", "bad.csv")),
    "header only": (raw(b"a,b,y\n"), (), ("CR-1005", "bad.csv")),
    "one row": (raw(b"a,b,y\n1,2,3\n"), (), ("bad.csv", "1")),
    "one class": (column(3, "yes"), (), ("CR-1027", "bad.csv", '"y"', '"yes"')),
    "target without values": (column(3, ""), (), ("CR-1026", "bad.csv", '"y"')),
    "infinite value": (cell(7, 0, "inf"), (), ("CR-1013", "bad.csv", '"a"', "7", "inf")),
    "value beyond 1e300": (cell(9, 1, "1e305"), (), ("CR-1013", "bad.csv", '"b"', "9", "305")),
    "text among numbers": (cell(12, 2, "n0t"), (), ("CR-1012", "bad.csv", '"c"', "12", "n0t")),
    "ragged row": (cell(5, 1, "1,2"), (), ("CR-1009", "bad.csv", "5", "4")),
    "wrong encoding": (raw("a,城市,y\n1,北京,2\n3,上海,4\n".encode("gb18030")), ("--encoding", "utf-8"),
                       ("CR-1007", "bad.csv", "utf-8", "--encoding")),
    "unknown encoding": (lambda f: numbers(f / "bad.csv"), ("--encoding", "klingon"), ("CR-1006", "klingon")),
    "unknown loss": (lambda f: numbers(f / "bad.csv"), ("--loss", "squard"), ("CR-1316", "squard", "squared")),
    "unknown optimizer": (lambda f: numbers(f / "bad.csv"), ("--solver", "adom"), ("CR-1316", "adom", "adam")),
    "unknown activation": (lambda f: numbers(f / "bad.csv"), ("--activation", "tanhh"), ("CR-1316", "tanhh", "tanh")),
    "unknown scaling": (lambda f: numbers(f / "bad.csv"), ("--scale", "minmx"), ("CR-1107", "minmx", "minmax")),
    "kind of an unknown column": (lambda f: numbers(f / "bad.csv"), ("--as", "q=category"), ("CR-1016", '"q"')),
    "unknown kind": (lambda f: numbers(f / "bad.csv"), ("--as", "a=colour"), ("CR-1015", "colour")),
    "no folder for the model": (lambda f: numbers(f / "bad.csv"), ("--out", "no/such/m.chainrule"),
                                ("CR-2046", "no/such/m.chainrule", "--out")),
    "the table as output": (lambda f: numbers(f / "bad.csv"), ("--out", "bad.csv"), ("CR-2045", "bad.csv", "--out")),
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("wrong", list(BAD))
def test_train_refuses_bad_input_with_place_and_remedy(
    cr: Cr, tmp_path: Path, wrong: str, language: str
) -> None:
    make, options, parts = BAD[wrong]
    path = make(tmp_path)
    before = snapshot(tmp_path)
    target = () if "--target" in options else ("--target", "y")
    sentence = cr("train", path, *target, *QUICK, *options, "--lang", language).refused
    for part in parts:
        assert part in sentence, sentence
    assert ("错误" in sentence) == (language == "zh")
    assert snapshot(tmp_path) == before  # nothing half-written, nothing changed


def snapshot(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


def test_an_all_missing_column_is_said_and_left_out(cr: Cr, tmp_path: Path) -> None:
    """A column without values is no reason to refuse a table: the others can be learned from, and the user is told."""
    path = column(1, "")(tmp_path)
    answer = cr("train", path, "--target", "y", *QUICK)
    assert answer.code == 0, answer.err
    assert '"b": no value' in answer.out


def test_a_table_of_nothing_but_missing_inputs_is_refused(cr: Cr, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("a,y\n" + "".join(f",{i}.5\n" for i in range(30)))
    assert "CR-1105" in cr("train", path, "--target", "y", *QUICK).refused


def test_train_without_target_lists_the_columns(cr: Cr, tmp_path: Path) -> None:
    sentence = cr("train", numbers(tmp_path / "d.csv")).refused
    assert all(name in sentence for name in ("CR-2019", "d.csv", '"a"', '"b"', '"c"', '"y"', "--target"))


@pytest.fixture
def model(cr: Cr, tmp_path: Path) -> Path:
    answer = cr("train", numbers(tmp_path / "good.csv"), "--target", "y", *QUICK)
    assert answer.code == 0, answer.err
    return tmp_path / "good.chainrule"


@pytest.mark.parametrize("command", ["predict", "evaluate"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_file_lacking_a_column_is_refused(
    cr: Cr, tmp_path: Path, model: Path, command: str, language: str
) -> None:
    (tmp_path / "less.csv").write_text("a,c,y\n1,2,3\n2,3,4\n")
    sentence = cr(command, model, "less.csv", "--lang", language).refused
    assert "CR-1101" in sentence and "less.csv" in sentence and '"b"' in sentence


def test_predict_refuses_text_where_the_model_knows_numbers(cr: Cr, tmp_path: Path, model: Path) -> None:
    bad = changed(tmp_path / "good.csv", 4, 1, "many", "bad.csv")
    sentence = cr("predict", model, bad, "--out", "p.csv").refused
    assert "bad.csv" in sentence and '"b"' in sentence and "4" in sentence and "many" in sentence
    assert not (tmp_path / "p.csv").exists()


def test_evaluate_needs_the_target(cr: Cr, tmp_path: Path, model: Path) -> None:
    (tmp_path / "new.csv").write_text("a,b,c\n1,2,3\n2,3,4\n")
    assert cr("predict", model, "new.csv").code == 0
    assert "CR-1115" in cr("evaluate", model, "new.csv").refused


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04 a zip", bytes(range(256)) * 40], ids=len)
def test_what_is_no_model_is_refused(cr: Cr, tmp_path: Path, data: bytes) -> None:
    numbers(tmp_path / "good.csv")
    (tmp_path / "m.chainrule").write_bytes(data)
    assert "m.chainrule" in cr("predict", "m.chainrule", "good.csv").refused


def test_a_truncated_model_is_refused(cr: Cr, tmp_path: Path, model: Path) -> None:
    whole = model.read_bytes()
    for size in (9, len(whole) // 2, len(whole) - 1):
        model.write_bytes(whole[:size])
        assert model.name in cr("evaluate", model, "good.csv").refused
    assert "CR-18" in cr("predict", "none.chainrule", "good.csv").refused


def test_model_and_table_exchanged_is_said(cr: Cr, tmp_path: Path, model: Path) -> None:
    assert "good.csv" in cr("predict", tmp_path / "good.csv", model).refused


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no file size limits on this system")
def test_a_full_disk_leaves_the_old_model_whole(process: Cr, tmp_path: Path) -> None:
    path = numbers(tmp_path / "d.csv")
    limited = (
        "import sys, resource\n"
        "from chainrule.cli import main\n"
        "import chainrule.model\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "sys.exit(main())"
    )
    options = ("train", path, "--target", "y", *QUICK)
    # no bytecode: Python writes it without looking whether it fitted, and the next process would fall over it
    answer = process(*options, code=limited, PYTHONDONTWRITEBYTECODE="1")
    assert answer.code == 2 and "d.chainrule" in answer.err and "Traceback" not in answer.err, answer
    assert sorted(p.name for p in tmp_path.iterdir()) == ["d.csv"]
    assert process(*options).code == 0
    whole = (tmp_path / "d.chainrule").read_bytes()
    assert process(*options, "--seed", "5", code=limited, PYTHONDONTWRITEBYTECODE="1").code == 2
    assert (tmp_path / "d.chainrule").read_bytes() == whole
    assert sorted(p.name for p in tmp_path.iterdir()) == ["d.chainrule", "d.csv"]


def test_a_loss_that_is_no_number_is_said_with_step_and_layer(cr: Cr, tmp_path: Path) -> None:
    path = numbers(tmp_path / "d.csv")
    answer = cr("train", path, "--target", "y", "--optimizer", "gd", "--lr", "1e20", "--activation", "relu",
                "--epochs", "50", "--quiet")  # fmt: skip
    assert answer.code == 2
    assert "Traceback" not in answer.err
    assert "learning rate" in answer.err.splitlines()[-1]


def test_two_tables_and_a_model_in_the_wrong_place(cr: Cr, tmp_path: Path) -> None:
    classes(tmp_path / "k.csv")
    assert (
        cr("train", "k.csv", "--target", "sort", "--task", "regression", *QUICK).refused.count("CR-1029") == 1
    )


def test_a_fault_of_ours_asks_for_a_report_and_hides_the_traceback(
    cr: Cr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chainrule.cli import dataset

    def broken(name: str) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(dataset, "table", broken)
    answer = cr("dataset", "iris")
    assert answer.code == 1 and "planted" in answer.err and "Traceback" not in answer.err
    monkeypatch.setenv("CHAINRULE_DEBUG", "1")
    assert "Traceback" in cr("dataset", "iris").err


def test_reader_that_goes_away_causes_no_traceback(tmp_path: Path) -> None:
    import subprocess

    from .conftest import environ

    program = "import sys; from chainrule.cli import main; sys.exit(main())"
    child = subprocess.Popen([sys.executable, "-c", program, "dataset", "digits", "--out", "-"], cwd=tmp_path,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ())  # fmt: skip
    assert child.stdout is not None and child.stderr is not None
    child.stdout.close()  # before a byte was read
    errors = child.stderr.read()
    child.stderr.close()
    assert child.wait() == 141
    assert errors == b""
