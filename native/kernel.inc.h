// The kernels of one instruction set: included by kernel.cpp inside an anonymous namespace, once per set.
#include "draws.h"
#include "gemm.h"
#include "apply.h"
#include "layers.h"
#include "tiny.h"
#include "lanes.h"

inline void order(const Net& net, Natural member, Natural epoch, Wide rows, Wide first, Wide count, Natural* out) {
    order_rows(order_of(rows, net.seed, member, epoch), first, count, out);
}

// A schedule's numbers: everything without an element.
inline void evaluate(const Code& code, double* u, const double* inputs, double* results) {
    for (int i = 0; i < code.lifted; ++i) u[i] = code.start[i];
    for (int i = 0; i < code.given; ++i) u[code.given_at[i]] = inputs[i];
    lift(code, u);
    for (int i = 0; i < code.results; ++i) results[i] = u[code.result_at[i]];
}

#define CR_BOTH(name) {name<float>, name<double>}
#define CR_TEXT_(name) #name
#define CR_TEXT(name) CR_TEXT_(name)
constexpr Table make_table() {
    return {CR_TEXT(CHAINRULE_ISA), {Tile<float>::panels, Tile<double>::panels}, {pack<float, false>, pack<double, false>},
            {pack<float, true>, pack<double, true>}, CR_BOTH(forward),
            CR_BOTH(losses), CR_BOTH(backward), CR_BOTH(slopes), CR_BOTH(square), CR_BOTH(begin), CR_BOTH(weights), CR_BOTH(norm),
            CR_BOTH(penalty), CR_BOTH(update), CR_BOTH(hold),
            CR_BOTH(probe), CR_BOTH(tiny), CR_BOTH(lanes_pass), CR_BOTH(lanes_update), CR_BOTH(lanes_enter), CR_BOTH(lanes_leave),
            CR_BOTH(lanes_keep), order, evaluate};
}
