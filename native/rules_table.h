// the rules of one instruction set as functions over whole arrays: what tests, probes and Python call.
#ifndef CHAINRULE_RULES_TABLE_H
#define CHAINRULE_RULES_TABLE_H

#include "isa.h"
#include "program.h"

// Arrays hold rows of n numbers, each row padded to whole vectors and on a multiple of 64 bytes.
template <class T> struct RulesOf {
    // out = function(a) or function(a, b), by opcode; false: no such function
    bool (*function)(int opcode, const T* a, const T* b, T* out, long count);
    // A rule by kind and row. `in`, `out` and `given` are the rule's own letters in the order of emit.py's functions:
    // activation: part 0 forward (s), 1 backward (s y dy); loss: 0 forward (s or y, t), 1 gradient, 2 curvature (s y t);
    // optimizer: (w g state…) -> (w state…), given knobs…, k, lr, decay, E; penalty: 0 value, 1 gradient (w), given knob;
    // clip: (g), given limit
    bool (*rule)(int kind, int row, int part, const double* given, const T* const* in, T* const* out, long rows, long n);
    long (*numbers_needed)(const Code& code, long panels);
    void (*interpret)(const Code& code, const double* given, const T* const* in, T* const* out, long rows, long n,
                      bool by_rows, double* u, T* numbers, const T** base, long* stride, const T** in_tile, T** out_tile);
};

struct RulesTable {
    RulesOf<float> single;
    RulesOf<double> twice;
    double (*scalar)(int opcode, double a, double b, double c);
    void (*lift)(const Code& code, const double* given, double* u);
};

enum RuleKind { ACTIVATION, LOSS, OPTIMIZER, PENALTY, CLIP };

extern const RulesTable rules_table_portable;
#ifdef CHAINRULE_X86
extern const RulesTable rules_table_avx2, rules_table_avx512;
#endif

inline const RulesTable& rules_table() {
#ifdef CHAINRULE_X86
    if (chosen_isa == AVX512) return rules_table_avx512;
    if (chosen_isa == AVX2) return rules_table_avx2;
#endif
    return rules_table_portable;
}

#endif
