// panels × panels -> panels: the one matrix product every layer uses, forwards and backwards.
//
// A matrix of n rows and u columns is stored as panels [u/V][n][V], the distance of two panels given. Every element of
// a result is one chain of fma in the order of k, whatever the tile, so tiles, threads and instruction sets agree.
// Included inside the anonymous namespace of every kernel.
#ifndef CHAINRULE_GEMM_H
#define CHAINRULE_GEMM_H

// rows × panels of accumulators that fit the registers; even: a power of two, for the rows that are left
template <class T> struct Tile {
    static constexpr int vectors = (CHAINRULE_LEVEL == 2 ? 24 : CHAINRULE_LEVEL == 1 ? 12 : 8) / PARTS<T>;
    static constexpr int even = vectors >= 8 ? 8 : vectors >= 4 ? 4 : vectors >= 2 ? 2 : 1;
    static constexpr int rows = CHAINRULE_LEVEL == 1 ? vectors : even, panels = vectors / rows;
};

// out (R rows × P panels) = start + Σ_k a_k ⊗ b_k, k < depth; b_k: one vector per panel, V apart.
// ALONG: the R numbers a_k lie V apart (rows of x) and k runs within its panels; ROWS: the rows lie as in the source,
// a_panel apart; ACROSS: they lie side by side (units of one panel of x) and the next k (the next row) is V further.
// start: null for 0; start_row 0 repeats one row (the bias).
enum Way { ALONG, ROWS, ACROSS };
template <class T, int R, int P, Way way>
CR_INLINE void tile(long depth, const T* a, long a_panel, const T* b, long b_panel, const T* start, long start_panel,
                    long start_row, T* out, long out_panel) {
    Vec<T> sum[R][P];
    CR_UNROLL for (int r = 0; r < R; ++r) {
        CR_UNROLL for (int p = 0; p < P; ++p)
            sum[r][p] = start ? load(start + p * start_panel + r * start_row) : zero<T>();
    }
    const long block = way == ALONG ? V : depth, row = way == ROWS ? a_panel : V;
    for (long first = 0; first < depth; first += block) {
        const long some = depth - first < block ? depth - first : block;
        for (long k = 0; k < some; ++k) {
            Vec<T> column[P];
            CR_UNROLL for (int p = 0; p < P; ++p) {
                column[p] = load(b + p * b_panel + k * V);
                prefetch(b + p * b_panel + (k + 8) * V);  // three panels do not stay in the first cache
            }
            CR_UNROLL for (int r = 0; r < R; ++r) {
                const Vec<T> one = broadcast(way == ACROSS ? a[k * V + r] : a[r * row + k]);
                CR_UNROLL for (int p = 0; p < P; ++p) sum[r][p] = fma(one, column[p], sum[r][p]);
            }
        }
        a += a_panel;
        b += V * V;
    }
    CR_UNROLL for (int r = 0; r < R; ++r) {
        CR_UNROLL for (int p = 0; p < P; ++p) store(out + p * out_panel + r * V, sum[r][p]);
    }
}

// rows × P panels, tile by tile; up to Tile::even − 1 rows behind the last are computed and mean nothing. With every tile
// `share` numbers more from `ahead` on are fetched, for those that come next.
template <class T, int P, Way way>
CR_NOINLINE void strip(long rows, long depth, const T* a, long a_panel, const T* b, long b_panel, const T* start,
                       long start_panel, long start_row, T* out, long out_panel, const T* ahead, long share) {
    constexpr int R = Tile<T>::rows, EVEN = Tile<T>::even, HALF = EVEN > 1 ? EVEN / 2 : 1;
    const long a_row = way == ROWS ? a_panel : way == ALONG ? V : 1;
    for (long r = 0, some; r < rows; r += some) {
        some = rows - r >= R ? R : rows - r > HALF ? EVEN : HALF;
        const T *const x = a + r * a_row, *const from = start ? start + r * start_row : start;
        for (long i = 0; way == ROWS && i < share; i += V) prefetch(ahead + r / R * share + i);
        if (some == R) tile<T, R, P, way>(depth, x, a_panel, b, b_panel, from, start_panel, start_row, out + r * V, out_panel);
        else if (some == EVEN) tile<T, EVEN, P, way>(depth, x, a_panel, b, b_panel, from, start_panel, start_row, out + r * V, out_panel);
        else tile<T, HALF, P, way>(depth, x, a_panel, b, b_panel, from, start_panel, start_row, out + r * V, out_panel);
    }
}

constexpr long MANY = 1024, CUT = 128;  // of more than MANY numbers of k, CUT at once: their part of three panels stays in the first cache

// The same for up to Tile::panels panels, the number known only now.
template <class T, Way way>
CR_INLINE void product(int panels, long rows, long depth, const T* a, long a_panel, const T* b, long b_panel,
                       const T* start, long start_panel, long start_row, T* out, long out_panel, const T* ahead = nullptr, long share = 0) {
    constexpr int most = Tile<T>::panels, three = most >= 3 ? 3 : 1, two = most >= 2 ? 2 : 1;
    const auto by = panels == three ? strip<T, three, way> : panels == two ? strip<T, two, way> : strip<T, 1, way>;
    for (; way == ALONG && depth > MANY; depth -= CUT, a += CUT / V * a_panel, b += CUT * V) {
        by(rows, CUT, a, a_panel, b, b_panel, start, start_panel, start_row, out, out_panel, ahead, share);
        start = out, start_panel = out_panel, start_row = V;
    }
    by(rows, depth, a, a_panel, b, b_panel, start, start_panel, start_row, out, out_panel, ahead, share);
}

// V × V numbers, -> transposed.
template <class T> CR_INLINE void turn(const T* from, T* to) {
    constexpr int L = LANES<T>;
    for (int i = 0; i < V; i += L)
        for (int o = 0; o < V; o += L) {
            typename Hw<T>::type rows[L];
            CR_UNROLL for (int r = 0; r < L; ++r) rows[r] = *(const typename Hw<T>::type*)(from + (i + r) * V + o);
            hw_turn(rows);
            CR_UNROLL for (int r = 0; r < L; ++r) *(typename Hw<T>::type*)(to + (o + r) * V + i) = rows[r];
        }
}

// w [out/V][in][V], P panels of `in` from panel `first` on -> the same transposed, [P][out, whole vectors][V]; lanes
// beyond `in` 0. Reads up to V vectors beyond w.
template <class T>
inline void transpose(const T* w, long in, int out, int first, int panels, T* to) {
    const long units = (out + V - 1) / V * V;
    for (int p = 0; p < panels; ++p, to += units * V) {
        const long i = long(first + p) * V;
        if (out <= 4) {  // no square for a line
            for (int o = 0; o < out; ++o)
                for (long j = 0; j < V; ++j) to[o * V + j] = i + j < in ? w[(i + j) * V + o] : T(0);
            continue;
        }
        for (long o = 0; o < units; o += V) turn(w + o * in + i * V, to + o * V);
        const Mask<T> inside = first_lanes<T>(in - i);
        for (long o = 0; in - i < V && o < units; ++o) store(to + o * V, select(inside, load(to + o * V), zero<T>()));
    }
}
#endif
