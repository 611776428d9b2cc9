# Two commands do all set-up on a machine with Python (venv), make and g++: `make demo` and `make test`.
#
#   make demo    install into .venv, write a real table, train, evaluate, predict, show what came out
#   make test    install the package into .venv (not the source tree) and test what was installed
#   make check   lint, strict types, guards, sanitizers, other compilers, lower instruction sets, wheel, other Pythons
#   make docs    compute the lessons anew and write them to docs/lessons
#   make bench   the benchmarks, in an environment of their own with their peers
#   make format  rewrite the sources in the house's format

SHELL := /bin/sh
.DELETE_ON_ERROR:
.SUFFIXES:

# the first Python that is new enough
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
JOBS ?= 2

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SOURCES := $(shell find src native -type f ! -path '*/__pycache__/*' ! -name '*.pyc' 2>/dev/null) \
	$(wildcard pyproject.toml CMakeLists.txt README.md)
# the build tools live in the environment, so that a rebuild compiles only what changed
INSTALL := CMAKE_BUILD_PARALLEL_LEVEL=$(JOBS) $(PIP) install --no-build-isolation

.PHONY: demo test check docs bench format clean

# ---- environments: a stamp file per step, remade when what it depends on is newer ----------------------------------

$(VENV)/.made: pyproject.toml tools/requirements.py
	@test -n "$(PYTHON)" || { echo "Chainrule needs Python 3.11 or newer; none was found. Name one: make PYTHON=…"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) install $$($(BIN)/python tools/requirements.py build)
	@touch $@

$(VENV)/.installed: $(VENV)/.made $(SOURCES)
	$(INSTALL) .
	@touch $@

$(VENV)/.testing: $(VENV)/.made
	$(PIP) install $$($(BIN)/python tools/requirements.py test)
	@touch $@

$(VENV)/.checking: $(VENV)/.testing
	$(PIP) install $$($(BIN)/python tools/requirements.py dev)
	@touch $@

# ---- the two commands -----------------------------------------------------------------------------------------------

DEMO := demo

