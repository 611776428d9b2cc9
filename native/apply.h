// rules -> loops: runs a rule of the generated table, or a program, over panels of vectors.
//
// Included inside the anonymous namespace of every kernel. Every loop is one switch, then the rule's own function
// inlined. n: outputs of a row, stride: distance of two panels, count: rows (vectors of a panel).
#ifndef CHAINRULE_APPLY_H
#define CHAINRULE_APPLY_H

static_assert(MAX_CONSTANTS <= CONSTANTS && MAX_SHARED <= CONSTANTS && MAX_STATES <= SLOTS && MAX_KNOBS <= KNOBS, "table.h is too small");

CR_INLINE long least(long a, long b) { return a < b ? a : b; }
CR_INLINE long panels_of(long units) { return (units + V - 1) / V; }

template <class F> CR_INLINE void each_vector(long n, long stride, long count, F use) {
    for (long p = 0; p < n; p += V)
        for (long r = 0; r < count; ++r) use(p / V * stride + r * V, r);
}

// ---- rules given as text ---------------------------------------------------------------------------------------------

template <class T> CR_INLINE Workspace<T> workspace(const Interpreter& memory) {
    return {memory.u, static_cast<T*>(memory.numbers), reinterpret_cast<const T**>(memory.base), memory.stride};
}
// Up to three inputs in panels -> one output, row by row where the text uses a reduction.
template <class T>
void interpret(const Code& code, const double* knobs, const Interpreter& memory, const T* a, const T* b, const T* c, T* out,
               long n, long stride, long count) {
    const Workspace<T> work = workspace<T>(memory);
    prepare(code, knobs, work, panels_of(n));
    const T* in[3] = {a, b, c};
    if (code.rows) {
        for (long r = 0; r < count; ++r) {
            const T* row[3] = {a + r * V, b + r * V, c + r * V};
            T* to[1] = {out + r * V};
            run_tile(code, row, to, n, stride, work);
        }
        return;
    }
    for (long p = 0; p < n; p += V)
        for (long r = 0; r < count; r += TILE) {
            const long i = p / V * stride + r * V;
            const T* tile[3] = {in[0] + i, in[1] + i, in[2] + i};
            T* to[1] = {out + i};
            run_tile(code, tile, to, least(TILE, count - r) * V, V, work);
        }
}

// ---- activations: y from s, and ds from dy in place ---------------------------------------------------------------------

template <class T, class R>
CR_NOINLINE void activate_with(const Rule& rule, const T* s, T* y, long n, long stride, long count) {
    T c[MAX_CONSTANTS];
    R::prepare(rule.knob, c);
    if constexpr (R::elementwise)
        each_vector(n, stride, count, [&](long i, long) { store(y + i, R::forward(load(s + i), c)); });
    else
        for (long r = 0; r < count; ++r) R::forward_row(s + r * V, y + r * V, n, stride, c);
}
template <class T> void activate(const Rule& rule, const Interpreter& memory, const T* s, T* y, long n, long stride, long count) {
    switch (rule.row) {
#define X(i, name) case i: return activate_with<T, Activation_##name<T>>(rule, s, y, n, stride, count);
        CHAINRULE_ACTIVATIONS(X)
#undef X
    }
    interpret(*rule.forward, rule.knob, memory, s, s, s, y, n, stride, count);
}

template <class T, class R>
CR_NOINLINE void deactivate_with(const Rule& rule, const T* s, const T* y, T* d, long n, long stride, long count) {
    T c[MAX_CONSTANTS];
    R::prepare(rule.knob, c);
    if constexpr (R::backward_elementwise)
        each_vector(n, stride, count, [&](long i, long) { store(d + i, R::backward(load(s + i), load(y + i), load(d + i), c)); });
    else
        for (long r = 0; r < count; ++r) R::backward_row(s + r * V, y + r * V, d + r * V, d + r * V, n, stride, c);
}
template <class T>
void deactivate(const Rule& rule, const Interpreter& memory, const T* s, const T* y, T* d, long n, long stride, long count) {
    switch (rule.row) {
#define X(i, name) case i: return deactivate_with<T, Activation_##name<T>>(rule, s, y, d, n, stride, count);
        CHAINRULE_ACTIVATIONS(X)
#undef X
    }
    interpret(*rule.backward, rule.knob, memory, s, y, d, d, n, stride, count);
}

