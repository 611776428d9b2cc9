// batch -> scores, outputs, loss, deltas, weight gradient: what happens in the panels between two matrix products.
//
// Included inside the anonymous namespace of every kernel, after gemm.h, draws.h and apply.h. "rows" are rows of the
// batch, from … to; threads own different rows in forward, losses and backward, and different weights in weights.
#ifndef CHAINRULE_LAYERS_H
#define CHAINRULE_LAYERS_H

template <class T> CR_INLINE T* at(void* p) { return static_cast<T*>(p); }
template <class T> CR_INLINE const T* at(const void* p) { return static_cast<const T*>(p); }

// ---- natural order <-> packed ---------------------------------------------------------------------------------------

// use(place packed, place in natural order, lanes) for every vector of a view; a few rows at a time, so that the lines of
// either order are still there when their other parts come
template <class F> CR_INLINE void each_place(const View& v, F use) {
    for (long first = 0; first < v.rows; first += 2 * V)
        for (long q = 0; q < panels_of(v.units); ++q)
            for (long i = first; i < least(v.rows, first + 2 * V); ++i)
                use(v.at + (q * v.rows + i) * V, v.flat + i * v.units + q * V, int(least(V, v.units - q * V)));
}
template <class T, bool BACK> void move_view(const View& v, bool across, const T* from, T* to) {
    if (across) {
        for (long i = 0; i < v.rows && !BACK; ++i) store_any(to + v.at + ((v.units - 1) / V * v.rows + i) * V, zero<T>());
        for (long j = 0; j < v.units; ++j)
            for (long i = 0; i < v.rows; ++i) {
                const long packed = v.at + (j / V * v.rows + i) * V + j % V, flat = v.flat + j * v.rows + i;
                to[BACK ? flat : packed] = from[BACK ? packed : flat];
            }
        return;
    }
    each_place(v, [&](long packed, long flat, int n) {
        if (!BACK) store_any(to + packed, n == V ? load_any(from + flat) : load_first(from + flat, n));
        else if (n == V) store_any(to + flat, load_any(from + packed));
        else store_first(to + flat, load_any(from + packed), n);
    });
}
template <class T, bool BACK> void pack(const Net& net, const void* from, void* to) {
    for (int l = 0; l < net.depth; ++l) {
        move_view<T, BACK>(net.layers[l].w, net.layers[l].narrow, at<T>(from), at<T>(to));
        if (net.layers[l].bias) move_view<T, BACK>(net.layers[l].b, false, at<T>(from), at<T>(to));
    }
}

// ---- rows of the source -> panels -----------------------------------------------------------------------------------

template <class T> inline T element(const char* p, int kind) {
    switch (kind) {
        case FLOAT32: return T(*reinterpret_cast<const float*>(p));
        case FLOAT64: return T(*reinterpret_cast<const double*>(p));
        case INT8: return T(*reinterpret_cast<const signed char*>(p));
        case INT16: return T(*reinterpret_cast<const short*>(p));
        case INT32: return T(*reinterpret_cast<const int*>(p));
        case INT64: return T(*reinterpret_cast<const long long*>(p));
        case UINT8: return T(*reinterpret_cast<const unsigned char*>(p));
        case UINT16: return T(*reinterpret_cast<const unsigned short*>(p));
        case UINT32: return T(*reinterpret_cast<const unsigned*>(p));
        default: return T(*reinterpret_cast<const unsigned long long*>(p));
    }
}
CR_INLINE Wide row_of(const Work& st, long r) { return st.rows ? st.rows[r] : st.first + Wide(r); }

