"""Prints what pyproject.toml asks for (`build`, `test` or `dev`), so that no list stands twice."""

import sys
import tomllib
from pathlib import Path


def wanted(kind: str) -> list[str]:
    settings = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
    if kind == "build":  # cmake and ninja as wheels: then the machine needs a compiler and nothing else
        return [*settings["build-system"]["requires"], "cmake", "ninja"]
    extra: list[str] = settings["project"]["optional-dependencies"][kind]
    return [line for line in extra if not line.startswith("chainrule[")]


if __name__ == "__main__":
    print(*(line.replace(" ", "") for line in wanted(sys.argv[1])))