// ---- losses: ℓ, and its slope by the score where the loss owns its link, else by the output ------------------------------
// Both times scale · weight of the row, and 0 where the target is NaN.

template <class T> CR_INLINE void weigh(T* value, T* d, Vec<T> one, Vec<T> slope, Vec<T> target, T weight) {
    const Vec<T> by = broadcast(weight);
    const Mask<T> counts = target == target;
    store(value, select(counts, one * by, zero<T>()));
    store(d, select(counts, slope * by, zero<T>()));
}
template <class T, class R>
CR_NOINLINE void loss_with(const Rule& rule, const T* s, const T* y, const T* t, const T* weight, T scale, T* value, T* d, long n, long stride, long count) {
    T c[MAX_CONSTANTS];
    R::prepare(rule.knob, c);
    const T* u = R::link >= 0 ? s : y;
    for (long r = 0; !R::elementwise && r < count; ++r)
        if constexpr (!R::elementwise) R::forward_row(u + r * V, t + r * V, value + r * V, n, stride, c);
    for (long r = 0; !R::gradient_elementwise && r < count; ++r)
        if constexpr (!R::gradient_elementwise) R::gradient_row(s + r * V, y + r * V, t + r * V, d + r * V, n, stride, c);
    each_vector(n, stride, count, [&](long i, long r) {
        Vec<T> one, slope;
        if constexpr (R::elementwise) one = R::forward(load(u + i), load(t + i), c);
        else one = load(value + i);
        if constexpr (R::gradient_elementwise) slope = R::gradient(load(s + i), load(y + i), load(t + i), c);
        else slope = load(d + i);
        weigh(value + i, d + i, one, slope, load(t + i), scale * weight[r]);
    });
}
template <class T>
void loss(const Rule& rule, bool owned, const Interpreter& memory, const T* s, const T* y, const T* t, const T* weight, T scale,
          T* value, T* d, long n, long stride, long count) {
    switch (rule.row) {
#define X(i, name) case i: return loss_with<T, Loss_##name<T>>(rule, s, y, t, weight, scale, value, d, n, stride, count);
        CHAINRULE_LOSSES(X)
#undef X
    }
    interpret(*rule.forward, rule.knob, memory, owned ? s : y, t, t, value, n, stride, count);
    interpret(*rule.backward, rule.knob, memory, s, y, t, d, n, stride, count);
    each_vector(n, stride, count, [&](long i, long r) { weigh(value + i, d + i, load(value + i), load(d + i), load(t + i), scale * weight[r]); });
}

// ---- the update ----------------------------------------------------------------------------------------------------

// What an optimizer lifts out of its loop, once per step: `shared`, and the constants of every view.
template <class T, template <class> class R> void begin_with(const Work& st) {
    double shared[MAX_SHARED];
    const Net& net = *st.net;
    if (st.same_rate && !R<T>::uses_step) return;
    R<T>::prepare_step(net.optimizer.knob, double(st.k), st.E, shared);
    T* c = static_cast<T*>(st.constants);
    for (int l = 0; l < net.depth; ++l)
        for (const View* v : {&net.layers[l].w, &net.layers[l].b})
            if (v->rows)  // a layer without bias has no second view, and its number would be another view's
                R<T>::prepare(net.optimizer.knob, double(st.k), st.E, st.lr * v->rate, net.decay * v->decay, shared, c + v->number * CONSTANTS);
}
template <class T> void begin(const Work& st) {
    switch (st.net->optimizer.row) {
#define X(i, name) case i: return begin_with<T, Optimizer_##name>(st);
        CHAINRULE_OPTIMIZERS(X)
#undef X
    }
}

