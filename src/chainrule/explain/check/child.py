"""a listing -> a record of its first steps: runs as its own process, by path, with limits set before anything else.

Every product, sum and difference of arrays, every call that returns an array and every assignment is written down, with
the place in the text. A listing is watched without anything of chainrule; what is written is JSON that the parent
checks.
"""

# it works on values of any kind, and each of them is looked at before it is used:
# mypy: ignore-errors
import ast
import base64
import builtins
import json
import operator
import os
import signal
import sys
import types

MOST_EVENTS, MOST_BYTES, LARGEST = 6000, 48_000_000, 300_000
ENTER = {"dot", "matmul", "inner", "outer", "multiply", "subtract", "add", "divide"}
OPS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@", ast.Pow: "**", ast.Mod: "%",
    ast.FloorDiv: "//",
}  # fmt: skip
RUN = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "@": operator.matmul,
       "**": operator.pow, "%": operator.mod, "//": operator.floordiv}  # fmt: skip
QUIET = {
    "super",
    "locals",
    "globals",
    "vars",
    "eval",
    "exec",
    "dir",
    "print",
    "range",
    "len",
    "zip",
    "enumerate",
    "open",
}


class Record:
    """Arrays once each, events in order."""

    def __init__(self, out):
        import numpy

        self.np, self.out = numpy, out
        self.arrays, self.index, self.events, self.size = [], {}, [], 0
        self.sites, self.busy, self.done = [], False, False

    def site(self, node, self_made=False, loops=()):
        self.sites.append(
            [node.lineno, node.col_offset, node.end_lineno, node.end_col_offset, bool(self_made), list(loops)]
        )
        return len(self.sites) - 1

    def array(self, value):
        """The number of an array or number; None for anything else."""
        np = self.np
        if isinstance(value, np.matrix):
            value = np.asarray(value)
        if isinstance(value, bool | str | bytes) or value is None:
            return None
        if isinstance(value, list | tuple):
            if not value or len(value) > 2000 or not isinstance(value[0], int | float | list | tuple):
                return None
            try:
                value = np.array(value, dtype=float)
            except (ValueError, TypeError):
                return None
        elif isinstance(value, int | float | np.number):
            try:
                value = np.array(float(value))
            except OverflowError:
                return None
        if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiub" or value.ndim > 2:
            return None
        if value.size > LARGEST:
            return None
        kind = value.dtype.kind + str(value.dtype.itemsize)
        plain = np.ascontiguousarray(value, dtype="<f8")
        key = (value.shape, kind, plain.tobytes())
        if key not in self.index:
            self.index[key] = len(self.arrays)
            self.size += plain.nbytes
            self.arrays.append([list(value.shape), kind, base64.b64encode(key[2]).decode()])
        return self.index[key]

    def add(self, event):
        if self.done:
            return
        self.events.append(event)
        if len(self.events) >= MOST_EVENTS or self.size > MOST_BYTES:
            self.finish("enough")

    def finish(self, end, **more):
        """Write once and leave; the listing's own `except` or `finally` gets no say."""
        if self.done:
            return
        self.done = True
        body = json.dumps(
            {"end": end, "arrays": self.arrays, "events": self.events, "sites": self.sites, **more}
        )
        with open(self.out, "w", encoding="utf-8") as file:
            file.write(body)
            file.flush()
        os._exit(0)

    # the hooks the text calls -------------------------------------------------------------------------------------

    def value(self, site, value):
        if not isinstance(value, int | float | bool | str):
            number = self.array(value)
            if number is not None:
                self.add(["v", site, number])
        return value

    def binary(self, site, op, a, b):
        value = RUN[op](a, b)
        self.operation(site, op, [a, b], value)
        return value

    def operation(self, site, op, operands, value):
        if any(isinstance(o, self.np.ndarray | self.np.generic) for o in operands):
            numbers = [self.array(o) for o in operands]
            result = self.array(value)
            if result is not None:
                self.add(["o", site, result, op, numbers])

    def method(self, site, base, name, args, keywords):
        value = getattr(base, name)(*args, **keywords)
        operands = list(args) if isinstance(base, types.ModuleType | type) else [base, *args]
        self.operation(site, name, operands[:2], value)
        return value

    def function(self, site, name, function, args, keywords):
        value = function(*args, **keywords)
        self.operation(site, name, list(args)[:2], value)
        return value

    def augment(self, site, op, old, right):
        """`old op= right`: only looks."""
        if isinstance(old, self.np.ndarray) or isinstance(right, self.np.ndarray):
            try:
                with self.np.errstate(all="ignore"):
                    self.operation(site, op, [old, right], RUN[op](old, right))
            except Exception:
                pass
        return right

    def assign(self, site, text, owner, value):
        owner = 0 if owner is None else id(owner)
        self._store(site, text, owner, value, 2)

    def _store(self, site, text, owner, value, depth):
        number = self.array(value)
        if number is not None:
            self.add(["a", site, number, text, owner])
            return
        if not depth:
            return
        if isinstance(value, dict) and len(value) <= 64:
            for key, item in list(value.items()):
                if isinstance(key, str | int):
                    self._store(site, f"{text}[{key!r}]", owner, item, depth - 1)
        elif isinstance(value, list | tuple) and len(value) <= 64:
            for k, item in enumerate(list(value)):
                self._store(site, f"{text}[{k}]", owner, item, depth - 1)
        elif isinstance(value, self.np.ndarray) and value.dtype.kind == "O" and value.size <= 64:
            for k, item in enumerate(value.ravel().tolist()):
                self._store(site, f"{text}[{k}]", owner, item, depth - 1)


