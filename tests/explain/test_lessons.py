"""Lessons: every printed number is explained by the mistake named, every page is as committed, every command runs."""

import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from lessons import pages

from chainrule import set_language
from chainrule.cli.shell import run
from chainrule.errors import PlanError
from chainrule.explain.lessons import SHELF, lesson_page
from chainrule.messages.columns import text_width
from chainrule.page.page import Page, Paragraph

DOCS = Path(__file__).parents[2] / "docs" / "lessons"
_MADE: dict[str, Page] = {}


def lesson(name: str) -> Page:
    """Each lesson is made once: some train for ten thousand steps."""
    if name not in _MADE:
        _MADE[name] = lesson_page(name)
    return _MADE[name]


def places(printed: str) -> int:
    return len(printed.partition(".")[2])


def agrees(value: float, printed: str) -> bool:
    """Half a unit of the last printed place, or one where the source cut instead of rounding."""
    return abs(value - float(printed)) < 10.0 ** -places(printed)


@pytest.mark.parametrize("name", list(SHELF))
def test_every_printed_number_is_right_or_made_by_the_mistake_named(name: str) -> None:
    for row in lesson(name).facts["errata"]:
        assert agrees(row["right"] if row["made"] is None else row["made"], row["printed"]), row
        if row["made"] is not None:
            assert row["why"] and abs(row["right"] - row["made"]) > 1e-9, row


@pytest.mark.parametrize(
    ("name", "count"), [("numbers", 6), ("mazur", 2), ("copied", 4), ("neuron", 1), ("han-kamber", 1)]
)
def test_the_mistakes_of_the_famous_examples_are_all_there(name: str, count: int) -> None:
    rows = [row for row in lesson(name).facts["errata"] if row["made"] is not None]
    assert len(rows) == count
    wrong = [
        row
        for row in rows
        if abs(row["right"] - float(row["printed"])) > 0.5 * 10.0 ** -places(row["printed"])
    ]
    assert len(wrong) == (2 if name == "copied" else count)  # two of its four round to 0.01 by chance


