"""The page of a report: its numbers are the model's and scikit-learn's, its parts those of the training, its words both languages'."""

import io
import zipfile
from xml.etree import ElementTree

import numpy as np
import pytest
import sklearn.metrics as sk
from browser import CHROMIUM, measured

import chainrule
from chainrule.errors import ChainruleError
from chainrule.messages import set_language
from chainrule.model.evidence import evidence
from chainrule.page.page import Page, Table

# every text of every drawing lies inside it and on no other, and nothing is wider than the window
PLACES = """
const wrong=[];let texts=0;
for(const svg of document.querySelectorAll('svg')){
 const f=svg.getBoundingClientRect();
 const t=[...svg.querySelectorAll('text:not([transform])')].map(e=>[e.textContent,e.getBoundingClientRect()]);
 texts+=t.length;
 t.forEach(([s,a],i)=>{
  if(a.left<f.left-1||a.right>f.right+1||a.top<f.top-1||a.bottom>f.bottom+1)wrong.push(['outside',s]);
  for(const [o,b] of t.slice(i+1)){
   const w=Math.min(a.right,b.right)-Math.max(a.left,b.left),h=Math.min(a.bottom,b.bottom)-Math.max(a.top,b.top);
   if(w>1.5&&h>4)wrong.push([s,o])}})}
return {wrong,texts,wide:document.documentElement.scrollWidth-document.documentElement.clientWidth}
"""


def numbers(rows: int = 200) -> dict[str, object]:
    rng = np.random.default_rng(5)
    x, colour = rng.normal(size=rows), rng.choice(["red", "green"], rows)
    y = np.round(3 * x + 2 * (colour == "red") + rng.normal(size=rows), 1)
    y[::25] = np.nan
    x[3] = np.nan
    return {"x": x, "colour": colour.tolist(), "same": ["a"] * rows, "y": y}


def classes(rows: int = 300) -> dict[str, object]:
    rng = np.random.default_rng(6)
    x = rng.normal(size=(rows, 2))
    k = np.argmax(np.column_stack([x, np.zeros(rows)]) + 0.5 * rng.normal(size=(rows, 3)), axis=1)
    return {"a": x[:, 0], "b": x[:, 1], "kind": np.array(["ant", "bee", "cow"])[k].tolist()}


@pytest.fixture(scope="module")
def regression():
    return chainrule.train(numbers(), "y", epochs=20, hidden=(8,), seed=3, folds=0)


@pytest.fixture(scope="module")
def multi():
    return chainrule.train(classes(), "kind", epochs=20, hidden=(8,), folds=0)


@pytest.fixture
def chinese():
    set_language("zh")
    yield
    set_language("en")


def cells(page: Page, first: str) -> dict[str, tuple[str, ...]]:
    """The table that has a line beginning with `first`, by its lines."""
    for section in page.sections:
        for item in section.items:
            if isinstance(item, Table) and any(row[0] == first for row in item.rows):
                return {str(row[0]): tuple(map(str, row[1:])) for row in item.rows}
    raise AssertionError(first)


def test_the_parts_are_those_of_the_training_bit_for_bit(regression) -> None:
    found = evidence(regression, numbers())
    assert (
        found.same and found.without == 8 and [p.part for p in found.parts] == ["train", "validation", "test"]
    )
    for p in found.parts:
        assert p.count == regression.facts["rows"][p.part]
        assert float(np.sqrt(np.mean(p.error**2))) == pytest.approx(
            regression.facts["metrics"][p.part]["rmse"], rel=1e-12
        )
    rows = np.concatenate([[p.table.row(i) for i in range(p.count)] for p in found.parts])
    assert sorted(rows) == [i + 1 for i in range(200) if i % 25]