class Watch(ast.NodeTransformer):
    """Puts the hooks into the tree; what the text computes stays the same."""

    def __init__(self, record):
        self.record, self.loops, self.count = record, [], 0

    def call(self, hook, *args):
        return ast.Call(ast.Attribute(ast.Name("__cr__", ast.Load()), hook, ast.Load()), list(args), [])

    def visit_BinOp(self, node):
        site = self.record.site(node)
        self.generic_visit(node)
        if type(node.op) not in OPS:
            return node
        return self.call(
            "binary", ast.Constant(site), ast.Constant(OPS[type(node.op)]), node.left, node.right
        )

    def visit_Call(self, node):
        site = self.record.site(node)
        starred = any(isinstance(a, ast.Starred) for a in node.args) or any(
            k.arg is None for k in node.keywords
        )
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        self.generic_visit(node)
        if name in QUIET and isinstance(node.func, ast.Name):
            return node
        if name in ENTER and not starred:
            keywords = ast.Dict(
                [ast.Constant(k.arg) for k in node.keywords], [k.value for k in node.keywords]
            )
            args = ast.Tuple(node.args, ast.Load())
            if isinstance(node.func, ast.Attribute):
                return self.call(
                    "method", ast.Constant(site), node.func.value, ast.Constant(name), args, keywords
                )
            return self.call("function", ast.Constant(site), ast.Constant(name), node.func, args, keywords)
        return self.call("value", ast.Constant(site), node)

    def stores(self, target, site):
        """Statements that look at what was stored."""
        if isinstance(target, ast.Tuple | ast.List):
            return [s for t in target.elts for s in self.stores(t, site)]
        while isinstance(target, ast.Subscript | ast.Starred):
            target = target.value
        if isinstance(target, ast.Name):
            owner, value = ast.Constant(None), ast.Name(target.id, ast.Load())
        elif isinstance(target, ast.Attribute) and _plain(target.value):
            owner = ast.parse(ast.unparse(target.value), mode="eval").body
            value = ast.parse(ast.unparse(target), mode="eval").body
        else:
            return []
        return [
            ast.Expr(self.call("assign", ast.Constant(site), ast.Constant(ast.unparse(target)), owner, value))
        ]

    def visit_Assign(self, node):
        texts = {ast.unparse(_base(t)) for target in node.targets for t in _flat(target)}
        reads = {ast.unparse(n) for n in ast.walk(node.value) if isinstance(n, ast.Name | ast.Attribute)}
        site = self.record.site(node, bool(texts & reads), self.loops)
        targets = node.targets
        node.value = self.visit(node.value)
        return [node, *(s for target in targets for s in self.stores(target, site))]

    def visit_AnnAssign(self, node):
        if node.value is None:
            return node
        site = self.record.site(node, False, self.loops)
        node.value = self.visit(node.value)
        return [node, *self.stores(node.target, site)]

    def visit_AugAssign(self, node):
        site = self.record.site(node, True, self.loops)
        target = node.target
        node.value = self.visit(node.value)
        simple = isinstance(target, ast.Name) or (
            isinstance(target, ast.Attribute | ast.Subscript) and _plain(target)
        )
        if simple and type(node.op) in OPS:
            old = ast.parse(ast.unparse(target), mode="eval").body
            node.value = self.call(
                "augment", ast.Constant(site), ast.Constant(OPS[type(node.op)]), old, node.value
            )
        return [node, *self.stores(target, site)]

    def loop(self, node):
        self.count += 1
        self.loops.append(self.count)
        site = self.record.site(node, False, self.loops)
        self.generic_visit(node)
        self.loops.pop()
        if isinstance(node, ast.For):
            node.body = [*self.stores(node.target, site), *node.body]
        return node

    visit_For = visit_While = loop

    def visit_FunctionDef(self, node):
        before, self.loops = self.loops, []
        self.generic_visit(node)
        self.loops = before
        names = [
            a
            for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
            if a.arg not in ("self", "cls")
        ]
        looks = []
        for a in names:
            site = self.record.site(a)
            value = self.call(
                "assign",
                ast.Constant(site),
                ast.Constant(a.arg),
                ast.Constant(None),
                ast.Name(a.arg, ast.Load()),
            )
            looks.append(ast.Expr(value))
        first = (
            1
            if node.body
            and isinstance(node.body[0], ast.Expr)
            and isinstance(node.body[0].value, ast.Constant)
            else 0
        )
        node.body[first:first] = looks
        return node

    def keep(self, node):
        return node

    visit_JoinedStr = visit_Lambda = visit_AsyncFunctionDef = keep


