"""options -> calls: every command and option, one row each; what a command does is imported when it runs."""

from typing import Any

import click

from .grammar import Command, Group, Option
from .values import Choice, Names, Number, Numbers, Pair, Range, Shares, Whole, Wholes

# the forms of an equation, in the order its help lists them
FORMS = ("text", "latex", "mathml", "markdown", "html", "docx", "xlsx", "python", "matlab", "json", "table")
TASK, NETWORK, TRAINING, STOPPING, PARTS, TABLE, OUTPUT, WEIGHTS = (
    "CR-2100",
    "CR-2101",
    "CR-2102",
    "CR-2099",
    "CR-2103",
    "CR-2104",
    "CR-2105",
    "CR-2199",
)


def reading() -> list[click.Parameter]:
    """How a table is read: the same for every command that reads one."""
    return [
        Option(("--delimiter",), "CR-2140", section=TABLE, metavar="C"),
        Option(("--decimal",), "CR-2141", section=TABLE, metavar="C"),
        Option(("--encoding",), "CR-2142", section=TABLE, metavar="NAME"),
        Option(("--header/--no-header", "header"), "CR-2143", section=TABLE, default=None, is_flag=True),
        Option(("--missing",), "CR-2144", section=TABLE, multiple=True, metavar="TEXT"),
        Option(("--sheet",), "CR-3390", section=TABLE, metavar="NAME"),
        Option(("--cells",), "CR-3391", section=TABLE, metavar="B3:F200"),
        Option(("--samples",), "CR-3392", section=TABLE, type=Choice(("rows", "columns"))),
    ]


def of_weights() -> list[click.Parameter]:
    """What a file of weights does not say: the same for every command that takes one as a model."""
    return [
        Option(("--activation",), "CR-2113", section=WEIGHTS, type=Names()),
        Option(("--output", "output"), "CR-2256", section=WEIGHTS, metavar="NAME"),
        Option(("--rows",), "CR-2227", section=WEIGHTS, type=Choice(("units", "inputs"))),
        Option(("--columns",), "CR-1996", section=WEIGHTS, metavar="A,B,…"),
        Option(("--target",), "CR-1997", section=WEIGHTS, metavar="NAME"),
        Option(("--answer",), "CR-1998", section=WEIGHTS, type=Whole(1)),
    ]


