"""rows -> C++: writes every rule as a header for the native engine; run by path at build time: `emit.py OUT.h`.

What depends on no weight, gradient or score is *lifted*: it is computed once, in double, and handed to the loop as a
constant (Adam's 1 − b1**k inside the loop costs 3.5 times the step). Dividing by a lifted value becomes multiplying by
its reciprocal, one rounding more. The interpreter of native/program.cpp lifts by the same three rules, so a rule
gives the same bits either way: numbers and letters without an element are lifted, whole parts at a time; x/lifted is
x*(1/lifted); x**lifted is v_pow_by.
"""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if __name__ == "__main__":  # run by path: only the standard library is there
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from chainrule.rules.activations import ACTIVATIONS, Activation
from chainrule.rules.bytecode import OPCODES
from chainrule.rules.expression import CONSTANTS, FUNCTIONS, Expression
from chainrule.rules.fingerprint import fingerprint
from chainrule.rules.losses import LOSSES, Loss
from chainrule.rules.optimizers import CLIPS, OPTIMIZERS, PENALTIES, Clip, Optimizer, Penalty
from chainrule.rules.words import read

NAMES = {
    "+": "ADD", "-": "SUB", "*": "MUL", "/": "DIV", "**": "POW", "neg": "NEG", "<": "LT", "<=": "LE", ">": "GT",
    ">=": "GE", "==": "EQ", "!=": "NE", "and": "AND", "or": "OR", "not": "NOT",
}  # fmt: skip
START = {"rowsum": "zero<T>()", "rowmax": "-infinity<T>()"}
STEP = {"rowsum": "acc + {0}", "rowmax": "v_larger(acc, {0})"}
LANES = {"rowsum": "lane_sum", "rowmax": "lane_larger"}


@dataclass(frozen=True)
class Part:
    """A piece of C++: a vector expression, or a lifted one in double, of level 0 (known per step) or 1 (per view)."""

    text: str
    lifted: bool = False
    level: int = 0
    plain: bool = False  # a name or a number: not worth a place of its own
    value: float | None = None  # of a number, whose place is in the code


@dataclass
class Cpp:
    """The C++ reading. `letters` says what a name stands for; lifted parts that a loop needs gather in `constants`."""

    letters: dict[str, Part]
    constants: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    passes: list[tuple[str, str]] = field(default_factory=list)
    norms: list[str] = field(default_factory=list)
    two_levels: bool = False

    def number(self, value: float) -> Part:
        return Part(repr(value), lifted=True, plain=True, value=value)

    def name(self, name: str) -> Part:
        return self.letters[name] if name in self.letters else self.number(CONSTANTS[name])

    def apply(self, op: str, args: Sequence[Part]) -> Part:
        if op == "norm":
            return self._norm(self.vector(args[0]))
        if op in START:
            return self._pass(op, self.vector(args[0]))
        if all(a.lifted for a in args):
            return self._lift(op, args)
        if op == "/" and args[1].lifted:
            inverse = Part(f"(1.0 / {args[1].text})", True, args[1].level, value=args[1].value)
            return Part(f"({self.vector(args[0])} * {self.vector(inverse)})")
        if op == "**" and args[1].lifted:
            return Part(f"v_pow_by({self.vector(args[0])}, {self._scalar(args[1])})")
        if op in ("where", "and", "or", "not"):
            tests = 1 if op == "where" else len(args)
            words = [self._test(a) if i < tests else self.vector(a) for i, a in enumerate(args)]
        else:
            words = [self.vector(a) for a in args]
        shape = {"neg": "(-{0})", "where": "select({0}, {1}, {2})", "and": "({0} & {1})", "or": "({0} | {1})",
                 "not": "(!{0})", "**": "v_pow({0}, {1})"}.get(op)  # fmt: skip
        if shape is None:
            shape = f"v_{op}({', '.join(words)})" if op in FUNCTIONS else f"({{0}} {op} {{1}})"
        return Part(shape.format(*words))

    def vector(self, part: Part) -> str:
        """The part as a vector expression."""
        if not part.lifted:
            return part.text
        return f"K<T>({part.text})" if part.value is not None else f"broadcast({self._scalar(part)})"

    def _scalar(self, part: Part) -> str:
        """The lifted part as one number of the engine's precision."""
        if part.value is not None:
            return f"T({part.text})"
        text = self._place(part) if part.level == 0 else part.text
        if text not in self.constants:
            self.constants.append(text)
        return f"c[{self.constants.index(text)}]"

    def _test(self, part: Part) -> str:
        """A condition as a mask; a lifted one is 1 or 0."""
        if not part.lifted:
            return part.text
        truth = Part(f"({part.text} ? 1.0 : 0.0)", lifted=True, level=part.level)
        return f"(broadcast({self._scalar(truth)}) != zero<T>())"

    def _place(self, part: Part) -> str:
        """Where a part known per step is kept for every view."""
        if part.plain or not self.two_levels:
            return part.text
        if part.text not in self.shared:
            self.shared.append(part.text)
        return f"shared[{self.shared.index(part.text)}]"

    def _lift(self, op: str, args: Sequence[Part]) -> Part:
        level = max(a.level for a in args)
        words = [self._place(a) if a.level < level else a.text for a in args]
        shape = {"neg": "(-{0})", "where": "({0} ? {1} : {2})", "and": "({0} && {1})", "or": "({0} || {1})",
                 "not": "(!{0})", "**": "s_pow({0}, {1})"}.get(op)  # fmt: skip
        if shape is None:
            shape = f"s_{op}({', '.join(words)})" if op in FUNCTIONS else f"({{0}} {op} {{1}})"
        return Part(shape.format(*words), lifted=True, level=level)

    def _pass(self, op: str, text: str) -> Part:
        if (op, text) not in self.passes:
            self.passes.append((op, text))
        return Part(f"r{self.passes.index((op, text))}")

    def _norm(self, text: str) -> Part:
        if self.constants:
            raise ValueError("a norm may not be taken of something that needs a constant")
        if text not in self.norms:
            self.norms.append(text)
        return Part(f"norms[{self.norms.index(text)}]", lifted=True, plain=True)