WAYS = {
    "two targets": {"target": "y,z"}, "members": {"members": 2}, "folds": {"folds": 2}, "block": {"divide": "block"},
    "time": {"time": "when"}, "weight and groups": {"weight": "w", "groups": "g"}, "part": {"part": "p"},
    "dropped": {"drop": ["w"]}, "by file": {"fractions": (0.5, 0.0, 0.5)}, "classes": {"target": "k", "class_weight": "balanced"},
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_however_the_rows_were_divided_the_report_finds_the_same_parts(way) -> None:
    rng = np.random.default_rng(8)
    n = 120
    x = rng.normal(size=n)
    frame = {"x": x, "y": 2 * x + rng.normal(size=n), "z": -x, "w": np.arange(n) % 3 + 0.0, "g": np.arange(n) // 5,
             "when": rng.permutation(n) + 0.0, "p": ["train"] * 80 + ["test"] * 40,
             "k": np.where(x + rng.normal(size=n) > 0.8, "rare", "often").tolist()}  # fmt: skip
    settings = {"target": "y", "epochs": 2, "hidden": (3,), "decay": 0.1, "folds": 0, **WAYS[way]}
    model = chainrule.train(frame, **settings)
    found = evidence(model, frame, importance=False)
    assert found.same
    names = {p.part: "test" if p.part == "folds" else p.part for p in found.parts}
    assert ("folds" in names) == (way == "folds")
    assert all(p.count == model.facts["rows"][names[p.part]] for p in found.parts)
    assert {part for part, rows in model.facts["rows"].items() if rows} - set(names.values()) <= {
        "validation"
    }
    turned = {name: list(np.asarray(values)[::-1]) for name, values in frame.items()}
    if way not in (
        "part",
        "time",
        "weight and groups",
    ):  # a column tells the parts: the order of rows does not matter
        assert not evidence(model, turned, importance=False).same


def test_a_table_with_its_rows_in_another_order_is_not_taken_for_the_parts(regression) -> None:
    given = {k: list(np.asarray(v)[::-1]) for k, v in numbers().items()}
    found = evidence(regression, given, importance=False)
    assert not found.same and [p.part for p in found.parts] == ["given"] and found.last.count == 192
    text = regression.report_page(given).text()
    assert "is not the table of the training" in text.replace("\n", " ")


def test_the_metrics_of_the_page_are_scikit_learns_on_every_part(regression) -> None:
    found, page = evidence(regression, numbers()), regression.report_page(numbers())
    table = cells(page, "R² = 1 − SSE/SST")
    everything = np.concatenate([p.t for p in found.parts]), np.concatenate([p.y for p in found.parts])
    for column, (t, y) in enumerate([*((p.t, p.y) for p in found.parts), everything]):
        correlation = np.corrcoef(t, y)[0, 1]
        for name, value in (
            ("R² = 1 − SSE/SST", sk.r2_score(t, y)), ("R (Pearson's correlation)", correlation),
            ("R·R (correlation squared)", correlation**2), ("MAE", sk.mean_absolute_error(t, y)),
            ("RMSE", np.sqrt(sk.mean_squared_error(t, y))), ("MSE", sk.mean_squared_error(t, y)),
        ):  # fmt: skip
            assert float(table[name][column]) == pytest.approx(value, rel=6e-4), (name, column)
        if (t == 0).any():  # a target of 0: no MAPE, and the sentence with that of the other rows
            assert table["MAPE"][column] == "–"
        else:
            share = sk.mean_absolute_percentage_error(t, y)
            assert float(table["MAPE"][column].removesuffix(" %")) == pytest.approx(100 * share, rel=6e-4)
    zeros = [p for p in found.parts if (p.t == 0).any()]
    assert zeros  # the test above meant something
    text = page.text(10_000)
    for p in zeros:
        share = sk.mean_absolute_percentage_error(p.t[p.t != 0], p.y[p.t != 0])
        assert f"MAPE is not defined; over the other rows it is {100 * share:.4g} %" in text


def test_the_table_per_class_of_the_page_is_scikit_learns_report(multi) -> None:
    last = evidence(multi, classes(), importance=False).last
    theirs = sk.classification_report(last.t, last.chosen, output_dict=True, zero_division=0)
    ours = cells(multi.report_page(classes()), "ant")
    for name, key in (("ant", "0"), ("bee", "1"), ("cow", "2"), ("mean of the classes", "macro avg"),
                      ("mean weighted by rows", "weighted avg")):  # fmt: skip
        shown = [float(v) for v in ours[name]]
        wanted = [theirs[key][n] for n in ("precision", "recall", "f1-score", "support")]
        assert shown == pytest.approx(wanted, rel=6e-4)


def test_what_was_read_and_left_out_is_said_with_its_reason(regression) -> None:
    page = regression.report_page(numbers())
    table = cells(page, "colour")
    assert table["x"][2] == "1 (0.5 %)" and table["y"][1:3] == ("target", "8 (4.0 %)")
    assert table["same"][1].startswith("left out.") and "same" in table["same"][1]
    assert "8 row(s) without a value in the target column are left out" in page.text(10_000)


def test_each_of_several_targets_has_its_own_numbers_and_pictures() -> None:
    rng = np.random.default_rng(8)
    x = rng.normal(size=80)
    frame = {"x": x, "height": 2 * x + rng.normal(size=80), "width": -x}
    model = chainrule.train(frame, "height,width", epochs=3, hidden=(3,))
    page = model.report_page(frame)
    names = [p.name for p in page.pictures()]
    assert {"regression-1", "regression-2", "residuals-1", "residuals-2"} <= set(names) and len(names) == len(
        set(names)
    )
    titles = [section.title for section in page.sections]
    assert "Where it is weak: height" in titles and "Where it is weak: width" in titles
    last = evidence(model, frame, importance=False).of(1).last
    text = page.text(10_000)
    assert f"{sk.mean_absolute_error(last.t, last.y):.4g}" in text


def test_without_the_table_the_page_shows_what_the_model_knows_and_names_the_command(regression) -> None:
    page = regression.report_page(name="m.chainrule")
    assert "`chainrule report m.chainrule FILE`" in page.text(10_000)
    assert [p.name for p in page.pictures()] == ["network", "training"]
    assert cells(page, "RMSE")


def test_a_part_without_a_class_or_of_one_row_gets_sentences_not_numbers(multi, regression) -> None:
    few = {"a": [0.1, 0.3], "b": [0.0, 1.0], "kind": ["ant", "ant"]}
    page = multi.report_page(few)
    text = page.text(10_000)
    assert "has no row of: bee, cow" in text
    assert "roc" not in [p.name for p in page.pictures()]  # nothing to draw
    one = regression.report_page({"x": [1.0], "colour": ["red"], "same": ["a"], "y": [2.0]})
    assert cells(one, "R² = 1 − SSE/SST")["R² = 1 − SSE/SST"][-1] == "–"
    assert "A dash: not defined on these rows" in one.text(10_000)


@pytest.mark.parametrize(("frame", "code"), [({"x": [1.0], "colour": ["red"]}, "CR-1115"),
                                             ({"x": [1.0], "colour": ["red"], "y": [np.nan]}, "CR-1817"),
                                             ({"y": [1.0]}, "CR-1101")])  # fmt: skip
def test_a_table_that_cannot_be_used_is_refused(regression, frame, code) -> None:
    with pytest.raises(ChainruleError) as caught:
        regression.report_page(frame)
    assert caught.value.code == code


def test_a_test_file_that_is_gone_leaves_its_part_out_and_says_so(tmp_path) -> None:
    import pandas as pd

    frame = pd.DataFrame(numbers())
    later = tmp_path / "later.csv"
    frame.head(60).to_csv(later, index=False)
    model = chainrule.train(frame, "y", test=str(later), epochs=5, hidden=(4,))
    assert evidence(model, frame).same and len(evidence(model, frame).parts) == 3
    later.unlink()
    found = evidence(model, frame)
    assert found.same and found.absent == ("test",)
    assert "The file of the part 'test' is not there" in model.report_page(frame).text(10_000)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("width", [1400, 500])
def test_no_label_covers_another_and_no_network_is_asked(regression, multi, width, chinese) -> None:
    for model, data in ((regression, numbers()), (multi, classes())):
        found = measured(model.report_page(data).html(), PLACES, f"--window-size={width},2000")
        assert found["asked"] == [] and found["wrong"] == [] and found["texts"] > 50
        assert found["wide"] <= 0  # tables scroll inside themselves


def test_every_form_holds_the_report_in_both_languages(multi, chinese) -> None:
    page = multi.report_page(classes())
    assert 'lang="zh"' in page.html() and "混淆矩阵" in page.html()
    assert "](figures/confusion.svg)" in page.markdown(pictures="figures")
    assert r"\includegraphics[width=\linewidth]{figures/roc.pdf}" in page.latex("figures")
    assert "查准率" in page.text()


def test_the_word_document_holds_its_pictures_and_refers_to_each(regression) -> None:
    page = regression.report_page()
    with zipfile.ZipFile(io.BytesIO(page.docx())) as made:
        names = set(made.namelist())
        trees = {
            name: ElementTree.fromstring(made.read(name))
            for name in names
            if name.endswith((".xml", ".rels"))
        }
        pixels = [made.read(f"word/media/image{k}.png") for k in (1, 2)]
    assert len(page.pictures()) == 2 and all(p.startswith(b"\x89PNG") for p in pixels)
    places = {r.get("Id"): r.get("Target") for r in trees["word/_rels/document.xml.rels"]}
    space = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
    used = [node.get(space) for node in trees["word/document.xml"].iter() if node.get(space)]
    assert [places[u] for u in used] == ["media/image1.png", "media/image2.png"]
    assert {f"word/{places[u]}" for u in used} <= names


def test_a_page_of_48_000_rows_stays_small() -> None:
    rng = np.random.default_rng(0)
    n = 48_000
    x = rng.normal(size=(n, 4))
    data = {f"x{k}": x[:, k] for k in range(4)} | {"y": x.sum(axis=1) + rng.normal(size=n)}
    model = chainrule.train(data, "y", epochs=1, hidden=(4,), batch=4096)
    page = model.report_page(data)
    assert len(page.html().encode()) < 3_000_000 and page.facts["same"]
    assert any("of 33600 points" in page.caption(p).lower() for p in page.pictures())