// `count` vectors of gradient, times `by`: new weights and state at `place` of the packed weights
template <class T, class R> CR_INLINE void optimize_with(const Work& st, const View& v, const T* g, T by, long place, long count) {
    T* w = static_cast<T*>(st.w) + place;
    T* slots[SLOTS];
    for (int j = 0; j < R::states; ++j) slots[j] = static_cast<T*>(st.slot[j]) + place;
    const T* given = static_cast<const T*>(st.constants) + v.number * CONSTANTS;
    T c[MAX_CONSTANTS];  // a copy that no store can change
    for (int j = 0; j < R::constants; ++j) c[j] = given[j];
    const Vec<T> scale = broadcast(by);
    for (long i = 0; i < count * V; i += V) {
        Vec<T> state[MAX_STATES], weight = load(w + i);
        CR_UNROLL for (int j = 0; j < R::states; ++j) state[j] = load(slots[j] + i);
        R::update(weight, load(g + i) * scale, state, c);
        store(w + i, weight);
        CR_UNROLL for (int j = 0; j < R::states; ++j) store(slots[j] + i, state[j]);
    }
}
template <class T> void interpret_update(const Work& st, const Interpreter& memory, const View& v, const T* g, long place, long count) {
    const Rule& rule = st.net->optimizer;
    const Code& code = *rule.forward;
    const Workspace<T> work = workspace<T>(memory);
    double given[4 + KNOBS] = {double(st.k), st.lr * v.rate, st.net->decay * v.decay, st.E};
    for (int j = 0; j < rule.knobs; ++j) given[4 + j] = rule.knob[j];
    prepare(code, given, work);
    for (long i = 0; i < count; i += TILE) {
        const T* in[2 + SLOTS];
        T* out[1 + SLOTS];
        in[0] = out[0] = static_cast<T*>(st.w) + place + i * V;
        in[1] = g + i * V;
        for (int j = 0; j < st.net->slots; ++j) in[2 + j] = out[1 + j] = static_cast<T*>(st.slot[j]) + place + i * V;
        run_tile(code, in, out, least(TILE, count - i) * V, V, work);
    }
}
template <class T, class R> CR_INLINE void penalize_with(double knob, double decay, const T* w, T* g, long count) {
    if (knob == 0.0) return;
    T c[MAX_CONSTANTS];
    R::prepare(knob, c);
    const Vec<T> scale = broadcast(T(decay));
    for (long i = 0; i < count * V; i += V) store(g + i, load(g + i) + scale * R::gradient(load(w + i), c));
}
// g = g/Σw + penalties, bounded by value: `count` vectors in place
template <class T> void ready(const Work& st, const View& v, T* g, const T* w, long count) {
    const Net& net = *st.net;
    const Vec<T> inverse = broadcast(T(st.inverse));
    for (long i = 0; i < count * V; i += V) store(g + i, load(g + i) * inverse);
    const double scale = net.shared ? v.decay * st.inverse : v.decay;
    penalize_with<T, Penalty_l2<T>>(net.l2, scale, w, g, count);
    penalize_with<T, Penalty_l1<T>>(net.l1, scale, w, g, count);
    if (net.clip != CLIP_VALUE) return;
    T c[MAX_CONSTANTS];
    const double none = 0.0;
    Clip_value<T>::prepare(net.limit, &none, c);
    for (long i = 0; i < count * V; i += V) store(g + i, Clip_value<T>::apply(load(g + i), c));
}
// The same from sums, which are spoilt; `prepared`: they are ready.
template <class T, class R> CR_INLINE void update_with(const Work& st, const View& v, T* g, long place, long count, bool prepared) {
    const Net& net = *st.net;
    const bool plain = net.l1 == 0.0 && net.l2 == 0.0 && net.clip != CLIP_VALUE;
    if (!plain && !prepared) ready(st, v, g, static_cast<T*>(st.w) + place, count);
    optimize_with<T, R>(st, v, g, plain && !prepared ? T(st.inverse) : T(1), place, count);
}
template <class T, template <class> class R> CR_NOINLINE void update_from(const Work& st, const View& v, T* g, long place, long count, bool prepared) {
    update_with<T, R<T>>(st, v, g, place, count, prepared);
}
template <class T> void optimize(const Work& st, const Interpreter& memory, const View& v, T* g, long place, long count, bool prepared) {
    switch (st.net->optimizer.row) {
#define X(i, name) case i: return update_from<T, Optimizer_##name>(st, v, g, place, count, prepared);
        CHAINRULE_OPTIMIZERS(X)
#undef X
    }
    if (!prepared) ready(st, v, g, static_cast<T*>(st.w) + place, count);
    interpret_update(st, memory, v, g, place, count);
}
// the whole gradient's norm is known: bounded by it
template <class T> void shorten(const Work& st, T* g, long count) {
    T c[MAX_CONSTANTS];
    Clip_norm<T>::prepare(st.net->limit, &st.norm, c);
    for (long i = 0; i < count * V; i += V) store(g + i, Clip_norm<T>::apply(load(g + i), c));
}
#endif
