// sixteen members of one plan -> new weights, a lane each: number k of member m is lane m of vector k. Every lane takes the
// chains of layers.h in their order, hence the bits it has alone; nothing is padding, and one call serves sixteen.
//
// Included inside the anonymous namespace of every kernel, after layers.h. Weights lie in natural order, what belongs to
// rows as [units][LANES_ROWS][V].
#ifndef CHAINRULE_LANES_H
#define CHAINRULE_LANES_H

constexpr long UNIT = LANES_ROWS * V;  // numbers from one unit to the next

// ---- products ---------------------------------------------------------------------------------------------------------

// out_ij = start + Σ_k a_ik·b_jk, k < depth, for R × P vectors; lanes never meet, so every register of a vector goes by itself.
// ALONG: rows of the batch, [j][i] like a is [k][i]; start: one vector per j, null for 0. ACROSS: the sum over these rows, a is
// [i][k]; start: out itself, null for 0. b: `bj` vectors from j to j, `bk` from k to k; out of ACROSS likewise.
template <class T, int R, int P, Way way>
CR_INLINE void lanes_tile(long depth, const T* a, const T* b, long bj, long bk, const T* start, T* out, long oi, long oj) {
    typedef typename Hw<T>::type H;
    constexpr long row = way == ALONG ? V : UNIT, next = way == ALONG ? UNIT : V;
    if (way == ALONG) oi = 1, oj = LANES_ROWS;
    for (int part = 0; part < V; part += LANES<T>) {
        H sum[R][P];
        CR_UNROLL for (int j = 0; j < P; ++j) {
            const H first = start && way == ALONG ? *(const H*)(start + part + j * V) : H{};
            CR_UNROLL for (int i = 0; i < R; ++i) sum[i][j] = start && way != ALONG ? *(const H*)(start + part + (i * oi + j * oj) * V) : first;
        }
        const T *x = a + part, *y = b + part;
        for (long k = 0; k < depth; ++k, x += next, y += bk * V) {
            H column[P];
            CR_UNROLL for (int j = 0; j < P; ++j) column[j] = *(const H*)(y + j * bj * V);
            CR_UNROLL for (int i = 0; i < R; ++i) {
                const H one = hw_once(*(const H*)(x + i * row));
                CR_UNROLL for (int j = 0; j < P; ++j) sum[i][j] = hw_fma(one, column[j], sum[i][j]);
            }
        }
        CR_UNROLL for (int i = 0; i < R; ++i) {
            CR_UNROLL for (int j = 0; j < P; ++j) *(H*)(out + part + (i * oi + j * oj) * V) = sum[i][j];
        }
    }
}
template <class T, int R, int P, Way way>
void lanes_strip(long rows, long depth, const T* a, const T* b, long bj, long bk, const T* start, T* out, long oi, long oj) {
    for (; rows >= R; rows -= R, a += R * (way == ALONG ? V : UNIT), out += R * oi * V) {
        lanes_tile<T, R, P, way>(depth, a, b, bj, bk, start, out, oi, oj);
        if (start && way != ALONG) start += R * oi * V;
    }
    if constexpr (R > 1)
        if (rows) lanes_strip<T, R / 2, P, way>(rows, depth, a, b, bj, bk, start, out, oi, oj);
}
template <class T, Way way>
void lanes_product(long rows, long columns, long depth, const T* a, const T* b, long bj, long bk, const T* start, T* out, long oi = 1, long oj = LANES_ROWS) {
    constexpr int R = CHAINRULE_LEVEL == 2 ? 8 : 4, P = 3;
    for (long j = 0, some; j < columns; j += some) {
        some = least(P, columns - j);
        const auto by = some == P ? lanes_strip<T, R, P, way> : some == 2 ? lanes_strip<T, R, 2, way> : lanes_strip<T, R, 1, way>;
        by(rows, depth, a, b + j * bj * V, bj, bk, start ? start + j * (way == ALONG ? 1 : oj) * V : start, out + j * oj * V, oi, oj);
    }
}

// ---- rows -> vectors ----------------------------------------------------------------------------------------------------

CR_INLINE Wide row_of(const Abreast& st, int lane, long r) { return st.rows ? st.rows[lane][r] : st.first + Wide(r); }

