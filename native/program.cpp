// bytecode -> code: see program.h.
#include "program.h"

#include <stdexcept>

namespace {
// While compiling, places are numbered in four far ranges; they are moved together at the end.
constexpr int USED = 1 << 20, ROWS = 2 << 20, TEMPORARIES = 3 << 20, RANGE = 1 << 20;

int arguments(int op) {
    switch (op) {
    case OP_WHERE: return 3;
    case OP_ADD: case OP_SUB: case OP_MUL: case OP_DIV: case OP_POW: case OP_LT: case OP_LE: case OP_GT: case OP_GE:
    case OP_EQ: case OP_NE: case OP_AND: case OP_OR: case OP_MIN: case OP_MAX: return 2;
    default: return 1;
    }
}
}  // namespace

Program::Program(const std::vector<bool>& lifted, const std::vector<double>& numbers, const std::vector<Step>& steps,
                 const std::vector<int>& results) {
    const int known = int(lifted.size() + numbers.size());
    if (lifted.size() + numbers.size() + steps.size() > 100000) throw std::invalid_argument("program too long");
    for (size_t i = 0; i < lifted.size(); ++i) {
        is_lifted_.push_back(lifted[i]);
        place_.push_back(lifted[i] ? -1 : code.inputs++);
        start_.push_back(0.0);
        if (lifted[i]) given_at_.push_back(int(i));
    }
    for (double number : numbers) {
        is_lifted_.push_back(true);
        place_.push_back(-1);
        start_.push_back(number);
    }
    for (size_t i = 0; i < steps.size(); ++i) {
        const Step& s = steps[i];
        if (s.op < 0 || s.op >= OP_COUNT || s.target != known + int(i)) throw std::invalid_argument("no such operation");
        const int args[3] = {s.a, s.b, s.c};
        for (int j = 0; j < arguments(s.op); ++j)
            if (args[j] < 0 || args[j] >= s.target) throw std::invalid_argument("no such register");
        start_.push_back(0.0);
        place_.push_back(-1);
        is_lifted_.push_back(true);
    }
    for (int r : results)
        if (r < 0 || r >= int(start_.size())) throw std::invalid_argument("no such register");
    inverse_.assign(start_.size(), -1);
    for (const Step& s : steps) {
        const int args[3] = {s.a, s.b, s.c};
        bool all = s.op != OP_ROWSUM && s.op != OP_ROWMAX && s.op != OP_NORM;
        for (int j = 0; j < arguments(s.op); ++j) all = all && is_lifted_[args[j]];
        if (all) lift_.push_back(s);
        else emit(s);
    }
    for (int r : results) {
        result_at_.push_back(is_lifted_[r] ? r : -1);
        int place = place_of(r);
        if (place < USED) {  // an input handed on: copied first, because its array may be a result's too
            step_.push_back({OP_COPY, TEMPORARIES + code.temporaries++, place, -1, -1});
            place = step_.back().target;
        }
        result_.push_back(place);
    }
    if (code.rows && code.norms) throw std::invalid_argument("row reductions and norms do not go together");
    assign_temporaries();
    code.used = int(used_at_.size());
    const auto move = [&](int& place) {
        if (place >= TEMPORARIES) place = code.first_temporary() + place - TEMPORARIES;
        else if (place >= ROWS) place = code.first_row() + place - ROWS;
        else if (place >= USED) place = code.inputs + place - USED;
    };
    for (Step& s : step_) {
        if (s.op != OP_NORM) move(s.target);
        move(s.a), move(s.b), move(s.c);
    }
    for (int& r : result_) move(r);
    code.lifted = int(start_.size());
    code.given = int(given_at_.size());
    code.steps = int(step_.size());
    code.lifts = int(lift_.size());
    code.results = int(result_.size());
    code.start = start_.data();
    code.given_at = given_at_.data();
    code.used_at = used_at_.data();
    code.lift = lift_.data();
    code.step = step_.data();
    code.result = result_.data();
    code.result_at = result_at_.data();
}

// The place of a register; a lifted one gets its place when a loop first needs it.
int Program::place_of(int reg) {
    if (place_[reg] < 0) {
        place_[reg] = USED + int(used_at_.size());
        used_at_.push_back(reg);
    }
    return place_[reg];
}

// The place of 1/x for a lifted x.
int Program::inverse_of(int reg) {
    if (inverse_[reg] < 0) {
        const int one = int(start_.size()), inverse = one + 1;
        start_.push_back(1.0);
        start_.push_back(0.0);
        lift_.push_back({OP_DIV, inverse, one, reg, -1});
        inverse_[reg] = USED + int(used_at_.size());
        used_at_.push_back(inverse);
    }
    return inverse_[reg];
}

void Program::emit(const Step& s) {
    Step made = {s.op, -1, place_of(s.a), -1, -1};
    const int count = arguments(s.op);
    if (s.op == OP_NORM) {
        made.target = s.target;
        ++code.norms;
        step_.push_back(made);
        return;  // what is made of it is lifted
    }
    is_lifted_[s.target] = false;
    if (s.op == OP_DIV && is_lifted_[s.b]) {
        made.op = OP_MUL;
        made.b = inverse_of(s.b);
    } else if (s.op == OP_POW && is_lifted_[s.b]) {
        made.op = OP_POW_BY;
        made.b = place_of(s.b);
    } else {
        if (count > 1) made.b = place_of(s.b);
        if (count > 2) made.c = place_of(s.c);
    }
    const bool row = s.op == OP_ROWSUM || s.op == OP_ROWMAX;
    place_[s.target] = made.target = row ? ROWS + code.rows++ : TEMPORARIES + code.temporaries++;
    step_.push_back(made);
}

// Temporaries whose last reader is past are used again, so that a tile of all of them stays in the first cache.
void Program::assign_temporaries() {
    const int count = code.temporaries;
    std::vector<int> last(size_t(count), -1), home(size_t(count), -1), unused;
    const auto temporary = [](int place) { return place >= TEMPORARIES ? place - TEMPORARIES : -1; };
    for (int i = 0; i < int(step_.size()); ++i)
        for (int place : {step_[i].a, step_[i].b, step_[i].c})
            if (temporary(place) >= 0) last[temporary(place)] = i;
    for (int place : result_)
        if (temporary(place) >= 0) last[temporary(place)] = int(step_.size());
    code.temporaries = 0;
    for (int i = 0; i < int(step_.size()); ++i) {
        Step& s = step_[i];
        const int old[3] = {temporary(s.a), temporary(s.b), temporary(s.c)};
        int* places[3] = {&s.a, &s.b, &s.c};
        for (int j = 0; j < 3; ++j)
            if (old[j] >= 0) *places[j] = TEMPORARIES + home[old[j]];
        const int t = s.op == OP_NORM ? -1 : temporary(s.target);
        if (t >= 0) {
            if (unused.empty()) unused.push_back(code.temporaries++);
            home[t] = unused.back();
            unused.pop_back();
            s.target = TEMPORARIES + home[t];
        }
        for (int j = 0; j < 3; ++j) {
            const bool again = (j > 0 && old[j] == old[0]) || (j > 1 && old[j] == old[1]);
            if (old[j] >= 0 && !again && last[old[j]] == i) unused.push_back(home[old[j]]);
        }
        if (t >= 0 && last[t] < 0) unused.push_back(home[t]);  // nobody reads it
    }
    for (int& place : result_)
        if (temporary(place) >= 0) place = TEMPORARIES + home[temporary(place)];
}
