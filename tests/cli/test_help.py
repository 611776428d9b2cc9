"""What a newcomer meets first: the help pages, in two languages, at once; and what mistyped words get."""

import pytest

from chainrule.cli.shell import run

from .conftest import Cr

LOADED = """
import sys
from chainrule.cli import main
code = main(sys.argv[1:])
print(*sorted({name.split(".")[0] for name in sys.modules} & set(sys.argv[0].split(",") + HEAVY)))
sys.exit(code)
"""
HEAVY = ["numpy", "rich", "sklearn", "scipy", "pyarrow", "narwhals", "pandas", "safetensors"]


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"], ["--version"], ["datset"], []])
def test_help_and_typing_errors_load_nothing_heavy(process: Cr, arguments: list[str]) -> None:
    answer = process(*arguments, code=LOADED.replace("HEAVY", repr(HEAVY)))
    assert answer.out.splitlines()[-1] == ""
    assert answer.err == "" or answer.code == 2


def test_import_chainrule_loads_nothing_heavy(process: Cr) -> None:
    heavy = f"import sys, chainrule; print(sorted(set(sys.modules) & set({HEAVY!r} + ['click'])))"
    assert process(code=heavy).out == "[]\n"


@pytest.mark.parametrize("command", [[], ["dataset"], ["train"], ["predict"], ["evaluate"]])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_help_fits_80_columns_in_both_languages(cr: Cr, command: list[str], language: str) -> None:
    from chainrule.messages.columns import text_width

    answer = cr(*command, "--help", "--lang", language)
    assert answer.code == 0
    assert max(map(text_width, answer.out.splitlines())) <= 80
    chinese = any("\u4e00" <= c <= "\u9fff" for c in answer.out)
    assert chinese == (language == "zh")


def test_bare_call_shows_the_same_page_as_help(cr: Cr) -> None:
    assert cr().out == cr("--help").out


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["trian"], ["CR-2022", "trian", "train"]),
        (["train", "x.csv", "--taget", "y"], ["CR-2021", "--taget", "--target"]),
        (["train"], ["CR-2020", "FILE"]),
        (["predict", "m"], ["CR-2020", "FILE"]),
        (["dataset", "iris", "b.csv"], ["CR-2023", "b.csv"]),
        (["train", "a.csv", "--target"], ["CR-2025", "--target"]),
        (["train", "a.csv", "--json=1"], ["CR-2025", "--json"]),
        (["train", "a.csv", "--target", "y", "--epochs", "many"], ["CR-2027", "--epochs", "many", "1"]),
        (["train", "a.csv", "--target", "y", "--epochs", "0"], ["CR-2027", "--epochs", "0", "1"]),
        (["train", "a.csv", "--target", "y", "--lr", "nan"], ["CR-2027", "nan"]),
        (["train", "a.csv", "--target", "y", "--hidden", "32,x"], ["CR-2027", "--hidden", "32,x"]),
        (["train", "a.csv", "--target", "y", "--split", "70/15"], ["CR-2027", "--split", "70/15/15"]),
        (["train", "a.csv", "--target", "y", "--split", "70/15/20"], ["CR-2027", "--split", "100"]),
        (["train", "a.csv", "--target", "y", "--as", "zip"], ["CR-2027", "--as", "zip=category"]),
        (["train", "a.csv", "--target", "y", "--engine", "gpu"], ["CR-2027", "--engine", "gpu", "native"]),
        (["train", "a.csv", "--target", "y", "--json", "--script"], ["CR-2029", "--json", "--script"]),
        (["train", "a.csv", "--target", "y", "--resume"], ["CR-2028", "--checkpoint"]),
        (["--lang", "fr"], ["CR-2027", "fr", "en, zh"]),
    ],
)
def test_mistyped_usage_is_refused_with_its_remedy(cr: Cr, arguments: list[str], parts: list[str]) -> None:
    sentence = cr(*arguments).refused
    assert all(part in sentence for part in parts), sentence
    chinese = cr(*arguments, *([] if "fr" in arguments else ["--lang", "zh"])).refused
    if "fr" not in arguments and arguments[-1] != "--target":
        assert chinese.startswith("错误")
        assert parts[0] in chinese


def test_language_follows_the_locale_and_lang_overrules_it(process: Cr) -> None:
    assert "用法" in process("--help", LC_ALL="zh_CN.UTF-8").out
    assert "用法" in process("--help", LC_ALL="", LANG="zh_TW.UTF-8").out
    assert "Usage" in process("--help", LC_ALL="en_US.UTF-8", LANG="zh_CN.UTF-8").out
    assert "Usage" in process("--help", "--lang", "en", LC_ALL="zh_CN.UTF-8").out
    assert "Usage" in process("--help", LC_ALL="de_DE.UTF-8").out


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1"])
def test_a_console_without_chinese_gets_plain_english(process: Cr, encoding: str) -> None:
    answer = process("--help", "--lang", "zh", PYTHONIOENCODING=encoding)
    assert answer.code == 0
    assert answer.out.startswith("Usage")
    answer.out.encode("ascii")


def test_a_chinese_console_in_gbk_gets_chinese(process: Cr) -> None:
    inner = (
        "import subprocess, sys\n"
        "call = [sys.executable, '-c', 'from chainrule.cli import main; main()', '--help', '--lang', 'zh']\n"
        "import os\n"
        "out = subprocess.run(call, capture_output=True, env={**os.environ, 'PYTHONIOENCODING': 'gbk'}).stdout\n"
        "print(out.decode('gbk'))"
    )
    assert "用法" in process(code=inner).out


def test_options_stand_where_a_reader_looks(capsys) -> None:
    def section(command: str, option: str) -> str:
        assert run([command, "--help", "--lang", "en"]) == 0
        heading = ""
        for line in capsys.readouterr().out.splitlines():
            if line and not line.startswith(" "):
                heading = line
            if line.lstrip().startswith(option + " ") or f", {option} " in line.split("   ")[0]:
                return heading
        return ""

    assert section("explain", "--row") == section("train", "--memory") == "Reading the table"
    assert section("equation", "--form") == section("equation", "--out") == "What comes out"
    assert section("train", "--preset") == "The network"
    assert section("importance", "--activation").startswith("What a file of weights does not say")


def test_weights_of_rows_and_the_paths_of_one_weight_have_names_of_their_own(capsys) -> None:
    for command, new, old in (("train", "--row-weights", "--weight"), ("explain", "--paths-of", "--weight")):
        assert run([command, "--help", "--lang", "en"]) == 0
        flags = capsys.readouterr().out.split()
        assert new in flags and old not in flags
    typed = ["explain", "2-2-1", "--weights", ".1 .8; .4 .6 | .3 .9", "--x", ".35 .9", "--t", ".5", "--rows", "units",
             "--lang", "en"]  # fmt: skip
    assert run([*typed, "--paths-of", "1_2_1"]) == 0
    shown = capsys.readouterr().out
    assert run([*typed, "--weight", "1_2_1"]) == 0  # the old name
    assert capsys.readouterr().out == shown


def test_a_lesson_spelt_wrongly_is_guessed(capsys) -> None:
    assert run(["lesson", "mazru", "--lang", "en"]) == 2
    assert "Did you mean mazur?" in capsys.readouterr().err


def test_the_module_is_the_command(process: Cr) -> None:
    module = "import runpy; runpy.run_module('chainrule', run_name='__main__', alter_sys=True)"
    assert process("--help", code=module).out == process("--help").out
    assert process("trian", code=module).code == 2