def _vectors(names: Iterable[str]) -> dict[str, Part]:
    return {n: Part(n) for n in names}


def _knobs(knobs: Mapping[str, float], array: str = "knobs") -> dict[str, Part]:
    return {n: Part(f"{array}[{i}]", lifted=True, plain=True) for i, n in enumerate(knobs)}


def _flag(name: str, value: object, kind: str = "int") -> str:
    return f"    static constexpr {kind} {name} = {str(value).lower()};"


def _function(head: str, body: Sequence[str], kind: str = "void") -> list[str]:
    return [f"    static CR_INLINE {kind} {head} {{", *(f"        {line}" for line in body), "    }"]


def _prepare(head: str, words: Cpp) -> list[str]:
    quiet = [f"(void){head.split('(')[1].split(',')[0].split()[-1]};", "(void)c;"]
    return _function(head, [*quiet, *(f"c[{i}] = T({text});" for i, text in enumerate(words.constants))])


class _Rows:
    """A formula read for whole rows: panel p of a row begins at `letter + p*stride`, lanes from n on are no outputs."""

    def __init__(self, words: Cpp, letters: Sequence[str]) -> None:
        self.words, self.letters = words, letters

    def lines(self, result: str, target: str) -> list[str]:
        out = []
        for i, (op, text) in enumerate(self.words.passes):
            out += [
                f"Vec<T> r{i};",
                "{",
                f"    Vec<T> acc = {START[op]};",
                *self._loop(
                    [f"acc = {STEP[op].format(f'select(first_lanes<T>(n - o), {text}, {START[op]})')};"]
                ),
                f"    r{i} = broadcast({LANES[op]}(acc));",
                "}",
            ]
        last = [f"store({target}_ + o / V * stride, select(first_lanes<T>(n - o), {result}, zero<T>()));"]
        return [*out, *(line[4:] for line in self._loop(last))]

    def lanes(self, result: str) -> list[str]:
        """The same where lanes are members, for one row of n vectors: what crosses lanes there goes over vectors here."""
        loads = [f"const Vec<T> {a} = load({a}_ + o * stride); (void){a};" for a in self.letters]
        out = []
        for i, (op, text) in enumerate(self.words.passes):
            step = STEP[op].format("one")
            out += [
                f"const Vec<T> r{i} = over_units<T>(n, {START[op]}, [&](long o) {{",
                *(f"    {a}" for a in loads),
                f"    return {text};",
                f"}}, [](Vec<T> acc, Vec<T> one) {{ return {step}; }});",
            ]
        body = [*loads, f"store(out_ + o * stride, {result});"]
        return [*out, "for (long o = 0; o < n; ++o) {", *(f"    {a}" for a in body), "}"]

    def _loop(self, body: Sequence[str]) -> list[str]:
        loads = [f"        const Vec<T> {a} = load({a}_ + o / V * stride);" for a in self.letters]
        unused = [f"        (void){a};" for a in self.letters]
        return [
            "    for (long o = 0; o < n; o += V) {",
            *loads,
            *unused,
            *(f"        {b}" for b in body),
            "    }",
        ]


