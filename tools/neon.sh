#!/bin/sh
# Builds the kernel for 64-bit ARM and for this processor, runs the same small training on both (the ARM one under
# qemu-aarch64) and compares every bit: instruction sets, threads and processors must agree.
# usage: PYTHON=… sh tools/neon.sh FOLDER
set -eu
out=$1
mkdir -p "$out/generated"
"${PYTHON:-python3}" -B src/chainrule/rules/emit.py "$out/generated/rules.gen.h"
rows=$(PYTHONPATH=src "${PYTHON:-python3}" -B -c '
from chainrule.rules.activations import ACTIVATIONS
from chainrule.rules.losses import LOSSES
from chainrule.rules.optimizers import OPTIMIZERS
for table, names in ((ACTIVATIONS, ("tanh", "gelu", "softmax")), (LOSSES, ("cross_entropy",)), (OPTIMIZERS, ("adam",))):
    for name in names:
        print(f"-DROW_{name.upper()}={list(table).index(name)}", end=" ")
print("-DKNOBS_ADAM=" + ",".join(map(repr, OPTIMIZERS["adam"].knobs.values())))')
# the same flags as CMakeLists.txt gives
flags="-std=c++17 -O3 -ffp-contract=off -fno-math-errno -fno-trapping-math -w -pthread -Inative -I$out/generated $rows"
# shellcheck disable=SC2086
build() { # COMPILER NAME SET LEVEL FLAGS…
    compiler=$1 name=$2 set=$3 level=$4
    shift 4
    $compiler $flags "$@" -DCHAINRULE_LEVEL="$level" -DCHAINRULE_ISA="$set" -c native/kernel.cpp -o "$out/$name-$set.o"
}
build aarch64-linux-gnu-g++ arm portable 0
# shellcheck disable=SC2086
aarch64-linux-gnu-g++ $flags -static tools/small_run.cpp native/program.cpp "$out/arm-portable.o" -o "$out/run-arm"
here=""
case $(uname -m) in
x86_64)
    here="-DCHAINRULE_X86"
    build g++ here avx2 1 $here -mavx2 -mfma
    build g++ here avx512 2 $here -mavx512f -mavx512dq -mavx512bw -mavx512vl -mavx2 -mfma
    ;;
esac
build g++ here portable 0 $here
# shellcheck disable=SC2086
g++ $flags $here tools/small_run.cpp native/program.cpp "$out"/here-*.o -o "$out/run-here"
{ qemu-aarch64 "$out/run-arm"; "$out/run-here"; } > "$out/prints.txt"
cat "$out/prints.txt"
test "$(sort -u "$out/prints.txt" | wc -l)" = 1 || { echo "The bits differ."; exit 1; }
test "$(wc -l < "$out/prints.txt")" -ge 4
echo "The same bits on ARM under qemu and on this processor, on 1, 2 and 3 threads."