template <class T> CR_INLINE void spread(const T* from, long units, T* to, long stride, T rest) {
    const int left = int(units % V);
    for (const T* const end = from + (units - left); from < end; from += V, to += stride) store(to, load_any(from));
    if (left) store(to, load_first(from, left, rest));
}
template <class T, class S> CR_INLINE void spread(const S* from, long units, T* to, long stride, T rest) {
    long u = 0;
    for (; u + V <= units; u += V, to += stride)
        for (int j = 0; j < V; ++j) to[j] = T(from[u + j]);
    if (u == units) return;
    for (int j = 0; j < V; ++j) to[j] = u + j < units ? T(from[u + j]) : rest;
}

// Rows from … to of a strided matrix (rows, units) into panels; lanes beyond the last unit get `rest`.
template <class T, class S> CR_INLINE void gather_dense(const Work& st, const Matrix& m, long units, long from, long to, T* panels, T rest) {
    const Natural* const rows = st.rows;
    const long stride = st.stride, near = least(256, units * long(sizeof(S)));  // what is fetched; the rest follows by itself
    const long long first = (long long)(st.first), step = m.row;
    const char* const start = m.at;
    const auto place = [&](long r) { return start + step * (rows ? (long long)(rows[r]) : first + r); };
    for (long r = from; r < to; ++r) {
        const char* const later = place(r + 8 < to ? r + 8 : r);
        for (long i = 0; i < near; i += 64) prefetch(later + i);
        spread(reinterpret_cast<const S*>(place(r)), units, panels + r * V, stride, rest);
    }
}
template <class T> void gather(const Work& st, const Matrix& m, long units, long from, long to, T* panels, T rest) {
    if (m.kind == FLOAT32 && m.column == 4) return gather_dense<T, float>(st, m, units, from, to, panels, rest);
    if (m.kind == FLOAT64 && m.column == 8) return gather_dense<T, double>(st, m, units, from, to, panels, rest);
    for (long r = from; r < to; ++r) {
        const char* row = m.at + m.row * (long long)(row_of(st, r));
        for (long u = 0; u < panels_of(units) * V; ++u)
            panels[r * V + u / V * st.stride + u % V] = u < units ? element<T>(row + u * m.column, m.kind) : rest;
    }
}

CR_INLINE int code_of(const Work& st, Wide row, int category) {
    const Matrix& m = st.data->codes;
    return *reinterpret_cast<const int*>(m.at + m.row * (long long)(row) + m.column * category);
}

// Targets as panels, NaN where a target does not count and in the lanes beyond the last; weights per row.
template <class T> void gather_targets(const Work& st, long from, long to) {
    const Net& net = *st.net;
    const int outputs = net.layers[net.depth - 1].units;
    const T nan = T(__builtin_nan(""));
    T* t = at<T>(st.t);
    gather(st, st.data->t, outputs, from, to, t, nan);
    const T* given = at<T>(st.data->weight);
    for (long r = from; r < to; ++r) {
        bool some = false, all = true;
        for (long o = 0, i = r * V; o < outputs; o += V, i += st.stride) {
            const Mask<T> known = load(t + i) == load(t + i);
            some = some | any(known);
            if (net.by_row) all = all & !any(first_lanes<T>(outputs - o) & !known);
        }
        const bool counts = net.by_row ? all : some;  // a loss over whole rows needs the whole row
        for (long i = r * V; net.by_row && !all && i < panels_of(outputs) * st.stride; i += st.stride) store(t + i, K<T>(nan));
        at<T>(st.weight)[r] = !counts ? T(0) : given ? given[row_of(st, r)] : T(1);  // a row without any target is no row
    }
}

// ---- dropout: 0 or 1/(1 − p) per unit, chosen by the data row --------------------------------------------------------