def numbers_differ_by_rounding_only(one: str, other: str) -> bool:
    """The same text, but for the size of rounding errors ("3.0e-12") and the last digits of numbers."""
    number = re.compile(r"-?\d+\.?\d*(?:e[-+]?\d+)?")
    if number.sub("#", one) != number.sub("#", other):
        return False
    return all(
        a == b or abs(float(a) - float(b)) <= max(1e-9, 2e-6 * abs(float(a)))
        for a, b in zip(number.findall(one), number.findall(other), strict=True)
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_committed_pages_are_what_the_engine_computes(language: str) -> None:
    made = dict(pages(language))
    for path, text in made.items():
        assert numbers_differ_by_rounding_only((DOCS / path).read_text("utf-8"), text), path
    there = {p.relative_to(DOCS).as_posix() for p in (DOCS / language).iterdir()}
    assert there == set(made)


def test_a_changed_number_in_a_committed_page_is_seen() -> None:
    text = (DOCS / "en" / "numbers.md").read_text("utf-8")
    assert numbers_differ_by_rounding_only(text, text)
    assert not numbers_differ_by_rounding_only(text, text.replace("0.680267197", "0.680367197", 1))
    assert not numbers_differ_by_rounding_only(text, text.replace("0.680267197 ", "", 1))


@pytest.mark.parametrize("name", list(SHELF))
def test_every_command_of_a_lesson_runs(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for line in lesson(name).facts["commands"]:
        program, command, *arguments = shlex.split(line)
        assert program == "chainrule"
        if command == "check":
            continue  # it needs the reader's own file
        assert run([command, *arguments, "--lang", "en"]) == 0, line
        assert capsys.readouterr().out.strip()


def test_the_list_and_a_lesson_are_commands(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["lesson", "--lang", "en"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in SHELF)
    file = tmp_path / "page.html"
    assert run(["lesson", "relu", "--lang", "zh", "--out", str(file)]) == 0
    assert 'lang="zh"' in file.read_text("utf-8")
    capsys.readouterr()
    assert run(["lesson", "no-such", "--lang", "en"]) == 2
    assert "CR-2403" in capsys.readouterr().err
    with pytest.raises(PlanError, match="CR-2403"):
        lesson_page("no-such")


@pytest.mark.parametrize("name", list(SHELF))
def test_every_lesson_has_every_form_and_fits_a_terminal(name: str) -> None:
    set_language("zh")
    try:
        page = lesson_page(name) if name not in ("mazur", "eleven-lines", "minima") else lesson(name)
    finally:
        set_language("en")
    assert page.html().count("<section") == len(page.sections)
    assert page.markdown().startswith("# ") and page.latex().startswith(r"\documentclass")
    sentences = [i.text for s in page.sections for i in s.items if isinstance(i, Paragraph)]
    assert sentences
    assert all(
        text_width(line) <= 80
        for line in page.text().splitlines()
        if "  " not in line.strip() and line[:4] != "    "
    )


def test_no_line_of_a_chinese_page_begins_with_a_closing_mark() -> None:
    set_language("zh")
    try:
        text = lesson_page("numbers").text()
    finally:
        set_language("en")
    assert not [line for line in text.splitlines() if line[:1] in tuple("，。；：！？、）")]


def test_a_rate_beyond_two_over_the_curvature_does_not_settle() -> None:
    facts = lesson("surface").facts
    lowest = facts["minimum"][2]
    slow, good, high = (np.array(facts["losses"][name]) for name in ("slow", "good", "high"))
    assert facts["rates"]["good"] < facts["limit"] < facts["rates"]["high"]
    assert good[10] < lowest * 1.02 and slow[25] > 10 * lowest
    assert (np.diff(slow) < 0).all()  # always downhill
    assert high[25] > 2 * lowest  # it came close and was thrown out again
    assert high[25] > high.min() * 1.5


def test_two_valleys_have_two_bottoms() -> None:
    ends = np.array(lesson("minima").facts["ends"])
    left, right = ends[:2, 1:], ends[2:, 1:]
    assert np.ptp(left[:, 0]) < 1e-6 and np.ptp(right[:, 0]) < 0.02
    assert right[0, 1] > left[0, 1] + 0.05
    # the bottoms by hand: a row far from saturation decides, the other is held at 1 − t or f(w)
    assert 1 / (1 + np.exp(-right[0, 0])) == pytest.approx(0.9, abs=1e-3)


def test_and_needs_a_threshold() -> None:
    facts = lesson("threshold").facts
    assert facts["without"][0] == 0.5
    assert [round(y) for y in facts["with"]] == [0, 0, 0, 1]


def test_the_listing_in_the_wrong_order_still_learns() -> None:
    facts = lesson("four-rows").facts
    assert np.round(facts["right"], 2).tolist() == pytest.approx([0.02, 0.98, 0.98, 0.02], abs=0.011)
    assert np.round(facts["wrong"], 2).tolist() == pytest.approx([0.02, 0.98, 0.98, 0.02], abs=0.011)
    assert facts["worst"] > 0.01 and facts["right"] != facts["wrong"]


def test_the_lesson_of_thresholds_has_the_textbooks_error_signals() -> None:
    text = lesson("d-q-l").text()
    for value in ("0.108982032", "-0.134257181", "0.0264488953", "-0.0119574497", "0.243755542"):
        assert value in text
    assert "(d + l + 1)·q + l" in text


def test_contour_lines_of_a_bowl_are_circles() -> None:
    from chainrule.explain.lessons.landscape import contour_lines

    y, x = np.mgrid[-20:21, -20:21]
    pieces = np.array(contour_lines((x * x + y * y).astype(float), 150.0)).reshape(-1, 2) - 20
    assert len(pieces) > 40
    assert np.hypot(*pieces.T) == pytest.approx(np.full(len(pieces), 150**0.5), abs=0.05)
