// numbers -> their functions: exp, log, tanh, erf, expm1, log1p, sin, cos and powers over Vec<T>, with the same bits on
// every instruction set because each is a fixed sequence of the IEEE operations of vec.h.
//
// Included inside a namespace after vec.h. The polynomials are printed by fit.py; the errors are measured against
// mpmath by tests/rules/test_native_functions.py. Zeros keep their sign, infinities and NaN go where IEEE 754 sends them.
#ifndef CHAINRULE_MATHS_H
#define CHAINRULE_MATHS_H

// clang-format off
template <class T> struct Coefficients;
template <> struct Coefficients<float> {
    static constexpr double exp[5] = {
        0.5, 0.16666576989698775, 0.041666554617204574, 0.008363179052722578, 0.0013926183587713494};
    static constexpr double log[4] = {
        0.6666666655404201, 0.4000012221181068, 0.2855077863318998, 0.23331614471881984};
    static constexpr double erf[7] = {
        0.12837916584835093, -0.3761262666672033, 0.11283594715160215, -0.02685421201062633,
        0.005189087423433832, -0.0008016864287164737, 7.87587506268201e-05};
    static constexpr double erfc[10] = {
        -0.1285934980944619, -0.6355066306356457, -0.10531422777346273, 0.022477313529606857,
        -0.0025792322958523815, -0.00021935269171561209, 0.00015837039673251413, -3.118715184295648e-05,
        3.054226371566983e-06, -1.2520212765056942e-07};
    static constexpr double sin[4] = {
        -0.16666666663844049, 0.008333331870341349, -0.00019840084376422697, 2.724962008007483e-06};
    static constexpr double cos[3] = {
        0.04166666465348879, -0.0013888301867562365, 2.454768977245962e-05};
};
template <> struct Coefficients<double> {
    static constexpr double exp[10] = {
        0.5000000000000001, 0.16666666666666669, 0.04166666666662413, 0.008333333333330062,
        0.0013888888917213717, 0.00019841269863053618, 2.4801521295954376e-05, 2.7557268459997064e-06,
        2.7620088445409746e-07, 2.510038549551032e-08};
    static constexpr double log[7] = {
        0.666666666666667, 0.3999999999989889, 0.28571428626253836, 0.22222211089379493, 0.18182892432537032,
        0.15331611722050653, 0.14617807153462828};
    static constexpr double erf[13] = {
        0.1283791670955126, -0.3761263890318375, 0.11283791670954879, -0.026866170645076792,
        0.0052239776248180145, -0.000854832698083379, 0.0001205533111164271, -1.4925595266831182e-05,
        1.6461000484121361e-06, -1.6350312701054618e-07, 1.4659775274046955e-08, -1.1372848856789924e-09,
        5.957176147746114e-11};
    static constexpr double erfc[24] = {
        -0.12837931572973424, -0.636618239900429, -0.10278007135875265, 0.019151344920501193,
        0.00015959725121175006, -0.0016154527493487654, 0.0004875053018133096, 7.83470632174243e-05,
        -0.00015030319441874517, 8.733612403239998e-05, -3.4834195471869464e-05, 1.0830428274949433e-05,
        -2.741140160889743e-06, 5.745643366549364e-07, -1.0028708776988045e-07, 1.4555628642486362e-08,
        -1.7450303032145661e-09, 1.7078934581348735e-10, -1.3405209146083343e-11, 8.21940862688044e-13,
        -3.783782028988254e-14, 1.2264431706110906e-15, -2.4864790556239308e-17, 2.3603113649308445e-19};
    static constexpr double sin[7] = {
        -0.16666666666666666, 0.008333333333333331, -0.0001984126984126504, 2.755731921932058e-06,
        -2.50521062259944e-08, 1.6058530596645953e-10, -7.586636882825062e-13};
    static constexpr double cos[6] = {
        0.041666666666666664, -0.0013888888888887389, 2.48015872987544e-05, -2.755731726587808e-07,
        2.087614504941318e-09, -1.1382544645349108e-11};
    static constexpr double pow_log[9] = {
        0.4, 0.28571428571428564, 0.2222222222222847, 0.1818181817964499, 0.1538461576290815,
        0.13333296397963826, 0.11766819021629842, 0.10456195110395912, 0.1076362151505583};
};
// clang-format on

