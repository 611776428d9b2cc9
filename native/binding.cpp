// Opens the native engine to Python. Arrays come in checked by engine/native.py; results are written into arrays it made.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <memory>

#include "binding_rules.h"
#include "isa.h"
#include "members.h"

namespace nb = nanobind;
typedef nb::ndarray<nb::device::cpu> Array;
typedef nb::ndarray<nb::ro, nb::device::cpu> Given;


extern const Table kernel_table_portable;
#ifdef CHAINRULE_X86
extern const Table kernel_table_avx2, kernel_table_avx512;
#endif

namespace {

const Table& table() {
#ifdef CHAINRULE_X86
    if (chosen_isa == AVX512) return kernel_table_avx512;
    if (chosen_isa == AVX2) return kernel_table_avx2;
#endif
    return kernel_table_portable;
}

constexpr long FEW = 16, PREDICTED = 256;  // rows that go forwards together, in the cache

// What outputs are made in.
struct Predictor {
    Stepper stepper;
    Memory w;
    Predictor(const Net& net, long rows, int threads) : stepper(net, table(), rows, threads), w(Weights::bytes(net)) {}
};

// A plan as the kernels read it. Everything it points at lives in it.
class Network {
  public:
    explicit Network(const nb::dict& plan) {
        levels_ = nb::cast<std::vector<int>>(plan["levels"]);
        offsets_ = nb::cast<std::vector<int>>(plan["level_offsets"]);
        const nb::list given = nb::cast<nb::list>(plan["layers"]);
        layers_.resize(given.size());
        for (size_t i = 0; i < layers_.size(); ++i) read(nb::cast<nb::dict>(given[i]), layers_[i]);
        net.depth = int(layers_.size());
        net.layers = layers_.data();
        net.categories = int(levels_.size());
        net.levels = levels_.data();
        net.level_offsets = offsets_.data();
        net.loss = rule(nb::cast<nb::dict>(plan["loss"]));
        net.optimizer = rule(nb::cast<nb::dict>(plan["optimizer"]));
        net.owned = nb::cast<bool>(plan["owned"]);
        net.by_row = nb::cast<bool>(plan["by_row"]);
        net.needs_s = nb::cast<bool>(plan["needs_s"]);
        net.mean_rows = nb::cast<bool>(plan["mean_rows"]);
        net.scale = nb::cast<double>(plan["scale"]);
        net.l1 = nb::cast<double>(plan["l1"]);
        net.l2 = nb::cast<double>(plan["l2"]);
        net.shared = nb::cast<bool>(plan["shared"]);
        net.limit = nb::cast<double>(plan["limit"]);
        net.decay = nb::cast<double>(plan["decay"]);
        net.max_norm = nb::cast<double>(plan["max_norm"]);
        net.clip = nb::cast<int>(plan["clip"]);
        net.slots = nb::cast<int>(plan["slots"]);
        net.seed = nb::cast<Wide>(plan["seed"]);
        net.member = nb::cast<Natural>(plan["first"]);
        net.shuffle = nb::cast<bool>(plan["shuffle"]);
        net.batch = nb::cast<long>(plan["batch"]);
        net.flat = nb::cast<long>(plan["size"]);
        net.wide = nb::cast<bool>(plan["wide"]);
        threads = nb::cast<int>(plan["threads"]);
        const nb::dict given_schedule = nb::cast<nb::dict>(plan["schedule"]);
        schedule = {code(given_schedule["rate"]), code(given_schedule["at_epoch"]),
                    nb::cast<std::vector<double>>(given_schedule["rate_inputs"]),
                    nb::cast<std::vector<double>>(given_schedule["epoch_inputs"]),
                    nb::cast<std::vector<int>>(given_schedule["final_line"]), nb::cast<bool>(given_schedule["moves"])};
    }
    Network(const Network&) = delete;

    // (which inputs have no element, numbers, steps as one list, results); None for none
    const Code* code(const nb::object& given) {
        if (given.is_none()) return nullptr;
        const nb::tuple t = nb::cast<nb::tuple>(given);
        const std::vector<int> flat = nb::cast<std::vector<int>>(t[2]);
        std::vector<Step> steps;
        for (size_t i = 0; i + 4 < flat.size(); i += 5) steps.push_back({flat[i], flat[i + 1], flat[i + 2], flat[i + 3], flat[i + 4]});
        programs_.push_back(std::make_unique<Program>(nb::cast<std::vector<bool>>(t[0]), nb::cast<std::vector<double>>(t[1]), steps,
                                                      nb::cast<std::vector<int>>(t[3])));
        return &programs_.back()->code;
    }