// Rows from … of a strided matrix, to each lane its member's, or to all the same ones
template <class T, class S> CR_INLINE void lanes_gather_as(const Abreast& st, const Matrix& m, long units, long from, long rows, T* to) {
    typedef typename Hw<T>::type H;
    constexpr int L = LANES<T>;
    for (long r = from; r < from + rows; ++r, to += V) {
        const char* row[V];
        for (int j = 0; j < V; ++j) row[j] = m.at + m.row * (long long)(row_of(st, j, r));
        if (!st.rows)
            for (long u = 0; u < units; ++u) store(to + u * UNIT, broadcast(T(*reinterpret_cast<const S*>(row[0] + u * m.column))));
        else if (sizeof(S) != sizeof(T) || m.column != long(sizeof(T)) || units <= 4)
            for (long u = 0; u < units; ++u)
                for (int j = 0; j < V; ++j) to[u * UNIT + j] = T(*reinterpret_cast<const S*>(row[j] + u * m.column));
        else
            for (long u = 0; u < units; u += V) {
                Vec<T> line[V];  // sixteen numbers of each member, to be turned
                CR_UNROLL for (int j = 0; j < V; ++j) {
                    const T* p = reinterpret_cast<const T*>(row[j]) + u;
                    line[j] = units - u < V ? load_first(p, int(units - u)) : load_any(p);
                }
                CR_UNROLL for (int i = 0; i < V; i += L) {
                    CR_UNROLL for (int o = 0; o < V; o += L) {
                        H square[L];
                        CR_UNROLL for (int j = 0; j < L; ++j) square[j] = line[i + j].v[o / L];
                        hw_turn(square);
                        CR_UNROLL for (int j = 0; j < L; ++j) *(H*)(to + (u + o + j) * UNIT + i) = square[j];
                    }
                }
            }
    }
}
template <class T> void lanes_gather(const Abreast& st, const Matrix& m, long units, long from, long rows, T* to) {
    if (m.kind == FLOAT32) return lanes_gather_as<T, float>(st, m, units, from, rows, to);
    if (m.kind == FLOAT64) return lanes_gather_as<T, double>(st, m, units, from, rows, to);
    for (long r = 0; r < rows; ++r)
        for (int j = 0; j < V; ++j) {
            const char* row = m.at + m.row * (long long)(row_of(st, j, from + r));
            for (long u = 0; u < units; ++u) to[u * UNIT + r * V + j] = element<T>(row + u * m.column, m.kind);
        }
}
template <class T> void lanes_targets(const Abreast& st, long from, long rows) {
    const Net& net = *st.net;
    const int outputs = net.layers[net.depth - 1].units;
    bool weighted = false;
    for (int j = 0; j < V; ++j) weighted = weighted || st.data[j]->weight;
    lanes_gather(st, st.data[0]->t, outputs, from, rows, at<T>(st.t));
    for (long r = 0; r < rows; ++r) {
        T *t = at<T>(st.t) + r * V, *weight = at<T>(st.weight) + r * V;
        store(weight, K<T>(1.0));
        for (int j = 0; weighted && j < V; ++j)
            if (st.data[j]->weight) weight[j] = at<T>(st.data[j]->weight)[row_of(st, j, from + r)];
        Mask<T> known = load(t) == load(t);
        for (int o = 1; o < outputs; ++o) {
            const Mask<T> one = load(t + o * UNIT) == load(t + o * UNIT);
            known = net.by_row ? known & one : known | one;
        }
        store(weight, select(known, load(weight), zero<T>()));
        for (int o = 0; net.by_row && o < outputs; ++o) store(t + o * UNIT, select(known, load(t + o * UNIT), K<T>(__builtin_nan(""))));
    }
}

// ---- rules ---------------------------------------------------------------------------------------------------------------

