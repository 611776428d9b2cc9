// (seed, purpose, member, epoch, index) -> integers: the draws of batches/draws.py, the same to the bit.
//
// Included inside the anonymous namespace of every kernel: plain loops over sixteen lanes that the compiler makes wide.
#ifndef CHAINRULE_DRAWS_H
#define CHAINRULE_DRAWS_H

constexpr Natural ORDER = 1, DROPOUT = 2;

CR_INLINE Natural purpose(Natural kind, Natural layer, Natural member) { return kind << 24 | layer << 16 | member; }

struct Key {
    Natural low, high;
};
CR_INLINE Key key_of(Wide seed) { return {Natural(seed), Natural(seed >> 32)}; }

// Philox4x32 with 10 rounds on sixteen counters at once; a, b, c, d: (16) in and out.
CR_INLINE void philox(Natural* a, Natural* b, Natural* c, Natural* d, Key key) {
    for (int round = 0; round < 10; ++round) {
        for (int i = 0; i < V; ++i) {
            const Wide p = Wide(0xD2511F53u) * a[i], q = Wide(0xCD9E8D57u) * c[i];
            a[i] = Natural(q >> 32) ^ b[i] ^ key.low;
            c[i] = Natural(p >> 32) ^ d[i] ^ key.high;
            b[i] = Natural(q);
            d[i] = Natural(p);
        }
        key.low += 0x9E3779B9u;
        key.high += 0xBB67AE85u;
    }
}

CR_INLINE Natural mix(Natural value) {  // murmur3's fmix32
    value ^= value >> 16;
    value *= 0x85EBCA6Bu;
    value ^= value >> 13;
    value *= 0xC2B2AE35u;
    return value ^ value >> 16;
}

// The eight keys of the Feistel network that orders the rows of one epoch.
struct Order {
    Wide rows;
    Natural a, b, keys[8];  // a and b as they are multiplied with: of wider numbers compilers make slower products
};

inline Order order_of(Wide rows, Wide seed, Natural member, Natural epoch) {
    Order order = {rows, 1, 1, {}};
    if (rows > 1) {  // ⌈√rows⌉
        Wide a = Wide(__builtin_sqrt(double(rows - 1)));
        while (a * a < rows) ++a;
        while ((a - 1) * (a - 1) >= rows) --a;
        order.a = Natural(a);
    }
    order.b = rows ? Natural((rows + order.a - 1) / order.a) : 1;
    CR_ALIGNED(64) Natural words[4][V] = {};
    for (int i = 0; i < V; ++i) {
        words[0][i] = Natural(i < 2 ? i : 0);
        words[2][i] = epoch;
        words[3][i] = purpose(ORDER, 0, member);
    }
    philox(words[0], words[1], words[2], words[3], key_of(seed));
    for (int i = 0; i < 8; ++i) order.keys[i] = words[i % 4][i / 4];
    return order;
}

constexpr int CELLS = 4 * V;  // at once: a round is a long chain, and four vectors hide it

// Eight rounds on CELLS cells, left·b + right each; even rounds move left, odd rounds right.
inline void feistel(Natural* left, Natural* right, const Order& order) {
    const Natural a = order.a, b = order.b;
    for (int round = 0; round < 8; round += 2) {
        const Natural even = order.keys[round], odd = order.keys[round + 1];
        for (int i = 0; i < CELLS; ++i) {
            const Natural drawn = Natural(Wide(mix(right[i] ^ even)) * Wide(a) >> 32), rest = a - left[i];
            left[i] = drawn >= rest ? drawn - rest : left[i] + drawn;
        }
        for (int i = 0; i < CELLS; ++i) {
            const Natural drawn = Natural(Wide(mix(left[i] ^ odd)) * Wide(b) >> 32), rest = b - right[i];
            right[i] = drawn >= rest ? drawn - rest : right[i] + drawn;
        }
    }
}

// Places first … first + count − 1 of the epoch's order -> row numbers, out: (count).
inline void order_rows(const Order& order, Wide first, Wide count, Natural* out) {
    if (order.rows <= 1) {
        for (Wide i = 0; i < count; ++i) out[i] = 0;
        return;
    }
    // Cells outside the rows walk on until they are inside; they wait until there are enough of them. At most a − 1 are.
    CR_ALIGNED(64) Natural left[CELLS], right[CELLS], far_left[2 * CELLS] = {}, far_right[2 * CELLS] = {};
    Wide place[2 * CELLS];
    int waiting = 0;
    const auto settle = [&](Natural l, Natural r, Wide at) {  // without a branch: what is outside is written once more later
        const Wide cell = Wide(l) * order.b + r;
        out[at] = Natural(cell);
        far_left[waiting] = l;
        far_right[waiting] = r;
        place[waiting] = at;
        waiting += cell >= order.rows;
    };
    const auto walk = [&] {  // the last of those that wait
        const int walked = waiting < CELLS ? waiting : CELLS, from = waiting - walked;
        for (int i = 0; i < CELLS; ++i) left[i] = far_left[from + i], right[i] = far_right[from + i];
        Wide at[CELLS];
        for (int i = 0; i < walked; ++i) at[i] = place[from + i];
        feistel(left, right, order);
        waiting = from;
        for (int i = 0; i < walked; ++i) settle(left[i], right[i], at[i]);
    };
    const Natural b = order.b, shifted = 65536 / b + 1;
    Natural l = Natural(first / order.b), r = Natural(first % order.b);
    for (Wide at = 0; at < count; at += CELLS) {
        for (int i = 0; i < CELLS; ++i) {  // less than 64 are divided by a product: 128·64 < 2^16
            const Natural place = r + Natural(i), wraps = b < 64 ? place * shifted >> 16 : place >= b;
            left[i] = l + wraps;
            right[i] = place - wraps * b;
        }
        l = left[CELLS - 1] + (right[CELLS - 1] + 1 == b);
        r = right[CELLS - 1] + 1 == b ? 0 : right[CELLS - 1] + 1;
        feistel(left, right, order);
        for (int from = 0; from < CELLS && at + Wide(from) < count; from += V) {
            const int some = count - at - Wide(from) < V ? int(count - at) - from : V;
            Natural cells[V], outside = some < V || order.rows >> 31;
            for (int i = 0; i < V; ++i) {
                cells[i] = left[from + i] * b + right[from + i];
                outside |= cells[i] >= Natural(order.rows);
            }
            for (int i = 0; !outside && i < V; ++i) out[at + Wide(from + i)] = cells[i];
            for (int i = 0; outside && i < some; ++i) settle(left[from + i], right[from + i], at + Wide(from + i));
        }
        while (waiting >= CELLS) walk();
    }
    while (waiting) walk();
}

// Dropout's words of units 4·block … of one data row: sixteen blocks, out: (64) words.
CR_INLINE void drop_words(Natural row, Natural block, Natural epoch, Natural tag, Key key, Natural* out) {
    CR_ALIGNED(64) Natural a[V], b[V], c[V], d[V];
    for (int i = 0; i < V; ++i) {
        a[i] = row;
        b[i] = block + Natural(i);
        c[i] = epoch;
        d[i] = tag;
    }
    philox(a, b, c, d, key);
    for (int i = 0; i < V; ++i) {
        out[4 * i] = a[i];
        out[4 * i + 1] = b[i];
        out[4 * i + 2] = c[i];
        out[4 * i + 3] = d[i];
    }
}
#endif
