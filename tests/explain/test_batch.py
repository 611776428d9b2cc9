"""Several rows at once: the accumulated gradient is the mean of the rows' gradients, the update and the state are its own."""

import json
from pathlib import Path

import numpy as np
import pytest

import chainrule
from chainrule.batches.source import Source
from chainrule.batches.start import start
from chainrule.errors import PlanError
from chainrule.explain.faces import explain_model, explain_net
from chainrule.explain.trace import leading, trace_row
from chainrule.explain.tracing import trace_page
from chainrule.plan import make_plan
from chainrule.rules.words import NumPy, read

EPS = np.finfo(float).eps


def batch(rows: int = 5, **settings):
    plan = make_plan(3, 2, (4,), activation="tanh", precision="float64", seed=3, lr=0.1, **settings)
    rng = np.random.default_rng(rows)
    return plan, start(plan), Source(rng.standard_normal((rows, 3)), rng.standard_normal((rows, 2)))


def section(page, title):
    return next(s for s in page.sections if s.title.startswith(title))


@pytest.mark.parametrize("reduce", ["mean", "sum"])
@pytest.mark.parametrize("written", [(0, 2, 4), (1,)])
def test_the_accumulated_gradient_is_made_of_the_rows_gradients(
    reduce: str, written: tuple[int, ...]
) -> None:
    plan, flat, source = batch(reduce_rows=reduce)
    page = trace_page(plan, flat, source, rows=written)
    each = [trace_row(plan, flat, source.batch(slice(None)), r, differences=False).values for r in range(5)]
    assert len(page.facts["gradient"]) == plan.size
    for label, fact in page.facts["gradient"].items():
        wanted = sum(v[label] for v in each) / (5 if reduce == "mean" else 1)
        assert fact["value"] == pytest.approx(wanted, abs=8 * EPS * sum(abs(v[label]) for v in each))
        assert fact["difference"] == pytest.approx(fact["value"], abs=1e-8)
    for line in section(page, "Accumulated").items:
        if hasattr(line, "parts"):  # (name, =, formula, =, formula with numbers, =, value)
            put = line.parts[4]
            assert float(read(put.tree, NumPy(put.values))) == pytest.approx(line.parts[6], rel=1e-12)


def test_each_row_stands_in_a_group_of_its_own_and_html_folds_it() -> None:
    plan, flat, source = batch()
    page = trace_page(plan, flat, source, rows=(0, 3), labels=(11, 12, 13, 14, 15))
    groups = [s.group for s in page.sections]
    assert set(groups) == {"", "Row 11", "Row 14"} and groups.count("Row 11") == groups.count("Row 14") == 5
    assert [row["row"] for row in page.facts["rows"]] == [11, 14]
    html = page.html()
    assert html.count("<details>") == html.count("</details>") == 2
    assert page.markdown().count("\n## Row 1") == 2 and page.text().count("\nRow 1") == 2
    json.loads(page.json())


def test_a_batch_wider_than_a_page_shows_the_rows_with_the_largest_loss() -> None:
    rng = np.random.default_rng(0)
    x, t = rng.standard_normal((30, 2)), rng.random((30, 1))
    page = explain_net("2-2-1", ".1 .8; .4 .6 | .3 .9", x, t, rows="units", row="all")
    losses = {row["row"]: row["stages"]["loss"][0]["value"] for row in page.facts["rows"]}
    assert len(losses) == 12
    others = [explain_net("2-2-1", ".1 .8; .4 .6 | .3 .9", x, t, rows="units", row=r).facts["stages"]["loss"][0]["value"]
              for r in range(1, 31) if r not in losses]  # fmt: skip
    assert max(others) <= min(losses.values())
    mean = (sum(others) + sum(losses.values())) / 30
    line = section(page, "Accumulated").items[1]
    assert line.parts[-1] == pytest.approx(mean, rel=1e-12)
    assert float(read(line.parts[4].tree, NumPy(line.parts[4].values))) == pytest.approx(mean, rel=1e-12)


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop", "irprop_minus", "momentum"])
def test_the_state_of_the_optimizer_is_shown_step_by_step(optimizer: str) -> None:
    plan, flat, source = batch(optimizer=optimizer)
    page = trace_page(plan, flat, source, count_steps=4)
    steps = page.facts["steps"]
    assert [s["step"] for s in steps] == [0, 1, 2, 3, 4]
    for step in steps:
        assert set(step["state"]) == set(plan.optimizer.state)
    first = {f["weight"]: f for f in page.facts["update"]}
    for label, fact in first.items():
        for letter, value in fact["state"].items():
            assert steps[1]["state"][letter][label] == pytest.approx(value, rel=1e-12)
        assert steps[1]["weights"][label] == pytest.approx(fact["after"], rel=1e-12)
    if optimizer == "adam":
        gradient = page.facts["gradient"]["dw1_1_1"]["value"]
        assert steps[1]["state"]["m"]["w1_1_1"] == pytest.approx((1 - 0.9) * gradient, rel=1e-12)
        assert steps[1]["state"]["v"]["w1_1_1"] == pytest.approx((1 - 0.999) * gradient**2, rel=1e-12)
    titles = [str(item.header) for item in section(page, "Step by step").items if hasattr(item, "rows")]
    assert len(titles) == 1 + len(plan.optimizer.state)


