// What the driver (compiled once) and the kernels (compiled per instruction set) share: plain data, no behaviour.
#ifndef CHAINRULE_TABLE_H
#define CHAINRULE_TABLE_H

typedef unsigned Natural;
typedef unsigned long long Wide;

constexpr int KNOBS = 16;

constexpr int CONSTANTS = 32;  // numbers a rule may lift out of its loop
constexpr int SLOTS = 8;  // state letters an optimizer may have

struct Code;  // program.h: a rule given as text

// One rule with its numbers: a row of the generated table, or where row is −1 a program.
struct Rule {
    int row;
    const Code* forward;   // activation (s) -> y; loss (u, t) -> ℓ; optimizer (w, g, state…) -> w, state…
    const Code* backward;  // activation (s, y, dy) -> ds; loss (s, y, t) -> slope
    int knobs;
    double knob[KNOBS];
};

// One parameter view: w (rows × units) or b (1 × units), in panels [units/V][rows][V] from `at` of the packed weights;
// the w of a narrow layer stands transposed, its units are rows and its inputs units.
struct View {
    long at, flat;  // where it begins packed and in natural order
    long rows;
    int units;
    int number;     // among the views of the net
    double rate, decay;
    bool trained;
};

struct Layer {
    int inputs, units;     // inputs of layer 1 count the levels of categories too
    int dense;             // the inputs that are numbers
    int panels;            // of units
    View w, b;
    bool bias;
    bool narrow;           // so few units that lanes are better used for inputs
    Rule activation;
    bool keep_s, by_row;   // backward reads s; y looks at a whole row
    double dropout;        // of the inputs
    Natural threshold;
};

// How many of the panels left go through a product at once: four as two and two, for one alone keeps half the units idle.
constexpr int together(long left, int most) { return int(left == most + 1 ? (left + 1) / 2 : left < most ? left : most); }

enum ClipKind { CLIP_NONE, CLIP_VALUE, CLIP_NORM };

struct Net {
    int depth;
    Layer* layers;
    int categories;
    const int* levels;         // (categories)
    const int* level_offsets;  // (categories) row of w1 where a category's levels begin
    Rule loss;
    bool owned, by_row, needs_s;  // the loss owns its link; looks at whole rows; its texts read s
    double scale;                 // c, over the outputs where they are averaged
    bool mean_rows;
    double l1, l2, limit, decay, max_norm;
    bool shared;                  // penalties are divided by Σw too
    int clip;
    Rule optimizer;
    int slots;
    Wide seed;
    Natural member;  // number of the first member
    bool shuffle;
    long batch;            // 0: all
    long packed, flat;     // numbers of one member, packed and in natural order
    bool wide;             // float64
};

// A strided matrix somewhere in memory; kind: 0 float32, 1 float64, then NumPy's other numbers.
struct Matrix {
    const char* at;
    long row, column;  // bytes
    int kind;
};
enum Kind { FLOAT32, FLOAT64, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 };

struct Data {
    Matrix x, t, codes;   // codes int32
    const void* weight;   // (rows) in the net's precision, null for 1
    Wide rows;
    const Natural* orders;  // (epochs, per_epoch) rows of each epoch from `orders_from` on, null for drawn ones
    Wide per_epoch;
    long long orders_from;
};

// A piece of the weight gradient: P panels of a layer's units × inputs [from, to), or the levels of its categories.
struct Task {
    int layer, panel, panels;
    long from, to;
    bool levels, bias;
    double cost;
};

// Memory of an interpreter, in the widths of interpreter.h's Workspace.
struct Interpreter {
    double* u;
    void* numbers;
    const void** base;  // places, then inputs and results of a tile
    long* stride;
};

