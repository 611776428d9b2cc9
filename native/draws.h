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

CR_INLINE UInt32Hw mix(UInt32Hw value) {  // murmur3's fmix32
    value = (value ^ hw_upper(value)) * 0x85EBCA6Bu;
    value = (value ^ value >> 13) * 0xC2B2AE35u;
    return value ^ hw_upper(value);
}

// The eight keys of the Feistel network that orders the rows of one epoch.
struct Order {
    Wide rows, a, b;
    Natural keys[8];
};

inline Order order_of(Wide rows, Wide seed, Natural member, Natural epoch) {
    Order order = {rows, 1, 1, {}};
    if (rows > 1) {  // ⌈√rows⌉
        order.a = Wide(__builtin_sqrt(double(rows - 1)));
        while (order.a * order.a < rows) ++order.a;
        while ((order.a - 1) * (order.a - 1) >= rows) --order.a;
    }
    order.b = rows ? (rows + order.a - 1) / order.a : 1;
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

// Cells left·b + right on their way to the places of rows
struct Cells {
    static constexpr int N = CELLS / LANES<float>;
    UInt32Hw left[N], right[N];
    CR_ALIGNED(64) Natural cell[CELLS], outside[CELLS];  // after the rounds: the number, and whether there is no such row

    // Eight rounds: even ones move left, odd ones right.
    CR_INLINE void feistel(const Order& order) {
        const UInt32Hw a = UInt32Hw{} + Natural(order.a), b = UInt32Hw{} + Natural(order.b);
        const UInt32Hw last = UInt32Hw{} + Natural(order.rows / order.b), end = UInt32Hw{} + Natural(order.rows % order.b);
        for (int round = 0; round < 8; round += 2) {
            const UInt32Hw even = UInt32Hw{} + order.keys[round], odd = UInt32Hw{} + order.keys[round + 1];
            CR_UNROLL for (int i = 0; i < N; ++i) left[i] = within(left[i] + hw_high(mix(right[i] ^ even), a), a);
            CR_UNROLL for (int i = 0; i < N; ++i) right[i] = within(right[i] + hw_high(mix(left[i] ^ odd), b), b);
        }
        CR_UNROLL for (int i = 0; i < N; ++i) {
            ((UInt32Hw*)cell)[i] = left[i] * b + right[i];
            ((UInt32Hw*)outside)[i] = (UInt32Hw)((left[i] > last) | ((left[i] == last) & (right[i] >= end)));
        }
    }
    static CR_INLINE UInt32Hw within(UInt32Hw sum, UInt32Hw most) { return sum < most ? sum : sum - most; }  // sum < 2·most
};

// Places first … first + count − 1 of the epoch's order -> row numbers, out: (count).
inline void order_rows(const Order& order, Wide first, Wide count, Natural* out) {
    if (order.rows <= 1) {
        for (Wide i = 0; i < count; ++i) out[i] = 0;
        return;
    }
    // Cells outside the rows walk on until they are inside; they wait until there are enough of them. At most a − 1 are.
    Cells cells, next;
    Natural far_left[2 * CELLS] = {}, far_right[2 * CELLS] = {};
    Wide place[2 * CELLS], at[CELLS];
    int waiting = 0;
    const auto settle = [&](int some, auto place_of) {
        cells.feistel(order);
        for (int i = 0; i < some; ++i) out[place_of(i)] = cells.cell[i];
        for (int i = 0; i < some; ++i) {
            if (!cells.outside[i]) continue;
            far_left[waiting] = ((Natural*)cells.left)[i];
            far_right[waiting] = ((Natural*)cells.right)[i];
            place[waiting++] = place_of(i);
        }
    };
    const auto walk = [&] {  // the last of those that wait
        const int walked = waiting < CELLS ? waiting : CELLS;
        waiting -= walked;
        __builtin_memcpy(cells.left, far_left + waiting, sizeof cells.left);
        __builtin_memcpy(cells.right, far_right + waiting, sizeof cells.right);
        for (int i = 0; i < walked; ++i) at[i] = place[waiting + i];
        settle(walked, [&](int i) { return at[i]; });
    };
    Natural l = Natural(first / order.b), r = Natural(first % order.b);
    for (int i = 0; i < CELLS; ++i) {
        ((Natural*)next.left)[i] = l;
        ((Natural*)next.right)[i] = r;
        if (++r == order.b) r = 0, ++l;
    }
    for (Wide done = 0; done < count; done += CELLS) {
        for (int i = 0; i < Cells::N; ++i) {
            cells.left[i] = next.left[i];
            cells.right[i] = next.right[i];
            const UInt32Hw b = UInt32Hw{} + Natural(order.b), right = next.right[i] + Natural(CELLS % order.b);
            next.right[i] = Cells::within(right, b);
            next.left[i] += Natural(CELLS / order.b) + ((UInt32Hw)(next.right[i] != right) & 1);
        }
        settle(count - done < CELLS ? int(count - done) : CELLS, [&](int i) { return done + Wide(i); });
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
