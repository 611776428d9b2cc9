"""What the READMEs, the documentation and the examples tell people to type works as written."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Cr, environ

ROOT = Path(__file__).parents[2]


def blocks(text: str, kind: str) -> list[str]:
    """The contents of the fenced blocks of one kind."""
    found = re.findall(r"^```(\w*)\n(.*?)^```\n", text, re.MULTILINE | re.DOTALL)
    return [body for name, body in found if name == kind]


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_commands_and_python_of_the_readme_run_in_order(cr: Cr, tmp_path: Path, name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    lines = [
        line for block in blocks(text, "") for line in block.splitlines() if line.startswith("chainrule ")
    ]
    assert len(lines) >= 7
    for line in lines:
        answer = cr(*shlex.split(line)[1:], "--lang", "zh" if ".zh." in name else "en")
        assert answer.code == 0, (line, answer.err)
    programs = blocks(text, "python")
    assert programs
    for program in programs:
        run_python(program, tmp_path)


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_what_the_readme_shows_is_what_is_printed(cr: Cr, tmp_path: Path, name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    language = "zh" if ".zh." in name else "en"
    trained, checked = blocks(text, "text")
    (tmp_path / "my_bp.py").write_text(blocks(text, "py")[0], "utf-8")
    cr("dataset", "breast_cancer")
    answer = cr("train", "breast_cancer.csv", "--target", "diagnosis", "--lang", language)
    shown = [line for line in trained.splitlines() if line and line[0] not in "(（"]
    assert len(shown) > 9 and [line for line in shown if line not in answer.out.splitlines()] == []
    answer = cr("check", "my_bp.py", "--lang", language)
    assert answer.code == 3 and answer.out.startswith(checked)


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_each_line_shown_under_a_command_is_printed_by_it_in_this_order(cr: Cr, name: str) -> None:
    shown = [
        line for block in blocks((ROOT / name).read_text("utf-8"), "console") for line in block.splitlines()
    ]
    assert sum(line.startswith("$ ") for line in shown) >= 3
    out, at = "", 0
    for line in shown:
        if line.startswith("$ "):
            answer = cr(*shlex.split(line)[2:], "--lang", "zh" if ".zh." in name else "en")
            assert answer.code == 0, (line, answer.err)
            out, at = answer.out, 0
        elif line.strip() != "…":
            assert (found := out.find(line.removesuffix("…"), at)) >= 0, line
            at = found + len(line.removesuffix("…"))


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readme_names_only_options_and_commands_there_are(name: str) -> None:
    from chainrule.cli.commands import chainrule

    known = {
        flag
        for command in chainrule.commands.values()
        for p in command.params
        for flag in (*p.opts, *p.secondary_opts)
    }
    text = (ROOT / name).read_text("utf-8")
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*", text)) <= known
    assert set(re.findall(r"(?<!from )chainrule ([a-z]+) ", text)) <= set(chainrule.commands)


def run_python(program: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=environ(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.name)
def test_examples_run(tmp_path: Path, path: Path) -> None:
    assert run_python(path.read_text("utf-8"), tmp_path)


def test_there_are_examples() -> None:
    assert len(list((ROOT / "examples").glob("*.py"))) >= 2


@pytest.mark.parametrize(
    "name", ["README.md", "README.zh.md", "docs/en/command-line.md", "docs/zh/command-line.md"]
)
def test_links_within_the_repository_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
        assert (page.parent / link).exists(), link
