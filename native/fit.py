"""Prints the polynomials of maths.h: `python native/fit.py` (needs mpmath).

Each interpolates at Chebyshev's nodes, in 60 digits, the part of a function that the leading terms leave; the error
printed is relative to the whole function."""

from collections.abc import Callable

from mpmath import cos, erf, erfc, exp, log, lu_solve, matrix, mp, mpf, pi, sin, sqrt

mp.dps = 60


def fit(name: str, f: Callable, low: float, high: float, degree: int, share: Callable) -> None:
    """c₀ … c_degree, lowest first; share(x) says how much an error of the polynomial at x counts in the result."""
    low, high, count = mpf(low), mpf(high), degree + 1
    nodes = [(low + high) / 2 + (high - low) / 2 * cos(pi * (2 * i + 1) / (2 * count)) for i in range(count)]
    a = matrix(count, count)
    for i, x in enumerate(nodes):
        for j in range(count):
            a[i, j] = x**j
    c = [float(v) for v in lu_solve(a, matrix([f(x) for x in nodes]))]
    worst = max(
        abs((sum(mpf(v) * x**j for j, v in enumerate(c)) - f(x)) * share(x))
        for x in (low + (high - low) * (mpf(i) + mpf("0.5")) / 200 for i in range(200))
    )
    print(f"// {name}: relative error 2^{float(log(worst, 2)):.1f}\n{{{', '.join(repr(v) for v in c)}}}")


half, tiny = float(log(2) / 2) * 1.0001, 1e-12
top = float(((sqrt(2) - 1) / (sqrt(2) + 1)) ** 2) * 1.001
for bits, e, lg, es, el, sn in ((24, 4, 3, 6, 9, 3), (53, 9, 6, 12, 23, 6)):
    print(f"// ---- {bits} bits")
    fit(
        "EXP (e^r - 1 - r)/r^2",
        lambda r: (exp(r) - 1 - r) / r**2 if abs(r) > tiny else mpf("0.5"),
        -half,
        half,
        e,
        lambda r: r**2,
    )
    fit("LOG (2 atanh(s)/s - 2)/z, z = s^2", lambda z: (log((1 + sqrt(z)) / (1 - sqrt(z))) / sqrt(z) - 2) / z,
        tiny, top, lg, lambda z: z / 2)  # fmt: skip
    fit(
        "ERF erf(x)/x - 1 in x^2",
        lambda z: erf(sqrt(z)) / sqrt(z) - 1,
        tiny,
        1.0,
        es,
        lambda z: 1 / mpf("0.85"),
    )
    fit("ERFC log(erfc t)/t + 1", lambda t: log(erfc(t)) / t + 1, 1.0, 4.0 if bits == 24 else 6.0, el,
        lambda t: t * erfc(t))  # fmt: skip
    edge = float((pi / 4) ** 2) * 1.001
    fit("SIN (sin r - r)/r^3 in r^2", lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z, tiny, edge, sn, lambda z: z)
    fit(
        "COS (cos r - 1 + r^2/2)/r^4",
        lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2,
        tiny,
        edge,
        sn - 1,
        lambda z: z**2,
    )
# log in two doubles, for powers: what is left after 2s + (2/3) s z
fit("POW_LOG in z", lambda z: ((log((1 + sqrt(z)) / (1 - sqrt(z))) / sqrt(z) - 2) / z - mpf(2) / 3) / z, tiny, top, 8,
    lambda z: z * z / 2)  # fmt: skip


def parts(name: str, value: mpf, *bits: int) -> None:
    """The value as a sum of numbers with so many bits each, so that small multiples of all but the last are exact."""
    out = []
    for b in bits:
        scale = mpf(2) ** (b - 1 - int(mp.floor(log(abs(value), 2))))
        part = mp.nint(value * scale) / scale
        out.append(float(part))
        value -= part
    print(f"// {name}\n{{{', '.join(v.hex() + ' /* ' + repr(v) + ' */' for v in out)}}}")


for total, short in ((24, 11), (53, 33)):
    parts("pi/2", pi / 2, short, short, short, total)
    parts("log 2", log(2), 15 if total == 24 else 41, total)
parts("log 2, two doubles", log(2), 42, 53)
print("// 2/pi, 32 bits a word")
mp.dps = 420
text = int(mp.floor(2 / mp.pi * mpf(2) ** 1280))
print(", ".join(hex((text >> (1280 - 32 * (i + 1))) & 0xFFFFFFFF) for i in range(40)))