// Numbers as sums of parts, so that products of all but the last with small integers are exact.
template <class T> struct Split;
template <> struct Split<float> {
    static constexpr double ln2[2] = {0.693145751953125, 1.428606765330187e-06};
    static constexpr double half_pi[4] = {1.5703125, 0.0004837512969970703, 7.549533620476723e-08, 2.5633440682570896e-12};
    static constexpr double exp_low = -104.0, exp_high = 89.0;      // beyond: 0, infinity
    static constexpr double expm1_low = -18.0, erf_one = 4.0;       // beyond: -1, 1
    static constexpr double turns = 12000.0;                        // half_pi is enough up to here
    static constexpr double smallest = 1.1754943508222875e-38;      // normal number
};
template <> struct Split<double> {
    static constexpr double ln2[2] = {0.6931471805601177, -1.7239444525614835e-13};
    static constexpr double half_pi[4] = {1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21, 8.4784276603689e-32};
    static constexpr double exp_low = -746.0, exp_high = 710.0;
    static constexpr double expm1_low = -38.0, erf_one = 6.0;
    static constexpr double turns = 1.6e6;
    static constexpr double smallest = 2.2250738585072014e-308;
};
constexpr double LOG2E = 1.4426950408889634, TWO_OVER_PI = 0.6366197723675814, SQRT_HALF = 0.7071067811865476;

// The portable level emulates fma; a function of it is long, so it is called and not copied into every rule.
#if CHAINRULE_LEVEL == 0
#define CR_FUNCTION CR_NOINLINE
#else
#define CR_FUNCTION CR_INLINE
#endif

template <class T, int n> CR_INLINE Vec<T> poly(Vec<T> x, const double (&c)[n]) {  // c[0] + c[1]*x + …
    const Vec<T> square = x * x;  // two powers at once: half as long a chain
    Vec<T> r = n % 2 ? K<T>(c[n - 1]) : fma(K<T>(c[n - 1]), x, K<T>(c[n - 2]));
    CR_UNROLL for (int i = (n - 1) / 2 * 2 - 2; i >= 0; i -= 2) r = fma(r, square, fma(K<T>(c[i + 1]), x, K<T>(c[i])));
    return r;
}
template <class T> CR_INLINE Vec<T> infinity() { return number(whole<T>(Format<T>::infinity)); }
template <class T> CR_INLINE Vec<T> not_a_number() { return number(whole<T>(Format<T>::infinity | (Format<T>::infinity >> 1))); }

// The nearest integer of |x| < 2^(mantissa − 2), as number and as integer.
template <class T> struct Nearest {
    Vec<T> number;
    Int<T> integer;
};
template <class T> CR_INLINE Nearest<T> nearest_of_product(Vec<T> x, double factor) {
    const Vec<T> big = K<T>(1.5 * double(1LL << Format<T>::mantissa));
    const Vec<T> t = fma(x, K<T>(factor), big);
    return {t - big, bits(t) - bits(big)};
}
template <class T> CR_INLINE Vec<T> power_of_two(Int<T> n) {  // −bias < n ≤ bias
    return number(left<Format<T>::mantissa>(n + whole<T>(Format<T>::bias)));
}

