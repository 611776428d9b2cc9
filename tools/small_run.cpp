// A small training through the kernel alone, without Python: prints a fingerprint of every bit of its weights and losses.
// What one processor prints, every other must print; tools/neon.sh compares them. ROW_* are rows of the generated tables.
#include <cstdio>

#include "isa.h"
#include "step.h"

extern const Table kernel_table_portable;
#ifdef CHAINRULE_X86
extern const Table kernel_table_avx2, kernel_table_avx512;
#endif
Isa chosen_isa = best_isa();

static unsigned long long fingerprint = 14695981039346656037ull;
static void note(const void* p, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i) fingerprint = (fingerprint ^ static_cast<const unsigned char*>(p)[i]) * 1099511628211ull;
}
static double drawn(unsigned i) {  // −1 … 1, the same everywhere
    i = i * 2654435761u + 12345u;
    i ^= i >> 15;
    return double(i * 2246822519u >> 8) / 8388608.0 - 1.0;
}

// 7 numbers and two categories -> 37 tanh -> 19 gelu -> 3 softmax, dropout, Adam with clipping
template <class T> void train(const Table& table, int threads) {
    const int units[] = {37, 19, 3}, rows[] = {ROW_TANH, ROW_GELU, ROW_SOFTMAX}, levels[] = {3, 5}, offsets[] = {7, 10};
    Layer layers[3] = {};
    Net net{};
    int below = 15, views = 0;
    for (int l = 0; l < 3; ++l) {
        Layer& a = layers[l];
        a.inputs = below;
        a.dense = l ? below : 7;
        a.units = units[l];
        a.panels = (a.units + LANES - 1) / LANES;
        a.w = {net.packed, net.flat, below, a.units, views++, 1.0, 1.0, true};
        net.packed += long(below) * a.panels * LANES;
        net.flat += long(below) * a.units;
        a.b = {net.packed, net.flat, 1, a.units, views++, 1.0, 0.0, true};
        net.packed += long(a.panels) * LANES;
        net.flat += a.units;
        a.bias = true;
        a.activation = {rows[l], nullptr, nullptr, 0, {}};
        a.keep_s = true;
        a.by_row = l == 2;
        a.dropout = l == 1 ? 0.25 : 0.0;
        a.threshold = l == 1 ? 1u << 30 : 0;
        below = a.units;
    }
    net.depth = 3;
    net.layers = layers;
    net.categories = 2;
    net.levels = levels;
    net.level_offsets = offsets;
    net.loss = {ROW_CROSS_ENTROPY, nullptr, nullptr, 0, {}};
    net.owned = net.by_row = net.needs_s = net.mean_rows = net.shuffle = true;
    net.scale = 1.0;
    net.l2 = 1e-3;
    net.clip = CLIP_NORM;
    net.limit = 0.5;
    net.optimizer = {ROW_ADAM, nullptr, nullptr, 3, {KNOBS_ADAM}};
    net.slots = 2;
    net.seed = 7;
    net.wide = sizeof(T) == 8;

    const long n = 333, batch = 110;
    std::vector<float> x(size_t(n * 7));
    std::vector<unsigned char> t(size_t(n * 3));
    std::vector<int> codes(size_t(n * 2));
    for (size_t i = 0; i < x.size(); ++i) x[i] = float(2.0 * drawn(unsigned(i)));
    for (long r = 0; r < n; ++r) t[size_t(r * 3 + (x[size_t(r * 7)] > 0) + (x[size_t(r * 7 + 1)] > 1))] = 1;
    for (size_t i = 0; i < codes.size(); ++i) codes[i] = int(i * 7 % (i % 2 ? 6 : 4)) - 1;
    const Data data{{reinterpret_cast<const char*>(x.data()), 28, 4, FLOAT32}, {reinterpret_cast<const char*>(t.data()), 3, 1, UINT8},
                    {reinterpret_cast<const char*>(codes.data()), 8, 4, INT32}, nullptr, Wide(n)};

    Weights weights(net);
    std::vector<T> flat(size_t(net.flat));
    for (size_t i = 0; i < flat.size(); ++i) flat[i] = T(0.4 * drawn(unsigned(i) + 99999u));
    table.pack[net.wide](net, flat.data(), weights.w.at());
    FlushToZero flush;
    Stepper stepper(net, table, batch, threads, false, 1e9);  // so much work that every thread is used
    std::vector<Natural> order(size_t(n), 0);
    for (long k = 0; k < 12; ++k) {
        if (k % 4 == 0) table.order(net, 0, Natural(k / 4), Wide(n), 0, Wide(n), order.data());
        const long first = k % 4 * batch, count = std::min(batch, n - first);
        stepper.step().epoch = Natural(k / 4);
        stepper.batch(data, order.data() + first, Wide(first), count, true, nullptr);
        const Loss loss = stepper.learn(weights, false, true, k + 1, 0.01);
        note(&loss.loss, sizeof(double));
    }
    table.unpack[net.wide](net, weights.w.at(), flat.data());
    note(flat.data(), flat.size() * sizeof(T));
}

int main() {
    const Table* tables[] = {&kernel_table_portable
#ifdef CHAINRULE_X86
                             , &kernel_table_avx2, &kernel_table_avx512
#endif
    };
    for (int isa = 0; isa <= best_isa(); ++isa)
        for (int threads = 1; threads < 4; ++threads) {
            fingerprint = 14695981039346656037ull;
            train<float>(*tables[isa], threads);
            const unsigned long long single = fingerprint;
            train<double>(*tables[isa], threads);
            std::printf("%016llx %016llx\n", single, fingerprint);
        }
}