template <class T> void choose(const Work& st, int l, long from, long to) {
    const Layer& layer = st.net->layers[l - 1];
    const T kept = T(1.0 / (1.0 - layer.dropout));
    const unsigned char* given = st.keep ? st.keep[l] : nullptr;
    const Natural tag = purpose(DROPOUT, Natural(l), st.member);
    for (long r = from; r < to; ++r) {
        T* mask = at<T>(st.mask[l]) + r * V;
        for (long u = 0; u < layer.inputs; u += 4 * V) {
            CR_ALIGNED(64) Natural words[4 * V];
            if (!given) drop_words(Natural(row_of(st, r)), Natural(u / 4), st.epoch, tag, key_of(st.net->seed), words);
            for (long j = 0; j < 4 * V && u + j < panels_of(layer.inputs) * V; ++j) {
                const bool inside = u + j < layer.inputs;
                const bool keep = given ? inside && given[(st.before + r) * layer.inputs + u + j] : words[j] >= layer.threshold;
                mask[(u + j) / V * st.stride + j % V] = keep ? kept : T(0);
            }
        }
    }
}

// to = a·b on rows from … to of `panels` panels
template <class T> void multiply(const T* a, const T* b, long panels, long stride, long from, long to, T* out) {
    for (long p = 0; p < panels; ++p)
        for (long r = from; r < to; ++r) {
            const long i = p * stride + r * V;
            store(out + i, load(a + i) * load(b + i));
        }
}

// ---- forward -------------------------------------------------------------------------------------------------------

// s = b + Σ_j w[row of category j's level], the one-hot product without the zeros
template <class T> void gather_levels(const Work& st, long from, long to) {
    const Layer& layer = st.net->layers[0];
    const T *w = at<T>(st.w) + layer.w.at, *b = at<T>(st.w) + layer.b.at;
    for (long r = from; r < to; ++r) {
        for (int q = 0; q < layer.panels; ++q) store(at<T>(st.s[1]) + q * st.stride + r * V, layer.bias ? load(b + q * V) : zero<T>());
        for (int j = 0; j < st.net->categories; ++j) {
            const int code = code_of(st, row_of(st, r), j);
            if (code < 0) continue;
            for (int q = 0; q < layer.panels; ++q) {
                T* s = at<T>(st.s[1]) + q * st.stride + r * V;
                store(s, load(s) + load(w + (q * layer.w.rows + st.net->level_offsets[j] + code) * V));
            }
        }
    }
}

// s = b + x·w of a layer with few units, `rows` rows: lane by lane over the inputs, then across the lanes
template <class T> void narrow_forward(const Layer& layer, const T* x, long stride, const T* w, const T* b, T* s, long rows) {
    constexpr int R = Tile<T>::even;
    for (long r = 0; r < rows; r += R, x += R * V, s += R * V) {
        CR_ALIGNED(64) T sums[V][R];
        for (int o = 0; o < layer.units; ++o) {
            Vec<T> sum[R] = {};
            for (long i = 0; i < layer.inputs; i += V) {
                const Vec<T> column = load(w + (i / V * layer.units + o) * V);
                const Mask<T> inside = first_lanes<T>(layer.inputs - i);
                CR_UNROLL for (int j = 0; j < R; ++j) {
                    const Vec<T> product = fma(load(x + i / V * stride + j * V), column, sum[j]);
                    sum[j] = i + V <= layer.inputs ? product : select(inside, product, sum[j]);
                }
            }
            lane_sums(sum, sums[o]);
        }
        for (int j = 0; j < R; ++j) {
            Vec<T> row = broadcast(sums[0][j]);
            for (int o = 1; o < layer.units; ++o) row = select(first_lanes<T>(o), row, broadcast(sums[o][j]));
            store(s + j * V, layer.bias ? row + load(b) : row);
        }
    }
}

template <class T> void tiny_outputs(const Work& st);  // tiny.h