// x = n·ln2 + r
template <class T> CR_INLINE Vec<T> without_ln2(Vec<T> x, Vec<T> n) {
    return fma(n, K<T>(-Split<T>::ln2[1]), fma(n, K<T>(-Split<T>::ln2[0]), x));
}
template <class T> CR_INLINE Vec<T> times_power_of_two(Vec<T> x, Nearest<T> n) {  // rounded once
#if CHAINRULE_LEVEL == 2
    CR_EACH x.v[i] = hw_scale(x.v[i], n.number.v[i]);
    return x;
#else
    const Int<T> half = right<1>(n.integer + whole<T>(4096)) - whole<T>(2048);  // in two steps: 2^n alone may overflow
    return x * power_of_two<T>(half) * power_of_two<T>(n.integer - half);
#endif
}

template <class T> CR_INLINE Vec<T> exp_of_bounded(Vec<T> x) {  // exp_low ≤ x ≤ exp_high, where it is 0 and infinity
    const Nearest<T> n = nearest_of_product(x, LOG2E);
    const Vec<T> r = without_ln2(x, n.number);
    return times_power_of_two(K<T>(1.0) + fma(r * r, poly(r, Coefficients<T>::exp), r), n);
}
template <class T> CR_FUNCTION Vec<T> v_exp(Vec<T> u) {
    return exp_of_bounded(v_max(v_min(u, K<T>(Split<T>::exp_high)), K<T>(Split<T>::exp_low)));
}

template <class T> CR_FUNCTION Vec<T> v_expm1(Vec<T> u) {
    const Vec<T> x = v_max(v_min(u, K<T>(Split<T>::exp_high)), K<T>(Split<T>::expm1_low));
    const Nearest<T> n = nearest_of_product(x, LOG2E);
    const Vec<T> r = without_ln2(x, n.number);
    const Vec<T> q = fma(r * r, poly(r, Coefficients<T>::exp), r);
    const Vec<T> half = power_of_two<T>(n.integer - whole<T>(1));  // 2^n itself may overflow
    const Vec<T> sum = fma(half, q, half - K<T>(0.5));
    const Vec<T> there = select(n.number == zero<T>(), q, sum + sum);
    return select(u == zero<T>(), u, there);
}

// x = 2^e · m with √½ ≤ m < √2, for x > 0
template <class T> struct Parts {
    Vec<T> e, m;
};
template <class T> CR_INLINE Parts<T> parts_of(Vec<T> x) {
    constexpr int mantissa = Format<T>::mantissa, bias = Format<T>::bias;
    const Mask<T> tiny = x < K<T>(Split<T>::smallest);
    x = select(tiny, x * K<T>(double(1LL << (mantissa + 2))), x);
    const Int<T> low = bits(K<T>(SQRT_HALF)), moved = bits(x) - low + whole<T>((long long)bias << mantissa);
    const Vec<T> big = K<T>(double(1LL << mantissa));
    const Vec<T> e = number(right<mantissa>(moved) | bits(big)) - (big + K<T>(double(bias)));
    const Vec<T> m = number((moved & whole<T>((1LL << mantissa) - 1)) + low);
    return {select(tiny, e - K<T>(double(mantissa + 2)), e), m};
}

// log(1 + f) + e·ln2; with s = f/(2 + f), log(1 + f) = 2·atanh(s) = f − (f²/2 − s·(f²/2 + R(s²)))
template <class T> CR_INLINE Vec<T> log_of_parts(Vec<T> f, Vec<T> e) {
    const Vec<T> s = f / (K<T>(2.0) + f), z = s * s, h = K<T>(0.5) * f * f;
    const Vec<T> rest = fma(s, fma(z, poly(z, Coefficients<T>::log), h), e * K<T>(Split<T>::ln2[1]));
    return fma(e, K<T>(Split<T>::ln2[0]), f - (h - rest));
}
template <class T> CR_FUNCTION Vec<T> v_log(Vec<T> u) {
    const Parts<T> p = parts_of(u);
    Vec<T> r = log_of_parts(p.m - K<T>(1.0), p.e);
    r = select(u < infinity<T>(), r, u);  // +inf and NaN
    r = select(u > zero<T>(), r, select(u == zero<T>(), -infinity<T>(), not_a_number<T>()));
    return select(u == u, r, u);
}
template <class T> CR_FUNCTION Vec<T> v_log1p(Vec<T> u) {
    const Vec<T> one = K<T>(1.0), w = one + u, back = w - one;
    const Vec<T> lost = (one - (w - back)) + (u - back);  // 1 + u = w + lost exactly
    const Parts<T> p = parts_of(w);
    const Vec<T> scale = number(bits(one) + bits(p.m) - bits(w));  // 2^−e: m and w differ in the exponent alone
    const Vec<T> f = (p.m - one) + select(w < K<T>(double(1LL << (Format<T>::mantissa + 2))), lost * scale, zero<T>());
    Vec<T> r = log_of_parts(f, p.e);
    r = select(u < infinity<T>(), r, u);
    r = select(u > K<T>(-1.0), r, select(u == K<T>(-1.0), -infinity<T>(), not_a_number<T>()));
    return select((u == zero<T>()) | !(u == u), u, r);
}

