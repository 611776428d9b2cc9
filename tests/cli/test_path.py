"""The whole path as a user walks it: table, train, evaluate, predict, and the same again from the printed script."""

import csv
import inspect
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Cr, environ
from .tables import QUICK, classes, numbers

Make = Callable[[Path], Path]
KEYS = {"task", "target", "rows", "primary", "metrics", "baselines", "stop_reason", "engine", "model"}
PARTS = {"train", "validation", "test"}


def test_every_setting_of_train_has_an_option_and_every_option_a_setting() -> None:
    """No option is accepted and ignored: its destination is an argument of `chainrule.train`, or the command's own."""
    from chainrule.cli.commands import TRAIN
    from chainrule.model import train

    own = {"out", "as_json", "script", "quiet", "report", "pictures"}
    options = {param.name for param in TRAIN}
    settings = set(inspect.signature(train).parameters) - {"progress"}
    assert options - own == settings


@pytest.mark.parametrize(
    ("make", "target", "task", "primary"),
    [(numbers, "y", "regression", "rmse"), (classes, "sort", "multiclass", "log_loss")],
)
def test_json_is_one_object_with_the_promised_keys(
    cr: Cr, tmp_path: Path, make: Make, target: str, task: str, primary: str
) -> None:
    path = make(tmp_path / "d.csv")
    report = cr("train", path, "--target", target, *QUICK, "--json").json
    assert set(report) == KEYS
    assert (report["task"], report["target"], report["primary"]) == (task, target, primary)
    assert set(report["rows"]) == set(report["metrics"]) == PARTS
    assert sum(report["rows"].values()) == len(path.read_text().splitlines()) - 1
    assert set(report["baselines"]) == {"constant", "linear"}
    for found in (*report["metrics"].values(), *report["baselines"].values()):
        assert found[primary] > 0
    assert Path(report["model"]).exists()
    assert report["stop_reason"] and report["engine"]


def test_report_shows_parts_baselines_reasons_and_the_next_command(cr: Cr, tmp_path: Path) -> None:
    from chainrule.messages.columns import text_width

    for language, words in (("en", ["train", "validation", "test", "linear", "Saved as", "Next:"]),
                            ("zh", ["训练", "验证", "测试", "线性", "已保存", "下一步"])):  # fmt: skip
        answer = cr("train", numbers(tmp_path / "d.csv"), "--target", "y", *QUICK, "--lang", language)
        assert answer.code == 0
        assert all(word in answer.out for word in words), answer.out
        command = answer.out.splitlines()[-1]
        # a command stays in one piece, so that it can be copied
        assert (
            max(
                text_width(line)
                for line in answer.out.splitlines()
                if line != command and "d.chainrule" not in line
            )
            <= 80
        )
        assert "42" in answer.out and "9" in answer.out  # rows of the parts


def test_the_next_command_can_be_typed_as_shown(cr: Cr, tmp_path: Path) -> None:
    import shlex

    folder = tmp_path / "my tables"
    folder.mkdir()
    out = cr("train", numbers(folder / "the data.csv"), "--target", "y", *QUICK).out
    _, _, command = out.splitlines()[-1].partition("chainrule ")
    answer = cr(*shlex.split(command))
    assert answer.code == 0 and (tmp_path / "the data-predicted.csv").exists()


