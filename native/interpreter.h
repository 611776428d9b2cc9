// code, arrays -> arrays: runs a rule given as text, vector by vector, one dispatch per operation and tile.
//
// Included inside a namespace after vec.h and maths.h, program.h before it outside. All memory is the caller's.
#ifndef CHAINRULE_INTERPRETER_H
#define CHAINRULE_INTERPRETER_H

template <class T> struct Workspace {
    double* u;         // Code::lifted
    T* numbers;        // numbers_needed(code, panels), on a multiple of 64 bytes
    const T** base;    // Code::places()
    long* stride;      // Code::places()
};

constexpr long TILE = 16;  // vectors per tile: thirty temporaries of float take 30 KiB

inline long numbers_needed(const Code& code, long panels) {
    return V * (code.used + code.rows + code.temporaries * (panels > TILE ? panels : TILE));
}

template <class T> CR_INLINE Vec<T> truth(Mask<T> m) { return select(m, K<T>(1.0), zero<T>()); }
template <class T> CR_INLINE Mask<T> holds(Vec<T> a) { return a != zero<T>(); }

// One operation on the first `panels` vectors of a tile; `n` numbers of them count in a row's reductions.
template <class T> CR_NOINLINE void operate(const Step& s, const Workspace<T>& work, long panels, long n) {
    T* const out = const_cast<T*>(work.base[s.target]);
    const T *a = work.base[s.a], *b = s.b < 0 ? a : work.base[s.b], *c = s.c < 0 ? a : work.base[s.c];
    const long as = work.stride[s.a], bs = s.b < 0 ? 0 : work.stride[s.b], cs = s.c < 0 ? 0 : work.stride[s.c];
#define CR_OPERATION(op, value)                                                                                       \
    case op:                                                                                                           \
        for (long i = 0; i < panels; ++i) store(out + i * V, value);                                                   \
        return;
#define A load(a + i * as)
#define B load(b + i * bs)
#define C load(c + i * cs)
    switch (s.op) {
        CR_OPERATION(OP_ADD, A + B)
        CR_OPERATION(OP_SUB, A - B)
        CR_OPERATION(OP_MUL, A * B)
        CR_OPERATION(OP_DIV, A / B)
        CR_OPERATION(OP_POW, v_pow(A, B))
        CR_OPERATION(OP_POW_BY, v_pow_by(A, b[0]))
        CR_OPERATION(OP_COPY, A)
        CR_OPERATION(OP_NEG, -A)
        CR_OPERATION(OP_LT, truth(A < B))
        CR_OPERATION(OP_LE, truth(A <= B))
        CR_OPERATION(OP_GT, truth(A > B))
        CR_OPERATION(OP_GE, truth(A >= B))
        CR_OPERATION(OP_EQ, truth(A == B))
        CR_OPERATION(OP_NE, truth(A != B))
        CR_OPERATION(OP_AND, truth(holds(A) & holds(B)))
        CR_OPERATION(OP_OR, truth(holds(A) | holds(B)))
        CR_OPERATION(OP_NOT, truth(!holds(A)))
        CR_OPERATION(OP_WHERE, select(holds(A), B, C))
        CR_OPERATION(OP_MIN, v_min(A, B))
        CR_OPERATION(OP_MAX, v_max(A, B))
        CR_OPERATION(OP_EXP, v_exp(A))
        CR_OPERATION(OP_LOG, v_log(A))
        CR_OPERATION(OP_SQRT, v_sqrt(A))
        CR_OPERATION(OP_ABS, v_abs(A))
        CR_OPERATION(OP_SIGN, v_sign(A))
        CR_OPERATION(OP_FLOOR, v_floor(A))
        CR_OPERATION(OP_TANH, v_tanh(A))
        CR_OPERATION(OP_SIN, v_sin(A))
        CR_OPERATION(OP_COS, v_cos(A))
        CR_OPERATION(OP_ERF, v_erf(A))
        CR_OPERATION(OP_EXPM1, v_expm1(A))
        CR_OPERATION(OP_LOG1P, v_log1p(A))
    case OP_ROWSUM: {
        Vec<T> sum = zero<T>();
        for (long i = 0; i < panels; ++i) sum = sum + select(first_lanes<T>(n - i * V), A, zero<T>());
        store(out, broadcast(lane_sum(sum)));
        return;
    }
    case OP_ROWMAX: {
        Vec<T> most = -infinity<T>();
        for (long i = 0; i < panels; ++i) most = v_larger(most, select(first_lanes<T>(n - i * V), A, -infinity<T>()));
        store(out, broadcast(lane_larger(most)));
        return;
    }
    }
#undef CR_OPERATION
#undef A
#undef B
#undef C
}