template <class T> CR_FUNCTION Vec<T> v_tanh(Vec<T> u);
// h/(h + 1) of h = (e^2|u| − 1)/2 = 2^(n−1)·q + (2^(n−1) − ½): one branch, so fewer operations than where 0 has its own
template <> CR_FUNCTION Vec<float> v_tanh(Vec<float> u) {
    const Vec<float> a = v_abs(u), x = v_min(a + a, K<float>(80.0));
    const Nearest<float> n = nearest_of_product(x, LOG2E);
    const Vec<float> r = without_ln2(x, n.number), q = fma(r * r, poly(r, Coefficients<float>::exp), r);
    const Vec<float> half = power_of_two<float>(n.integer - whole<float>(1)), h = fma(half, q, half - K<float>(0.5));
    return copysign(h / (h + K<float>(1.0)), u);
}
// u + u³P/Q near 0 (Moshier, Cephes), 1 − 2/(e^2|u| + 1) elsewhere: one division.
template <> CR_FUNCTION Vec<double> v_tanh(Vec<double> u) {
    static constexpr double top[3] = {-1.61468768441708447952e3, -9.92877231001918586564e1, -9.64399179425052238628e-1};
    static constexpr double below[4] = {4.84406305325125486048e3, 2.23548839060100448583e3, 1.12811678491632931402e2, 1.0};
    const Vec<double> a = v_abs(u), z = u * u, one = K<double>(1.0);
    const Mask<double> near = a < K<double>(0.625);
    const Vec<double> over = select(near, a * z * poly(z, top), K<double>(-2.0));
    const Vec<double> under = select(near, poly(z, below), exp_of_bounded(v_min(a + a, K<double>(80.0))) + one);
    return copysign(select(near, a, one) + over / under, u);
}

template <class T> CR_FUNCTION Vec<T> v_erf(Vec<T> u) {  // u + u·P(u²) below 1, 1 − e^(−t + t·Q(t)) above
    const Vec<T> a = v_abs(u), z = u * u, one = K<T>(1.0);
    const Vec<T> near = fma(u, poly(z, Coefficients<T>::erf), u);
    const Vec<T> t = v_min(a, K<T>(Split<T>::erf_one));
    const Vec<T> far = one - v_exp(fma(t, poly(t, Coefficients<T>::erfc), -t));
    return select(a < one, select(u == zero<T>(), u, near), copysign(far, u));
}

// ---- circle --------------------------------------------------------------------------------------------------------

