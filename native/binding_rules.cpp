// Opens the rules of the chosen instruction set to Python: functions, rows and programs over whole arrays.
#include "binding_rules.h"

#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "rules_table.h"
#define CHAINRULE_NAMES
#include "rules.gen.h"

namespace nb = nanobind;

Isa chosen_isa = best_isa();

namespace {
constexpr long WIDTH = 16;
constexpr size_t MOST = 16;  // letters, knobs or states of one row

template <class T> const RulesOf<T>& rules_of();
template <> const RulesOf<float>& rules_of<float>() { return rules_table().single; }
template <> const RulesOf<double>& rules_of<double>() { return rules_table().twice; }

template <class T> using Rows = nb::ndarray<const T, nb::numpy, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
template <class T> using Made = nb::ndarray<T, nb::numpy, nb::ndim<2>>;

// Rows padded to whole vectors, on a multiple of 64 bytes.
template <class T> class Padded {
  public:
    Padded(long rows, long n) : rows_(rows), n_(n), pad_((n + WIDTH - 1) / WIDTH * WIDTH), room_(size_t(rows * pad_) + 64) {
        auto at = reinterpret_cast<size_t>(room_.data());
        data = room_.data() + (64 - at % 64) % 64 / sizeof(T);
    }
    void fill(const T* from) {
        for (long r = 0; r < rows_ && n_; ++r) std::memcpy(data + r * pad_, from + r * n_, size_t(n_) * sizeof(T));
    }
    Made<T> numpy() const {
        auto copy = std::make_unique<T[]>(size_t(rows_ * n_) + 1);
        for (long r = 0; r < rows_ && n_; ++r) std::memcpy(copy.get() + r * n_, data + r * pad_, size_t(n_) * sizeof(T));
        T* raw = copy.release();
        nb::capsule owner(raw, [](void* p) noexcept { delete[] static_cast<T*>(p); });
        return Made<T>(raw, {size_t(rows_), size_t(n_)}, owner);
    }
    T* data;

  private:
    long rows_, n_, pad_;
    std::vector<T> room_;
};

// Every array of a call, brought in and out.
template <class T> struct Call {
    Call(const std::vector<Rows<T>>& arrays, size_t results) {
        if (arrays.empty()) throw std::invalid_argument("at least one array");
        rows = long(arrays[0].shape(0)), n = long(arrays[0].shape(1));
        for (const auto& array : arrays) {
            if (long(array.shape(0)) != rows || long(array.shape(1)) != n) throw std::invalid_argument("shapes differ");
            owned.push_back(std::make_unique<Padded<T>>(rows, n));
            owned.back()->fill(array.data());
            in.push_back(owned.back()->data);
        }
        first = owned.size();
        for (size_t i = 0; i < results; ++i) {
            owned.push_back(std::make_unique<Padded<T>>(rows, n));
            out.push_back(owned.back()->data);
        }
    }
    Made<T> result(int i) const { return owned[first + size_t(i)]->numpy(); }
    std::vector<Made<T>> results() const {
        std::vector<Made<T>> made;
        for (size_t i = 0; i < out.size(); ++i) made.push_back(result(int(i)));
        return made;
    }
    size_t first = 0;
    long rows, n;
    std::vector<std::unique_ptr<Padded<T>>> owned;
    std::vector<const T*> in;
    std::vector<T*> out;
};

template <class T> Made<T> function(int opcode, Rows<T> a, Rows<T> b) {
    Call<T> call({a, b}, 1);
    const long count = call.rows * ((call.n + WIDTH - 1) / WIDTH * WIDTH);
    if (!rules_of<T>().function(opcode, call.in[0], call.in[1], call.out[0], count))
        throw std::invalid_argument("no such function");
    return call.results()[0];
}

// One part of a row on arrays in the order of its letters; letters that are not given are zeros.
template <class T>
std::vector<Made<T>> rule(int kind, int row, int part, std::vector<double> given, const std::vector<Rows<T>>& arrays,
                          int results) {
    if (given.size() > MOST || arrays.size() > MOST || results < 0 || results > int(MOST))
        throw std::invalid_argument("more than a rule can have");
    given.resize(2 * MOST, 0.0);  // a row reads no more than this
    Call<T> call(arrays, MOST);
    std::vector<std::unique_ptr<Padded<T>>> zeros;
    while (call.in.size() < MOST) {
        zeros.push_back(std::make_unique<Padded<T>>(call.rows, call.n));
        call.in.push_back(zeros.back()->data);
    }
    if (!rules_of<T>().rule(kind, row, part, given.data(), call.in.data(), call.out.data(), call.rows, call.n))
        throw std::invalid_argument("no such rule");
    std::vector<Made<T>> made;
    for (int i = 0; i < results; ++i) made.push_back(call.result(i));
    return made;
}

typedef std::vector<std::tuple<int, int, int, int, int>> Steps;

template <class T>
std::vector<Made<T>> interpret(const Program& program, const std::vector<double>& given, const std::vector<Rows<T>>& arrays) {
    const Code& code = program.code;
    if (int(given.size()) != code.given || int(arrays.size()) != code.inputs)
        throw std::invalid_argument("the program wants other inputs");
    Call<T> call(arrays, size_t(code.results));
    const long panels = (call.n + WIDTH - 1) / WIDTH;
    std::vector<double> u(size_t(code.lifted) + 1);
    Padded<T> numbers(1, rules_of<T>().numbers_needed(code, panels));
    std::vector<const T*> base(size_t(code.places()) + 1), in_tile(size_t(code.inputs) + 1);
    std::vector<long> stride(size_t(code.places()) + 1);
    std::vector<T*> out_tile(size_t(code.results) + 1);
    rules_of<T>().interpret(code, given.data(), call.in.data(), call.out.data(), call.rows, call.n, code.rows > 0, u.data(),
                            numbers.data, base.data(), stride.data(), in_tile.data(), out_tile.data());
    return call.results();
}

std::vector<double> interpret_numbers(const Program& program, const std::vector<double>& given) {
    const Code& code = program.code;
    if (int(given.size()) != code.given || code.inputs) throw std::invalid_argument("the program wants other inputs");
    std::vector<double> u(size_t(code.lifted) + 1), made;
    rules_table().lift(code, given.data(), u.data());
    for (int i = 0; i < code.results; ++i) {
        if (code.result_at[i] < 0) throw std::invalid_argument("a reduction of nothing");
        made.push_back(u[size_t(code.result_at[i])]);
    }
    return made;
}

std::vector<std::string> isa_names() { return {ISA_NAMES, ISA_NAMES + best_isa() + 1}; }

void use_isa(const std::string& name) {
    for (int i = 0; i <= best_isa(); ++i)
        if (name == ISA_NAMES[i]) {
            chosen_isa = Isa(i);
            return;
        }
    throw std::invalid_argument("this machine has no " + name);
}
}  // namespace