def test_the_model_lies_beside_the_table_and_replacing_is_said(cr: Cr, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    path = numbers(tmp_path / "data" / "d.csv")
    first = cr("train", "data/d.csv", "--target", "y", *QUICK)
    assert (tmp_path / "data" / "d.chainrule").exists() and "in place of" not in first.out
    assert "in place of" in cr("train", path, "--target", "y", *QUICK).out
    cr("train", path, "--target", "y", *QUICK, "--out", "elsewhere.chainrule")
    assert (tmp_path / "elsewhere.chainrule").exists()


def test_evaluate_on_the_test_file_gives_the_reported_metrics(cr: Cr, tmp_path: Path) -> None:
    numbers(tmp_path / "d.csv")
    numbers(tmp_path / "later.csv", rows=30, seed=9)
    report = cr("train", "d.csv", "--target", "y", *QUICK, "--test", "later.csv", "--json").json
    assert report["rows"]["test"] == 30
    found = cr("evaluate", "d.chainrule", "later.csv", "--json").json
    assert found["metrics"] == report["metrics"]["test"]
    assert found["rows"] == 30
    text = cr("evaluate", "d.chainrule", "later.csv").out
    assert "RMSE" in text and "30" in text


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_predict_adds_the_prediction_behind_the_users_own_columns(cr: Cr, tmp_path: Path) -> None:
    path = numbers(tmp_path / "d.csv")
    cr("train", path, "--target", "y", *QUICK)
    answer = cr("predict", "d.chainrule", path)
    rows = table(answer.out)
    assert list(rows[0]) == ["a", "b", "c", "y", "predicted_y"]
    given = table(path.read_text())
    assert [{k: float(v) for k, v in row.items() if k in "abcy"} for row in rows] == [
        {k: float(v) for k, v in row.items()} for row in given
    ]
    values = [float(row["predicted_y"]) for row in rows]
    assert cr("predict", "d.chainrule", path, "--json").json["predictions"]["predicted_y"] == values
    assert cr("predict", "d.chainrule", path, "--out", "p.csv").code == 0
    lines = path.read_text().splitlines()
    written = (
        (tmp_path / "p.csv").read_text().splitlines()
    )  # the user's lines as they are: 0.2020 stays 0.2020
    assert [line.rpartition(",")[0] for line in written] == lines
    assert [line.rpartition(",")[2] for line in written[1:]] == [row["predicted_y"] for row in rows]


def test_predicted_classes_come_with_probabilities_that_add_up(cr: Cr, tmp_path: Path) -> None:
    path = classes(tmp_path / "k.csv")
    cr("train", path, "--target", "sort", *QUICK)
    rows = table(cr("predict", "k.chainrule", path).out)
    names = [f"probability_sort=sort {letter}" for letter in "ABC"]
    assert list(rows[0])[4:] == ["predicted_sort", *names]
    for row in rows:
        p = [float(row[name]) for name in names]
        assert abs(sum(p) - 1) < 3 * 2**-23  # three float32 values, each rounded once
        assert row["predicted_sort"] == "sort " + "ABC"[p.index(max(p))]


def test_predict_never_writes_over_its_input_or_its_model(cr: Cr, tmp_path: Path) -> None:
    path = numbers(tmp_path / "d.csv")
    cr("train", path, "--target", "y", *QUICK)
    before = path.read_bytes(), (tmp_path / "d.chainrule").read_bytes()
    for out in ("d.csv", tmp_path / "d.csv", "d.chainrule"):
        assert "CR-2049" in cr("predict", "d.chainrule", "d.csv", "--out", out).refused
    assert before == (path.read_bytes(), (tmp_path / "d.chainrule").read_bytes())


def test_a_german_semicolon_table_trains_and_predicts_like_the_plain_one(cr: Cr, tmp_path: Path) -> None:
    path = numbers(tmp_path / "d.csv")
    german = path.read_text().replace(",", ";").replace(".", ",")
    (tmp_path / "de.csv").write_text(german)
    one = cr("train", path, "--target", "y", *QUICK, "--json").json
    two = cr("train", "de.csv", "--target", "y", *QUICK, "--json").json
    assert one["metrics"] == two["metrics"]
    assert table(cr("predict", "d.chainrule", "de.csv").out) == table(cr("predict", "d.chainrule", path).out)


def test_a_chinese_gbk_table_keeps_its_names(cr: Cr, tmp_path: Path) -> None:
    text = classes(tmp_path / "k.csv").read_text()
    words = (
        "width=宽度 height=高度 colour=颜色 sort_A=甲 sort_B=乙 sort_C=丙 sort=类别 red=红 green=绿 blue=蓝"
    )
    for english, chinese in (word.replace("_", " ").split("=") for word in words.split()):
        text = text.replace(english, chinese)
    (tmp_path / "数据.csv").write_bytes(text.encode("gb18030"))
    assert cr("train", "数据.csv", "--target", "类别", *QUICK, "--json").json["target"] == "类别"
    rows = table(cr("predict", "数据.chainrule", "数据.csv").out)
    assert {row["predicted_类别"] for row in rows} <= {"甲", "乙", "丙"}


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (["--max-iter", "4"], ["--epochs", "4"]),
        (["--solver", "sgd"], ["--optimizer", "gd"]),
        (["--learning-rate", "0.02"], ["--lr", "0.02"]),
        (["--hidden-layer-sizes", "3,2"], ["--hidden", "3,2"]),
        (["--activation", "tansig"], ["--activation", "tanh"]),
        (["--batch-size", "7"], ["--batch", "7"]),
        (["--random-state", "3"], ["--seed", "3"]),
        (["--n-iter-no-change", "2"], ["--patience", "2"]),
        (["--split", "0.7/0.15/0.15"], ["--split", "70/15/15"]),
    ],
)
def test_both_spellings_train_the_same_network(
    cr: Cr, tmp_path: Path, theirs: list[str], ours: list[str]
) -> None:
    path = numbers(tmp_path / "d.csv")
    base = ["train", path, "--target", "y", "--quiet", "--json"]
    base += ["--epochs", "3"] if "--epochs" not in ours else []
    base += ["--hidden", "3"] if "--hidden" not in ours else []
    one, two = (cr(*base, *options).json for options in (theirs, ours))
    assert one == two