def _flat(target):
    return (
        [t for e in target.elts for t in _flat(e)] if isinstance(target, ast.Tuple | ast.List) else [target]
    )


def _base(target):
    while isinstance(target, ast.Subscript | ast.Starred):
        target = target.value
    return target


def _plain(node):
    """Names, attributes and simple indices: reading them a second time does nothing."""
    if isinstance(node, ast.Attribute):
        return _plain(node.value)
    if isinstance(node, ast.Subscript):
        return _plain(node.value) and not any(
            isinstance(n, ast.Call | ast.NamedExpr) for n in ast.walk(node.slice)
        )
    return isinstance(node, ast.Name)


def limit(seconds, memory):
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory << 20, memory << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 2, int(seconds) + 3))
    resource.setrlimit(resource.RLIMIT_FSIZE, (256 << 20, 256 << 20))
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))


def no_pictures():
    """Listings draw their loss at the end; what draws swallows everything here."""

    class Silent(types.ModuleType):
        def __getattr__(self, name):
            if name.startswith("__"):
                raise AttributeError(name)
            return self

        def __call__(self, *args, **keywords):
            return self

        def __iter__(self):
            return iter((self, self))

        def __getitem__(self, key):
            return self

    for name in ("matplotlib", "matplotlib.pyplot", "pylab", "seaborn", "tqdm"):
        module = Silent(name)
        module.__path__ = []
        sys.modules[name] = module
    sys.modules["tqdm"].tqdm = lambda rows=(), *a, **k: rows
    sys.modules["tqdm"].trange = lambda *a, **k: range(*a)


def main():
    source, out, seconds, memory, folder = (
        sys.argv[1],
        sys.argv[2],
        float(sys.argv[3]),
        int(sys.argv[4]),
        sys.argv[5],
    )
    limit(seconds, memory)
    mode = sys.argv[6] if len(sys.argv) > 6 else ""
    if mode == "scalars":
        import child_scalars

        record, watch = child_scalars.Graph(out), child_scalars.Watch
    else:
        record, watch = Record(out), Watch
    sys.path[0] = folder
    with open(source, encoding="utf-8") as file:
        text = file.read()
    tree = ast.parse(text)
    if mode and mode != "scalars":
        sys.path.append(mode)
        adapter(record, tree, source, seconds)
        return
    tree = ast.fix_missing_locations(watch(record).visit(tree))
    no_pictures()
    import random

    random.seed(0)
    record.np.random.seed(0)
    signal.signal(signal.SIGALRM, lambda *_: record.finish("time"))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    sys.argv = [source]
    builtins.input = _no_input
    try:
        exec(
            compile(tree, "<listing>", "exec"), {"__name__": "__main__", "__file__": source, "__cr__": record}
        )
    except SystemExit:
        pass
    except BaseException as error:
        line, trace = 0, error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == "<listing>":
                line = trace.tb_lineno
            trace = trace.tb_next
        record.finish("error", kind=type(error).__name__, text=str(error)[:300], line=line)
    record.finish("end")


def adapter(record, tree, source, seconds):
    """The listing's own NET and function, called at the places `check` asks for."""
    from chainrule.errors import ChainruleError
    from chainrule.explain.check.adapter import observed

    no_pictures()
    builtins.input = _no_input
    signal.signal(signal.SIGALRM, lambda *_: os._exit(77))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    record.np.random.seed(0)
    try:
        names = {"__name__": "__main__", "__file__": source}
        exec(compile(tree, "<listing>", "exec"), names)
        answer = observed(names)
    except ChainruleError as error:
        answer = {"code": error.code, "values": {k: str(v) for k, v in error.values.items()}}
    except BaseException as error:
        line, trace = 0, error.__traceback__
        while trace is not None:
            line = trace.tb_lineno if trace.tb_frame.f_code.co_filename == "<listing>" else line
            trace = trace.tb_next
        kind, text = type(error).__name__, str(error)[:300]
        answer = {"code": "CR-2921", "values": {"kind": kind, "text": text, "line": str(line)}}
    with open(record.out, "w", encoding="utf-8") as file:
        json.dump(answer, file)
        file.flush()
    os._exit(0)


def _no_input(*_):
    raise EOFError("the listing waits for the keyboard")


if __name__ == "__main__":
    main()
