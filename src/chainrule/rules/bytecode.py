"""formulas -> bytecode for the native interpreter: registers and steps, equal parts computed once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .expression import ARITHMETIC, COMPARISONS, CONSTANTS, FUNCTIONS, LOGIC, Node

OPCODES = (*sorted(ARITHMETIC), *sorted(COMPARISONS), *sorted(LOGIC), *FUNCTIONS)


@dataclass
class Program:
    """Bytecode for the native interpreter: registers hold first the inputs, then the numbers, then one value per step.

    A step is (opcode, target, a, b, c) with register numbers, -1 where an operation has fewer arguments. Equal parts
    are computed once. `results` are the registers of the formulas compiled, in order.
    """

    inputs: tuple[str, ...]
    constants: list[float] = field(default_factory=list)
    steps: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    results: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, inputs: Sequence[str], lines: Sequence[tuple[str, Node]]) -> "Program":
        """The program that runs assignments in order; a line may use what an earlier line assigned.

        `results` lists the register each line's value is in.
        """
        made = cls(tuple(inputs))
        for _, tree in lines:
            for node in tree:
                value = (
                    node.value
                    if node.op == "number"
                    else CONSTANTS.get(node.name)
                    if node.op == "name"
                    else None
                )
                if value is not None and node.name not in made.inputs and not _holds(made.constants, value):
                    made.constants.append(value)
        environment = {letter: register for register, letter in enumerate(made.inputs)}
        known: dict[tuple[int, ...], int] = {}
        for letter, tree in lines:
            register = made._emit(tree, environment, known)
            made.results.append(register)
            if letter:
                environment[letter] = register
        return made

    @property
    def registers(self) -> int:
        return len(self.inputs) + len(self.constants) + len(self.steps)

    def _emit(self, node: Node, environment: Mapping[str, int], known: dict[tuple[int, ...], int]) -> int:
        if node.op == "name" and node.name in environment:
            return environment[node.name]
        if node.op in ("name", "number"):
            value = node.value if node.op == "number" else CONSTANTS[node.name]
            return len(self.inputs) + next(i for i, c in enumerate(self.constants) if _same(c, value))
        args = [self._emit(a, environment, known) for a in node.args]
        key = (OPCODES.index(node.op), *args)
        if key not in known:
            known[key] = self.registers
            a, b, c = [*args, -1, -1, -1][:3]
            self.steps.append((key[0], self.registers, a, b, c))
        return known[key]


def _same(a: float, b: float) -> bool:
    return a == b and str(a) == str(b)  # -0.0 is not 0.0


def _holds(values: Sequence[float], value: float) -> bool:
    return any(_same(v, value) for v in values)
