#!/bin/sh
# Prints the path of Python $1 (such as 3.12) if it runs here, also when only a version manager knows it; else fails.
set -eu
ask='import sys; print(sys.executable); sys.exit("%d.%d" % sys.version_info[:2] != sys.argv[1])'
if command -v "python$1" > /dev/null && "python$1" -c "$ask" "$1" 2> /dev/null; then exit 0; fi
if command -v pyenv > /dev/null; then
    for version in $(pyenv versions --bare 2> /dev/null | grep "^$1\." | sort -rV); do
        if PYENV_VERSION=$version "python$1" -c "$ask" "$1" 2> /dev/null; then exit 0; fi
    done
fi
exit 1