def _formula(name: str, expression: Expression, words: Cpp, letters: Sequence[str]) -> list[str]:
    """One elementwise function, or its form over rows where the text uses a reduction."""
    words.passes = []
    result = words.vector(read(expression.tree, words))
    unused = [f"(void){a};" for a in (*letters, "c")]
    if expression.elementwise:
        head = f"{name}({', '.join(f'Vec<T> {a}' for a in letters)}, const T* c)"
        return _function(head, [*unused, f"return {result};"], "Vec<T>")
    given = ", ".join(f"const T* {a}_" for a in letters)
    rows = _Rows(words, letters)
    return [
        *_function(f"{name}_row({given}, T* out_, long n, long stride, const T* c)", ["(void)c;", *rows.lines(result, "out")]),
        *_function(f"{name}_lanes({given}, T* out_, long n, long stride, const T* c)", ["(void)c;", *rows.lanes(result)]),
    ]  # fmt: skip


def activation(row: Activation) -> list[str]:
    words = Cpp({**_vectors(["s", "y", "dy"]), **_knobs(row.knobs)})
    body = [
        *_formula("forward", row.forward, words, ["s"]),
        *_formula("backward", row.backward, words, ["s", "y", "dy"]),
    ]
    return [
        _flag("elementwise", row.elementwise, "bool"),
        _flag("backward_elementwise", row.backward.elementwise, "bool"),
        _flag("keeps_s", "s" in row.kept, "bool"),
        _flag("keeps_y", "y" in row.kept, "bool"),
        _flag("knobs", len(row.knobs)),
        _flag("constants", len(words.constants)),
        *_prepare("prepare(const double* knobs, T* c)", words),
        *body,
    ]


def loss(row: Loss) -> list[str]:
    words = Cpp({**_vectors(["s", "y", "t"]), **_knobs(row.knobs)})
    given = "s" if row.link else "y"
    body = [
        *_formula("forward", row.forward, words, [given, "t"]),
        *_formula("gradient", row.gradient, words, ["s", "y", "t"]),
        *_formula("curvature", row.curvature, words, ["s", "y", "t"]),
    ]
    uses = row.gradient.letters
    return [
        _flag("link", list(ACTIVATIONS).index(row.link) if row.link else -1),
        _flag("elementwise", row.forward.elementwise, "bool"),
        _flag("gradient_elementwise", row.gradient.elementwise, "bool"),
        _flag("curvature_elementwise", row.curvature.elementwise, "bool"),
        _flag("gradient_uses_s", "s" in uses, "bool"),
        _flag("gradient_uses_y", "y" in uses, "bool"),
        _flag("knobs", len(row.knobs)),
        _flag("constants", len(words.constants)),
        *_prepare("prepare(const double* knobs, T* c)", words),
        *body,
    ]


def optimizer(row: Optimizer) -> list[str]:
    letters = {
        **_vectors(["w", "g", *row.state]), **_knobs(row.knobs), "k": Part("k", lifted=True, plain=True),
        "E": Part("E", lifted=True, plain=True),
        "lr": Part("lr", lifted=True, level=1, plain=True), "decay": Part("decay", lifted=True, level=1, plain=True),
    }  # fmt: skip
    words = Cpp(letters, two_levels=True)
    lines = [f"Vec<T> {letter} = state[{i}];" for i, letter in enumerate(row.state)]
    for i, (letter, expression) in enumerate(row.assignments):
        part = read(expression.tree, words)
        if part.lifted and letter not in ("w", "g", *row.state):
            letters[letter] = part
        elif letter in ("w", "g", *row.state):
            lines.append(f"{letter} = {words.vector(part)};")
        else:
            lines.append(f"const Vec<T> {letter}_{i} = {words.vector(part)};")
            letters[letter] = Part(f"{letter}_{i}")
    lines += [f"state[{i}] = {letter};" for i, letter in enumerate(row.state)]
    quiet = ["(void)knobs;", "(void)k;", "(void)E;"]
    return [
        _flag("states", len(row.state)),
        _flag("knobs", len(row.knobs)),
        _flag("shared", len(words.shared)),
        _flag("constants", len(words.constants)),
        _flag("uses_decay", any("decay" in e.letters for _, e in row.assignments), "bool"),
        _flag("uses_step", any({"k", "E"} & set(e.letters) for _, e in row.assignments), "bool"),
        _flag("uses_loss", any("E" in e.letters for _, e in row.assignments), "bool"),
        "    // once per step",
        *_function(
            "prepare_step(const double* knobs, double k, double E, double* shared)",
            [*quiet, "(void)shared;", *(f"shared[{i}] = {t};" for i, t in enumerate(words.shared))],
        ),
        "    // once per step and view; lr and decay are the view's own",
        *_function(
            "prepare(const double* knobs, double k, double E, double lr, double decay, const double* shared, T* c)",
            [*quiet, "(void)lr;", "(void)decay;", "(void)shared;", "(void)c;",
             *(f"c[{i}] = T({t});" for i, t in enumerate(words.constants))],
        ),
        "    // C: the constants are numbers, or vectors where each lane has its own",
        "    template <class C>",
        *_function("update(Vec<T>& w, Vec<T> g, Vec<T>* state, const C* c)", ["(void)state;", "(void)c;", *lines]),
    ]  # fmt: skip