// Rows that nobody reads after the first product, where it can read them as they lie: the first of them, else null
template <class T> const T* in_place(const Work& st, long from, long to) {
    const Matrix& m = st.data->x;
    const bool alike = m.kind == (sizeof(T) == 4 ? FLOAT32 : FLOAT64) && m.column == long(sizeof(T)) && m.row % long(sizeof(T)) == 0;
    const bool close = m.row > 0 && m.row <= 2 * m.column * st.net->layers[0].dense;  // else fetching ahead fetches what is between
    if (!close || !st.passing || st.tiny || st.net->layers[0].narrow || st.rows || !alike || (to - from) % Tile<T>::even) return nullptr;
    const char* first = m.at + m.row * (long long)(row_of(st, from));
    return reinterpret_cast<size_t>(first) % sizeof(T) ? nullptr : reinterpret_cast<const T*>(first);
}
constexpr long NEAR = 128;  // rows after which what was made is used again, while it is near

template <class T> void forward(const Work& st, int thread, long from, long to, bool learn) {
    const Net& net = *st.net;
    const long rows = to - from, row_stride = st.data->x.row / long(sizeof(T));
    const T* const source = in_place<T>(st, from, to);
    if (st.fresh) {
        if (!source) gather(st, st.data->x, net.layers[0].dense, from, to, at<T>(st.y[0]), T(0));
        if (learn) gather_targets<T>(st, from, to);
    }
    if (st.tiny) return tiny_outputs<T>(st);
    for (int l = 1; l <= net.depth; ++l) {
        const Layer& layer = net.layers[l - 1];
        if (st.mask[l] && st.in[l] != st.y[l - 1]) {
            choose<T>(st, l, from, to);
            multiply(at<T>(st.y[l - 1]), at<T>(st.mask[l]), panels_of(layer.inputs), st.stride, from, to, at<T>(st.in[l]));
        }
        const bool levels = l == 1 && net.categories;
        if (levels) gather_levels<T>(st, from, to);
        T *s = at<T>(st.s[l]) + from * V, *y = at<T>(st.y[l]) + from * V;
        const T *x = at<T>(st.in[l]) + from * V, *w = at<T>(st.w) + layer.w.at, *b = at<T>(st.w) + layer.b.at;
        if (layer.narrow) {
            narrow_forward(layer, x, st.stride, w, b, s, rows);
            if (!layer.by_row) activate(layer.activation, st.interpreter[thread], s, y, V, st.stride, rows);
        }
        const long far = layer.dense, piece = some_of(far);
        for (long r = 0; r < rows && !layer.narrow; r += NEAR)  // so many rows stay in the second cache while all strips of w pass
            for (long k = 0; k == 0 || k < far; k += piece)
                for (int q = 0, some; q < layer.panels; q += some) {
                    some = together(layer.panels - q, Tile<T>::panels);
                    const long i = q * st.stride + r * V, near = least(NEAR, rows - r), depth = least(piece, far - k);
                    const bool on = levels || k > 0;  // goes on from what is there
                    const T* const start = on ? s + i : layer.bias ? b + q * V : nullptr;
                    const T* const column = w + (q * layer.w.rows + k) * V;
                    if (l == 1 && source)  // each strip fetches its share of the rows behind these
                        product<T, ROWS>(some, near, depth, source + r * row_stride + k, row_stride, column, layer.w.rows * V,
                                         start, on ? st.stride : V, on ? V : 0, s + i, st.stride,
                                         source + (rows + r + near * q / layer.panels) * row_stride, Tile<T>::rows * row_stride * some / layer.panels);
                    else
                        product<T, ALONG>(some, near, depth, x + k / V * st.stride + r * V, st.stride, column, layer.w.rows * V,
                                          start, on ? st.stride : V, on ? V : 0, s + i, st.stride);
                    if (!layer.by_row && k + depth >= far)
                        activate(layer.activation, st.interpreter[thread], s + i, y + i, long(some) * V, st.stride, near);
                }
        if (layer.by_row) activate(layer.activation, st.interpreter[thread], s, y, layer.units, st.stride, rows);
    }
}

// ---- loss: per row in double, and its slope into d of the last layer -------------------------------------------------