@pytest.mark.parametrize("clip", [dict(clip_norm=0.05), dict(clip_value=0.02), dict(max_norm=0.3)])
def test_a_clipped_update_shown_is_the_update_done(clip: dict) -> None:
    plan, flat, source = batch(optimizer="gd", l2=0.1, **clip)
    page = trace_page(plan, flat, source)
    free = trace_page(batch(optimizer="gd", l2=0.1)[0], flat, source)
    for fact in page.facts["update"]:
        assert fact["after"] == pytest.approx(page.facts["after"]["weights"][fact["weight"]], rel=1e-12)
    assert any(
        f["after"] != u["after"] for f, u in zip(page.facts["update"], free.facts["update"], strict=True)
    )


def test_dropout_is_not_drawn_in_the_step_shown_either() -> None:
    plan, flat, source = batch(dropout=0.5)
    plain = batch()[0]
    assert trace_page(plan, flat, source).facts["after"] == trace_page(plain, flat, source).facts["after"]


def test_drawing_trace_and_gradients_show_the_same_units() -> None:
    plan = make_plan(50, 3, (80, 40), loss="cross_entropy", precision="float64", seed=1)
    rng = np.random.default_rng(1)
    x = rng.standard_normal((2, 50))
    x[:, 10:20] = 0.0
    source = Source(x, np.eye(3)[:2])
    flat = start(plan)
    shown = leading(plan, flat, source.batch(slice(None)))
    assert {i: len(u) for i, u in shown.items()} == {0: 12, 1: 12, 2: 12, 3: 3}
    assert not set(shown[0]) & set(range(11, 21))  # what is 0 moves nothing
    page = trace_page(plan, flat, source, rows=(0, 1), units={2: [7, 33]})
    gradients = {n["name"] for n in page.facts["rows"][0]["stages"]["gradient"]}
    assert {g for g in gradients if g.startswith("dw3")} == {
        f"dw3_{u}_{o}" for u in (7, 33) for o in (1, 2, 3)
    }
    assert {g for g in gradients if g.startswith("dw2")} == {
        f"dw2_{i}_{u}" for i in shown[1] for u in (7, 33)
    }
    one = trace_page(plan, flat, source).sections[0].items[1].svg
    first = leading(plan, flat, source.take(np.array([0])).batch(slice(None)))
    for layer, letter in ((0, "x"), (1, "y")):
        assert all(f">{letter} {u}<" in one for u in first[layer])


@pytest.mark.parametrize(
    ("row", "rows"), [(2, [2]), ("3,1", [3, 1]), ("2-4", [2, 3, 4]), ("1，3", [1, 3]), ([5], [5])]
)
def test_rows_are_named_as_people_do(row, rows: list[int]) -> None:
    x, t = np.arange(10.0).reshape(5, 2) / 10, np.full((5, 1), 0.5)
    facts = explain_net("2-1", ".1 .8", x, t, row=row).facts
    assert ([facts["row"]] if "row" in facts else [r["row"] for r in facts["rows"]]) == rows


@pytest.mark.parametrize(("row", "code"), [("x", "CR-1986"), ("", "CR-1986"), ("3-", "CR-1986"), ([], "CR-1986"),
                                           ("0", "CR-2246"), ("6", "CR-2246"), ("4-2", "CR-2246"), (0, "CR-2246")])  # fmt: skip
def test_rows_that_are_not_there_are_refused(row, code: str) -> None:
    x, t = np.arange(10.0).reshape(5, 2) / 10, np.full((5, 1), 0.5)
    with pytest.raises(PlanError) as refused:
        explain_net("2-1", ".1 .8", x, t, row=row)
    assert refused.value.code == code


@pytest.fixture(scope="module")
def regression(tmp_path_factory) -> tuple[chainrule.Model, Path]:
    rng = np.random.default_rng(0)
    file = tmp_path_factory.mktemp("rows") / "t.csv"
    lines = [f"{a:.3f},{'red' if a > 5 else 'blue'},{3 * a + 1:.3f}" for a in rng.uniform(0, 10, 80)]
    file.write_text("a,colour,y\n" + "\n".join([*lines, "11,red,34", "5,green,16", "5,red,"]) + "\n", "utf-8")
    model = chainrule.train({"a": rng.uniform(0, 10, 80), "colour": ["red", "blue"] * 40, "y": rng.uniform(0, 30, 80)},
                            "y", hidden=(3,), epochs=3, engine="reference", decay=0)  # fmt: skip
    return model, file


def test_rows_of_a_table_are_one_batch_in_the_tables_own_units(regression) -> None:
    model, file = regression
    page = explain_model(model, str(file), row="3,5,9")
    assert [row["row"] for row in page.facts["rows"]] == [3, 5, 9]
    table = section(page, "After").items[-1]
    wanted = model.predict(str(file))["y"].values
    for cells in table.rows:
        # shown with 6 digits; predict rounds its inputs to float32
        assert float(cells[2]) == pytest.approx(wanted[int(cells[0]) - 1], rel=1e-5)


def test_a_row_outside_the_training_range_is_said_to_be(regression) -> None:
    model, file = regression

    def said(row) -> str:
        return " ".join(explain_model(model, str(file), row=row).text().split())

    assert "outside" not in said(1)
    assert "'a' is 11, in the training" in said(81)
    assert "never showed this label of 'colour'" in said("1,82")


def test_rows_without_a_target_are_refused_by_number_and_left_out_of_all(regression) -> None:
    model, file = regression
    with pytest.raises(PlanError, match="CR-2260"):
        explain_model(model, str(file), row="1,83")
    assert "82" in section(explain_model(model, str(file), row="all"), "Accumulated").items[0].text