    Net net{};
    Schedule schedule;
    int threads = 1;
    std::mutex busy;
    std::unique_ptr<Predictor> few;

  private:
    Rule rule(const nb::dict& given) {
        Rule made{nb::cast<int>(given["row"]), code(given["forward"]), code(given["backward"]), 0, {}};
        for (nb::handle knob : nb::cast<nb::list>(given["knobs"])) {
            if (made.knobs == KNOBS) throw nb::value_error("too many knobs");
            made.knob[made.knobs++] = nb::cast<double>(knob);
        }
        return made;
    }
    View view(const nb::dict& given, long rows, int units) {
        View made{net.packed, nb::cast<long>(given["offset"]), rows, units, views_++, nb::cast<double>(given["rate"]),
                  nb::cast<double>(given["decay"]), nb::cast<bool>(given["trainable"])};
        net.packed += rows * ((units + LANES - 1) / LANES) * LANES;
        return made;
    }
    void read(const nb::dict& given, Layer& layer) {
        layer.inputs = nb::cast<int>(given["inputs"]);
        layer.units = nb::cast<int>(given["units"]);
        layer.dense = nb::cast<int>(given["dense"]);
        layer.panels = (layer.units + LANES - 1) / LANES;
        layer.narrow = layer.units <= 4 && layer.dense == layer.inputs && layer.inputs > LANES;
        layer.w = view(nb::cast<nb::dict>(given["w"]), layer.narrow ? layer.units : layer.inputs, layer.narrow ? layer.inputs : layer.units);
        layer.bias = !given["b"].is_none();
        layer.b = layer.bias ? view(nb::cast<nb::dict>(given["b"]), 1, layer.units) : View{};
        layer.activation = rule(nb::cast<nb::dict>(given["activation"]));
        layer.keep_s = nb::cast<bool>(given["keep_s"]);
        layer.by_row = nb::cast<bool>(given["by_row"]);
        layer.dropout = nb::cast<double>(given["dropout"]);
        layer.threshold = nb::cast<Natural>(given["threshold"]);
    }
    std::vector<Layer> layers_;
    std::vector<int> levels_, offsets_;
    int views_ = 0;
    std::vector<std::unique_ptr<Program>> programs_;
};

Matrix matrix(const nb::object& given, std::vector<Given>& hold) {
    if (given.is_none()) return Matrix{nullptr, 0, 0, 0};
    Given array = nb::cast<Given>(given);
    hold.push_back(array);
    const nb::dlpack::dtype type = array.dtype();
    const int size = type.bits / 8, power = size == 1 ? 0 : size == 2 ? 1 : size == 4 ? 2 : 3;
    int kind = 0;
    if (type.code == uint8_t(nb::dlpack::dtype_code::Float)) kind = size == 4 ? FLOAT32 : FLOAT64;
    else kind = (type.code == uint8_t(nb::dlpack::dtype_code::Int) ? INT8 : UINT8) + power;
    return {static_cast<const char*>(array.data()), long(array.stride(0) * size), long(array.stride(1) * size), kind};
}

// x, t, codes (or None) and weights (or None), the first member's where each has its own
Data data_of(const nb::object& x, const nb::object& t, const nb::object& codes, const nb::object& weight, std::vector<Given>& hold) {
    Data data{matrix(x, hold), matrix(t, hold), matrix(codes, hold), nullptr, 0, nullptr, 0, 0};
    data.rows = hold[0].shape(0);
    if (!weight.is_none()) {
        hold.push_back(nb::cast<Given>(weight));
        data.weight = hold.back().data();
    }
    return data;
}

char* data(const nb::object& array) { return static_cast<char*>(nb::cast<Array>(array).data()); }
size_t size_of(const Net& net) { return net.wide ? 8 : 4; }

void fill(const Net& net, const nb::object& w, const nb::object& slots, Weights& weights) {
    const size_t bytes = size_t(net.packed) * size_of(net);
    std::memcpy(weights.w.at(), nb::cast<Given>(w).data(), bytes);
    size_t i = 0;
    if (!slots.is_none())
        for (nb::handle slot : nb::cast<nb::list>(slots)) std::memcpy(weights.slots[i++].at(), nb::cast<Given>(slot).data(), bytes);
}
void give(const Net& net, const Weights& weights, const nb::object& w, const nb::list& slots) {
    const size_t bytes = size_t(net.packed) * size_of(net);
    std::memcpy(data(w), weights.w.at(), bytes);
    for (size_t i = 0; i < weights.slots.size(); ++i) std::memcpy(data(nb::borrow(slots[i])), weights.slots[i].at(), bytes);
}

// natural order <-> packed, (members, …) each
void pack(const Network& network, const Given& flat, const Array& packed) {
    const Net& net = network.net;
    for (size_t m = 0; m < flat.shape(0); ++m)
        table().pack[net.wide](net, static_cast<const char*>(flat.data()) + m * size_t(net.flat) * size_of(net),
                               static_cast<char*>(packed.data()) + m * size_t(net.packed) * size_of(net));
}
void unpack(const Network& network, const Given& packed, const Array& flat) {
    const Net& net = network.net;
    for (size_t m = 0; m < flat.shape(0); ++m)
        table().unpack[net.wide](net, static_cast<const char*>(packed.data()) + m * size_t(net.packed) * size_of(net),
                                 static_cast<char*>(flat.data()) + m * size_t(net.flat) * size_of(net));
}

// panels [units/V][stride] -> rows (count, units)
void from_panels(const Net& net, const void* panels, long stride, long units, long count, char* rows) {
    const size_t size = size_of(net);
    for (long r = 0; r < count; ++r)
        for (long u = 0; u < units; u += LANES)
            std::memcpy(rows + size_t(r * units + u) * size,
                        static_cast<const char*>(panels) + size_t(u / LANES * stride + r * LANES) * size,
                        size_t(std::min<long>(LANES, units - u)) * size);
}

// outputs (M, n, o). Few rows go through memory the network keeps for them.
void predict(Network& network, const Given& w, const nb::object& x, const nb::object& codes, const Array& out) {
    std::vector<Given> hold;
    const Net& net = network.net;
    const Data rows = data_of(x, nb::none(), codes, nb::none(), hold);
    const size_t bytes = size_t(net.packed) * size_of(net), members = w.shape(0);
    const long units = net.layers[net.depth - 1].units, count = long(rows.rows);
    const char* from = static_cast<const char*>(w.data());
    char* to = static_cast<char*>(out.data());
    const auto all = [&](Predictor& p) {
        FlushToZero flush;
        p.stepper.batch(rows, nullptr, 0, count, false, nullptr);
        for (size_t m = 0; m < members; ++m, from += bytes, to += size_t(count * units) * size_of(net)) {
            std::memcpy(p.w.at(), from, bytes);
            p.stepper.look(p.w, false, [&](long first, long some) {
                from_panels(net, p.stepper.step().y[net.depth], p.stepper.step().stride, units, some, to + size_t(first * units) * size_of(net));
            });
        }
    };
    if (count <= FEW && network.busy.try_lock()) {
        const std::lock_guard<std::mutex> unlock(network.busy, std::adopt_lock);
        if (!network.few) network.few = std::make_unique<Predictor>(net, FEW, 1);
        return all(*network.few);
    }
    nb::gil_scoped_release release;
    Predictor many(net, std::min(PREDICTED, std::max(1L, count)), network.threads);
    all(many);
}

std::vector<const unsigned char*> choices(const Net& net, const nb::list& keep, std::vector<Given>& hold) {
    std::vector<const unsigned char*> made(size_t(net.depth + 1), nullptr);
    for (int l = 1; l <= net.depth; ++l) {
        const nb::object given = nb::borrow(keep[size_t(l - 1)]);
        if (given.is_none()) continue;
        hold.push_back(nb::cast<Given>(given));
        made[size_t(l)] = static_cast<const unsigned char*>(hold.back().data());
    }
    return made;
}

// What a call on one member's rows begins with: the rows, dropout's choices, the weights.
struct Given_rows {
    std::vector<Given> hold;
    const Net& net;
    const Data rows;
    const std::vector<const unsigned char*> chosen;
    Weights weights;
    long count = long(rows.rows);
    Given_rows(const Network& network, const nb::object& w, const nb::object& slots, const nb::object& x, const nb::object& t,
               const nb::object& codes, const nb::object& weight, const nb::list& keep)
        : net(network.net), rows(data_of(x, t, codes, weight, hold)), chosen(choices(net, keep, hold)), weights(net) {
        fill(net, w, slots, weights);
    }
    void begin(Stepper& stepper) const { stepper.batch(rows, nullptr, 0, count, false, chosen.data()); }
};

// One member's sums (loss, weight), the gradient into `g` and, where k > 0, new weights and state into w and slots.
nb::tuple step(const Network& network, const nb::object& w, const nb::list& slots, const nb::object& x, const nb::object& t,
               const nb::object& codes, const nb::object& weight, const nb::list& keep, long k, double lr, const nb::object& g) {
    Given_rows in(network, w, k ? nb::object(slots) : nb::none(), x, t, codes, weight, keep);
    const Net& net = network.net;
    Loss sums;
    char* const gradient = data(g);
    {
        nb::gil_scoped_release release;
        FlushToZero flush;
        Stepper stepper(net, table(), std::max(1L, in.count), network.threads);
        in.begin(stepper);
        sums = stepper.learn(in.weights, true, k > 0, k, lr);
        if (!in.count) stepper.gradient() = Memory(Weights::bytes(net));
        std::memcpy(gradient, stepper.gradient().at(), size_t(net.packed) * size_of(net));
    }
    if (k) give(net, in.weights, w, slots);
    return nb::make_tuple(sums.loss, sums.weight);
}

// One member's update from gradient sums, in place in w and slots.
void update(const Network& network, const nb::object& w, const nb::list& slots, const nb::object& g, double weight, double loss, long k, double lr) {
    const Net& net = network.net;
    Weights weights(net);
    fill(net, w, slots, weights);
    FlushToZero flush;
    Stepper stepper(net, table(), 1, 1);
    std::memcpy(stepper.gradient().at(), nb::cast<Given>(g).data(), size_t(net.packed) * size_of(net));
    stepper.update(weights, weight, loss, k, lr);
    give(net, weights, w, slots);
}

// Σ j·jᵀ over rows and starts (how many, n, units) into `product`; see Stepper::normal.
void normal(const Network& network, const nb::object& w, const nb::object& x, const nb::object& codes, const nb::list& keep,
            const Given& starts, const nb::object& product) {
    const Given_rows in(network, w, nb::none(), x, nb::none(), codes, nb::none(), keep);
    const Net& net = network.net;
    double* const out = reinterpret_cast<double*>(data(product));
    const double* const start = static_cast<const double*>(starts.data());
    const long many = long(starts.shape(0));
    nb::gil_scoped_release release;
    FlushToZero flush;
    constexpr long block = 128;  // two of their panels stay in the first cache
    Stepper stepper(net, table(), std::min(block, std::max(1L, in.count)), network.threads, true, double(block) * double(net.flat) * double(net.flat));
    in.begin(stepper);
    stepper.normal(in.weights.w, start, many, out);
}

// Every number of one member's gradient, for tests: {"s1": (n, units), "y1", "ds1", …, "loss": (n,)}.
void tape(const Network& network, const nb::object& w, const nb::object& x, const nb::object& t, const nb::object& codes,
          const nb::object& weight, const nb::list& keep, const nb::dict& out) {
    const Given_rows in(network, w, nb::none(), x, t, codes, weight, keep);
    const Net& net = network.net;
    FlushToZero flush;
    Stepper stepper(net, table(), in.count, 1, true);
    if (in.count > stepper.capacity()) throw nb::value_error("too many rows for a tape");
    in.begin(stepper);
    stepper.record(in.weights);
    const Work& st = stepper.step();
    for (int l = 1; l <= net.depth; ++l) {
        const std::string i = std::to_string(l);
        const auto copy = [&](const char* name, void* panels, long units) {
            const std::string key = name + i;
            if (out.contains(key.c_str())) from_panels(net, panels, st.stride, units, in.count, data(out[key.c_str()]));
        };
        copy("x", st.in[l], net.layers[l - 1].dense);
        copy("s", st.s[l], net.layers[l - 1].units);
        copy("y", st.y[l], net.layers[l - 1].units);
        copy("ds", st.d[l], net.layers[l - 1].units);
    }
    if (out.contains("loss")) std::memcpy(data(out["loss"]), st.loss, size_t(in.count) * sizeof(double));
}

// The order of the rows of one epoch, for tests.
void order(const Network& network, Natural epoch, Wide rows, Wide first, const Array& out) {
    const Net& net = network.net;
    table().order(net, net.member, epoch, rows, first, out.shape(0), static_cast<Natural*>(out.data()));
}

// The runs of some members, whose numbers are rows of arrays. Python drives them: advance, look at the numbers, go on.
class Runs {
  public:
    Runs(const nb::object& network, const nb::tuple& source, const nb::object& validation, const nb::dict& until, const nb::dict& state,
         const std::vector<size_t>& members)
        : keep_(network), network_(nb::cast<Network&>(network)), members_(members), data_(members.size()), validation_(members.size()) {
        const Net& net = network_.net;
        Data rows = data_of(nb::borrow(source[0]), nb::borrow(source[1]), nb::borrow(source[2]), nb::borrow(source[3]), hold_);
        const size_t weights = hold_.empty() || source[3].is_none() || hold_.back().ndim() == 1 ? 0 : hold_.back().stride(0) * long(size_of(net));
        if (!source[4].is_none()) {
            hold_.push_back(nb::cast<Given>(source[4]));
            rows.orders = static_cast<const Natural*>(hold_.back().data());
            rows.per_epoch = hold_.back().shape(1);
            rows.orders_from = nb::cast<long long>(source[5]);
        }
        Data seen{};
        size_t seen_weights = 0;
        if (!validation.is_none()) {
            const nb::tuple v = nb::cast<nb::tuple>(validation);
            seen = data_of(nb::borrow(v[0]), nb::borrow(v[1]), nb::borrow(v[2]), nb::borrow(v[3]), more_);
            seen_weights = v[3].is_none() || more_.back().ndim() == 1 ? 0 : more_.back().stride(0) * long(size_of(net));
        }
        const auto of = [](Data data, size_t bytes) {
            if (data.weight) data.weight = static_cast<const char*>(data.weight) + bytes;
            return data;
        };
        Until end{nb::cast<long long>(until["epochs"]), nb::cast<long long>(until["patience"]), nb::cast<double>(until["min_delta"]),
                  nb::cast<double>(until["goal"]), nb::cast<long long>(until["probe"]), nb::cast<bool>(until["ties"]),
                  nb::cast<double>(until["share"]), 0};
        const State given(state, net);
        for (size_t i = 0; i < members.size(); ++i) {
            const size_t m = members[i];
            data_[i] = of(rows, m * weights);
            validation_[i] = of(seen, m * seen_weights);
            end.member = net.member + Natural(m);
            trainers_.push_back(std::make_unique<Trainer>(net, table(), data_[i], validation.is_none() ? nullptr : &validation_[i],
                                                          network_.schedule, end, nb::cast<int>(until["threads"])));
            Trainer& tr = *trainers_.back();
            given.each(m, tr, [&](char* flat, Memory& packed) { table().pack[net.wide](net, flat, packed.at()); });
            tr.k = given.k[m];
            tr.epoch = given.epoch[m];
            tr.best_epoch = given.best_epoch[m];
            tr.bad = given.bad[m];
            tr.best_score = given.best_score[m];
            tr.letters.assign(given.schedule + m * given.letters, given.schedule + (m + 1) * given.letters);
        }
    }

