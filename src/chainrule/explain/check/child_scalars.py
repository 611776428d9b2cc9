"""a listing that computes number by number -> the graph of its first operations: which number was made of which.

Loaded by child.py in the child process. Numbers become subclasses of float and int that carry the number of their node;
elements of NumPy arrays are told by their address in memory. What the text computes stays the same.
"""

# it works on values of any kind, and each of them is looked at before it is used:
# mypy: ignore-errors
import ast
import json
import operator
import os
import sys

MOST_NODES, MOST_ELEMENTS = 60_000, 500
QUIET = {
    "super", "locals", "globals", "vars", "eval", "exec", "dir", "print", "range", "len", "zip", "enumerate", "open",
    "isinstance", "type", "list", "tuple", "dict", "set", "str", "reversed", "map", "filter", "sorted", "id", "iter",
}  # fmt: skip
SIGNS = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**"}
OPS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
RUN = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "**": operator.pow}
INTO = {
    "+": operator.iadd,
    "-": operator.isub,
    "*": operator.imul,
    "/": operator.itruediv,
    "**": operator.ipow,
}


class Graph:
    """Nodes [op, line, value, operands], and the names under which their numbers were stored."""

    def __init__(self, out):
        import numpy as np

        self.np, self.out, self.nodes, self.names, self.done = np, out, [], [], False
        self.places, self.alive, self.sites = {}, [], []
        self.Real, self.Whole = self.types()

    def types(self):
        graph, np = self, self.np

        class Real(np.float64):
            pass

        class Whole(int):
            pass

        def two(name, base, turned):
            plain = getattr(base, f"__r{name}__" if turned else f"__{name}__")

            def method(self, other):
                value = plain(self, other)
                if value is NotImplemented and base is int and isinstance(other, float):
                    a, b = (other, int(self)) if turned else (int(self), float(other))
                    value = RUN[SIGNS[name]](a, b)
                if not isinstance(value, int | float | np.number):
                    return value
                return graph.made(SIGNS[name], value, [other, self] if turned else [self, other])

            return method

        for kind, base in ((Real, np.float64), (Whole, int)):
            for name in SIGNS:
                setattr(kind, f"__{name}__", two(name, base, False))
                setattr(kind, f"__r{name}__", two(name, base, True))

            def minus(self, base=base):
                return graph.made("neg", base.__neg__(self), [self])

            kind.__neg__ = minus
        Real.__repr__ = Real.__str__ = lambda self: float.__repr__(float(self))
        Real.__reduce__ = lambda self: (float, (float(self),))
        return Real, Whole

    # nodes --------------------------------------------------------------------------------------------------------

    def line(self):
        frame = sys._getframe(2)
        while frame is not None:
            if frame.f_code.co_filename == "<listing>":
                return frame.f_lineno
            frame = frame.f_back
        return 0

    def node(self, op, value, operands):
        try:
            value = float(value)
        except (OverflowError, ValueError, TypeError):
            value = float("nan")
        self.nodes.append([op, self.line(), value, operands])
        if len(self.nodes) >= MOST_NODES:
            self.finish("enough")
        return len(self.nodes) - 1

    def number(self, value):
        """The node of a number; a new leaf for one that has none."""
        known = getattr(value, "node", None)
        return self.node("leaf", value, []) if known is None else known

    def scalar(self, value):
        return isinstance(value, int | float | self.np.number) and not isinstance(value, bool)

    def tracked(self, value, node):
        if isinstance(value, bool) or isinstance(value, complex | self.np.complexfloating):
            return value
        if isinstance(value, int):
            made = self.Whole(value)
        elif isinstance(value, float):
            made = self.Real(value)
        else:
            return value
        made.node = node
        return made

    def made(self, op, value, operands):
        return self.tracked(value, self.node(op, value, [self.number(o) for o in operands]))

    def finish(self, end, **more):
        if self.done:
            return
        self.done = True
        body = json.dumps({"end": end, "nodes": self.nodes, "names": self.names, **more})
        with open(self.out, "w", encoding="utf-8") as file:
            file.write(body)
            file.flush()
        os._exit(0)

    # elements of arrays -------------------------------------------------------------------------------------------

    def addresses(self, array):
        start, _ = array.__array_interface__["data"]
        places = self.np.zeros(array.shape, dtype=object)
        for index in self.np.ndindex(array.shape):
            places[index] = start + sum(i * s for i, s in zip(index, array.strides, strict=True))
        return places

    def elements(self, value):
        """An array of node numbers beside a small array of floats, a list of numbers or a number; None for the rest."""
        np = self.np
        if self.scalar(value):
            made = np.empty((), dtype=object)
            made[()] = self.number(value)
            return made
        if isinstance(value, list | tuple):
            if not value or len(value) > MOST_ELEMENTS or not all(self.scalar(v) for v in value):
                return None
            made = np.empty(len(value), dtype=object)
            made[:] = [self.number(v) for v in value]
            return made
        if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiu" or value.size > MOST_ELEMENTS:
            return None
        made = self.addresses(value)
        for index in np.ndindex(value.shape):
            made[index] = self.at(made[index], float(value[index]))
        self.alive.append(value)
        return made

    def at(self, address, value):
        known = self.places.get(address)
        if known is None or not (known[1] == value or known[1] != known[1]):
            known = self.places[address] = (self.node("leaf", value, []), value)
        return known[0]

    def bind(self, array, nodes):
        for index, address in self.np.ndenumerate(self.addresses(array)):
            self.places[address] = (nodes[index], float(array[index]))
        self.alive.append(array)

    def each(self, op, a, b, value):
        """The elementwise operation that made a small array."""
        np = self.np
        if (
            not isinstance(value, np.ndarray)
            or value.dtype.kind != "f"
            or not 0 < value.size <= MOST_ELEMENTS
        ):
            return
        left, right = self.elements(a), self.elements(b)
        if left is None or right is None:
            return
        try:
            left, right = np.broadcast_to(left, value.shape), np.broadcast_to(right, value.shape)
        except ValueError:
            return
        nodes = np.empty(value.shape, dtype=object)
        for index in np.ndindex(value.shape):
            nodes[index] = self.node(op, value[index], [left[index], right[index]])
        self.bind(value, nodes)

    def total(self, op, value, terms):
        """A sum, or a sum of products, as nodes of two operands each."""
        node, so_far = None, 0.0
        for term in terms:
            if len(term) == 2:
                product = self.nodes[term[0]][2] * self.nodes[term[1]][2]
                last = self.node("*", product, list(term))
            else:
                last = term[0]
            so_far += self.nodes[last][2]
            node = last if node is None else self.node("+", so_far, [node, last])
        return self.tracked(value, self.node("alias", value, [node]))

    # what the text calls ------------------------------------------------------------------------------------------

    def constant(self, value):
        return self.tracked(value, self.node("leaf", value, []))

    def binary(self, op, a, b):
        value = RUN[op](a, b)
        if isinstance(value, self.np.ndarray):
            self.each(op, a, b, value)
        return value

    def augmented(self, op, a, b):
        if isinstance(a, self.np.ndarray):
            left = self.elements(a)
            value = INTO[op](a, b)
            if left is not None and (right := self.elements(b)) is not None and value.dtype.kind == "f":
                right = self.np.broadcast_to(right, left.shape)
                nodes = self.np.empty(left.shape, dtype=object)
                for i in self.np.ndindex(left.shape):
                    nodes[i] = self.node(op, value[i], [left[i], right[i]])
                self.bind(value, nodes)
            return value
        return INTO[op](a, b)

    def get(self, base, index):
        value = base[index]
        if isinstance(base, self.np.ndarray) and type(value) is self.np.float64:
            node = self.at(self.address(base, index), float(value))
            self.alive.append(base)
            return self.tracked(value, node)
        if isinstance(base, list) and type(value) is float:
            value = base[index] = self.constant(value)
        return value

    def address(self, base, index):
        index = index if isinstance(index, tuple) else (index,)
        start, _ = base.__array_interface__["data"]
        return start + sum((int(i) % n) * s for i, n, s in zip(index, base.shape, base.strides, strict=False))

    def put(self, base, index, value):
        if isinstance(base, self.np.ndarray) and base.dtype.kind == "f":
            count = len(index) if isinstance(index, tuple) else 1
            if count == base.ndim and hasattr(value, "node"):
                self.places[self.address(base, index)] = (value.node, float(base[index]))
                self.alive.append(base)

    def named(self, text, value):
        if hasattr(value, "node") and len(self.names) < MOST_NODES:
            self.names.append([text, value.node])

    def choice(self, asked, value):
        """`s if s > 0 else 0`: made of s, whatever came out."""
        if hasattr(asked, "node") and self.scalar(value):
            return self.made("choice", value, [asked])
        return value

    def call(self, name, function, *args, **keywords):
        value = function(*args, **keywords)
        np = self.np
        if isinstance(value, list):
            self.wrapped(value, 3)
            return value
        if isinstance(value, np.ndarray):
            if name in ("array", "asarray") and args and value.dtype.kind == "f" and value.ndim == 1:
                nodes = self.elements(list(args[0]) if isinstance(args[0], list | tuple) else args[0])
                if nodes is not None and nodes.shape == value.shape:
                    self.bind(value, nodes)
            elif len(args) == 1 and value.dtype.kind == "f" and np.shape(args[0]) == value.shape:
                nodes = self.elements(args[0])
                if nodes is not None:
                    for i in np.ndindex(value.shape):
                        nodes[i] = self.node(name, value[i], [nodes[i]])
                    self.bind(value, nodes)
            return value
        if isinstance(value, bool | np.bool_) or not self.scalar(value):
            return value
        if name in ("dot", "inner", "matmul", "vdot") and type(value) is np.float64:
            both = [self.elements(a) for a in (args if len(args) == 2 else (function.__self__, *args))]
            if all(b is not None and b.ndim == 1 for b in both):
                return self.total(name, value, list(zip(*both, strict=False)))
        if name == "sum" and type(value) is np.float64:
            terms = self.elements(args[0] if args else function.__self__)
            if terms is not None:
                return self.total(name, value, [(t,) for t in terms.reshape(-1)])
        given = [a for a in (*args, *keywords.values()) if hasattr(a, "node")]
        if hasattr(value, "node"):
            if len(given) == 1 or any(value is g for g in given):
                return self.made(name, value, [*given, value]) if name else value
            return value
        if isinstance(value, int) and not given:
            return value
        return self.made(name or "call", value, given) if given else self.constant(value)

    def wrapped(self, values, depth):
        if len(values) > 2000:
            return
        for k, value in enumerate(values):
            if type(value) is float:
                values[k] = self.constant(value)
            elif isinstance(value, list) and depth:
                self.wrapped(value, depth - 1)