# the option's destination is the name of the setting in `chainrule.train`
TRAIN: list[click.Parameter] = [
    click.Argument(["data"], nargs=-1, required=True, metavar="FILE..."),
    Option(("--target", "target"), "CR-2110", section=TASK, metavar="COL"),
    Option(
        ("--task",),
        "CR-2111",
        section=TASK,
        type=Choice(("regression", "classification", "binary", "multiclass")),
    ),
    # the network
    Option(("--preset",), "CR-3140", section=NETWORK, type=Choice(("plain", "classic", "strong"))),
    Option(("--hidden", "--hidden-layer-sizes", "hidden"), "CR-2112", section=NETWORK, type=Wholes()),
    Option(("--activation",), "CR-2113", section=NETWORK, type=Names()),
    Option(("--dropout",), "CR-2115", section=NETWORK, type=Numbers()),
    Option(("--start",), "CR-2116", section=NETWORK, metavar="NAME"),
    Option(("--members", "--n-estimators", "members"), "CR-3141", section=NETWORK, type=Whole(1)),
    Option(("--pieces",), "CR-3142", section=NETWORK, type=Whole()),
    # the training
    Option(("--loss",), "CR-2117", section=TRAINING, metavar="NAME"),
    Option(("--optimizer", "--solver", "optimizer"), "CR-2118", section=TRAINING, metavar="NAME"),
    Option(
        ("--lr", "--learning-rate", "--learning-rate-init", "lr"), "CR-2119", section=TRAINING, type=Number()
    ),
    Option(("--schedule",), "CR-2120", section=TRAINING, metavar="NAME"),
    Option(("--batch", "--batch-size", "batch"), "CR-2122", section=TRAINING, type=Whole()),
    Option(("--decay", "--weight-decay", "decay"), "CR-2136", section=TRAINING, type=Number()),
    Option(("--l1",), "CR-2137", section=TRAINING, type=Number()),
    Option(("--l2",), "CR-2124", section=TRAINING, type=Number()),
    Option(("--clip-norm",), "CR-2138", section=TRAINING, type=Number()),
    Option(("--clip-value",), "CR-2139", section=TRAINING, type=Number()),
    Option(("--max-norm",), "CR-2195", section=TRAINING, type=Number()),
    Option(("--seed", "--random-state", "seed"), "CR-2125", section=TRAINING, type=Whole()),
    Option(("--threads",), "CR-2126", section=TRAINING, type=Whole(1)),
    Option(("--precision",), "CR-2127", section=TRAINING, type=Choice(("float32", "float64"))),
    Option(("--engine",), "CR-2128", section=TRAINING, type=Choice(("auto", "native", "reference"))),
    # when it stops
    Option(("--epochs", "--max-iter", "epochs"), "CR-2121", section=STOPPING, type=Whole(1)),
    Option(("--patience", "--n-iter-no-change", "patience"), "CR-2123", section=STOPPING, type=Whole()),
    Option(("--min-delta", "--tol", "min_delta"), "CR-2162", section=STOPPING, type=Number()),
    Option(("--goal",), "CR-2163", section=STOPPING, type=Number()),
    Option(("--monitor",), "CR-2164", section=STOPPING, metavar="NAME"),
    # the parts
    Option(("--validation",), "CR-2130", section=PARTS, metavar="FILE"),
    Option(("--test",), "CR-2131", section=PARTS, metavar="FILE"),
    Option(("--part",), "CR-2132", section=PARTS, metavar="COL"),
    Option(("--split", "fractions"), "CR-2133", section=PARTS, type=Shares()),
    Option(("--folds",), "CR-3388", section=PARTS, type=Whole()),
    Option(("--repeats",), "CR-3389", section=PARTS, type=Whole(1)),
    Option(("--divide",), "CR-3396", section=PARTS, metavar="HOW"),
    Option(("--group", "--groups", "groups"), "CR-3394", section=PARTS, metavar="COL"),
    Option(("--time",), "CR-3397", section=PARTS, metavar="COL"),
    Option(
        ("--row-weights", "weight"), "CR-3395", section=PARTS, old=("--weights", "--weight"), metavar="COL"
    ),
    Option(("--exposure",), "CR-4712", section=PARTS, metavar="COL"),
    Option(("--class-weight",), "CR-3398", section=PARTS, metavar="balanced"),
    # the table
    *reading(),
    Option(("--memory",), "CR-3399", section=TABLE, type=Number(), metavar="MIB"),
    Option(("--as", "kinds"), "CR-2145", section=TABLE, type=Pair(), multiple=True),
    Option(("--drop",), "CR-2165", section=TABLE, multiple=True, metavar="COL"),
    Option(("--keep",), "CR-3393", section=TABLE, multiple=True, metavar="COL"),
    Option(("--scale",), "CR-2146", section=TABLE, metavar="NAME"),
    Option(("--pca",), "CR-4716", section=TABLE, type=Number(), metavar="N"),
    Option(("--target-scale",), "CR-2147", section=TABLE, metavar="NAME"),
    # the outputs
    Option(("--out", "-o", "out"), "CR-2150", section=OUTPUT, metavar="MODEL"),
    Option(("--report",), "CR-2194", section=OUTPUT, metavar="FILE"),
    Option(("--pictures",), "CR-2193", section=OUTPUT, metavar="FOLDER"),
    Option(("--checkpoint",), "CR-2151", section=OUTPUT, metavar="FILE"),
    Option(("--checkpoint-every",), "CR-2166", section=OUTPUT, type=Number()),
    Option(("--resume",), "CR-2152", section=OUTPUT, is_flag=True),
    Option(("--json", "as_json"), "CR-2153", section=OUTPUT, is_flag=True),
    Option(("--script",), "CR-2154", section=OUTPUT, is_flag=True),
    Option(("--quiet", "-q", "quiet"), "CR-2155", section=OUTPUT, is_flag=True),
]


def _dataset(name: str | None, out: str | None) -> None:
    from .dataset import dataset

    dataset(name, out)


def _train(**given: Any) -> int:
    from .train import train

    return train(given)


def _predict(**given: Any) -> None:
    from .predict import predict

    predict(given)


def _evaluate(**given: Any) -> None:
    from .predict import evaluate

    evaluate(given)


def _explain(**given: Any) -> None:
    from .explaining import explain

    explain(given)


def _derive(**given: Any) -> None:
    from .explaining import derive

    derive(given)


def _graph(**given: Any) -> None:
    from .explaining import graph

    graph(given)


def _importance(**given: Any) -> None:
    from .explaining import importance

    importance(given)


def _lesson(**given: Any) -> None:
    from .explaining import lesson

    lesson(given)


def _check(**given: Any) -> int:
    from .checking import check

    return check(given)