template <class T> void losses(const Work& st, int thread, long from, long to) {
    const Net& net = *st.net;
    const Layer& last = net.layers[net.depth - 1];
    const T *t = at<T>(st.t) + from * V, *weight = at<T>(st.weight) + from;
    T *value = at<T>(st.value) + from * V, *d = at<T>(st.d[net.depth]) + from * V;
    loss(net.loss, net.owned, st.interpreter[thread], at<T>(st.s[net.depth]) + from * V, at<T>(st.y[net.depth]) + from * V, t,
         weight, T(net.scale), value, d, last.units, st.stride, to - from);
    const int lanes = int(least(V, last.units));
    for (long r = 0; last.units == 1 && r < to - from; ++r) st.loss[from + r] = double(value[r * V]);
    for (long r = 0; last.units > 1 && r < to - from; ++r) {
        Vec<double> sums = widen(load(value + r * V));
        for (long q = 1; q < last.panels; ++q) sums = sums + widen(load(value + q * st.stride + r * V));
        CR_ALIGNED(64) double lane[V];
        store(lane, sums);
        double sum = 0.0;
        for (int j = 0; j < lanes; ++j) sum += lane[j];
        st.loss[from + r] = sum;
    }
}

// ---- backward: d of every layer -------------------------------------------------------------------------------------

template <class T> void backward(const Work& st, int thread, long from, long to) {
    const Net& net = *st.net;
    const long rows = to - from;
    T* turned = at<T>(st.scratch[thread]);
    for (int l = net.depth; l >= 1; --l) {
        const Layer& layer = net.layers[l - 1];
        const T *s = at<T>(st.s[l]) + from * V, *y = at<T>(st.y[l]) + from * V;
        T* d = at<T>(st.d[l]) + from * V;
        if (l == net.depth ? !net.owned : layer.by_row)
            deactivate(layer.activation, st.interpreter[thread], s, y, d, layer.units, st.stride, rows);
        if (l == 1) break;
        const Layer& under = net.layers[l - 2];
        const int below = int(panels_of(layer.inputs));
        const bool dropped = st.mask[l] && st.in[l] != st.y[l - 1];
        const T* const w = at<T>(st.w) + layer.w.at;
        const long piece = some_of(layer.units);
        for (long u = 0; u < layer.units; u += piece)
            for (int p = 0, some; p < below; p += some) {
                some = together(below - p, Tile<T>::panels);
                const long depth = least(piece, layer.units - u), panel = (layer.narrow ? layer.units : panels_of(depth) * V) * V;
                if (!layer.narrow) transpose(w + u / V * layer.w.rows * V, layer.w.rows, int(depth), p, some, turned);
                for (long r = from; r < to; r += NEAR) {
                    const long i = p * st.stride + r * V, near = least(NEAR, to - r);
                    T* dx = at<T>(st.d[l - 1]) + i;
                    product<T, ALONG>(some, near, depth, d + u / V * st.stride + (r - from) * V, st.stride, layer.narrow ? w + p * panel : turned,
                                     panel, u ? dx : nullptr, st.stride, V, dx, st.stride);
                    if (u + depth < layer.units) continue;
                    if (dropped) multiply(dx, at<T>(st.mask[l]) + i, some, st.stride, 0, near, dx);
                    if (under.by_row) continue;
                    deactivate(under.activation, st.interpreter[thread], at<T>(st.s[l - 1]) + i, at<T>(st.y[l - 1]) + i, dx, long(some) * V, st.stride, near);
                }
            }
    }
}

// ---- second order: the slopes of an output by every weight, and their squares ------------------------------------------