void register_rules(nb::module_& m) {
    m.attr("rows") = ROWS;  // what this kernel was built from: Python finds its rows here by name, never by place
    m.attr("operations") = OPERATIONS;
    m.def("isa_names", isa_names);
    m.def("use_isa", use_isa);
    m.def("isa", [] { return std::string(ISA_NAMES[chosen_isa]); });
    m.def("function", function<float>, nb::arg("opcode"), nb::arg("a").noconvert(), nb::arg("b").noconvert());
    m.def("function", function<double>, nb::arg("opcode"), nb::arg("a").noconvert(), nb::arg("b").noconvert());
    m.def("rule", rule<float>, nb::arg("kind"), nb::arg("row"), nb::arg("part"), nb::arg("given"),
          nb::arg("arrays").noconvert(), nb::arg("results"));
    m.def("rule", rule<double>, nb::arg("kind"), nb::arg("row"), nb::arg("part"), nb::arg("given"),
          nb::arg("arrays").noconvert(), nb::arg("results"));
    nb::class_<Program>(m, "Program")
        .def("__init__",
             [](Program* self, std::vector<bool> lifted, std::vector<double> numbers, const Steps& steps,
                std::vector<int> results) {
                 std::vector<Step> made;
                 for (const auto& [op, target, a, b, c] : steps) made.push_back({op, target, a, b, c});
                 new (self) Program(lifted, numbers, made, results);
             })
        .def("run", interpret<float>, nb::arg("given"), nb::arg("arrays").noconvert())
        .def("run", interpret<double>, nb::arg("given"), nb::arg("arrays").noconvert())
        .def("run_numbers", interpret_numbers, nb::arg("given"));
    m.def("scalar", [](int op, double a, double b, double c) { return rules_table().scalar(op, a, b, c); });
}