    Runs(const Runs&) = delete;

    // Members go on side by side; those that stop do so for themselves.
    void advance(double tick, double pause, int threads) {
        std::vector<Trainer*> going;
        for (const auto& trainer : trainers_)
            if (!trainer->stopped) going.push_back(trainer.get());
        {
            nb::gil_scoped_release release;
            advance_all(std::move(going), tick, pause, threads, [] {
                nb::gil_scoped_acquire acquire;
                return PyErr_CheckSignals() != 0;
            });
        }
        if (PyErr_Occurred()) {
            // Ctrl-C ends the run with what it has; what another handler raised goes on to the caller
            if (!PyErr_ExceptionMatches(PyExc_KeyboardInterrupt)) throw nb::python_error();
            PyErr_Clear();
        }
    }
    bool any(int reason) const {
        return std::any_of(trainers_.begin(), trainers_.end(), [&](const auto& trainer) { return trainer->stopped == reason; });
    }
    void restore(size_t i) { trainers_[i]->restore(); }
    // Those whose weights are in front of a step with a non-finite loss.
    std::vector<size_t> failed() const {
        std::vector<size_t> found;
        for (size_t i = 0; i < trainers_.size(); ++i)
            if (!trainers_[i]->restored) found.push_back(i);
        return found;
    }