// x = n·π/2 + r for |x| too large for Split::half_pi: x·2/π modulo 4 in integers, after Payne and Hanek.
CR_NOINLINE double far_around(double x, int* quarter) {
    static constexpr unsigned two_over_pi[48] = {
        0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab, 0xdebbc561, 0xb7246e3a, 0x424dd2e0,
        0x06492eea, 0x09d1921c, 0xfe1deb1c, 0xb129a73e, 0xe88235f5, 0x2ebb4484, 0xe99c7026, 0xb45f7e41, 0x3991d639, 0x835339f4,
        0x9c845f8b, 0xbdf9283b, 0x1ff897ff, 0xde05980f, 0xef2f118b, 0x5a0a6d1f, 0x6d367ecf, 0x27cb09b7, 0x4f463f66, 0x9e5fea2d,
        0x7527bac7, 0xebe5f17b, 0x3d0739f7, 0x8a5292ea, 0x6bfb5fb1, 0x1f8d5d08, 0x56033046, 0xfc7b6bab, 0xf0cfbc20, 0x9af4361d,
    };
    constexpr int words = 8, limbs = words + 2;
    Vec<double> lanes = K<double>(x);
    const unsigned long long pattern = (unsigned long long)bits(lanes).v[0][0];
    const unsigned long long m = (pattern & 0xfffffffffffffULL) | 0x10000000000000ULL;
    const int e = int((pattern >> 52) & 0x7ff) - 1075;    // |x| = m·2^e
    const int first = e > 3 ? (e - 3) / 32 : 0;           // words before this one give multiples of 8
    unsigned p[limbs + 1] = {};                           // m times the words, lowest limb first
    for (int half = 0; half < 2; ++half) {
        const unsigned long long f = half ? m >> 32 : m & 0xffffffffULL;
        unsigned long long carry = 0;
        for (int i = 0; i < words; ++i) {
            const unsigned long long t = f * two_over_pi[first + words - 1 - i] + p[i + half] + carry;
            p[i + half] = unsigned(t);
            carry = t >> 32;
        }
        p[words + half] = unsigned(carry);
    }
    // The point stands before bit 32·words − (e − 32·first); move it to a limb's edge.
    const int point = 32 * words - (e - 32 * first), up = (32 - point % 32) % 32, edge = (point + up) / 32;
    for (int i = limbs; up && i >= 0; --i) p[i] = (p[i] << up) | (i ? p[i - 1] >> (32 - up) : 0);
    int n = edge <= limbs ? int(p[edge] & 3) : 0;
    const bool more = p[edge - 1] >> 31;  // a fraction of ½ or more: one more quarter, and what is missing to it
    if (more) {
        ++n;
        unsigned long long carry = 1;
        for (int i = 0; i < edge; ++i) {
            const unsigned long long t = (unsigned long long)(unsigned)~p[i] + carry;
            p[i] = unsigned(t);
            carry = t >> 32;
        }
    }
    double fraction = 0.0, unit = 1.0;
    for (int i = 0; i < edge; ++i) unit = unit / 4294967296.0;
    for (int i = 0; i < edge; ++i, unit = unit * 4294967296.0) fraction = fraction + double(p[i]) * unit;
    double r = fraction * 1.5707963267948966 + fraction * 6.123233995736766e-17;
    if (more) r = -r;
    const bool negative = pattern >> 63;
    *quarter = (negative ? -n : n) & 3;
    return negative ? -r : r;
}