// use(place) for every vector of some rows
template <class F> CR_INLINE void each_lanes(long units, long rows, F use) {
    if (rows == LANES_ROWS) rows *= units, units = 1;
    for (long u = 0; u < units; ++u)
        for (long r = 0; r < rows; ++r) use((u * LANES_ROWS + r) * V);
}
template <class T, class R> CR_NOINLINE void lanes_activate_with(const Rule& rule, const T* s, T* y, long units, long rows) {
    T c[MAX_CONSTANTS];
    R::prepare(rule.knob, c);
    if constexpr (R::elementwise) each_lanes(units, rows, [&](long i) { store(y + i, R::forward(load(s + i), c)); });
    else each_lanes(1, rows, [&](long i) { R::forward_lanes(s + i, y + i, units, UNIT, c); });
}
template <class T, class R> CR_NOINLINE void lanes_deactivate_with(const Rule& rule, const T* s, const T* y, T* d, long units, long rows) {
    T c[MAX_CONSTANTS];
    R::prepare(rule.knob, c);
    if constexpr (R::backward_elementwise) each_lanes(units, rows, [&](long i) { store(d + i, R::backward(load(s + i), load(y + i), load(d + i), c)); });
    else each_lanes(1, rows, [&](long i) { R::backward_lanes(s + i, y + i, d + i, d + i, units, UNIT, c); });
}
template <class T> void lanes_activate(const Rule& rule, const T* s, T* y, long units, long rows) {
    switch (rule.row) {
#define X(i, name) case i: return lanes_activate_with<T, Activation_##name<T>>(rule, s, y, units, rows);
        CHAINRULE_ACTIVATIONS(X)
#undef X
    }
}
template <class T> void lanes_deactivate(const Rule& rule, const T* s, const T* y, T* d, long units, long rows) {
    switch (rule.row) {
#define X(i, name) case i: return lanes_deactivate_with<T, Activation_##name<T>>(rule, s, y, d, units, rows);
        CHAINRULE_ACTIVATIONS(X)
#undef X
    }
}

// ℓ and its slope, as loss_with of apply.h; the sums go on row after row
template <class T, class R> CR_NOINLINE void lanes_loss_with(const Abreast& st, long rows) {
    const Net& net = *st.net;
    const Rule& rule = net.loss;
    const long units = net.layers[net.depth - 1].units;
    const T *s = at<T>(st.s[net.depth]), *y = at<T>(st.y[net.depth]), *t = at<T>(st.t), *u = R::link >= 0 ? s : y;
    T *d = at<T>(st.d[net.depth]), *value = at<T>(st.value), c[MAX_CONSTANTS];
    R::prepare(rule.knob, c);
    Vec<double> total = load(st.loss), weights = load(st.total);
    for (long r = 0; r < rows; ++r, s += V, y += V, u += V, t += V, d += V, value += V) {
        const Vec<T> weight = load(at<T>(st.weight) + r * V), by = K<T>(net.scale) * weight;
        if constexpr (!R::elementwise) R::forward_lanes(u, t, value, units, UNIT, c);
        if constexpr (!R::gradient_elementwise) R::gradient_lanes(s, y, t, d, units, UNIT, c);
        for (long o = 0; o < units * UNIT; o += UNIT) {
            Vec<T> one, slope;
            if constexpr (R::elementwise) one = R::forward(load(u + o), load(t + o), c);
            else one = load(value + o);
            if constexpr (R::gradient_elementwise) slope = R::gradient(load(s + o), load(y + o), load(t + o), c);
            else slope = load(d + o);
            const Mask<T> counts = load(t + o) == load(t + o);
            store(value + o, select(counts, one * by, zero<T>()));
            store(d + o, select(counts, slope * by, zero<T>()));
        }
        Vec<double> row = zero<double>();
        for (long o = 0; o < least(V, units); ++o) {
            Vec<double> sum = widen(load(value + o * UNIT));
            for (long q = o + V; q < units; q += V) sum = sum + widen(load(value + q * UNIT));
            row = row + sum;
        }
        total = total + row;
        weights = weights + widen(weight);
    }
    store(st.loss, total);
    store(st.total, weights);
}
template <class T> void lanes_loss(const Abreast& st, long rows) {
    switch (st.net->loss.row) {
#define X(i, name) case i: return lanes_loss_with<T, Loss_##name<T>>(st, rows);
        CHAINRULE_LOSSES(X)
#undef X
    }
}

// ---- a pass ----------------------------------------------------------------------------------------------------------------