    // The numbers of now of one member into its row of the arrays; the history added since as bytes.
    nb::tuple note(const nb::dict& state, size_t i) {
        const Net& net = network_.net;
        const State to(state, net);
        const size_t m = members_[i];
        Trainer& tr = *trainers_[i];
        to.each(m, tr, [&](char* flat, Memory& packed) { table().unpack[net.wide](net, packed.at(), flat); });
        to.k[m] = tr.k;
        to.epoch[m] = tr.epoch;
        to.best_epoch[m] = tr.best_epoch;
        to.bad[m] = tr.bad;
        to.stopped[m] = tr.stopped;
        to.best_score[m] = tr.best_score;
        if (tr.trouble[0] >= 0) std::copy(tr.trouble, tr.trouble + 2, to.trouble + 2 * m);
        std::copy(tr.letters.begin(), tr.letters.end(), to.schedule + m * to.letters);
        const auto bytes = [](const std::vector<double>& values) {
            return nb::bytes(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(double));
        };
        return nb::make_tuple(bytes(tr.train), bytes(tr.validation), bytes(tr.rate), bytes(tr.probes));
    }

  private:
    // The arrays of all members.
    struct State {
        char *w, *best, *slots;
        long long *k, *epoch, *best_epoch, *bad, *stopped, *trouble;
        double *best_score, *schedule;
        size_t members, letters, bytes;
        State(const nb::dict& state, const Net& net) {
            const auto whole = [&](const char* name) { return reinterpret_cast<long long*>(data(state[name])); };
            w = data(state["w"]), best = data(state["best"]), slots = data(state["slots"]);
            k = whole("k"), epoch = whole("epoch"), best_epoch = whole("best_epoch"), bad = whole("bad");
            stopped = whole("stopped"), trouble = whole("trouble");
            best_score = reinterpret_cast<double*>(data(state["best_score"]));
            const Array letter = nb::cast<Array>(state["schedule"]);
            schedule = static_cast<double*>(letter.data());
            members = letter.shape(0), letters = letter.shape(1);
            bytes = size_t(net.flat) * size_of(net);
        }
        // use(numbers in natural order, packed) for weights, best and the optimizer's state of member m
        template <class Use> void each(size_t m, Trainer& tr, Use use) const {
            use(w + m * bytes, tr.now.w);
            use(best + m * bytes, tr.best());
            for (size_t i = 0; i < tr.now.slots.size(); ++i) use(slots + (i * members + m) * bytes, tr.now.slots[i]);
        }
    };