template <class T> struct Around {
    Vec<T> r;
    Int<T> quarter;
};
template <class T> CR_NOINLINE void far_lanes(Vec<T> u, Around<T>* a) {
    CR_ALIGNED(64) T x[V], r[V];
    CR_ALIGNED(64) typename Hw<T>::scalar q[V];
    store(x, u);
    store(r, a->r);
    store(q, a->quarter);
    for (int i = 0; i < V; ++i) {
        const double size = x[i] < 0 ? -double(x[i]) : double(x[i]);
        if (size <= Split<T>::turns) continue;
        int quarter = 0;
        r[i] = size <= 1.7976931348623157e308 ? T(far_around(double(x[i]), &quarter)) : x[i] - x[i];
        q[i] = quarter;
    }
    a->r = load(r);
    a->quarter = load_int<T>(q);
}
template <class T> CR_INLINE Around<T> around(Vec<T> u) {
    const Mask<T> far = !(v_abs(u) <= K<T>(Split<T>::turns));
    const Vec<T> x = select(far, zero<T>(), u);
    const Nearest<T> n = nearest_of_product(x, TWO_OVER_PI);
    Vec<T> r = x;
    CR_UNROLL for (int i = 0; i < 4; ++i) r = fnma(n.number, K<T>(Split<T>::half_pi[i]), r);
    Around<T> a = {r, n.integer};
    if (any(far)) far_lanes(u, &a);
    return a;
}
template <class T> CR_INLINE Vec<T> on_circle(Vec<T> r, Int<T> quarter) {  // sin r, cos r, −sin r, −cos r
    constexpr int mantissa = Format<T>::mantissa;
    const Vec<T> z = r * r;
    const Vec<T> sine = fma(r * z, poly(z, Coefficients<T>::sin), r);
    const Vec<T> h = K<T>(0.5) * z, w = K<T>(1.0) - h;  // what 1 − h lost is added again
    const Vec<T> cosine = w + fma(z * z, poly(z, Coefficients<T>::cos), (K<T>(1.0) - w) - h);
    const Mask<T> odd = number(left<mantissa>(quarter & whole<T>(1))) != zero<T>();
    const Int<T> flip = left<int(sizeof(T)) * 8 - 2>(quarter & whole<T>(2));
    return number(bits(select(odd, cosine, sine)) ^ flip);
}
template <class T> CR_FUNCTION Vec<T> v_sin(Vec<T> u) {
    const Around<T> a = around(u);
    return select(u == zero<T>(), u, on_circle(a.r, a.quarter));
}
template <class T> CR_FUNCTION Vec<T> v_cos(Vec<T> u) {
    const Around<T> a = around(u);
    return on_circle(a.r, a.quarter + whole<T>(1));
}

// ---- powers --------------------------------------------------------------------------------------------------------

// u**n by squaring; libm's pow has other bits on other machines
CR_INLINE double ipow(double u, long long n) {
    unsigned long long left_over = n < 0 ? 0ULL - (unsigned long long)n : (unsigned long long)n;
    double r = 1.0;
    for (; left_over; left_over >>= 1) {
        const double by[2] = {1.0, u};  // no branch: the bits of a step's number cannot be foreseen
        r = r * by[left_over & 1];
        u = u * u;
    }
    return n < 0 ? 1.0 / r : r;
}