@pytest.mark.parametrize(
    "changed",
    [
        ["--epochs", "6"], ["--hidden", "5"], ["--hidden", "0"], ["--activation", "relu"], ["--loss", "absolute"],
        ["--optimizer", "rmsprop"], ["--lr", "0.1"], ["--schedule", "constant"], ["--batch", "5"], ["--seed", "7"],
        ["--l2", "0.1"], ["--l1", "0.1"], ["--decay", "0.5"], ["--dropout", "0.4"], ["--clip-norm", "0.01"],
        ["--clip-value", "0.001"], ["--max-norm", "0.2"], ["--start", "uniform"], ["--scale", "minmax"], ["--target-scale", "minmax"],
        ["--split", "50/25/25"], ["--drop", "a"], ["--as", "b=category"], ["--precision", "float64"], ["--goal", "100"],
        ["--missing", "0.1234"], ["--monitor", "max_error"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_every_option_changes_what_is_trained(cr: Cr, tmp_path: Path, changed: list[str]) -> None:
    path = numbers(tmp_path / "d.csv")
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:-9], "0.1234," + lines[-9].split(",", 1)[1], *lines[-8:]]) + "\n")
    base = ["train", path, "--target", "y", "--quiet", "--json", "--lr", "0.3", "--schedule", "cosine"]
    base += ["--epochs", "5", "--hidden", "4"]
    plain = cr(*base).json
    found = cr(*base, *changed).json
    if changed[0] == "--monitor":  # the same curve, another best epoch or another reason
        assert found["stop_reason"] != plain["stop_reason"]
    else:
        assert found["metrics"] != plain["metrics"]


def test_stop_criteria_engine_and_threads_are_obeyed(cr: Cr, tmp_path: Path) -> None:
    base = ("train", numbers(tmp_path / "d.csv"), "--target", "y", "--hidden", "4", "--quiet", "--json")
    plain = cr(*base, "--epochs", "30").json
    assert "30" in plain["stop_reason"]
    stopped = cr(*base, "--epochs", "30", "--patience", "2", "--min-delta", "5").json["stop_reason"]
    assert "epoch 3:" in stopped and "2 epochs without" in stopped  # the first epoch always is an improvement
    assert cr(*base, "--epochs", "30", "--threads", "2").json == plain
    assert cr(*base, "--epochs", "30", "--engine", "reference").json["engine"] == "reference"
    assert "CR-2027" in cr(*base, "--engine", "abacus").refused


def test_what_is_said_about_the_table_is_obeyed(cr: Cr, tmp_path: Path) -> None:
    body = "\n".join(numbers(tmp_path / "d.csv").read_text().splitlines()[1:]) + "\n"
    (tmp_path / "bare.csv").write_text(body)
    named = cr("train", "d.csv", "--target", "y", *QUICK, "--json").json
    bare = cr("train", "bare.csv", "--target", "x4", "--no-header", *QUICK, "--json").json
    assert bare["metrics"] == named["metrics"]
    (tmp_path / "pipes.csv").write_text((tmp_path / "d.csv").read_text().replace(",", "|").replace(".", ","))
    said = ("--delimiter", "|", "--decimal", ",", "--encoding", "ascii")
    assert (
        cr("train", "pipes.csv", "--target", "y", *said, *QUICK, "--json").json["metrics"] == named["metrics"]
    )
    assert "CR-1024" in cr("train", "pipes.csv", "--target", "y", "--decimal", ";", *QUICK).refused


def test_part_column_and_files_decide_the_parts(cr: Cr, tmp_path: Path) -> None:
    path = numbers(tmp_path / "d.csv")
    lines = path.read_text().splitlines()
    parts = ["train"] * 40 + ["validation"] * 12 + ["test"] * 8
    (tmp_path / "p.csv").write_text(
        "\n".join([lines[0] + ",part", *(f"{a},{b}" for a, b in zip(lines[1:], parts, strict=True))]) + "\n"
    )
    rows = cr("train", "p.csv", "--target", "y", "--part", "part", *QUICK, "--json").json["rows"]
    assert rows == {"train": 40, "validation": 12, "test": 8}
    numbers(tmp_path / "v.csv", rows=21, seed=3)
    rows = cr("train", path, "--target", "y", "--validation", "v.csv", *QUICK, "--json").json["rows"]
    assert rows["validation"] == 21


