// memory -> sixteen lanes: the vector type every rule and kernel computes in; the only file with compiler extensions.
//
// Included inside the anonymous namespace of a translation unit that set CHAINRULE_LEVEL (0 portable, 1 AVX2 + FMA,
// 2 AVX-512 F/DQ/BW/VL + FMA) and, for levels 1 and 2, included <immintrin.h> outside that namespace.
//
// V = 16 lanes on every level and in both precisions, so layout, padding and the order of every sum, hence every bit,
// are the same everywhere (of a NaN: that it is one, not its payload). A vector is an array of registers: one 64-byte
// compiler vector on AVX2 is ten times slower than two 32-byte ones. Every operation is one IEEE operation per lane;
// fma rounds once on every level. Nothing here may be compiled with -ffp-contract other than off.
#ifndef CHAINRULE_VEC_H
#define CHAINRULE_VEC_H

#ifndef CHAINRULE_LEVEL
#error "set CHAINRULE_LEVEL to 0, 1 or 2"
#endif

#define CR_INLINE inline __attribute__((always_inline))
#define CR_UNROLL _Pragma("GCC unroll 16")
#define CR_NOINLINE __attribute__((noinline))
#define CR_RESTRICT __restrict__
#define CR_ALIGNED(bytes) __attribute__((aligned(bytes)))

constexpr int V = 16;

#if CHAINRULE_LEVEL == 2
#define CR_BYTES 64
#elif CHAINRULE_LEVEL == 1
#define CR_BYTES 32
#else
#define CR_BYTES 16
#endif

typedef float FloatHw __attribute__((vector_size(CR_BYTES)));
typedef double DoubleHw __attribute__((vector_size(CR_BYTES)));
typedef int Int32Hw __attribute__((vector_size(CR_BYTES)));
typedef long long Int64Hw __attribute__((vector_size(CR_BYTES)));
typedef unsigned UInt32Hw __attribute__((vector_size(CR_BYTES)));
typedef unsigned long long UInt64Hw __attribute__((vector_size(CR_BYTES)));
typedef float FloatMem __attribute__((vector_size(CR_BYTES), aligned(4), may_alias));
typedef double DoubleMem __attribute__((vector_size(CR_BYTES), aligned(8), may_alias));

template <class T> struct Hw;
template <> struct Hw<float> {
    typedef FloatHw type;
    typedef FloatMem memory;
    typedef Int32Hw integer;
    typedef UInt32Hw natural;
    typedef int scalar;
#if CHAINRULE_LEVEL == 2
    typedef __mmask16 mask;
#else
    typedef Int32Hw mask;
#endif
};
template <> struct Hw<double> {
    typedef DoubleHw type;
    typedef DoubleMem memory;
    typedef Int64Hw integer;
    typedef UInt64Hw natural;
    typedef long long scalar;
#if CHAINRULE_LEVEL == 2
    typedef __mmask8 mask;
#else
    typedef Int64Hw mask;
#endif
};

template <class T> constexpr int LANES = CR_BYTES / int(sizeof(T));  // lanes of one register
template <class T> constexpr int PARTS = V / LANES<T>;               // registers of one vector

// ---- one register: what differs between the levels ----------------------------------------------------------------