// One step, or one block of rows, and the memory it works in; T* where void* stands.
struct Work {
    const Net* net;
    const Data* data;
    const Natural* rows;  // null: first, first + 1, …
    Wide first;
    long count;
    Natural epoch, member;
    bool drop;                          // draw dropout's choices
    const unsigned char* const* keep;   // or take them: per layer (count, inputs) bytes, null for none
    long before;                        // rows of the batch in front of this block
    bool fresh;                         // x and t have to be gathered
    bool passing;                       // only outputs are wanted
    bool tiny;                          // the net and the rows are what tiny.h is for
    // weights
    void* w;
    void** slot;
    void* g;
    // panels [units/V][capacity][V], panels `stride` numbers apart
    long stride;
    void* t;
    void** y;     // (depth + 1); y[0] is x
    void** s;     // (depth + 1); y's where s need not be kept
    void** d;     // (depth + 1) ∂loss/∂s
    void** mask;  // (depth + 1) 0 or 1/(1 − p); null without dropout
    void** in;    // (depth + 1) what enters: y[l − 1], or that times the mask
    void* value;  // ℓ per output
    double* loss; // (count) per row
    void* weight; // (count)
    void** scratch;        // per thread
    const Interpreter* interpreter;  // per thread
    // update
    long k;
    bool same_rate;         // as in the step before
    double lr, inverse, E;  // inverse: 1/Σw, or 1 where rows are summed; E: the step's loss, as people see it
    double norm;         // of the whole gradient, for clipping by it
    void* constants;     // (views, CONSTANTS) what the optimizer lifts, per step
    bool add;            // the gradient goes on from g
    bool store, fuse;    // a finished piece of the gradient is kept in g; is used for the update at once
    void* copy;          // as large as g, where both store and fuse are on
    const View* runs;    // views of one panel that follow each other and are updated alike, as one
    int run_count;
};

constexpr long LANES_ROWS = 16;  // rows of a batch that sixteen members go through at once

// Sixteen members of one plan and a step or a look of theirs, a lane each (lanes.h); T* where void* stands.
struct Abreast {
    const Net* net;
    const Data* const* data;     // per member; their weights may differ, the rest does not
    const Natural* const* rows;  // per member the rows of the batch; null: first, first + 1, … for all
    Wide first;
    long count;
    bool learn, fresh;           // make the gradient too; the rows have to be gathered
    void *w, **slot, *g;         // numbers of a member, in natural order
    void *t, *weight, *value;    // rows' targets and weights, ℓ of one row
    void **y, **s, **d;          // (depth + 1), as in Work: [units][LANES_ROWS]
    double *loss, *total, *lr;   // per member: Σ ℓ, Σ weights, the step's rate
    const long long* k;
};

struct Table {
    const char* name;
    int tile_panels[2];  // float32, float64
    // [float32, float64]
    void (*pack[2])(const Net&, const void* flat, void* packed);
    void (*unpack[2])(const Net&, const void* packed, void* flat);
    void (*forward[2])(const Work&, int thread, long from, long to, bool learn);
    void (*losses[2])(const Work&, int thread, long from, long to);
    void (*backward[2])(const Work&, int thread, long from, long to);
    void (*slopes[2])(const Work&, long from, long to, void* row, void* j, long stride);
    void (*square[2])(const void* j, long stride, long rows, long panel, int some, long panels, void* made, double* out);
    void (*begin[2])(const Work&);  // constants of a step's update
    void (*weights[2])(const Work&, int thread, const Task&);
    double (*norm[2])(const Work&, const View&, int panel);  // Σ g² of one panel, prepared
    double (*penalty[2])(const Net&, const void* w);
    void (*update[2])(const Work&, int thread, const View&, int panel, bool prepared);
    void (*hold[2])(const Work&, const Layer&, int panel);
    void (*probe[2])(const Work&, const void* before, int layer, double* row);
    void (*tiny[2])(Work&, double* total);  // a whole step of a net that tiny.h is for
    void (*lanes_pass[2])(const Abreast&);
    void (*lanes_update[2])(const Abreast&);
    void (*lanes_enter[2])(const void* const* members, long count, void* lanes);
    void (*lanes_leave[2])(const void* lanes, int member, long count, void* numbers);
    void (*lanes_keep[2])(const void* from, const bool* keep, long count, void* to);
    void (*order)(const Net&, Natural member, Natural epoch, Wide rows, Wide first, Wide count, Natural* out);
    void (*evaluate)(const Code&, double* u, const double* inputs, double* results);
};

#endif