def rules() -> list[click.Parameter]:
    """The rules of a network typed in."""
    return [
        Option(("--activation",), "CR-2113", section=NETWORK, type=Names()),
        Option(("--output", "output"), "CR-2256", section=NETWORK, metavar="NAME"),
        Option(("--loss",), "CR-2117", section=NETWORK, metavar="NAME"),
        Option(("--optimizer", "--solver", "optimizer"), "CR-2118", section=NETWORK, metavar="NAME"),
        Option(("--l2", "--alpha", "l2"), "CR-2124", section=NETWORK, type=Number()),
    ]


def pages() -> list[click.Parameter]:
    """How a page is written."""
    return [
        Option(
            ("--form",),
            "CR-2221",
            section=OUTPUT,
            type=Choice(("text", "html", "markdown", "latex", "docx", "json")),
        ),
        Option(("--out", "-o", "out"), "CR-2222", section=OUTPUT, metavar="FILE"),
        Option(("--json", "as_json"), "CR-2223", section=OUTPUT, is_flag=True),
    ]


def notation() -> click.Parameter:
    return Option(("--notation",), "CR-2224", section=OUTPUT, type=Choice(("house", "zhou", "ng", "matlab")))


def _report(**given: Any) -> None:
    from .reporting import report

    report(given)


def _repeat(**given: Any) -> int:
    from .repeating import repeat

    return repeat(given)


def _size(**given: Any) -> None:
    from .sizing import size

    size(given)


def _rules(**given: Any) -> None:
    from .explaining import rules

    rules(given)


def _equation(**given: Any) -> None:
    from .equation import equation

    equation(given)