def penalty(row: Penalty) -> list[str]:
    words = Cpp({**_vectors(["w"]), row.name: Part("knob", lifted=True, plain=True)})
    body = [
        *_formula("forward", row.forward, words, ["w"]),
        *_formula("gradient", row.gradient, words, ["w"]),
    ]
    return [_flag("constants", len(words.constants)), *_prepare("prepare(double knob, T* c)", words), *body]


def clip(row: Clip) -> list[str]:
    words = Cpp({**_vectors(["g"]), "limit": Part("limit", lifted=True, plain=True)})
    result = words.vector(read(row.rule.tree, words))
    parts = [f"if (i == {i}) return {text};" for i, text in enumerate(words.norms)]
    return [
        _flag("norms", len(words.norms)),
        _flag("constants", len(words.constants)),
        "    // what the squares are summed of, over everything, for norms[i] = the root of the sum",
        *_function("norm_part(int i, Vec<T> g)", ["(void)i;", *parts, "return g;"], "Vec<T>"),
        *_function(
            "prepare(double limit, const double* norms, T* c)",
            ["(void)norms;", *(f"c[{i}] = T({t});" for i, t in enumerate(words.constants))],
        ),
        *_function("apply(Vec<T> g, const T* c)", ["(void)c;", f"return {result};"], "Vec<T>"),
    ]


_TABLES: tuple[tuple[str, Mapping[str, Any], Callable[[Any], list[str]]], ...] = (
    ("Activation", ACTIVATIONS, activation),
    ("Loss", LOSSES, loss),
    ("Optimizer", OPTIMIZERS, optimizer),
    ("Penalty", PENALTIES, penalty),
    ("Clip", CLIPS, clip),
)


def opcodes() -> list[str]:
    """The interpreter's operations, numbered as in bytecode.OPCODES."""
    names = [NAMES.get(op, op.upper()) for op in OPCODES]
    return [
        "#ifndef CHAINRULE_OPCODES",
        "#define CHAINRULE_OPCODES",
        f"enum Opcode {{ {', '.join(f'OP_{n}' for n in names)}, OP_COUNT }};",
        "#endif",
    ]


def names(tables: Sequence[tuple[str, Mapping[str, Any], Any]]) -> list[str]:
    """Which rows and operations this header was written from, for engine/isa.py to hold against its own."""
    rows = [
        f'"{kind} {name} {fingerprint(row)}\\n"' for kind, table, _ in tables for name, row in table.items()
    ]
    return [
        "#ifdef CHAINRULE_NAMES",
        "constexpr const char* ROWS =",
        *(f"    {row}" for row in rows),
        "    ;",
        f'constexpr const char* OPERATIONS = "{" ".join(OPCODES)}";',
        "#endif",
    ]


def _largest(lines: Iterable[str], flag: str) -> int:
    values = [int(line.split("=")[1].strip(" ;")) for line in lines if f" {flag} = " in line]
    return max([1, *values])


def header(
    tables: Sequence[tuple[str, Mapping[str, Any], Callable[[Any], list[str]]]] = _TABLES,
) -> str:
    """The whole header, included inside a namespace after vec.h and maths.h."""
    out = [
        "// Written by rules/emit.py from the rules' own text; never edited, never committed.",
        *opcodes(),
        *names(tables),
    ]
    out += ["#ifdef CHAINRULE_VEC_H", "#ifndef CHAINRULE_RULES_GEN_H", "#define CHAINRULE_RULES_GEN_H"]
    for kind, rows, write in tables:
        for name, row in rows.items():
            out += ["template <class T>", f"struct {kind}_{name} {{", *write(row), "};"]
    limits = {
        "MAX_CONSTANTS": "constants",
        "MAX_KNOBS": "knobs",
        "MAX_STATES": "states",
        "MAX_SHARED": "shared",
    }
    out += [f"constexpr int {name} = {_largest(out, flag)};" for name, flag in limits.items()]
    out += ["#endif", "#endif"]
    for kind, rows, _ in tables:
        plural = {"Loss": "LOSSES", "Penalty": "PENALTIES"}.get(kind, f"{kind.upper()}S")
        uses = " ".join(f"X({i}, {name})" for i, name in enumerate(rows))
        out += [f"#undef CHAINRULE_{plural}", f"#define CHAINRULE_{plural}(X) {uses}"]
    return "\n".join(out) + "\n"


def main(path: str) -> None:
    Path(path).write_text(header(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