// s = b + x·w of a narrow layer: sixteen sums of every sixteenth input, then the tree that goes across the lanes elsewhere
template <class T> void lanes_narrow(const Layer& layer, const T* x, const T* w, const T* b, T* s, long rows) {
    typedef typename Hw<T>::type H;
    const long inputs = layer.inputs, units = layer.units, whole = inputs / V * V;
    for (long r = 0; r < rows; ++r, x += V, s += V)
        for (long o = 0; o < units; ++o)
            for (int part = 0; part < V; part += LANES<T>) {
                const auto product = [&](long i, H sum) { return hw_fma(*(const H*)(x + i * UNIT + part), *(const H*)(w + (i * units + o) * V + part), sum); };
                H sum[V] = {};
                for (long i = 0; i < whole; i += V) {
                    CR_UNROLL for (int j = 0; j < V; ++j) sum[j] = product(i + j, sum[j]);
                }
                CR_UNROLL for (int j = 0; j < V; ++j)
                    if (whole + j < inputs) sum[j] = product(whole + j, sum[j]);
                CR_UNROLL for (int by = V / 2; by > 0; by /= 2) {
                    CR_UNROLL for (int j = 0; j < by; ++j) sum[j] = sum[j] + sum[j + by];
                }
                *(H*)(s + o * UNIT + part) = layer.bias ? sum[0] + *(const H*)(b + o * V + part) : sum[0];
            }
}

// Losses, and where `learn` the gradient's sums, of the batch: a few rows at a time, so that what is made of them is near
template <class T> void lanes_pass(const Abreast& st) {
    const Net& net = *st.net;
    T *w = at<T>(st.w), *g = at<T>(st.g);
    store(st.loss, zero<double>());
    store(st.total, zero<double>());
    for (long from = 0; from < st.count; from += LANES_ROWS) {
        const long rows = least(LANES_ROWS, st.count - from);
        if (st.fresh || st.count > LANES_ROWS) {
            lanes_gather(st, st.data[0]->x, net.layers[0].inputs, from, rows, at<T>(st.y[0]));
            lanes_targets<T>(st, from, rows);
        }
        for (int l = 1; l <= net.depth; ++l) {
            const Layer& layer = net.layers[l - 1];
            const T *x = at<T>(st.y[l - 1]), *b = layer.bias ? w + layer.b.flat * V : nullptr;
            T* s = at<T>(st.s[l]);
            const long in = layer.inputs, out = layer.units;
            if (layer.narrow) lanes_narrow(layer, x, w + layer.w.flat * V, b, s, rows);
            else lanes_product<T, ALONG>(rows, out, in, x, w + layer.w.flat * V, 1, out, b, s);
            lanes_activate(layer.activation, s, at<T>(st.y[l]), out, rows);
        }
        lanes_loss<T>(st, rows);
        for (int l = net.depth; st.learn && l >= 1; --l) {
            const Layer& layer = net.layers[l - 1];
            const T* x = at<T>(st.y[l - 1]);
            T *d = at<T>(st.d[l]), *gw = g + layer.w.flat * V, *gb = g + layer.b.flat * V;
            const long in = layer.inputs, out = layer.units;
            if (l < net.depth || !net.owned) lanes_deactivate(layer.activation, at<T>(st.s[l]), at<T>(st.y[l]), d, out, rows);
            if (in >= 8 || out < 8) lanes_product<T, ACROSS>(in, out, rows, x, d, LANES_ROWS, 1, from ? gw : nullptr, gw, out, 1);
            else lanes_product<T, ACROSS>(out, in, rows, d, x, LANES_ROWS, 1, from ? gw : nullptr, gw, 1, out);
            CR_ALIGNED(64) T one[V];
            store(one, K<T>(1.0));
            if (layer.bias) lanes_product<T, ACROSS>(out, 1, rows, d, one, 0, 0, from ? gb : nullptr, gb, 1, 0);
            if (l > 1) lanes_product<T, ALONG>(rows, in, out, d, w + layer.w.flat * V, out, 1, nullptr, at<T>(st.d[l - 1]));
        }
    }
}

// ---- the update ------------------------------------------------------------------------------------------------------------