chainrule = Group((
    Command("dataset", _dataset, [
        click.Argument(["name"], required=False, metavar="[NAME]"),
        Option(("--out", "-o", "out"), "CR-2156", metavar="FILE"),
    ], "CR-2106"),
    Command("train", _train, TRAIN, "CR-2107", "CR-2160"),
    Command("predict", _predict, [
        click.Argument(["model"], metavar="MODEL"),
        click.Argument(["data"], nargs=-1, required=True, metavar="FILE..."),
        Option(("--out", "-o", "out"), "CR-2157", metavar="FILE"),
        Option(("--json", "as_json"), "CR-2158", is_flag=True),
        *reading(),
    ], "CR-2108", "CR-2161"),
    Command("evaluate", _evaluate, [
        click.Argument(["model"], metavar="MODEL"),
        click.Argument(["data"], nargs=-1, required=True, metavar="FILE..."),
        Option(("--json", "as_json"), "CR-2159", is_flag=True),
        *reading(),
    ], "CR-2109"),
    Command("report", _report, [
        click.Argument(["model"], metavar="MODEL"),
        click.Argument(["data"], nargs=-1, metavar="[FILE...]"),
        Option(("--out", "-o", "out"), "CR-2192", section=OUTPUT, metavar="FILE"),
        Option(("--pictures",), "CR-2193", section=OUTPUT, metavar="FOLDER"),
        Option(("--methods",), "CR-3507", section=OUTPUT, is_flag=True),
        *reading(),
    ], "CR-2190", "CR-2191"),
    Command("repeat", _repeat, [
        click.Argument(["model"], metavar="MODEL"),
        click.Argument(["data"], nargs=-1, metavar="[FILE...]"),
        Option(("--validation",), "CR-3554", section=PARTS, metavar="FILE"),
        Option(("--test",), "CR-3555", section=PARTS, metavar="FILE"),
        Option(("--json", "as_json"), "CR-2153", section=OUTPUT, is_flag=True),
        Option(("--quiet", "-q", "quiet"), "CR-2155", section=OUTPUT, is_flag=True),
        *reading(),
    ], "CR-3552", "CR-3553"),
    Command("size", _size, [
        click.Argument(["data"], metavar="FILE"),
        Option(("--target", "target"), "CR-2110", section=TASK, metavar="COL"),
        Option(("--task",), "CR-2111", section=TASK,
               type=Choice(("regression", "classification", "binary", "multiclass"))),
        Option(("--hidden",), "CR-3431", section=NETWORK, type=Range()),
        Option(("--activation",), "CR-3436", section=NETWORK, metavar="NAME"),
        Option(("--starts",), "CR-3432", section=TRAINING, type=Whole(1)),
        Option(("--folds",), "CR-3433", section=TRAINING, type=Whole(2)),
        Option(("--epochs", "--max-iter", "epochs"), "CR-3437", section=TRAINING, type=Whole(1)),
        Option(("--seed", "--random-state", "seed"), "CR-2125", section=TRAINING, type=Whole()),
        Option(("--threads",), "CR-3438", section=TRAINING, type=Whole(1)),
        *reading(),
        Option(("--drop",), "CR-2165", section=TABLE, multiple=True, metavar="COL"),
        Option(("--out", "-o", "out"), "CR-2222", section=OUTPUT, metavar="FILE"),
        Option(("--json", "as_json"), "CR-2153", section=OUTPUT, is_flag=True),
    ], "CR-3430"),
    Command("explain", _explain, [
        click.Argument(["net"], metavar="MODEL|WEIGHTS|2-2-1"),
        click.Argument(["data"], required=False, metavar="[FILE]"),
        Option(("--row",), "CR-2225", section=TABLE, metavar="N|N,N|N-N|all"),
        Option(("--weights",), "CR-2226", section=NETWORK, metavar="TEXT"),
        Option(("--rows",), "CR-2227", section=NETWORK, type=Choice(("units", "inputs"))),
        Option(("--biases",), "CR-2228", section=NETWORK, metavar="TEXT"),
        Option(("--thresholds",), "CR-2229", section=NETWORK, metavar="TEXT"),
        Option(("--x", "x"), "CR-2230", section=NETWORK, metavar="TEXT"),
        Option(("--t", "--target", "t"), "CR-2231", section=NETWORK, metavar="TEXT"),
        *rules(),
        Option(("--lr", "--learning-rate", "lr"), "CR-2119", section=NETWORK, type=Number()),
        Option(("--sum-rows",), "CR-2239", section=NETWORK, is_flag=True),
        Option(("--steps",), "CR-2232", section=OUTPUT, type=Whole(1)),
        Option(("--paths-of", "weight"), "CR-2233", section=OUTPUT, old=("--weight",), metavar="L_FROM_TO"),
        Option(("--unit",), "CR-2234", section=OUTPUT, multiple=True, metavar="L:1,2"),
        Option(("--digits",), "CR-2235", section=OUTPUT, type=Whole(1)),
        notation(),
        *pages(),
    ], "CR-2212", "CR-2213"),
    Command("equation", _equation, [
        click.Argument(["model"], metavar="MODEL|WEIGHTS"),
        Option(("--form",), "CR-2398", section=OUTPUT, type=Choice(FORMS)),
        Option(("--out", "-o", "out"), "CR-2399", section=OUTPUT, metavar="FILE"),
        Option(("--digits",), "CR-2325", section=OUTPUT, type=Whole()),
        Option(("--data",), "CR-2326", section=TABLE, metavar="FILE"),
        *of_weights(),
        *reading(),
    ], "CR-2397", "CR-1999"),
    Command("importance", _importance, [
        click.Argument(["model"], metavar="MODEL|WEIGHTS"),
        click.Argument(["data"], required=False, metavar="[FILE]"),
        *of_weights(),
        *reading(),
        *pages(),
    ], "CR-1950", "CR-1951"),
    Command("derive", _derive, [
        click.Argument(["net"], metavar="2-2-1|d-q-l|sigmoid|MODEL|WEIGHTS"),
        *rules(),
        Option(("--rows",), "CR-2227", section=NETWORK, type=Choice(("units", "inputs"))),
        Option(("--no-bias",), "CR-2236", section=NETWORK, is_flag=True),
        Option(("--folded-bias",), "CR-2237", section=OUTPUT, is_flag=True),
        notation(),
        *pages(),
    ], "CR-2214", "CR-2215"),
    Command("graph", _graph, [
        click.Argument(["text"], metavar="FORMULA|2-2-1|MODEL|WEIGHTS"),
        click.Argument(["values"], nargs=-1, metavar="[a=3 …]"),
        *pages(),
    ], "CR-2216", "CR-2217"),
    Command("check", _check, [
        click.Argument(["file"], metavar="FILE.py"),
        Option(("--seconds",), "CR-2945", section=OUTPUT, type=Number()),
        Option(("--memory",), "CR-2946", section=OUTPUT, type=Whole(256)),
        *pages(),
    ], "CR-2944", "CR-2947"),
    Command("lesson", _lesson, [
        click.Argument(["name"], required=False, metavar="[NAME]"),
        *pages(),
    ], "CR-2401", "CR-2402"),
    Command("rules", _rules, [
        click.Argument(["name"], required=False, metavar="[NAME]"),
        *pages(),
    ], "CR-3593", "CR-3594"),
))  # fmt: skip
