"""What the READMEs, the pages of docs/ and the examples tell people to type works as written, and prints what they show."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Answer, Cr, environ

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "zh")
PAGES = {
    language: (
        ROOT / ("README.md" if language == "en" else "README.zh.md"),
        *sorted((ROOT / "docs" / language).glob("*.md")),
    )
    for language in LANGUAGES
}
OTHERS = [ROOT / name for name in ("WHY.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/decisions.md")]
EVERY = [page for pages in PAGES.values() for page in pages] + OTHERS


def blocks(text: str) -> list[tuple[str, str]]:
    """The fenced blocks of a page as (kind, content), in order."""
    return re.findall(r"^```(\w*)\n(.*?)^```\n", text, re.MULTILINE | re.DOTALL)


def label(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_pages_say_to_type_runs_in_order_and_prints_what_they_show(
    cr: Cr, tmp_path: Path, language: str
) -> None:
    """Kinds of blocks: none commands, console commands with lines of their answers, text lines of the answer to the
    command before, python a program, py a listing that is saved as my_bp.py and checked.
    """
    answers: dict[str, Answer] = {}  # a command of one page stands in others too

    def run(line: str) -> Answer:
        if line not in answers:
            answers[line] = cr(*shlex.split(line)[1:], "--lang", language)
            wanted = 3 if line.startswith("chainrule check ") else 0
            assert answers[line].code == wanted, (line, answers[line].err)
        return answers[line]

    for page in PAGES[language]:
        last, counts = "", dict.fromkeys(("", "console", "text", "python", "py"), 0)
        for kind, body in blocks(page.read_text("utf-8")):
            counts[kind] += 1
            if kind == "":
                for line in body.splitlines():
                    if line.startswith("chainrule "):
                        run(last := line)
            elif kind == "console":
                assert body.startswith("$ "), page
                for line in body.splitlines():
                    if line.startswith("$ "):
                        out, at = run(line[2:]).out, 0
                    elif line.strip() != "…":
                        assert (found := out.find(line.removesuffix("…"), at)) >= 0, (page, line)
                        at = found + len(line.removesuffix("…"))
            elif kind == "text":
                shown = [line for line in body.splitlines() if line and line[0] not in "(（"]
                assert shown and [line for line in shown if line not in run(last).out.splitlines()] == [], (
                    page
                )
            elif kind == "python":
                run_python(body, tmp_path)
            else:
                (tmp_path / "my_bp.py").write_text(body, "utf-8")
                answers.pop(last := "chainrule check my_bp.py", None)
        if page == PAGES[language][0]:
            assert all(counts.values()), counts
    assert len(answers) >= 15


@pytest.mark.parametrize("page", EVERY, ids=label)
def test_the_pages_name_only_options_and_commands_there_are(page: Path) -> None:
    from chainrule.cli.commands import chainrule

    known = {"--help", "--lang", "--version"} | {
        flag
        for command in chainrule.commands.values()
        for p in command.params
        for flag in (*p.opts, *p.secondary_opts)
    }
    prose = re.sub(r"`python benchmarks/[^`]*`", "", page.read_text("utf-8"))
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*", prose)) <= known
    assert set(re.findall(r"(?<!from )\bchainrule ([a-z]+)\b", prose)) <= set(chainrule.commands)


def test_every_page_stands_in_both_languages_with_the_same_blocks_and_commands() -> None:
    english, chinese = PAGES.values()
    assert [p.name for p in english[1:]] == [p.name for p in chinese[1:]]
    for one, other in zip(english, chinese, strict=True):
        first, second = (blocks(p.read_text("utf-8")) for p in (one, other))
        assert [kind for kind, _ in first] == [kind for kind, _ in second], one
        for (kind, a), (_, b) in zip(first, second, strict=True):
            if kind in ("", "py"):
                assert a == b, one


@pytest.mark.parametrize("page", EVERY, ids=label)
def test_links_within_the_repository_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
        assert (page.parent / link).exists(), link


def test_every_page_can_be_reached_from_the_readme() -> None:
    for pages in PAGES.values():
        for start in pages[:2]:  # the README, and the list in docs
            links = re.findall(r"\]\(([^)#:]+)\)", start.read_text("utf-8"))
            reached = {(start.parent / link).resolve() for link in links}
            assert {p for p in pages[1:] if p.name != "README.md"} <= reached, start


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
