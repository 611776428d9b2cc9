"""Pages in their five forms: well-formed, at most 80 columns, nothing asked of the network; graphs as the lessons print them."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from chainrule import set_language
from chainrule.batches.source import Source
from chainrule.batches.start import start
from chainrule.cli.shell import run
from chainrule.errors import RuleError
from chainrule.explain.derivation import derivation_page
from chainrule.explain.graphs import graph_page, network_page
from chainrule.explain.slopes import slope_page
from chainrule.explain.tracing import trace_page
from chainrule.messages.columns import text_width
from chainrule.page.page import Math, Page
from chainrule.plan import make_plan
from chainrule.rules.activations import ACTIVATIONS


def pages() -> dict[str, Page]:
    plan = make_plan(
        3, 2, (4,), activation="gelu", loss="cross_entropy", optimizer="adam", precision="float64"
    )
    source = Source(np.array([[0.1, -0.4, 2.0], [1.0, 0.0, -1.0]]), np.eye(2))
    return {
        "trace": trace_page(plan, start(plan), source, weight="w1_2_3", count_steps=5),
        "derivation": derivation_page(plan, notation="ng").page,
        "slope": slope_page(ACTIVATIONS["gelu"]),
        "graph": graph_page("1/(1+exp(-(w0*x0+w1*x1+w2)))", dict(w0=2, w1=-3, w2=-3, x0=-1, x1=-2)),
        "network": network_page((3, 20, 2)),
    }


@pytest.fixture(params=["en", "zh"])
def language(request):
    set_language(request.param)
    yield request.param
    set_language("en")


def test_every_page_is_readable_at_80_columns(language: str) -> None:
    for name, page in pages().items():
        long = [
            line for line in page.text().splitlines() if text_width(line) > 80 and "  " not in line.strip()
        ]
        assert not long, (name, long[:2])  # tables are as wide as their columns


def test_every_html_page_is_well_formed_and_asks_for_nothing(language: str) -> None:
    for name, page in pages().items():
        html = page.html()
        assert f'lang="{language}"' in html
        for tag in ("math", "svg"):
            for piece in re.findall(rf"<{tag}[ >].*?</{tag}>", html, flags=re.DOTALL):
                ET.fromstring(piece.replace("&lt;", "&#60;").replace("&gt;", "&#62;"))
        assert not re.search(r'(src|href)\s*=\s*"(?!data:)', html), name
        assert "url(" not in html and "@import" not in html


def test_latex_braces_balance_and_markdown_carries_formulas() -> None:
    for name, page in pages().items():
        bare = re.sub(r"\\[{}]", "", page.latex())
        assert bare.count("{") == bare.count("}"), name
        assert page.latex().count(r"\left") == page.latex().count(r"\right"), name
        assert page.markdown().startswith("# ")


def test_json_holds_the_facts() -> None:
    facts = json.loads(pages()["trace"].json())
    assert facts["network"] == "3-4-2" and {"forward", "loss", "backward", "gradient"} <= set(facts["stages"])


def test_chinese_pages_hold_no_english_sentence() -> None:
    set_language("zh")
    try:
        for name, page in pages().items():
            for section in page.sections:
                assert re.search(r"[一-鿿]", section.title), (name, section.title)
    finally:
        set_language("en")


@pytest.mark.parametrize(
    ("text", "values", "result", "gradients"),
    [
        ("c*(a+2*b)", dict(a=3, b=1, c=-2), -10, dict(a=-2, b=-4, c=5, d=-2, e=-2)),
        ("(x+y)*z", dict(x=-2, y=5, z=-4), -12, dict(x=-4, y=-4, z=3)),
        ("(x+y)*max(y,z)", dict(x=1, y=2, z=0), 6, dict(x=2, y=5, z=0)),
    ],
)
def test_the_graphs_of_the_lessons(text: str, values: dict, result: float, gradients: dict) -> None:
    facts = graph_page(text, values).facts
    assert facts["result"] == result
    found = {n["name"]: n["gradient"] for n in facts["nodes"]}
    assert {k: found[k] for k in gradients} == gradients


def test_a_missing_or_foreign_letter_is_named() -> None:
    with pytest.raises(RuleError, match="CR-1907"):
        graph_page("a*b", dict(a=1))
    with pytest.raises(RuleError, match="CR-1909"):
        graph_page("a*2", dict(a=1, b=2))


def test_a_page_of_a_large_network_stays_small() -> None:
    plan = make_plan(784, 10, (128,), activation="relu", loss="cross_entropy", precision="float64")
    source = Source(np.random.default_rng(0).random((1, 784)), np.eye(10)[:1])
    assert len(trace_page(plan, start(plan), source).html().encode()) < 2_000_000


def test_the_pieces_of_a_broken_line_are_the_whole_line() -> None:
    def letters(mathml: str) -> str:
        return re.sub(r"<[^>]*>", "", mathml)

    plan = make_plan(7, 2, (3,), activation="tanh", loss="cross_entropy", precision="float64")
    source = Source(np.random.default_rng(0).standard_normal((5, 7)), np.eye(2)[[0, 1, 0, 1, 0]])
    page = trace_page(plan, start(plan), source, rows=(0, 1))
    lines = [i for s in page.sections for i in s.items if isinstance(i, Math)]
    broken = [page.broken(line, "mathml") for line in lines]
    assert max(map(len, broken)) >= 2 * 8 + 1  # s = seven products and a bias, twice, and the value
    for line, pieces in zip(lines, broken, strict=True):
        assert letters("".join(sign + piece for sign, piece in pieces)) == letters(page.cell(line, "mathml"))
        for _, piece in pieces:
            ET.fromstring(f"<m>{piece}</m>")


@pytest.mark.parametrize("ending", ["html", "docx", "md", "tex", "json", "txt", "HTM"])
def test_the_ending_of_a_file_says_the_form_of_a_page(tmp_path: Path, ending: str, capfd) -> None:
    begins = {"html": b"<!doctype html>", "htm": b"<!doctype html>", "docx": b"PK", "md": b"# ", "tex": b"\\documentclass",
              "json": b"{", "txt": b"Computation graph"}  # fmt: skip
    file = tmp_path / f"page.{ending}"
    assert run(["graph", "a*b", "a=2", "b=3", "--out", str(file)]) == 0
    assert file.read_bytes().startswith(begins[ending.lower()])


def test_an_ending_that_says_nothing_is_refused_and_nothing_is_written(tmp_path: Path, capfd) -> None:
    assert run(["graph", "a*b", "a=2", "b=3", "--out", str(tmp_path / "page.pdf")]) == 2
    assert run(["graph", "a*b", "a=2", "b=3", "--form", "docx"]) == 2
    assert [line.rstrip("]")[-7:] for line in capfd.readouterr().err.splitlines()] == ["CR-2254", "CR-2323"]
    assert not list(tmp_path.iterdir())