    nb::object keep_;
    Network& network_;
    std::vector<Given> hold_, more_;
    const std::vector<size_t> members_;
    std::vector<Data> data_, validation_;
    std::vector<std::unique_ptr<Trainer>> trainers_;
};

}  // namespace

NB_MODULE(_native, m) {
    nb::set_leak_warnings(false);  // objects that live until the interpreter ends are no news for a terminal
    m.attr("vector") = LANES;
    register_rules(m);
    nb::class_<Network>(m, "Network").def(nb::init<nb::dict>()).def_prop_ro("packed", [](const Network& n) { return n.net.packed; })
        .def_prop_ro("abreast", [](const Network& n) { return Group::enough(n.net) > 0; });
    m.def("pack", &pack);
    m.def("unpack", &unpack);
    m.def("predict", &predict, nb::arg(), nb::arg(), nb::arg(), nb::arg().none(), nb::arg());
    m.def("step", &step, nb::arg(), nb::arg(), nb::arg(), nb::arg(), nb::arg(), nb::arg().none(), nb::arg().none(), nb::arg(),
          nb::arg(), nb::arg(), nb::arg());
    m.def("update", &update);
    m.def("tape", &tape, nb::arg(), nb::arg(), nb::arg(), nb::arg(), nb::arg().none(), nb::arg().none(), nb::arg(), nb::arg());
    m.def("normal", &normal, nb::arg(), nb::arg(), nb::arg(), nb::arg().none(), nb::arg(), nb::arg(), nb::arg());
    m.def("order", &order);
    nb::class_<Runs>(m, "Runs")
        .def(nb::init<nb::object, nb::tuple, nb::object, nb::dict, nb::dict, std::vector<size_t>>(), nb::arg(), nb::arg(),
             nb::arg().none(), nb::arg(), nb::arg(), nb::arg())
        .def("advance", &Runs::advance)
        .def("any", &Runs::any)
        .def("failed", &Runs::failed)
        .def("restore", &Runs::restore)
        .def("note", &Runs::note);
}
