// what a source compiled once per instruction set includes first, outside every namespace: intrinsics and the suffix.
#ifndef CHAINRULE_ISA_BEGIN_H
#define CHAINRULE_ISA_BEGIN_H
#if CHAINRULE_LEVEL > 0
#include <immintrin.h>
#endif
#define CR_JOIN_(a, b) a##_##b
#define CR_JOIN(a, b) CR_JOIN_(a, b)
#define CR_ISA(name) CR_JOIN(name, CHAINRULE_ISA)  // CR_ISA(kernel_table) -> kernel_table_avx2
#endif