def test_the_script_trains_the_same_bits(cr: Cr, tmp_path: Path) -> None:
    classes(tmp_path / "k.csv")
    options = ("--target", "sort", *QUICK, "--dropout", "0.1", "--as", "width=number", "--seed", "11")
    shown = cr("train", "k.csv", *options, "--script")
    assert shown.code == 0
    program = shown.out + "\nmodel.save('again.chainrule')\n"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environ(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()

    from chainrule.model import load

    ours, again = (load(tmp_path / f"{name}.chainrule") for name in ("k", "again"))
    assert ours.weights.tobytes() == again.weights.tobytes()
    assert cr("predict", "k.chainrule", "k.csv").out == cr("predict", "again.chainrule", "k.csv").out


def test_resume_continues_to_the_same_bits(cr: Cr, tmp_path: Path) -> None:
    path = numbers(tmp_path / "d.csv")
    base = (
        "train",
        path,
        "--target",
        "y",
        "--quiet",
        "--hidden",
        "4",
        "--schedule",
        "constant",
        "--folds",
        "0",
        "--json",
    )
    whole = cr(*base, "--epochs", "8").json
    cr(*base, "--epochs", "3", "--checkpoint", "c", "--out", "half.chainrule")
    resumed = cr(*base, "--epochs", "8", "--checkpoint", "c", "--resume").json
    assert resumed == whole


# ---- what is seen while it trains ----------------------------------------------------------------------------------

LONG = ("train", "d.csv", "--target", "y", "--epochs", "100000", "--hidden", "4", "--patience", "0")
PROGRAM = "import sys; from chainrule.cli import main; sys.exit(main())"


def test_a_pipe_gets_plain_lines_and_json_stays_alone_on_standard_output(process: Cr, tmp_path: Path) -> None:
    numbers(tmp_path / "d.csv")
    answer = process(
        "train", "d.csv", "--target", "y", "--epochs", "30", "--hidden", "4", "--folds", "0", "--json"
    )
    assert set(answer.json) == KEYS
    assert "\x1b" not in answer.err and "\r" not in answer.err
    lines = answer.err.splitlines()
    assert "30/30" in lines[-1] and 2 <= len(lines) <= 12
    assert process("train", "d.csv", "--target", "y", "--epochs", "3", "--quiet").err == ""


def interrupt_when(child: "subprocess.Popen[bytes]", seen: bytes, read: Callable[[], bytes]) -> bytes:
    """Read until `seen` comes, then press Ctrl-C."""
    text = b""
    while seen not in text:
        piece = read()
        assert piece, text.decode("utf-8", "replace")
        text += piece
    os.kill(child.pid, signal.SIGINT)
    return text


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to another process on Windows")
def test_ctrl_c_keeps_and_saves_the_best_network(tmp_path: Path, cr: Cr) -> None:
    numbers(tmp_path / "d.csv")
    child = subprocess.Popen([sys.executable, "-c", PROGRAM, *LONG, "--json"], cwd=tmp_path, env=environ(),
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    assert child.stderr is not None
    stream = child.stderr.fileno()
    interrupt_when(child, b"/100000", lambda: os.read(stream, 4096))
    out, err = child.communicate(timeout=60)
    assert child.returncode == 130, err.decode()
    report = json.loads(out)
    assert "Interrupted" in report["stop_reason"]
    assert cr("evaluate", "d.chainrule", "d.csv").code == 0


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals on this system")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_terminal_shows_the_live_display_within_80_columns(tmp_path: Path, language: str) -> None:
    import fcntl
    import pty
    import struct
    import termios

    from chainrule.messages.columns import text_width

    numbers(tmp_path / "d.csv")
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    child = subprocess.Popen([sys.executable, "-c", PROGRAM, *LONG, "--lang", language, "--patience", "90000"],
                             cwd=tmp_path, env=environ(TERM="xterm-256color", COLUMNS="80"),
                             stdout=inner, stderr=inner, stdin=inner, start_new_session=True)  # fmt: skip
    os.close(inner)
    awaited = "步" if language == "zh" else "steps/s"
    text = interrupt_when(child, awaited.encode(), lambda: os.read(outer, 65536))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            piece = os.read(outer, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        text += piece
    assert child.wait(timeout=60) == 130
    os.close(outer)
    screen = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text.decode("utf-8", "replace")).replace("\r", "\n")
    words = ["轮次", "损失", "最佳", "耐心", "速度", "Ctrl-C"] if language == "zh" else [
        "epoch", "loss", "best", "patience", "speed", "Ctrl-C"]  # fmt: skip
    assert all(word in screen for word in words), screen
    assert max(text_width(line) for line in screen.splitlines() if "predict " not in line) <= 80


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_console_without_unicode_gets_plain_characters(process: Cr, tmp_path: Path, encoding: str) -> None:
    numbers(tmp_path / "d.csv")
    answer = process(
        "train", "d.csv", "--target", "y", "--epochs", "5", "--hidden", "4", PYTHONIOENCODING=encoding
    )
    assert answer.code == 0, answer.err
    answer.out.encode("ascii" if encoding == "ascii" else "utf-8")
    assert "?" not in answer.out