#if CHAINRULE_LEVEL > 0
#if CHAINRULE_LEVEL == 2
#define CR_X86(op) _mm512_##op
typedef __m512 FloatX86;
typedef __m512d DoubleX86;
#else
#define CR_X86(op) _mm256_##op
#define _mm256_roundscale_ps _mm256_round_ps
#define _mm256_roundscale_pd _mm256_round_pd
typedef __m256 FloatX86;
typedef __m256d DoubleX86;
#endif
// maxps(p, q) is p > q ? p : q
#define CR_BOTH_WIDTHS(H, X, p)                                                                                        \
    CR_INLINE H hw_fma(H a, H b, H c) { return (H)CR_X86(fmadd_##p)((X)a, (X)b, (X)c); }                                \
    CR_INLINE H hw_sqrt(H a) { return (H)CR_X86(sqrt_##p)((X)a); }                                                      \
    CR_INLINE H hw_floor(H a) { return (H)CR_X86(roundscale_##p)((X)a, 9); }                                            \
    CR_INLINE H hw_max(H u, H v) { return (H)CR_X86(max_##p)((X)v, (X)u); }                                             \
    CR_INLINE H hw_min(H u, H v) { return (H)CR_X86(min_##p)((X)v, (X)u); }
CR_BOTH_WIDTHS(FloatHw, FloatX86, ps)
CR_BOTH_WIDTHS(DoubleHw, DoubleX86, pd)
#endif

#if CHAINRULE_LEVEL == 2
// x·2^n of a whole n, rounded once
CR_INLINE FloatHw hw_scale(FloatHw x, FloatHw n) { return (FloatHw)_mm512_scalef_ps((__m512)x, (__m512)n); }
CR_INLINE DoubleHw hw_scale(DoubleHw x, DoubleHw n) { return (DoubleHw)_mm512_scalef_pd((__m512d)x, (__m512d)n); }
CR_INLINE FloatHw hw_select(__mmask16 m, FloatHw a, FloatHw b) { return (FloatHw)_mm512_mask_blend_ps(m, (__m512)b, (__m512)a); }
CR_INLINE DoubleHw hw_select(__mmask8 m, DoubleHw a, DoubleHw b) { return (DoubleHw)_mm512_mask_blend_pd(m, (__m512d)b, (__m512d)a); }
#define CR_COMPARE(name, code)                                                                                       \
    CR_INLINE __mmask16 hw_##name(FloatHw a, FloatHw b) { return _mm512_cmp_ps_mask((__m512)a, (__m512)b, code); }     \
    CR_INLINE __mmask8 hw_##name(DoubleHw a, DoubleHw b) { return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, code); }
CR_COMPARE(lt, _CMP_LT_OQ)
CR_COMPARE(le, _CMP_LE_OQ)
CR_COMPARE(eq, _CMP_EQ_OQ)
CR_COMPARE(ne, _CMP_NEQ_UQ)
#undef CR_COMPARE
#define CR_MASKS(M)                                                                                                    \
    CR_INLINE M hw_and(M a, M b) { return M(a & b); }                                                                   \
    CR_INLINE M hw_or(M a, M b) { return M(a | b); }                                                                    \
    CR_INLINE M hw_not(M a) { return M(~a); }
CR_MASKS(__mmask16)
CR_MASKS(__mmask8)
CR_INLINE bool hw_any(__mmask16 a) { return a != 0; }
CR_INLINE bool hw_any(__mmask8 a) { return a != 0; }
#else
#define CR_MASKS(M, H)                                                                                                 \
    CR_INLINE M hw_lt(H a, H b) { return a < b; }                                                                       \
    CR_INLINE M hw_le(H a, H b) { return a <= b; }                                                                      \
    CR_INLINE M hw_eq(H a, H b) { return a == b; }                                                                      \
    CR_INLINE M hw_ne(H a, H b) { return a != b; }                                                                      \
    CR_INLINE M hw_and(M a, M b) { return a & b; }                                                                      \
    CR_INLINE M hw_or(M a, M b) { return a | b; }                                                                       \
    CR_INLINE M hw_not(M a) { return ~a; }
CR_MASKS(Int32Hw, FloatHw)
CR_MASKS(Int64Hw, DoubleHw)
CR_INLINE bool hw_any(Int64Hw a) {
    long long all = 0;
    CR_UNROLL for (int i = 0; i < LANES<double>; ++i) all |= a[i];
    return all != 0;
}
CR_INLINE bool hw_any(Int32Hw a) { return hw_any((Int64Hw)a); }
#endif

#if CHAINRULE_LEVEL == 1
CR_INLINE FloatHw hw_select(Int32Hw m, FloatHw a, FloatHw b) { return (FloatHw)_mm256_blendv_ps((__m256)b, (__m256)a, (__m256)m); }
CR_INLINE DoubleHw hw_select(Int64Hw m, DoubleHw a, DoubleHw b) { return (DoubleHw)_mm256_blendv_pd((__m256d)b, (__m256d)a, (__m256d)m); }
#elif CHAINRULE_LEVEL == 0
// Adding and taking away 2^(mantissa bits) rounds |a| to an integer; floor is one less where that went up.
#define CR_PORTABLE(H, M, root, most, low)                                                                             \
    CR_INLINE H hw_select(M m, H a, H b) { return (H)((m & (M)a) | (~m & (M)b)); }                                      \
    CR_INLINE H hw_max(H u, H v) { return hw_select(v > u, v, u); }                                                     \
    CR_INLINE H hw_min(H u, H v) { return hw_select(v < u, v, u); }                                                     \
    CR_INLINE H hw_sqrt(H a) {                                                                                          \
        for (int i = 0; i < int(16 / sizeof(a[0])); ++i) a[i] = root(a[i]);                                             \
        return a;                                                                                                      \
    }                                                                                                                  \
    CR_INLINE H hw_floor(H a) {                                                                                         \
        const H big = H{} + most, size = (H)((M)a & low);                                                               \
        const M sign = (M)a & ~(M{} + low);                                                                             \
        H near = (H)((M)((size + big) - big) | sign);                                                                   \
        near = hw_select(near > a, near - (H{} + 1), near);                                                             \
        near = (H)(((M)near & low) | sign);                                                                             \
        return hw_select(size < big, near, a);                                                                          \
    }
CR_PORTABLE(FloatHw, Int32Hw, __builtin_sqrtf, 8388608.0f, 0x7fffffff)
CR_PORTABLE(DoubleHw, Int64Hw, __builtin_sqrt, 4503599627370496.0, 0x7fffffffffffffffLL)
#if defined(__aarch64__) || defined(__FMA__)
CR_INLINE FloatHw hw_fma(FloatHw a, FloatHw b, FloatHw c) {
    CR_UNROLL for (int i = 0; i < 4; ++i) c[i] = __builtin_fmaf(a[i], b[i], c[i]);
    return c;
}
#else
typedef float HalfFloatHw __attribute__((vector_size(8)));
// A product of floats is exact in double. The sum is rounded to odd, so that rounding it again to float is right.
CR_INLINE DoubleHw hw_odd_sum(DoubleHw p, DoubleHw c) {
    const DoubleHw s = p + c, back = s - p;
    const DoubleHw rest = (p - (s - back)) + (c - back);
    const Int64Hw bits = (Int64Hw)s, inexact = (rest < 0.0) | (rest > 0.0);
    const Int64Hw apart = (rest < 0.0) ^ (s < 0.0);  // the rest points towards zero
    const Int64Hw even = (bits & 1) - 1;             // -1 where the last bit is 0
    return (DoubleHw)(bits + (inexact & even & (apart | 1)));
}
CR_INLINE FloatHw hw_fma(FloatHw a, FloatHw b, FloatHw c) {
    FloatHw out;
    CR_UNROLL for (int i = 0; i < 4; i += 2) {
        const DoubleHw p = DoubleHw{a[i], a[i + 1]} * DoubleHw{b[i], b[i + 1]};
        const HalfFloatHw r = __builtin_convertvector(hw_odd_sum(p, DoubleHw{c[i], c[i + 1]}), HalfFloatHw);
        out[i] = r[0];
        out[i + 1] = r[1];
    }
    return out;
}
#endif
CR_INLINE DoubleHw hw_fma(DoubleHw a, DoubleHw b, DoubleHw c) {
    CR_UNROLL for (int i = 0; i < 2; ++i) c[i] = __builtin_fma(a[i], b[i], c[i]);
    return c;
}
#endif

// A square of registers -> transposed: in each of log2 stages, pairs of rows change the halves they have in the wrong place.
template <int... I> struct Numbers {};
template <int N, int... I> struct First : First<N - 1, N - 1, I...> {};
template <int... I> struct First<0, I...> {
    typedef Numbers<I...> type;
};
template <int BY, class H, int L, int... I> CR_INLINE void hw_turn_stage(H (&rows)[L], Numbers<I...>) {
    CR_UNROLL for (int r = 0; r < L; ++r) {
        if (r & BY) continue;
        const H a = rows[r], b = rows[r + BY];
        rows[r] = __builtin_shufflevector(a, b, (I & BY ? L + I - BY : I)...);
        rows[r + BY] = __builtin_shufflevector(a, b, (I & BY ? L + I : I + BY)...);
    }
}
template <class H, int L> CR_INLINE void hw_turn(H (&rows)[L]) {
    constexpr typename First<L>::type all{};
    if constexpr (L > 8) hw_turn_stage<8>(rows, all);
    if constexpr (L > 4) hw_turn_stage<4>(rows, all);
    if constexpr (L > 2) hw_turn_stage<2>(rows, all);
    hw_turn_stage<1>(rows, all);
}

// R rows of registers -> the sum over the lanes of each row r at lane r·L/R: lane i with lane i + L/2, then + L/4, …, 1.
template <int BY, int R, class H, int L, int... I> CR_INLINE H hw_lane_sums(H (&rows)[L], Numbers<I...> all) {
    CR_UNROLL for (int r = 0; r < (R > 1 ? R / 2 : 1); ++r) {
        const H a = rows[r], b = rows[R > 1 ? r + R / 2 : 0];
        rows[r] = __builtin_shufflevector(a, b, (I & BY ? L + I - BY : I)...) + __builtin_shufflevector(a, b, (I & BY ? L + I : I + BY)...);
    }
    if constexpr (BY > 1) return hw_lane_sums<BY / 2, (R > 1 ? R / 2 : 1)>(rows, all);
    return rows[0];
}

// Read once, not again by every operation that could take it from memory.
template <class H> CR_INLINE H hw_once(H a) {
#if CHAINRULE_LEVEL == 2
    __asm__("" : "+v"(a));
#elif CHAINRULE_LEVEL == 1
    __asm__("" : "+x"(a));
#endif
    return a;
}
CR_INLINE void prefetch(const void* p) { __builtin_prefetch(p); }  // a wish; p may be anything

// ---- sixteen lanes -------------------------------------------------------------------------------------------------

template <class T> struct Vec {
    typename Hw<T>::type v[PARTS<T>];
    CR_INLINE T operator[](int lane) const { return v[lane / LANES<T>][lane % LANES<T>]; }
};
template <class T> struct Mask {
    typename Hw<T>::mask m[PARTS<T>];
};
template <class T> struct Int {  // integers as wide as T, for the bits of a Vec<T>
    typename Hw<T>::integer v[PARTS<T>];
};

#define CR_EACH CR_UNROLL for (int i = 0; i < PARTS<T>; ++i)

template <class T> CR_INLINE Vec<T> K(double number) {  // the number in every lane
    Vec<T> r;
    CR_EACH r.v[i] = typename Hw<T>::type{} + T(number);
    return r;
}
template <class T> CR_INLINE Vec<T> broadcast(T number) {
    Vec<T> r;
    CR_EACH r.v[i] = number - typename Hw<T>::type{};  // x − 0 is x and folds away; 0 + x is an addition
    return r;
}
template <class T> CR_INLINE Vec<T> broadcast(Vec<T> lanes) { return lanes; }  // for what is a number, or one for each lane
template <class T> CR_INLINE Vec<T> zero() {
    Vec<T> r;
    CR_EACH r.v[i] = typename Hw<T>::type{};
    return r;
}
template <class T> CR_INLINE Vec<T> load(const T* p) {  // p on a multiple of 64 bytes
    Vec<T> r;
    CR_EACH r.v[i] = *(const typename Hw<T>::type*)(p + i * LANES<T>);
    return r;
}
template <class T> CR_INLINE void store(T* p, Vec<T> a) {  // p on a multiple of 64 bytes
    CR_EACH *(typename Hw<T>::type*)(p + i * LANES<T>) = a.v[i];
}
template <class T> CR_INLINE Vec<T> load_any(const T* p) {  // p anywhere
    Vec<T> r;
    CR_EACH r.v[i] = *(const typename Hw<T>::memory*)(p + i * LANES<T>);
    return r;
}
template <class T> CR_INLINE void store_any(T* p, Vec<T> a) {
    CR_EACH *(typename Hw<T>::memory*)(p + i * LANES<T>) = a.v[i];
}
// the first n lanes, then `rest`; touches nothing behind p[n − 1]
template <class T> CR_INLINE Vec<T> load_first(const T* p, int n, T rest = T(0)) {
#if CHAINRULE_LEVEL == 2
    Vec<T> r = broadcast(rest);
    const unsigned some = n < V ? (1u << n) - 1 : 0xffffu;
    if constexpr (PARTS<T> == 1)
        r.v[0] = (FloatHw)_mm512_mask_loadu_ps((__m512)r.v[0], __mmask16(some), p);
    else
        CR_EACH r.v[i] = (DoubleHw)_mm512_mask_loadu_pd((__m512d)r.v[i], __mmask8(some >> 8 * i), p + 8 * i);
    return r;
#else
    CR_ALIGNED(64) T lanes[V];
    for (int i = 0; i < V; ++i) lanes[i] = i < n ? p[i] : rest;
    return load(lanes);
#endif
}
template <class T> CR_INLINE void store_first(T* p, Vec<T> a, int n) {
    CR_ALIGNED(64) T lanes[V];
    store(lanes, a);
    for (int i = 0; i < n && i < V; ++i) p[i] = lanes[i];
}

#define CR_BINARY(op)                                                                                                 \
    template <class T> CR_INLINE Vec<T> operator op(Vec<T> a, Vec<T> b) {                                              \
        CR_EACH a.v[i] = a.v[i] op b.v[i];                                                                             \
        return a;                                                                                                      \
    }
CR_BINARY(+)
CR_BINARY(-)
CR_BINARY(*)
CR_BINARY(/)
#undef CR_BINARY

template <class T> CR_INLINE Vec<T> operator-(Vec<T> a) {  // flips the sign bit, of zeros and NaN too
    CR_EACH a.v[i] = -a.v[i];
    return a;
}
template <class T> CR_INLINE Vec<T> fma(Vec<T> a, Vec<T> b, Vec<T> c) {  // a*b + c, rounded once
    CR_EACH c.v[i] = hw_fma(a.v[i], b.v[i], c.v[i]);
    return c;
}
template <class T> CR_INLINE Vec<T> fnma(Vec<T> a, Vec<T> b, Vec<T> c) { return fma(-a, b, c); }  // c - a*b

#define CR_COMPARE(op, call)                                                                                          \
    template <class T> CR_INLINE Mask<T> operator op(Vec<T> a, Vec<T> b) {                                             \
        Mask<T> r;                                                                                                     \
        CR_EACH r.m[i] = call;                                                                                         \
        return r;                                                                                                      \
    }
CR_COMPARE(<, hw_lt(a.v[i], b.v[i]))
CR_COMPARE(<=, hw_le(a.v[i], b.v[i]))
CR_COMPARE(>, hw_lt(b.v[i], a.v[i]))
CR_COMPARE(>=, hw_le(b.v[i], a.v[i]))
CR_COMPARE(==, hw_eq(a.v[i], b.v[i]))
CR_COMPARE(!=, hw_ne(a.v[i], b.v[i]))
#undef CR_COMPARE
template <class T> CR_INLINE Mask<T> operator&(Mask<T> a, Mask<T> b) {
    CR_EACH a.m[i] = hw_and(a.m[i], b.m[i]);
    return a;
}
template <class T> CR_INLINE Mask<T> operator|(Mask<T> a, Mask<T> b) {
    CR_EACH a.m[i] = hw_or(a.m[i], b.m[i]);
    return a;
}
template <class T> CR_INLINE Mask<T> operator!(Mask<T> a) {
    CR_EACH a.m[i] = hw_not(a.m[i]);
    return a;
}
template <class T> CR_INLINE bool any(Mask<T> a) {
    bool r = false;
    CR_EACH r = r | hw_any(a.m[i]);
    return r;
}
template <class T> CR_INLINE Vec<T> select(Mask<T> m, Vec<T> a, Vec<T> b) {  // m ? a : b
    CR_EACH a.v[i] = hw_select(m.m[i], a.v[i], b.v[i]);
    return a;
}
template <class T> CR_INLINE Vec<T> v_max(Vec<T> u, Vec<T> v) {  // v > u ? v : u, so a NaN in u survives
    CR_EACH u.v[i] = hw_max(u.v[i], v.v[i]);
    return u;
}
template <class T> CR_INLINE Vec<T> v_min(Vec<T> u, Vec<T> v) {  // v < u ? v : u
    CR_EACH u.v[i] = hw_min(u.v[i], v.v[i]);
    return u;
}
template <class T> CR_INLINE Vec<T> v_sqrt(Vec<T> a) {
    CR_EACH a.v[i] = hw_sqrt(a.v[i]);
    return a;
}
template <class T> CR_INLINE Vec<T> v_floor(Vec<T> a) {
    CR_EACH a.v[i] = hw_floor(a.v[i]);
    return a;
}

// ---- between the precisions; sixteen lanes to sixteen lanes --------------------------------------------------------

CR_INLINE Vec<double> widen(Vec<float> a) {  // exact
    Vec<double> r;
#if CHAINRULE_LEVEL == 2
    r.v[0] = (DoubleHw)_mm512_cvtps_pd(_mm512_castps512_ps256((__m512)a.v[0]));
    r.v[1] = (DoubleHw)_mm512_cvtps_pd(_mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd((__m512)a.v[0]), 1)));
#elif CHAINRULE_LEVEL == 1
    CR_UNROLL for (int i = 0; i < 2; ++i) {
        r.v[2 * i] = (DoubleHw)_mm256_cvtps_pd(_mm256_castps256_ps128((__m256)a.v[i]));
        r.v[2 * i + 1] = (DoubleHw)_mm256_cvtps_pd(_mm256_extractf128_ps((__m256)a.v[i], 1));
    }
#else
    CR_UNROLL for (int i = 0; i < V; ++i) r.v[i / 2][i % 2] = double(a.v[i / 4][i % 4]);
#endif
    return r;
}
CR_INLINE Vec<double> widen(Vec<double> a) { return a; }
CR_INLINE Vec<float> narrow(Vec<double> a) {  // rounded once
    Vec<float> r;
#if CHAINRULE_LEVEL == 2
    const __m256 low = _mm512_cvtpd_ps((__m512d)a.v[0]), high = _mm512_cvtpd_ps((__m512d)a.v[1]);
    r.v[0] = (FloatHw)_mm512_castpd_ps(
        _mm512_insertf64x4(_mm512_castpd256_pd512(_mm256_castps_pd(low)), _mm256_castps_pd(high), 1));
#elif CHAINRULE_LEVEL == 1
    CR_UNROLL for (int i = 0; i < 2; ++i)
        r.v[i] = (FloatHw)_mm256_set_m128(_mm256_cvtpd_ps((__m256d)a.v[2 * i + 1]), _mm256_cvtpd_ps((__m256d)a.v[2 * i]));
#else
    CR_UNROLL for (int i = 0; i < V; ++i) r.v[i / 4][i % 4] = float(a.v[i / 2][i % 2]);
#endif
    return r;
}

// ---- bits ----------------------------------------------------------------------------------------------------------

template <class T> CR_INLINE Int<T> bits(Vec<T> a) {
    Int<T> r;
    CR_EACH r.v[i] = (typename Hw<T>::integer)a.v[i];
    return r;
}
template <class T> CR_INLINE Vec<T> number(Int<T> a) {
    Vec<T> r;
    CR_EACH r.v[i] = (typename Hw<T>::type)a.v[i];
    return r;
}
template <class T> CR_INLINE Int<T> whole(long long value) {
    Int<T> r;
    CR_EACH r.v[i] = typename Hw<T>::integer{} + typename Hw<T>::scalar(value);
    return r;
}
template <class T> CR_INLINE Int<T> load_int(const typename Hw<T>::scalar* p) {  // p on a multiple of 64 bytes
    Int<T> r;
    CR_EACH r.v[i] = *(const typename Hw<T>::integer*)(p + i * LANES<T>);
    return r;
}
template <class T> CR_INLINE void store(typename Hw<T>::scalar* p, Int<T> a) {
    CR_EACH *(typename Hw<T>::integer*)(p + i * LANES<T>) = a.v[i];
}
#define CR_BINARY(op)                                                                                                 \
    template <class T> CR_INLINE Int<T> operator op(Int<T> a, Int<T> b) {                                              \
        CR_EACH a.v[i] = (typename Hw<T>::integer)((typename Hw<T>::natural)a.v[i] op(typename Hw<T>::natural) b.v[i]); \
        return a;                                                                                                      \
    }
CR_BINARY(+)
CR_BINARY(-)
CR_BINARY(&)
CR_BINARY(|)
CR_BINARY(^)
#undef CR_BINARY
template <int by, class T> CR_INLINE Int<T> left(Int<T> a) {
    CR_EACH a.v[i] = (typename Hw<T>::integer)((typename Hw<T>::natural)a.v[i] << by);
    return a;
}
template <int by, class T> CR_INLINE Int<T> right(Int<T> a) {  // zeros come in
    CR_EACH a.v[i] = (typename Hw<T>::integer)((typename Hw<T>::natural)a.v[i] >> by);
    return a;
}
template <class T> struct Format;  // the layout of an IEEE number
template <> struct Format<float> {
    static constexpr int mantissa = 23, bias = 127;
    static constexpr long long sign = -0x80000000LL, magnitude = 0x7fffffffLL, infinity = 0x7f800000LL;
};
template <> struct Format<double> {
    static constexpr int mantissa = 52, bias = 1023;
    static constexpr long long magnitude = 0x7fffffffffffffffLL, sign = ~magnitude, infinity = 0x7ff0000000000000LL;
};
template <class T> CR_INLINE Vec<T> v_abs(Vec<T> a) { return number(bits(a) & whole<T>(Format<T>::magnitude)); }
template <class T> CR_INLINE Vec<T> copysign(Vec<T> size, Vec<T> sign) {
    return number((bits(size) & whole<T>(Format<T>::magnitude)) | (bits(sign) & whole<T>(Format<T>::sign)));
}
template <class T> CR_INLINE Vec<T> v_sign(Vec<T> a) {  // -1, 1, and a itself where it is a zero or NaN, like NumPy
    return select((a < zero<T>()) | (a > zero<T>()), copysign(K<T>(1.0), a), a);
}

// ---- across lanes, in one order everywhere: lane i with lane i + 8, then + 4, + 2, + 1 -----------------------------

template <class T> CR_INLINE T lane_sum(Vec<T> a) {
    CR_ALIGNED(64) T l[V];
    store(l, a);
    CR_UNROLL for (int i = 0; i < 8; ++i) l[i] = l[i] + l[i + 8];
    CR_UNROLL for (int i = 0; i < 4; ++i) l[i] = l[i] + l[i + 4];
    return (l[0] + l[2]) + (l[1] + l[3]);
}
// The same sums of R vectors at once, lane_sum(rows[r]) -> sums[r]
template <class T, int R> CR_INLINE void lane_sums(Vec<T> (&rows)[R], T* sums) {
    constexpr int L = LANES<T>;
    static_assert(R <= L, "the sums fit one register");
    typename Hw<T>::type part[L];
    CR_UNROLL for (int r = 0; r < R; ++r) {
        CR_UNROLL for (int half = PARTS<T> / 2; half > 0; half /= 2)
            CR_UNROLL for (int i = 0; i < half; ++i) rows[r].v[i] = rows[r].v[i] + rows[r].v[i + half];
        part[r] = rows[r].v[0];
    }
    const typename Hw<T>::type all = hw_lane_sums<L / 2, R>(part, typename First<L>::type{});
    CR_UNROLL for (int r = 0; r < R; ++r) sums[r] = all[r * (L / R)];
}
template <class T> CR_INLINE Vec<T> v_larger(Vec<T> u, Vec<T> v) {  // the larger; NaN where either is
    return select(v == v, v_max(u, v), v);
}
template <class T> CR_INLINE T lane_larger(Vec<T> a) {
    CR_ALIGNED(64) T l[V];
    store(l, a);
    for (int by = 8; by > 0; by /= 2)
        for (int i = 0; i < by; ++i) l[i] = l[i + by] > l[i] || l[i + by] != l[i + by] ? l[i + by] : l[i];
    return l[0];
}
// The same over n vectors whose lanes are apart: what lane o % V holds there, vectors o, o + V, … make here
template <class T, class F, class S> CR_INLINE Vec<T> over_units(long n, Vec<T> start, F of, S step) {
    Vec<T> sum[V];
    for (int j = 0; j < V; ++j) sum[j] = start;
    for (long o = 0; o < n; ++o) sum[o % V] = step(sum[o % V], of(o));
    for (int by = V / 2; by > 0; by /= 2)
        for (int j = 0; j < by; ++j) sum[j] = step(sum[j], sum[j + by]);
    return sum[0];
}
// The sum of squares, in double: lane by lane, then across.
struct Squares {
    Vec<double> sum = zero<double>();
    CR_INLINE void add(Vec<double> a) { sum = fma(a, a, sum); }
    CR_INLINE void add(Vec<float> a) { add(widen(a)); }
    CR_INLINE double total() const { return lane_sum(sum); }
};
// The first n lanes; n may be anything.
template <class T> CR_INLINE Mask<T> first_lanes(long n) {
    static constexpr CR_ALIGNED(64) T lanes[V] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return load(lanes) < K<T>(n < V ? double(n) : double(V));
}

#endif