// ∂/∂w of what d of every layer began with, rows from … to -> j, panels of the P weights in natural order, `stride` apart;
// row: (P + V) numbers to work in
template <class T> void slopes(const Work& st, long from, long to, void* row, void* j, long stride) {
    const Net& net = *st.net;
    T* flat = at<T>(row);
    for (long r = from; r < to; ++r) {
        for (int l = 1; l <= net.depth; ++l) {
            const Layer& layer = net.layers[l - 1];
            const T *x = at<T>(st.in[l]) + r * V, *d = at<T>(st.d[l]) + r * V;
            const auto put = [&](long place, Vec<T> by) {  // a whole vector each: what it writes too much is written later
                for (int q = 0; q < layer.panels; ++q) store_any(flat + place + q * V, by * load(d + q * st.stride));
            };
            for (long i = 0; i < layer.dense; ++i) put(layer.w.flat + i * layer.units, broadcast(x[i / V * st.stride + i % V]));
            for (long i = layer.dense; i < layer.inputs; ++i) put(layer.w.flat + i * layer.units, zero<T>());
            for (int c = 0; l == 1 && c < net.categories; ++c) {
                const int code = code_of(st, row_of(st, r), c);
                for (long u = 0; code >= 0 && u < layer.units; ++u)
                    flat[layer.w.flat + (net.level_offsets[c] + code) * layer.units + u] = d[u / V * st.stride + u % V];
            }
            if (layer.bias) put(layer.b.flat, K<T>(1.0));
        }
        spread(flat, net.flat, at<T>(j) + r * V, stride, T(0));
    }
}

// out += jᵀ·j for the columns of some panels from `panel` on, down to the diagonal. j: panels of `rows` rows, out: panels
// [P/V][P, whole vectors][V] in double; made: V·V numbers per panel
template <class T> void square(const void* j, long stride, long rows, long panel, int some, long panels, void* made, double* out) {
    for (long p = 0; p < panel + some; ++p) {
        product<T, ACROSS>(some, V, rows, at<T>(j) + p * stride, 0, at<T>(j) + panel * stride, stride, nullptr, 0, 0, at<T>(made), V * V);
        for (int q = 0; q < some; ++q) {
            double* to = out + ((panel + q) * panels + p) * V * V;
            for (int i = 0; i < V; ++i) store_any(to + i * V, load_any(to + i * V) + widen(load(at<T>(made) + (q * V + i) * V)));
        }
    }
}

// ---- weights: gradient, and the update while it is in the cache -------------------------------------------------------

// `rows` vectors of a finished gradient g0 belong at `place` of the packed weights
template <class T> void finish(const Work& st, int thread, const View& v, T* g0, long place, long rows) {
    T* g = at<T>(st.g) + place;
    if (st.store && g0 != g)
        for (long i = 0; i < rows; ++i) store(g + i * V, load(g0 + i * V));
    if (!st.fuse || !v.trained) return;
    if (st.store && g0 == g) {  // the sums stay in g: work on a copy
        g0 = at<T>(st.copy) + place;
        for (long i = 0; i < rows; ++i) store(g0 + i * V, load(g + i * V));
    }
    optimize(st, st.interpreter[thread], v, g0, place, rows, false);
}

constexpr long CHUNK = 2 * V;  // inputs whose gradient is made before they are updated