// |u|**v = e^(v·log|u|) with the logarithm in two doubles; the sign by v's parity
CR_NOINLINE Vec<double> power(Vec<double> u, Vec<double> v) {
    typedef Vec<double> D;
    const D one = K<double>(1.0), a = v_abs(u);
    const Parts<double> p = parts_of(a);
    const D f = p.m - one, g = p.m + one, g_low = (p.m - (g - one)) + (one - (g - (g - one)));
    const D s = f / g, s_low = fnma(s, g_low, fnma(s, g, f)) / g;
    const D z = s * s, z_low = fma(s, s, -z) + K<double>(2.0) * s * s_low;
    // R = z·(2/3 + z·Q(z))
    const D q = z * poly(z, Coefficients<double>::pow_log), third = K<double>(0.6666666666666666);
    const D b = third + q, b_low = (q - (b - third)) + K<double>(3.700743415417188e-17);
    const D r = z * b, r_low = fma(z, b, -r) + fma(z, b_low, z_low * b);
    const D t = s * r, t_low = fma(s, r, -t) + fma(s, r_low, s_low * r);
    const D two_s = s + s;
    D hi = two_s + t, lo = (t - (hi - two_s)) + (t_low + (s_low + s_low));
    const D big = p.e * K<double>(0.6931471805598903);  // exact
    const D sum = big + hi, back = sum - big;
    lo = lo + ((big - (sum - back)) + (hi - back)) + p.e * K<double>(5.497923018708371e-14);
    hi = sum + lo;
    lo = lo - (hi - sum);
    // v·(hi + lo)
    const D x = v * hi, x_low = fma(v, hi, -x) + v * lo;
    const D bounded = v_max(v_min(x, K<double>(Split<double>::exp_high)), K<double>(Split<double>::exp_low));
    const Nearest<double> n = nearest_of_product(bounded, LOG2E);
    const D y = without_ln2(bounded, n.number) + select(bounded == x, x_low, zero<double>());
    D e = times_power_of_two(one + fma(y * y, poly(y, Coefficients<double>::exp), y), n);
    // where the logarithm is infinite, or nothing remains of it
    const D none = zero<double>(), inf = infinity<double>();
    const Mask<double> grows = (a > one) & (v > none), shrinks = (a > one) & (v < none);
    const Mask<double> decays = (a < one) & (v > none), bursts = (a < one) & (v < none);
    const Mask<double> edge = (a == none) | (a == inf) | (v_abs(v) == inf);
    e = select(edge, select(grows | bursts, inf, select(shrinks | decays, none, e)), e);
    const Mask<double> is_whole = v_floor(v) == v, odd = is_whole & (v_floor(v * K<double>(0.5)) * K<double>(2.0) != v);
    e = select((u < none) & !is_whole & (a != inf), not_a_number<double>(), e);
    e = select(odd, copysign(e, u), e);
    e = select((u == u) & (v == v), e, u + v);
    return select((v == none) | (u == one) | ((a == one) & (v_abs(v) == inf)), one, e);
}
template <class T> CR_INLINE Vec<T> v_pow(Vec<T> u, Vec<T> v);
template <> CR_INLINE Vec<double> v_pow(Vec<double> u, Vec<double> v) { return power(u, v); }
template <> CR_INLINE Vec<float> v_pow(Vec<float> u, Vec<float> v) { return narrow(power(widen(u), widen(v))); }

// An exponent that is the same in every lane: ½ and the integers up to ±4 without logarithms.
template <class T> CR_INLINE Vec<T> v_pow_by(Vec<T> u, T v) {
    if (v == T(2)) return u * u;
    if (v == T(1)) return u;
    if (v == T(0)) return K<T>(1.0);
    if (v == T(0.5)) return v_sqrt(u);
    if (v == T(3)) return u * u * u;
    if (v == T(4)) return (u * u) * (u * u);
    if (v == T(-1)) return K<T>(1.0) / u;
    if (v == T(-2)) return K<T>(1.0) / (u * u);
    if (v == T(-3)) return K<T>(1.0) / (u * u * u);
    if (v == T(-4)) return K<T>(1.0) / ((u * u) * (u * u));
    return v_pow(u, broadcast(v));
}

// ---- one number: the bits of a lane --------------------------------------------------------------------------------

#define CR_ONE(name)                                                                                                  \
    [[maybe_unused]] CR_NOINLINE double s_##name(double u) { return v_##name(K<double>(u))[0]; }
CR_ONE(exp)
CR_ONE(log)
CR_ONE(tanh)
CR_ONE(sin)
CR_ONE(cos)
CR_ONE(erf)
CR_ONE(expm1)
CR_ONE(log1p)
CR_ONE(sqrt)
CR_ONE(floor)
#undef CR_ONE
CR_INLINE double s_abs(double u) { return u < 0.0 ? -u : u == 0.0 ? 0.0 : u; }
CR_INLINE double s_sign(double u) { return u > 0.0 ? 1.0 : u < 0.0 ? -1.0 : u; }
CR_INLINE double s_max(double u, double v) { return v > u ? v : u; }
CR_INLINE double s_min(double u, double v) { return v < u ? v : u; }
CR_NOINLINE double s_pow(double u, double v) {  // integers up to 2^53 by squaring, others as in a lane
    if (s_abs(v) <= 9007199254740992.0 && v == double((long long)v)) return ipow(u, (long long)v);
    return v == 0.5 ? s_sqrt(u) : v_pow(K<double>(u), K<double>(v))[0];
}

#endif
