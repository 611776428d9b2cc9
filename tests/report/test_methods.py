"""The methods paragraph names what was done, with the numbers the model holds, and cites whom its rules name."""

import dataclasses
import hashlib
import re
from pathlib import Path

import numpy as np
import pytest

import chainrule
from chainrule.messages import set_language
from chainrule.report.works import WORKS, works_of
from chainrule.rules.activations import ACTIVATIONS
from chainrule.rules.initializers import INITIALIZERS
from chainrule.rules.losses import LOSSES
from chainrule.rules.optimizers import OPTIMIZERS
from chainrule.rules.schedules import SCHEDULES

ROWS = [row for table in (ACTIVATIONS, LOSSES, OPTIMIZERS, INITIALIZERS, SCHEDULES) for row in table.values()]


@pytest.fixture(autouse=True)
def english():
    yield
    set_language("en")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rng = np.random.default_rng(5)
    a, b = rng.normal(size=(2, 90))
    rows = "\n".join(
        f"{p:.4f},{q:.4f},{p - q:.4f},{'u' if p > q else 'v'}" for p, q in zip(a, b, strict=True)
    )
    (tmp_path / "d.csv").write_text(f"a,b,y,k\n{rows}\n", "utf-8")
    return tmp_path / "d.csv"


def words(page) -> str:
    return " ".join(page.text(10**6).split())


@pytest.mark.parametrize("row", [row for row in ROWS if row.source], ids=lambda row: row.name)
def test_every_work_a_rule_names_can_be_cited(row) -> None:
    named = re.findall(r"[A-ZØ][\w.,&' -]*? (1[89]\d\d|20\d\d)", row.source)
    assert [str(work.year) for work in works_of(row.source)] == named


def test_no_work_stands_twice_and_every_entry_is_whole() -> None:
    assert len({work.key for work in WORKS}) == len(WORKS)
    for work in WORKS:
        entry = work.bibtex()
        assert entry.isascii() and entry.count("{") == entry.count("}")
        assert str(work.year) in work.gbt() and work.gbt().endswith(".") and ".." not in work.gbt()


def test_gb_t_7714_lists_three_authors_and_bibtex_all() -> None:
    work = next(w for w in WORKS if w.names[1] == "Vogl et al. 1988")
    assert work.gbt() == (
        "VOGL T P, MANGIS J K, RIGLER A K, et al. Accelerating the convergence of the back-propagation method[J]. "
        "Biological Cybernetics, 1988, 59(4-5): 257-263."
    )
    assert (
        "author = {Vogl, T. P. and Mangis, J. K. and Rigler, A. K. and Zink, W. T. and Alkon, D. L.}"
        in work.bibtex()
    )
    assert "volume = {59}" in work.bibtex() and "number = {4--5}" in work.bibtex()


def test_every_number_of_the_training_stands_in_the_paragraph(file: Path) -> None:
    model = chainrule.train(
        str(file), "y", drop=["k"], hidden=(5, 4), activation=("selu", "leaky_relu:a=0.02"), optimizer="nadam",
        lr=0.004, schedule="warm_up:rise=0.2", epochs=7, patience=21, batch=9, seed=13, l2=0.003, dropout=0.25,
        clip_norm=2.5, max_norm=1.75, loss="huber", scale="minmax", fractions=(0.6, 0.2, 0.2),
    )  # fmt: skip
    text = words(model.methods("d.chainrule"))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    for wanted in (
        digest, "90 rows", "train 54, validation 18, test 18", "seed 13", "2-5-4-1", f"{model.plan.size} weights",
        "5 × selu", "4 × leaky_relu", "a = 0.02", "nadam", "psi = 0.004", "rate 0.004", "rise = 0.2", "9 rows per step",
        "L2 = 0.003", "0, 0.25, 0.25", "≤ 2.5", "≤ 1.75", "huber", "−1 … 1", "At most 7 epochs", "after 21 epochs", str(model.stop),
        f"Chainrule {chainrule.__version__}", f"NumPy {np.__version__}", "chainrule repeat d.chainrule",
        "[J]. Nature, 1986, 323(6088): 533-536.", "@inproceedings{dozat2016incorporating,", "Dropout", "KLAMBAUER G",
    ):  # fmt: skip
        assert wanted in text, wanted
    r2 = model.facts["metrics"]["test"]["r2"]
    assert f"R² = {r2:.4g}".replace("-", "−") in text
    cited = [
        int(k)
        for found in re.findall(r"\[(\d+(?:, \d+)*)\]", text.split("Metrics")[0])
        for k in found.split(", ")
    ]
    listed = [int(k) for k in re.findall(r"\[(\d+)\] [A-Z]", text.split("References")[1])]
    assert sorted(set(cited)) == listed == list(range(1, len(listed) + 1))