// One operation on numbers that no element is needed for, in double.
CR_NOINLINE double lifted_value(int op, double a, double b, double c) {
    if (op == OP_POW) return s_pow(a, b);
    CR_ALIGNED(64) double lanes[4][V];
    const double* base[4] = {lanes[0], lanes[1], lanes[2], lanes[3]};
    const double given[3] = {a, b, c};
    long stride[4] = {};
    for (int i = 0; i < 3; ++i) store(lanes[i], broadcast(given[i]));
    operate(Step{op, 3, 0, 1, 2}, Workspace<double>{nullptr, nullptr, base, stride}, 1, 1);
    return lanes[3][0];
}
inline void lift(const Code& code, double* u) {
    for (int i = 0; i < code.lifts; ++i) {
        const Step& s = code.lift[i];
        u[s.target] = lifted_value(s.op, u[s.a], s.b < 0 ? 0.0 : u[s.b], s.c < 0 ? 0.0 : u[s.c]);
    }
}
template <class T> void place_lifted(const Code& code, const Workspace<T>& work) {
    for (int i = 0; i < code.used; ++i) store(work.numbers + i * V, broadcast(T(work.u[code.used_at[i]])));
}

// Once per call: what no element is needed for. `given` holds the inputs without an element.
template <class T> void prepare(const Code& code, const double* given, const Workspace<T>& work, long panels = TILE) {
    for (int i = 0; i < code.lifted; ++i) work.u[i] = code.start[i];
    for (int i = 0; i < code.given; ++i) work.u[code.given_at[i]] = given[i];
    lift(code, work.u);
    place_lifted(code, work);
    const long fixed = code.used + code.rows, tile = panels > TILE ? panels : TILE;
    for (long i = 0; i < fixed + code.temporaries; ++i) {
        work.base[code.inputs + i] = work.numbers + V * (i < fixed ? i : fixed + (i - fixed) * tile);
        work.stride[code.inputs + i] = i < fixed ? 0 : V;
    }
}

// n numbers of every input in panels `stride` apart (V: next to each other); the lanes after n become 0.
template <class T>
void run_tile(const Code& code, const T* const* in, T* const* out, long n, long stride, const Workspace<T>& work) {
    const long panels = (n + V - 1) / V;
    for (int i = 0; i < code.inputs; ++i) {
        work.base[i] = in[i];
        work.stride[i] = stride;
    }
    for (int i = 0; i < code.steps; ++i)
        if (code.step[i].op != OP_NORM) operate(code.step[i], work, panels, n);
    for (int r = 0; r < code.results; ++r) {
        const T* from = work.base[code.result[r]];
        const long step = work.stride[code.result[r]];
        for (long i = 0; i < panels; ++i)
            store(out[r] + i * stride, select(first_lanes<T>(n - i * V), load(from + i * step), zero<T>()));
    }
}

// The roots of the sums of squares the code asks for, each over all numbers, each before what is made of it.
template <class T> void find_norms(const Code& code, const T* const* in, long n, const Workspace<T>& work) {
    for (int last = 0; last < code.steps; ++last) {
        if (code.step[last].op != OP_NORM) continue;
        Squares squares;
        for (long at = 0; at < n; at += TILE * V) {
            const long count = n - at < TILE * V ? n - at : TILE * V, panels = (count + V - 1) / V;
            for (int i = 0; i < code.inputs; ++i) {
                work.base[i] = in[i] + at;
                work.stride[i] = V;
            }
            for (int i = 0; i < last; ++i)
                if (code.step[i].op != OP_NORM) operate(code.step[i], work, panels, count);
            const int a = code.step[last].a;
            for (long i = 0; i < panels; ++i)
                squares.add(select(first_lanes<T>(count - i * V), load(work.base[a] + i * work.stride[a]), zero<T>()));
        }
        work.u[code.step[last].target] = s_sqrt(squares.total());
        lift(code, work.u);
        place_lifted(code, work);
    }
}

// Elementwise, over n numbers next to each other in arrays padded to whole vectors. A result may be an input's array.
template <class T> void run(const Code& code, const T* const* in, T* const* out, long n, const Workspace<T>& work,
                            const T** in_tile, T** out_tile) {  // room for the pointers of one tile
    if (code.norms) find_norms(code, in, n, work);
    for (long at = 0; at < n; at += TILE * V) {
        for (int i = 0; i < code.inputs; ++i) in_tile[i] = in[i] + at;
        for (int i = 0; i < code.results; ++i) out_tile[i] = out[i] + at;
        run_tile(code, in_tile, out_tile, n - at < TILE * V ? n - at : TILE * V, V, work);
    }
}

#endif
