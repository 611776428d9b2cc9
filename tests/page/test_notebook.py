"""What a notebook is given: small, without scripts, in the theme's colours, as HTML, LaTeX and text."""

import re

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes

import chainrule
import chainrule.messages
from chainrule.page.page import Page

CELL = 100_000


def shown(thing):
    """The bundle, and what holds for every bundle."""
    made = thing._repr_mimebundle_()
    assert {"text/html", "text/plain"} <= set(made)
    assert sum(len(content.encode()) for content in made.values()) <= CELL
    html = made["text/html"]
    assert not re.search(r"<script|\son[a-z]+=|javascript:|https?://(?!www\.w3\.org)", html)
    assert (
        ":root" not in html and "var(--jp-" in html and "var(--vscode-" in html
    )  # the notebook's own colours
    assert "text/html" not in thing._repr_mimebundle_(exclude=["text/html"])
    assert set(thing._repr_mimebundle_(include={"text/plain"})) == {"text/plain"}
    return made


@pytest.fixture(scope="module")
def models():
    made = {}
    for name, load in (("diabetes", load_diabetes), ("cancer", load_breast_cancer)):
        frame = load(as_frame=True).frame
        made[name] = chainrule.train(
            frame, "target", epochs=8, hidden=(4, 3), seed=1, members=2 if name == "cancer" else 1
        )
    return made


@pytest.mark.parametrize("name", ["diabetes", "cancer"])
def test_a_model_shows_its_metrics_and_its_network(name, models):
    model = models[name]
    made = shown(model)
    metric = model.facts["metrics"]["test"][model.facts["primary"]]
    assert f"{metric:.4g}" in made["text/html"] and f"{metric:.4g}" in made["text/plain"]
    first, *_, last = model.plan.layers
    assert rf"\mathbb{{R}}^{{{first.inputs} \times 4}}" in made["text/latex"]
    assert rf"\mathbb{{R}}^{{3 \times {last.units}}}" in made["text/latex"]
    assert made["text/latex"].count("{") == made["text/latex"].count("}")
    # GitHub takes the style away and keeps tables, so the numbers stand in tables and sentences
    assert "<table>" in re.sub(r"(?s)<style>.*?</style>|<svg.*?</svg>", "", made["text/html"])


def test_a_model_of_an_array_shows_that_nothing_was_measured(tmp_path):
    x = np.random.default_rng(0).normal(size=(40, 2))
    with pytest.warns(Warning, match="Maximum iterations"):
        est = chainrule.MLPRegressor(hidden_layer_sizes=(3,), max_iter=3).fit(x, x[:, 0])
    est.save(tmp_path / "m.chainrule")
    from chainrule.model import load

    assert "No metrics are known" in shown(load(tmp_path / "m.chainrule"))["text/html"]


def test_an_equation_and_an_explanation_show_themselves(models):
    made = shown(chainrule.equation(models["diabetes"], digits=4))
    assert "$$" in made["text/latex"]
    frame = load_diabetes(as_frame=True).frame
    assert "text/plain" in shown(chainrule.explain_model(models["diabetes"], frame, row="1-12"))


@pytest.mark.parametrize("language, word", [("en", "cell holds no more of it"), ("zh", "到此为止")])
def test_a_long_page_is_cut_with_a_sentence(language, word):
    chainrule.messages.set_language(language)
    try:
        page = Page("long")
        for k in range(50):
            section = page.section(f"part {k}")
            for _ in range(50):
                section.say("字" * 40 + " & ")
        made = shown(page)
        assert word in made["text/html"] and word in made["text/plain"]
        assert "part 0" in made["text/html"] and "part 49" not in made["text/html"]
        assert len(page.html()) > CELL  # the file has it all
    finally:
        chainrule.messages.set_language("en")
