// rules.gen.h, interpreter -> one table of functions: compiled once per instruction set (see CMakeLists.txt).
#include "isa_begin.h"
#include "rules_table.h"
namespace {
#include "vec.h"
#include "maths.h"
#include "rules.gen.h"
#include "interpreter.h"

template <class T> bool apply_function(int opcode, const T* a, const T* b, T* out, long count) {
    if (opcode < 0 || opcode > OP_POW_BY || opcode == OP_ROWSUM || opcode == OP_ROWMAX || opcode == OP_NORM) return false;
    const T* base[3] = {a, b, out};
    long stride[3] = {V, V, V};
    operate(Step{opcode, 2, 0, 1, 1}, Workspace<T>{nullptr, nullptr, base, stride}, count / V, count);
    return true;
}

// One rule over an array: each struct of rules.gen.h has either the function of elements or the one of rows.
#define CR_ELEMENTS(count, value)                                                                                     \
    for (long i = 0; i < (count); i += V) store(out[0] + i, value)
#define CR_PART(flag, value, call)                                                                                     \
    {                                                                                                                  \
        if constexpr (R::flag) CR_ELEMENTS(rows * pad, value);                                                          \
        else                                                                                                           \
            for (long r = 0, at = 0; r < rows; ++r, at += pad) call;                                                    \
    }

template <class T, template <class> class Rule>
void run_activation(int part, const double* given, const T* const* in, T* const* out, long rows, long n) {
    typedef Rule<T> R;
    const long pad = (n + V - 1) / V * V;
    T c[R::constants + 1];
    R::prepare(given, c);
    if (part == 0) CR_PART(elementwise, R::forward(load(in[0] + i), c), R::forward_row(in[0] + at, out[0] + at, n, V, c))
    else CR_PART(backward_elementwise, R::backward(load(in[0] + i), load(in[1] + i), load(in[2] + i), c),
                 R::backward_row(in[0] + at, in[1] + at, in[2] + at, out[0] + at, n, V, c))
}
template <class T, template <class> class Rule>
void run_loss(int part, const double* given, const T* const* in, T* const* out, long rows, long n) {
    typedef Rule<T> R;
    const long pad = (n + V - 1) / V * V;
    T c[R::constants + 1];
    R::prepare(given, c);
    if (part == 0) CR_PART(elementwise, R::forward(load(in[0] + i), load(in[1] + i), c), R::forward_row(in[0] + at, in[1] + at, out[0] + at, n, V, c))
    else if (part == 1) CR_PART(gradient_elementwise, R::gradient(load(in[0] + i), load(in[1] + i), load(in[2] + i), c),
                                R::gradient_row(in[0] + at, in[1] + at, in[2] + at, out[0] + at, n, V, c))
    else CR_PART(curvature_elementwise, R::curvature(load(in[0] + i), load(in[1] + i), load(in[2] + i), c),
                 R::curvature_row(in[0] + at, in[1] + at, in[2] + at, out[0] + at, n, V, c))
}
template <class T, template <class> class Rule>
void run_optimizer(const double* given, const T* const* in, T* const* out, long count) {
    typedef Rule<T> R;
    double shared[R::shared + 1];
    T c[R::constants + 1];
    const double k = given[R::knobs], lr = given[R::knobs + 1], decay = given[R::knobs + 2], E = given[R::knobs + 3];
    R::prepare_step(given, k, E, shared);
    R::prepare(given, k, E, lr, decay, shared, c);
    for (long i = 0; i < count; i += V) {
        Vec<T> w = load(in[0] + i), state[R::states + 1];
        for (int s = 0; s < R::states; ++s) state[s] = load(in[2 + s] + i);
        R::update(w, load(in[1] + i), state, c);
        store(out[0] + i, w);
        for (int s = 0; s < R::states; ++s) store(out[1 + s] + i, state[s]);
    }
}
template <class T, template <class> class Rule>
void run_penalty(int part, const double* given, const T* const* in, T* const* out, long count) {
    T c[Rule<T>::constants + 1];
    Rule<T>::prepare(given[0], c);
    if (part == 0) CR_ELEMENTS(count, Rule<T>::forward(load(in[0] + i), c));
    else CR_ELEMENTS(count, Rule<T>::gradient(load(in[0] + i), c));
}
template <class T, template <class> class Rule>
void run_clip(const double* given, const T* const* in, T* const* out, long count) {
    T c[Rule<T>::constants + 1];
    double norms[Rule<T>::norms + 1];
    for (int j = 0; j < Rule<T>::norms; ++j) {
        Squares squares;
        for (long i = 0; i < count; i += V) squares.add(Rule<T>::norm_part(j, load(in[0] + i)));
        norms[j] = s_sqrt(squares.total());
    }
    Rule<T>::prepare(given[0], norms, c);
    CR_ELEMENTS(count, Rule<T>::apply(load(in[0] + i), c));
}

template <class T>
bool run_rule(int kind, int row, int part, const double* given, const T* const* in, T* const* out, long rows, long n) {
    const long count = rows * ((n + V - 1) / V * V);
#define CR_ROW(i, name) if (row == i) return run_activation<T, Activation_##name>(part, given, in, out, rows, n), true;
    if (kind == ACTIVATION) { CHAINRULE_ACTIVATIONS(CR_ROW) }
#undef CR_ROW
#define CR_ROW(i, name) if (row == i) return run_loss<T, Loss_##name>(part, given, in, out, rows, n), true;
    if (kind == LOSS) { CHAINRULE_LOSSES(CR_ROW) }
#undef CR_ROW
#define CR_ROW(i, name) if (row == i) return run_optimizer<T, Optimizer_##name>(given, in, out, count), true;
    if (kind == OPTIMIZER) { CHAINRULE_OPTIMIZERS(CR_ROW) }
#undef CR_ROW
#define CR_ROW(i, name) if (row == i) return run_penalty<T, Penalty_##name>(part, given, in, out, count), true;
    if (kind == PENALTY) { CHAINRULE_PENALTIES(CR_ROW) }
#undef CR_ROW
#define CR_ROW(i, name) if (row == i) return run_clip<T, Clip_##name>(given, in, out, count), true;
    if (kind == CLIP) { CHAINRULE_CLIPS(CR_ROW) }
#undef CR_ROW
    return false;
}

template <class T> long needed(const Code& code, long panels) { return numbers_needed(code, panels); }

template <class T>
void interpret(const Code& code, const double* given, const T* const* in, T* const* out, long rows, long n, bool by_rows,
               double* u, T* numbers, const T** base, long* stride, const T** in_tile, T** out_tile) {
    const long panels = (n + V - 1) / V;
    const Workspace<T> work = {u, numbers, base, stride};
    prepare(code, given, work, by_rows ? panels : TILE);
    if (!by_rows) {
        run(code, in, out, rows * panels * V, work, in_tile, out_tile);
        return;
    }
    for (long r = 0; r < rows; ++r) {
        for (int i = 0; i < code.inputs; ++i) in_tile[i] = in[i] + r * panels * V;
        for (int i = 0; i < code.results; ++i) out_tile[i] = out[i] + r * panels * V;
        run_tile(code, in_tile, out_tile, n, V, work);
    }
}

void lift_all(const Code& code, const double* given, double* u) {
    for (int i = 0; i < code.lifted; ++i) u[i] = code.start[i];
    for (int i = 0; i < code.given; ++i) u[code.given_at[i]] = given[i];
    lift(code, u);
}

template <class T> constexpr RulesOf<T> rules_of() {
    return {apply_function<T>, run_rule<T>, needed<T>, interpret<T>};
}
}  // namespace

const RulesTable CR_ISA(rules_table) = {rules_of<float>(), rules_of<double>(), lifted_value, lift_all};