demo: $(VENV)/.installed
	@mkdir -p $(DEMO) && rm -f $(DEMO)/*
	$(BIN)/chainrule dataset diabetes --out $(DEMO)/diabetes.csv
	$(BIN)/chainrule train $(DEMO)/diabetes.csv --target progression --out $(DEMO)/diabetes.chainrule
	$(BIN)/chainrule evaluate $(DEMO)/diabetes.chainrule $(DEMO)/diabetes.csv
	$(BIN)/chainrule predict $(DEMO)/diabetes.chainrule $(DEMO)/diabetes.csv --out $(DEMO)/predictions.csv
	@echo; echo "The first rows of $(DEMO)/predictions.csv:"; head -n 6 $(DEMO)/predictions.csv

# what runs is the installed package: the source tree is not on the path (src layout, importlib mode), and
# tests/guards/test_installed.py holds that
test: $(VENV)/.installed $(VENV)/.testing
	@sh tools/browser.sh
	$(BIN)/python -m pytest -n $(JOBS) $(TESTS)

# ---- check: each part prints its name, and fails with a sentence where a tool is missing -----------------------------

KERNEL_TESTS := $(wildcard tests/rules tests/contract)
SITE = build/check/$@/site
# a second build of the package beside the first: own build folder, own place, same dependencies
VARIANT = $(INSTALL) --no-deps --upgrade --target $(SITE) -Cbuild-dir=build/check/$@/cmake
ON_VARIANT = PYTHONPATH=$(SITE) PYTHONDONTWRITEBYTECODE=1
# The sanitizer's library must come first in the process, and Python itself is not instrumented: it is preloaded. Leaks
# are not looked for, because CPython keeps memory until the process ends and every one of those would be reported.
# Clang, because GCC takes many times as long over the sanitized vector code.
CLANG_LIBRARY = $$(clang++ -print-file-name=libclang_rt.$(1)-$$(uname -m).so)
ASAN := LD_PRELOAD=$(call CLANG_LIBRARY,asan) \
	ASAN_OPTIONS=detect_leaks=0:halt_on_error=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
# TSan needs its addresses where it expects them: no randomized layout. It does not support threads that a child of a
# threaded process starts after a fork (that is what its die_after_fork is about), so the test of those runs without it.
TSAN := setarch $$(uname -m) -R env LD_PRELOAD=$$(g++ -print-file-name=libtsan.so) \
	TSAN_OPTIONS=halt_on_error=1:die_after_fork=0:ignore_noninstrumented_modules=1:report_signal_unsafe=0
SANITIZED := -Ccmake.build-type=None -Ccmake.define.CHAINRULE_OPTIMIZE=-O1 \
	-Ccmake.define.CHAINRULE_PORTABLE=ON
OTHER_PYTHONS ?= python3.12 python3.13 python3.14

CHECKS := check-lint check-types check-guards check-isa check-sanitize check-threads check-clang check-mingw check-neon \
	check-wheel check-pythons check-office check-fuzz
.PHONY: $(CHECKS)
check: $(CHECKS)
	@$(BIN)/python tools/house.py

check-lint: $(VENV)/.checking
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check-types: $(VENV)/.checking $(VENV)/.installed
	$(BIN)/mypy src tools

check-guards: $(VENV)/.installed $(VENV)/.testing
	$(BIN)/python -m pytest tests/guards

check-isa: $(VENV)/.installed $(VENV)/.testing
	CHAINRULE_ISA=avx2 $(BIN)/python -m pytest -n $(JOBS) $(KERNEL_TESTS)
	CHAINRULE_ISA=portable $(BIN)/python -m pytest -n $(JOBS) $(KERNEL_TESTS)

check-sanitize: $(VENV)/.installed $(VENV)/.testing
	@$(BIN)/python tools/need.py clang++
	CXX=clang++ CC=clang CXXFLAGS="-fsanitize=address,undefined -fno-sanitize-recover=undefined -shared-libasan \
		-fno-omit-frame-pointer -gline-tables-only" $(VARIANT) $(SANITIZED) .
	$(ON_VARIANT) $(ASAN) $(BIN)/python -m pytest $(KERNEL_TESTS)

check-threads: $(VENV)/.installed $(VENV)/.testing
	@$(BIN)/python tools/need.py g++
	CXXFLAGS="-fsanitize=thread -fno-omit-frame-pointer -g" $(VARIANT) $(SANITIZED) .
	$(ON_VARIANT) $(TSAN) $(BIN)/python -m pytest -k 'thread and not forked' $$(grep -rlE 'def test\w*thread' tests --include='*.py')

check-clang: $(VENV)/.installed $(VENV)/.testing
	@$(BIN)/python tools/need.py clang++
	CXX=clang++ CC=clang $(VARIANT) .
	$(ON_VARIANT) $(BIN)/python -m pytest -n $(JOBS) $(KERNEL_TESTS)

check-mingw: $(VENV)/.made
	@$(BIN)/python tools/need.py x86_64-w64-mingw32-g++-posix
	PYTHON=$(BIN)/python sh tools/mingw.sh build/check/$@

# the kernel for ARM, run under an emulator: the same bits as on this processor
check-neon: $(VENV)/.made
	@$(BIN)/python tools/need.py aarch64-linux-gnu-g++ qemu-aarch64
	PYTHON=$(BIN)/python sh tools/neon.sh build/check/$@

# as a stranger gets it: built in isolation, installed into an empty environment, imported away from the source
check-wheel: $(VENV)/.made
	rm -rf build/check/$@ && mkdir -p build/check/$@
	$(PIP) wheel --no-deps --wheel-dir build/check/$@/dist -Cbuild-dir=build/check/$@/cmake .
	$(BIN)/python -m venv build/check/$@/venv
	build/check/$@/venv/bin/python -m pip --disable-pip-version-check -q install build/check/$@/dist/*.whl
	cd build/check/$@ && venv/bin/python -c "import chainrule.engine._native; print('imported from', chainrule.__file__)"
	cd build/check/$@ && venv/bin/chainrule --help > help.txt && test -s help.txt && ls -l dist

check-pythons:
	@for p in $(OTHER_PYTHONS); do \
		v=$${p#python}; found=$$(sh tools/other_python.sh $$v) || { echo "$$p: not on this machine, not tested"; continue; }; \
		echo "$$p: $$found"; \
		$(MAKE) --no-print-directory test PYTHON="$$found" VENV=.venv-$$v TESTS="$(KERNEL_TESTS) tests/guards" || exit 1; \
	done

# the workbooks as LibreOffice computes them, the .m functions as Octave does
check-office: $(VENV)/.installed $(VENV)/.testing
	@$(BIN)/python tools/need.py soffice octave-cli
	$(BIN)/python tools/office.py build/check/$@

# mutated tables, workbooks and models: a table, a model or a sentence each
check-fuzz: $(VENV)/.installed $(VENV)/.testing
	$(BIN)/python -W error tools/fuzz.py 100000

# ---- documentation that is computed ---------------------------------------------------------------------------------

docs: $(VENV)/.installed
	$(BIN)/python tools/lessons.py

# ---- benchmarks: their peers are large, so they live apart -----------------------------------------------------------

.venv-bench/.peers: $(SOURCES) tools/requirements.py
	$(MAKE) --no-print-directory VENV=.venv-bench .venv-bench/.installed
	.venv-bench/bin/python -m pip --disable-pip-version-check -q install jax==0.10.2 torch==2.13.0 pandas
	@touch $@

bench: .venv-bench/.peers
	@ls benchmarks/*.py > /dev/null
	@for file in benchmarks/*.py; do echo "== $$file"; .venv-bench/bin/python "$$file" || exit 1; done

format: $(VENV)/.checking
	$(BIN)/python tools/punctuation.py src/chainrule/messages
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format .

clean:
	rm -rf build dist demo .venv-bench