template <class T, template <class> class O> CR_NOINLINE void lanes_update_with(const Abreast& st) {
    typedef O<T> R;
    const Net& net = *st.net;
    double inverse[V], E[V];
    CR_ALIGNED(64) T inverses[V], decays[V], constants[MAX_CONSTANTS][V];
    bool alike = !R::uses_loss;
    for (int m = 0; m < V; ++m) {
        inverse[m] = net.mean_rows && st.total[m] > 0.0 ? 1.0 / st.total[m] : 1.0;
        inverses[m] = T(inverse[m]);
        E[m] = st.loss[m] * inverse[m];
        alike = alike && st.k[m] == st.k[0] && st.lr[m] == st.lr[0];
    }
    double shared[V][MAX_SHARED];
    for (int m = 0; m < (alike ? 1 : V); ++m) R::prepare_step(net.optimizer.knob, double(st.k[m]), E[m], shared[m]);
    const bool plain = net.l1 == 0.0 && net.l2 == 0.0 && net.clip != CLIP_VALUE;
    const double none = 0.0;
    T l1[MAX_CONSTANTS], l2[MAX_CONSTANTS], clip[MAX_CONSTANTS];
    Penalty_l1<T>::prepare(net.l1, l1);
    Penalty_l2<T>::prepare(net.l2, l2);
    Clip_value<T>::prepare(net.limit, &none, clip);
    for (int l = 0; l < net.depth; ++l)
        for (const View* v : {&net.layers[l].w, &net.layers[l].b}) {
            if (!v->rows || !v->trained) continue;
            for (int m = 0; m < V; ++m) {
                T c[MAX_CONSTANTS];
                if (m == 0 || !alike)
                    R::prepare(net.optimizer.knob, double(st.k[m]), E[m], st.lr[m] * v->rate, net.decay * v->decay, shared[m], c);
                for (int j = 0; j < R::constants; ++j) constants[j][m] = m == 0 || !alike ? c[j] : constants[j][0];
                decays[m] = T(net.shared ? v->decay * inverse[m] : v->decay);
            }
            Vec<T> c[MAX_CONSTANTS];
            for (int j = 0; j < R::constants; ++j) c[j] = load(constants[j]);
            const Vec<T> by = load(inverses), decay = load(decays);
            const long from = v->flat * V, to = from + v->rows * v->units * V;
            T* slots[SLOTS];
            for (int j = 0; j < R::states; ++j) slots[j] = at<T>(st.slot[j]);
            for (long i = from; i < to; i += V) {
                Vec<T> state[MAX_STATES], weight = load(at<T>(st.w) + i), g = load(at<T>(st.g) + i) * by;
                if (!plain) {
                    if (net.l2 != 0.0) g = g + decay * Penalty_l2<T>::gradient(weight, l2);
                    if (net.l1 != 0.0) g = g + decay * Penalty_l1<T>::gradient(weight, l1);
                    if (net.clip == CLIP_VALUE) g = Clip_value<T>::apply(g, clip);
                    g = g * K<T>(1.0);
                }
                CR_UNROLL for (int j = 0; j < R::states; ++j) state[j] = load(slots[j] + i);
                R::update(weight, g, state, c);
                store(at<T>(st.w) + i, weight);
                CR_UNROLL for (int j = 0; j < R::states; ++j) store(slots[j] + i, state[j]);
            }
        }
}
template <class T> void lanes_update(const Abreast& st) {
    switch (st.net->optimizer.row) {
#define X(i, name) case i: return lanes_update_with<T, Optimizer_##name>(st);
        CHAINRULE_OPTIMIZERS(X)
#undef X
    }
}

// ---- members <-> lanes -------------------------------------------------------------------------------------------------------

// `count` numbers of every member, in natural order, into their lanes, or those of one member back
template <class T> void lanes_enter(const void* const* members, long count, void* lanes) {
    for (long i = 0; i < count; ++i)
        for (int m = 0; m < V; ++m) at<T>(lanes)[i * V + m] = at<T>(members[m])[i];
}
template <class T> void lanes_leave(const void* lanes, int member, long count, void* numbers) {
    for (long i = 0; i < count; ++i) at<T>(numbers)[i] = at<T>(lanes)[i * V + member];
}
// to = from in the lanes that `keep` names
template <class T> void lanes_keep(const void* from, const bool* keep, long count, void* to) {
    CR_ALIGNED(64) T lanes[V];
    for (int m = 0; m < V; ++m) lanes[m] = T(keep[m]);
    const Mask<T> some = load(lanes) != zero<T>();
    for (long i = 0; i < count * V; i += V) store(at<T>(to) + i, select(some, load(at<T>(from) + i), load(at<T>(to) + i)));
}
#endif