def test_a_cross_validation_is_given_with_its_spread(file: Path) -> None:
    model = chainrule.train(str(file), "k", drop=["y"], hidden=(3,), epochs=3, folds=3, repeats=2)
    text, facts = words(model.methods()), model.facts
    mean, sd = facts["metrics"]["test"]["accuracy"], facts["folds"]["sd"]["accuracy"]
    assert "3-fold cross-validation repeated 2 times" in text and "Over the 6 test parts" in text
    assert f"{mean:.4g} ± {sd:.2g}" in text and "90 rows" in text


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"divide": "block"}, "in blocks"),
        ({"divide": "interleaved"}, "by turns"),
        ({"divide": "1-60/61-75/76-90"}, "1-60/61-75/76-90"),
        ({"time": "b"}, "divided by b"),
        ({"validation": "d.csv"}, "a table of their own"),
        ({"groups": "b"}, "the same b stayed"),
        ({"weight": "b"}, "weighted by b"),
        ({"members": 3}, "mean of 3 such networks"),
    ],
    ids=str,
)
def test_how_rows_were_divided_and_weighted_is_said(file: Path, monkeypatch, settings, said) -> None:
    monkeypatch.chdir(file.parent)
    table = Path("e.csv")
    table.write_text(file.read_text("utf-8").replace("-", ""), "utf-8")  # weights must not be negative
    model = chainrule.train("e.csv", "y", drop=["k"], hidden=(3,), epochs=2, **settings)
    assert said in words(model.methods())


def test_a_frame_is_told_by_its_content_and_a_model_of_older_files_still_has_its_paragraph(
    file: Path,
) -> None:
    rng = np.random.default_rng(0)
    model = chainrule.train({"a": rng.normal(size=50), "y": rng.normal(size=50)}, "y", hidden=(2,), epochs=2)
    assert model.facts["sha256"]["data"] in words(model.methods())
    old = {k: v for k, v in model.facts.items() if k not in ("sha256", "versions")}
    text = words(dataclasses.replace(model, facts=old).methods())
    assert "SHA-256 of its content –" in text and "NumPy" not in text


def test_in_chinese_no_english_sentence_is_left(file: Path, monkeypatch) -> None:
    monkeypatch.chdir(file.parent)
    model = chainrule.train("d.csv", "y", drop=["k"], hidden=(3,), epochs=3, clip_norm=1.0, dropout=0.1)
    set_language("zh")
    page = model.methods()
    paragraph = page.sections[0].items[0].text
    assert "误差逆传播算法" in paragraph and "权值与阈值" in paragraph and "参考文献" in words(page)
    assert not re.search(r"\b(the|was|were|rows|with|of)\b", paragraph)
    for form in (page.html(), page.markdown(), page.latex(), page.docx()):
        assert form


def test_an_average_counts_every_row_once_in_its_methods() -> None:
    """Where every training row validates the networks that did not see it, the parts still add up to the table."""
    rng = np.random.default_rng(3)
    frame = {"x": rng.normal(size=90), "y": rng.normal(size=90)}
    model = chainrule.train(frame, "y", members=3, epochs=2, hidden=(2,), decay=0.1)
    rows = model.facts["rows"]
    assert rows["train"] + rows["test"] == 90 and rows["validation"] > 0
    text = " ".join(model.methods().text().split())
    assert "have 90 rows" in text and f"train {rows['train']}, test {rows['test']}." in text
    assert str(model.stop) not in text  # the ending of one of several networks