template <class T> void weights(const Work& st, int thread, const Task& task) {
    const int l = task.layer + 1;
    const Layer& layer = st.net->layers[task.layer];
    // of a narrow layer the deltas are the rows of the product and the inputs its columns
    const T *rows = at<T>(layer.narrow ? st.d[l] : st.in[l]), *d = at<T>(layer.narrow ? st.in[l] : st.d[l]) + task.panel * st.stride;
    const long panel = layer.w.rows * V, place = layer.w.at + task.panel * panel;
    T *made = at<T>(st.scratch[thread]), *g = at<T>(st.g);
    if (task.levels) {
        for (int p = 0; p < task.panels; ++p) {
            T* gp = g + place + p * panel;
            if (!st.add)
                for (long i = layer.dense; i < layer.w.rows; ++i) store(gp + i * V, zero<T>());
            for (int j = 0; j < st.net->categories; ++j)
                for (long r = 0; r < st.count; ++r) {
                    const int code = code_of(st, row_of(st, r), j);
                    if (code < 0) continue;
                    T* to = gp + (st.net->level_offsets[j] + code) * V;
                    store(to, load(to) + load(d + p * st.stride + r * V));
                }
            finish(st, thread, layer.w, gp + layer.dense * V, place + p * panel + layer.dense * V, layer.w.rows - layer.dense);
        }
        return;
    }
    for (long i0 = task.from; i0 < task.to; i0 += CHUNK) {
        const long some = least(CHUNK, task.to - i0);
        for (long i = 0; i < some; i += V)
            product<T, ACROSS>(task.panels, least(V, some - i), st.count, rows + (i0 + i) / V * st.stride, 0, d, st.stride,
                              st.add ? g + place + (i0 + i) * V : nullptr, panel, V, made + i * V, CHUNK * V);
        for (int p = 0; p < task.panels; ++p) finish(st, thread, layer.w, made + p * CHUNK * V, place + p * panel + i0 * V, some);
    }
    if (!task.bias) return;
    const int panels = layer.narrow ? 1 : task.panels;
    const T* delta = at<T>(st.d[l]) + task.panel * st.stride;
    Vec<T> sum[Tile<T>::panels];
    for (int p = 0; p < Tile<T>::panels; ++p) sum[p] = st.add && p < panels ? load(g + layer.b.at + (task.panel + p) * V) : zero<T>();
    for (long r = 0; r < st.count; ++r)  // side by side: each is one long chain
        CR_UNROLL for (int p = 0; p < Tile<T>::panels; ++p) sum[p] = sum[p] + load(delta + (p < panels ? p : 0) * st.stride + r * V);
    for (int p = 0; p < panels; ++p) store(made + p * V, sum[p]);
    for (int p = 0; p < panels; ++p) finish(st, thread, layer.b, made + p * V, layer.b.at + (task.panel + p) * V, 1);
}

// g of one panel of a view prepared in place -> Σ g², in one order
template <class T> double norm(const Work& st, const View& v, int panel) {
    double lanes[V] = {}, sum = 0.0;
    T* g = at<T>(st.g) + v.at + panel * v.rows * V;
    if (!v.trained) return 0.0;
    ready(st, v, g, at<T>(st.w) + v.at + panel * v.rows * V, v.rows);
    for (long i = 0; i < v.rows; ++i)
        for (int j = 0; j < V; ++j) lanes[j] += double(g[i * V + j]) * double(g[i * V + j]);
    for (int j = 0; j < V && panel * V + j < v.units; ++j) sum += lanes[j];
    return sum;
}

template <class T, class R> double penalty_with(double knob, const View& v, const T* w) {
    if (knob == 0.0 || v.decay == 0.0 || !v.trained) return 0.0;
    T c[MAX_CONSTANTS];
    R::prepare(knob, c);
    double all = 0.0;
    for (int panel = 0; panel * V < v.units; ++panel, w += v.rows * V) {
        Vec<double> sum = zero<double>();
        const Mask<double> some = first_lanes<double>(v.units - panel * V);
        for (long i = 0; i < v.rows; ++i) sum = sum + widen(R::forward(load(w + i * V), c));
        all += lane_sum(select(some, sum, zero<double>()));
    }
    return all * v.decay;
}
// Σ penalties of one member's weights, in one order
template <class T> double penalty(const Net& net, const void* weights) {
    const T* w = at<T>(weights);
    double all = 0.0;
    for (int l = 0; l < net.depth; ++l)
        for (const View* v : {&net.layers[l].w, &net.layers[l].b}) {
            if (v->rows == 0) continue;
            all += penalty_with<T, Penalty_l2<T>>(net.l2, *v, w + v->at) + penalty_with<T, Penalty_l1<T>>(net.l1, *v, w + v->at);
        }
    return all;
}