class Watch(ast.NodeTransformer):
    """Puts the hooks into the tree."""

    def __init__(self, graph):
        self.graph, self.literal = graph, 0

    def hook(self, name, *args, keywords=()):
        return ast.Call(
            ast.Attribute(ast.Name("__cr__", ast.Load()), name, ast.Load()), list(args), list(keywords)
        )

    def visit_Constant(self, node):
        if isinstance(node.value, float) or self.literal and type(node.value) is int:
            return self.hook("constant", node)
        return node

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if type(node.op) in OPS:
            return self.hook("binary", ast.Constant(OPS[type(node.op)]), node.left, node.right)
        return node

    def visit_Call(self, node):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        before, self.literal = self.literal, 0
        self.generic_visit(node)
        self.literal = before
        if name in QUIET and isinstance(node.func, ast.Name):
            return node
        return self.hook("call", ast.Constant(name), node.func, *node.args, keywords=node.keywords)

    def visit_List(self, node):
        if isinstance(node.ctx, ast.Load):
            self.literal += 1
            self.generic_visit(node)
            self.literal -= 1
        return node

    def visit_Subscript(self, node):
        before, self.literal = self.literal, 0
        self.generic_visit(node)
        self.literal = before
        if isinstance(node.ctx, ast.Load) and not any(isinstance(n, ast.Slice) for n in ast.walk(node.slice)):
            return self.hook("get", node.value, node.slice)
        return node

    def visit_IfExp(self, node):
        asked = node.test.left if isinstance(node.test, ast.Compare) else None
        plain = isinstance(asked, ast.Name)
        self.generic_visit(node)
        return self.hook("choice", ast.Name(asked.id, ast.Load()), node) if plain else node

    def stores(self, target):
        if isinstance(target, ast.Tuple | ast.List):
            return [s for t in target.elts for s in self.stores(t)]
        if isinstance(target, ast.Name) or (
            isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name)
        ):
            text = ast.unparse(target)
            return [ast.Expr(self.hook("named", ast.Constant(text), ast.parse(text, mode="eval").body))]
        return []

    def visit_Assign(self, node):
        self.literal = 1
        value = self.visit(node.value)
        self.literal = 0
        node.value = value
        looks = [s for t in node.targets for s in self.stores(t)]
        if len(node.targets) == 1 and isinstance(node.targets[0], ast.Subscript):
            target = node.targets[0]
            if any(isinstance(n, ast.Slice) for n in ast.walk(target.slice)):
                return node
            base, index = self.visit(target.value), self.visit(target.slice)
            return [
                ast.Assign([ast.Name("__cr_t__", ast.Store())], value),
                ast.Assign([ast.Name("__cr_b__", ast.Store())], base),
                ast.Assign([ast.Name("__cr_i__", ast.Store())], index),
                *self.kept(),
            ]
        node.targets = [self.visit(t) for t in node.targets]
        return [node, *looks]

    def kept(self):
        there = ast.Subscript(_load("__cr_b__"), _load("__cr_i__"), ast.Store())
        look = self.hook("put", _load("__cr_b__"), _load("__cr_i__"), _load("__cr_t__"))
        return [ast.Assign([there], _load("__cr_t__")), ast.Expr(look)]

    def visit_AugAssign(self, node):
        value, op = self.visit(node.value), OPS.get(type(node.op))
        node.value = value
        if (
            op is None
            or isinstance(node.target, ast.Subscript)
            and any(isinstance(n, ast.Slice) for n in ast.walk(node.target.slice))
        ):
            return node
        if isinstance(node.target, ast.Subscript):
            base, index = self.visit(node.target.value), self.visit(node.target.slice)
            old = self.hook("get", _load("__cr_b__"), _load("__cr_i__"))
            made = self.hook("augmented", ast.Constant(op), old, value)
            return [
                ast.Assign([ast.Name("__cr_b__", ast.Store())], base),
                ast.Assign([ast.Name("__cr_i__", ast.Store())], index),
                ast.Assign([ast.Name("__cr_t__", ast.Store())], made),
                *self.kept(),
            ]
        text = ast.unparse(node.target)
        old = ast.parse(text, mode="eval").body
        made = ast.Assign([node.target], self.hook("augmented", ast.Constant(op), old, value))
        return [made, *self.stores(node.target)]

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        names = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        looks = [
            ast.Expr(self.hook("named", ast.Constant(n), _load(n))) for n in names if n not in ("self", "cls")
        ]
        first = int(ast.get_docstring(node, clean=False) is not None)
        node.body[first:first] = looks
        return node

    def keep(self, node):
        return node

    visit_JoinedStr = visit_Match = keep


def _load(name):
    return ast.Name(name, ast.Load())
