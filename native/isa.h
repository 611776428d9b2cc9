// the CPU -> the instruction set: which tables this machine can run, and which one was chosen.
#ifndef CHAINRULE_ISA_H
#define CHAINRULE_ISA_H

enum Isa { PORTABLE, AVX2, AVX512, ISA_COUNT };
constexpr const char* ISA_NAMES[ISA_COUNT] = {"portable", "avx2", "avx512"};

#ifdef CHAINRULE_X86
#if defined(_MSC_VER)
#include <intrin.h>
inline void cpuid(int leaf, int sub, unsigned out[4]) { __cpuidex(reinterpret_cast<int*>(out), leaf, sub); }
inline unsigned long long enabled_registers() { return _xgetbv(0); }
#else
#include <cpuid.h>
inline void cpuid(int leaf, int sub, unsigned out[4]) { __cpuid_count(leaf, sub, out[0], out[1], out[2], out[3]); }
inline unsigned long long enabled_registers() {
    unsigned low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (static_cast<unsigned long long>(high) << 32) | low;
}
#endif

// The highest set that the CPU has and the operating system keeps the registers of.
inline Isa best_isa() {
    unsigned r[4];
    cpuid(0, 0, r);
    if (r[0] < 7) return PORTABLE;
    cpuid(1, 0, r);
    const unsigned osxsave = 1u << 27, avx = 1u << 28, fma = 1u << 12;
    if ((r[2] & (osxsave | avx | fma)) != (osxsave | avx | fma)) return PORTABLE;
    const unsigned long long kept = enabled_registers();
    cpuid(7, 0, r);
    if ((kept & 0x6) != 0x6 || !(r[1] & (1u << 5))) return PORTABLE;
    const unsigned f = 1u << 16, dq = 1u << 17, bw = 1u << 30, vl = 1u << 31;
    return (kept & 0xe6) == 0xe6 && (r[1] & (f | dq | bw | vl)) == (f | dq | bw | vl) ? AVX512 : AVX2;
}
#else
inline Isa best_isa() { return PORTABLE; }
#endif

// The set in use; set once by binding_rules.cpp when the module is opened or by `use_isa` from Python.
extern Isa chosen_isa;

#endif
