#!/bin/sh
# Compiles and links the kernel for 64-bit Windows with mingw-w64: everything but the Python binding, which needs a
# Windows Python. It is built, and where wine is here its DLL is loaded; without wine it is compiled, not run.
# usage: PYTHON=… sh tools/mingw.sh FOLDER
set -eu
out=$1
cxx=x86_64-w64-mingw32-g++-posix
mkdir -p "$out/generated"
"${PYTHON:-python3}" -B src/chainrule/rules/emit.py "$out/generated/rules.gen.h"
# the same flags as CMakeLists.txt gives
flags="-std=c++17 -O3 -ffp-contract=off -fno-math-errno -fno-trapping-math -Wall -Wno-psabi -Wno-uninitialized"
flags="$flags -DCHAINRULE_X86 -I$out/generated"
objects=""
compile() { # SOURCE OBJECT FLAGS…
    source=$1 object=$out/$2
    shift 2
    # shellcheck disable=SC2086
    $cxx $flags "$@" -c "$source" -o "$object"
    objects="$objects $object"
}
for source in native/*.cpp; do
    name=$(basename "$source" .cpp)
    case $name in binding*) continue ;; esac
    if grep -q "isa_begin.h\|CHAINRULE_LEVEL" "$source"; then
        compile "$source" "$name-portable.o" -DCHAINRULE_LEVEL=0 -DCHAINRULE_ISA=portable
        compile "$source" "$name-avx2.o" -DCHAINRULE_LEVEL=1 -DCHAINRULE_ISA=avx2 -mavx2 -mfma
        compile "$source" "$name-avx512.o" -DCHAINRULE_LEVEL=2 -DCHAINRULE_ISA=avx512 \
            -mavx512f -mavx512dq -mavx512bw -mavx512vl -mavx2 -mfma
    else
        compile "$source" "$name.o"
    fi
done
# the one symbol the kernel takes from the binding
printf '#include "isa.h"\nIsa chosen_isa = PORTABLE;\n' > "$out/stub.cpp"
compile "$out/stub.cpp" stub.o -Inative
echo "compiled: $objects"
# shellcheck disable=SC2086
$cxx -shared -static $objects -o "$out/chainrule_kernel.dll"
ls -l "$out/chainrule_kernel.dll"
if command -v wine > /dev/null; then
    printf '#include <windows.h>\nint main() { return LoadLibraryA("chainrule_kernel.dll") ? 0 : 1; }\n' > "$out/load.cpp"
    $cxx -static "$out/load.cpp" -o "$out/load.exe"
    (cd "$out" && wine load.exe) && echo "The DLL loads under wine."
else
    echo "Compiled and linked for Windows; not run: there is no wine here."
fi
