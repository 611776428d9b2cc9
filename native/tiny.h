// batch -> new weights, for a net whose layers all have at most sixteen inputs and units: everything stays in the
// first cache, four rows at a time, and each layer is one function. The same chains, hence the same bits, as layers.h.
//
// Included inside the anonymous namespace of every kernel, after layers.h. A matrix is one panel [rows][V].
#ifndef CHAINRULE_TINY_H
#define CHAINRULE_TINY_H

constexpr int FOUR = 4;

// sum_j = start + Σ_k x_j[k]·w_k, k < depth, for four rows x_j; w: [depth][V]
template <class T> CR_INLINE void four_rows(const T* x, const T* w, long depth, Vec<T> start, Vec<T> (&sum)[FOUR]) {
    CR_UNROLL for (int j = 0; j < FOUR; ++j) sum[j] = start;
    for (long k = 0; k < depth; ++k) {
        const Vec<T> column = load(w + k * V);
        CR_UNROLL for (int j = 0; j < FOUR; ++j) sum[j] = fma(broadcast(x[j * V + k]), column, sum[j]);
    }
}

// s and y of one layer
template <class T, class R> CR_NOINLINE void tiny_forward(const Work& st, const Layer& layer, int l) {
    T c[MAX_CONSTANTS];
    R::prepare(layer.activation.knob, c);
    const T *x = at<T>(st.y[l - 1]), *w = at<T>(st.w) + layer.w.at;
    T *s = at<T>(st.s[l]), *y = at<T>(st.y[l]);
    const Vec<T> start = layer.bias ? load(at<T>(st.w) + layer.b.at) : zero<T>();
    for (long r = 0; r < st.count; r += FOUR) {
        Vec<T> sum[FOUR];
        four_rows(x + r * V, w, layer.inputs, start, sum);
        CR_UNROLL for (int j = 0; j < FOUR; ++j) {
            if (s != y || !R::elementwise) store(s + (r + j) * V, sum[j]);
            if constexpr (R::elementwise) store(y + (r + j) * V, R::forward(sum[j], c));
        }
    }
    if constexpr (!R::elementwise)
        for (long r = 0; r < st.count; ++r) R::forward_row(s + r * V, y + r * V, layer.units, V, c);
}

template <class T> void tiny_outputs(const Work& st) {
    for (int l = 1; l <= st.net->depth; ++l) {
        const Layer& layer = st.net->layers[l - 1];
        switch (layer.activation.row) {
#define X(i, name) case i: tiny_forward<T, Activation_##name<T>>(st, layer, l); break;
            CHAINRULE_ACTIVATIONS(X)
#undef X
        }
    }
}

// ∂loss/∂s of one layer from that of the layer above it, whose weights stand transposed in `turned`
template <class T, class R> CR_NOINLINE void tiny_backward(const Work& st, const Layer& layer, int l, const T* turned, long above) {
    T c[MAX_CONSTANTS];
    R::prepare(layer.activation.knob, c);
    const T *s = at<T>(st.s[l]), *y = at<T>(st.y[l]), *from = at<T>(st.d[l + 1]);
    T* d = at<T>(st.d[l]);
    for (long r = 0; r < st.count; r += FOUR) {
        Vec<T> sum[FOUR];
        four_rows(from + r * V, turned, above, zero<T>(), sum);
        CR_UNROLL for (int j = 0; j < FOUR; ++j) {
            const long i = (r + j) * V;
            if constexpr (R::backward_elementwise) store(d + i, R::backward(load(s + i), load(y + i), sum[j], c));
            else store(d + i, sum[j]);
        }
    }
    if constexpr (!R::backward_elementwise)
        for (long r = 0; r < st.count; ++r) R::backward_row(s + r * V, y + r * V, d + r * V, d + r * V, layer.units, V, c);
}

// The gradient of one layer, Σ_r x_r ⊗ d_r and Σ_r d_r, four inputs at a time: its place in g, and up to three vectors more
template <class T> CR_INLINE void tiny_gradient(const Work& st, const Layer& layer, int l) {
    const T *x = at<T>(st.y[l - 1]), *d = at<T>(st.d[l]);
    T* g = at<T>(st.g);
    Vec<T> bias = zero<T>();
    for (long k = 0; k < layer.inputs; k += FOUR) {
        Vec<T> sum[FOUR] = {zero<T>(), zero<T>(), zero<T>(), zero<T>()};
        for (long r = 0; r < st.count; ++r) {
            const Vec<T> row = load(d + r * V);
            CR_UNROLL for (int j = 0; j < FOUR; ++j) sum[j] = fma(broadcast(x[r * V + k + j]), row, sum[j]);
        }
        CR_UNROLL for (int j = 0; j < FOUR; ++j) store(g + layer.w.at + (k + j) * V, sum[j]);
    }
    if (!layer.bias) return;
    for (long r = 0; r < st.count; ++r) bias = bias + load(d + r * V);
    store(g + layer.b.at, bias);
}
template <class T, template <class> class R> CR_NOINLINE void tiny_update(const Work& st) {
    for (int l = 1; l <= st.net->depth; ++l) tiny_gradient<T>(st, st.net->layers[l - 1], l);
    for (int i = 0; i < st.run_count; ++i)
        if (st.runs[i].trained) update_with<T, R<T>>(st, st.runs[i], at<T>(st.g) + st.runs[i].at, st.runs[i].at, st.runs[i].rows, false);
}

// The whole step; total: loss, weight. Nothing changes where the loss is not finite.
template <class T> void tiny(Work& st, double* total) {
    const Net& net = *st.net;
    T* turned = at<T>(st.scratch[0]);
    for (int l = 2; l <= net.depth; ++l) {  // early: what is written number by number cannot be read as a vector soon
        const Layer& layer = net.layers[l - 1];
        transpose(at<T>(st.w) + layer.w.at, layer.inputs, layer.units, 0, 1, turned + (l - 2) * V * V);
    }
    forward<T>(st, 0, 0, st.count, true);
    losses<T>(st, 0, 0, st.count);
    for (long r = 0; r < st.count; ++r) total[0] += st.loss[r];
    for (long r = 0; r < st.count; ++r) total[1] += double(at<T>(st.weight)[r]);
    if (!(__builtin_fabs(total[0]) < __builtin_inf())) return;
    st.inverse = net.mean_rows && total[1] > 0.0 ? 1.0 / total[1] : 1.0;
    st.E = total[0] * st.inverse;
    begin<T>(st);
    for (int l = net.depth; l >= 1; --l) {
        const Layer& layer = net.layers[l - 1];
        if (l == net.depth && !net.owned)
            deactivate(layer.activation, st.interpreter[0], at<T>(st.s[l]), at<T>(st.y[l]), at<T>(st.d[l]), layer.units, V, st.count);
        else if (l < net.depth)
            switch (layer.activation.row) {
#define X(i, name) case i: tiny_backward<T, Activation_##name<T>>(st, layer, l, turned + (l - 1) * V * V, net.layers[l].units); break;
                CHAINRULE_ACTIVATIONS(X)
#undef X
            }
    }
    switch (net.optimizer.row) {
#define X(i, name) case i: return tiny_update<T, Optimizer_##name>(st);
        CHAINRULE_OPTIMIZERS(X)
#undef X
    }
}
#endif