// One panel of a view is updated from g: prepared already and to be shortened by `factor`, or sums still.
template <class T> void update(const Work& st, int thread, const View& v, int panel, bool prepared) {
    const long place = v.at + panel * v.rows * V;
    T* g = at<T>(st.g) + place;
    if (!v.trained) return;
    if (prepared) shorten(st, g, v.rows);
    optimize(st, st.interpreter[thread], v, g, place, v.rows, prepared);
}

// The weights into each unit of one panel, or into all units of a narrow layer: no longer together than max_norm.
template <class T> void hold(const Work& st, const Layer& layer, int panel) {
    const View& v = layer.w;
    const auto shorter = [&](double squares) {  // by what the weights are multiplied
        T c[MAX_CONSTANTS];
        const double norm = s_sqrt(squares);
        Clip_norm<T>::prepare(st.net->max_norm, &norm, c);
        return Clip_norm<T>::apply(K<T>(1.0), c)[0];
    };
    const long panels = layer.narrow ? panels_of(v.units) : 1, step = v.rows * V;
    T* w = at<T>(st.w) + v.at + panel * step;
    CR_ALIGNED(64) double lane[V];
    CR_ALIGNED(64) T by[V];
    Squares all;
    for (long i = 0; i < v.rows; ++i, w += V) {  // of a narrow layer a row is a unit, of others each lane is
        if (layer.narrow) all = Squares();
        for (long p = 0; p < panels; ++p)
            all.add(layer.narrow ? select(first_lanes<T>(v.units - p * V), load(w + p * step), zero<T>()) : load(w));
        if (!layer.narrow) continue;
        const Vec<T> unit = broadcast(shorter(all.total()));
        for (long p = 0; p < panels; ++p) store(w + p * step, load(w + p * step) * unit);
    }
    if (layer.narrow) return;
    store(lane, all.sum);
    for (int j = 0; j < V; ++j) by[j] = shorter(lane[j]);
    for (long i = 0; i < v.rows; ++i) w -= V, store(w, load(w) * load(by));
}

// The numbers of one layer at one step: mean |dw|, share of y = 0, share of |dy/ds| < 0.01, |Δw|/|w|.
template <class T> void probe(const Work& st, const void* before, int l, double* row) {
    const Layer& layer = st.net->layers[l - 1];
    const T *g = at<T>(st.g), *w = at<T>(st.w), *old = at<T>(before);
    double size = 0.0, change = 0.0, weight = 0.0, zeros = 0.0, flat = 0.0;
    for (long q = 0; q < panels_of(layer.w.units); ++q)
        for (long i = 0; i < layer.w.rows; ++i)
            for (int o = 0; o < V && q * V + o < layer.w.units; ++o) {
                const long j = layer.w.at + (q * layer.w.rows + i) * V + o;
                const double a = double(old[j]), b = double(w[j]) - a;
                size += g[j] < 0 ? -double(g[j]) : double(g[j]);
                change += b * b;
                weight += a * a;
            }
    CR_ALIGNED(64) T slope[V];
    for (long r = 0; r < st.count; ++r)
        for (long q = 0; q < layer.panels; ++q) {
            const long i = q * st.stride + r * V;
            store(slope, K<T>(1.0));
            if (!layer.by_row) deactivate(layer.activation, st.interpreter[0], at<T>(st.s[l]) + i, at<T>(st.y[l]) + i, slope, 1, 0, 1);
            for (int o = 0; o < V && q * V + o < layer.units; ++o) {
                zeros += at<T>(st.y[l])[i + o] == T(0);
                flat += layer.by_row || (slope[o] < T(0.01) && slope[o] > T(-0.01));
            }
        }
    const double outputs = double(st.count) * layer.units;
    row[0] = size / (double(layer.inputs) * layer.units) * st.inverse;
    row[1] = outputs > 0 ? zeros / outputs : 0.0;
    row[2] = outputs > 0 ? flat / outputs : 0.0;
    row[3] = weight > 0 ? __builtin_sqrt(change) / __builtin_sqrt(weight) : 0.0;
}
#endif
