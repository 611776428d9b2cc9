// bytecode -> code: sorts a Program (rules/bytecode.py) into what is lifted, what runs per element, and where it is kept.
//
// The interpreters of interpreter.h run `Code`; they use no memory of their own. Lifting follows the three rules of
// rules/emit.py, so that a rule gives the same bits compiled and interpreted.
#ifndef CHAINRULE_PROGRAM_H
#define CHAINRULE_PROGRAM_H

#include <string>
#include <vector>

#include "rules.gen.h"  // enum Opcode

enum { OP_POW_BY = OP_COUNT, OP_COPY };

struct Step {
    int op, target, a, b, c;  // registers: inputs, then numbers, then one per step; -1: no argument
};

// Places are where vectors stand: the caller's inputs, then lifted values (the same in every lane), then results of row
// reductions (the same in a row), then temporaries. A lifted value also has an index into u, in double.
struct Code {
    int inputs = 0;  // with an element each
    int used = 0, rows = 0, temporaries = 0;
    int lifted = 0;                 // length of u
    int given = 0;                  // inputs without an element, in the order of the program's inputs
    int steps = 0, lifts = 0, norms = 0, results = 0;
    const double* start = nullptr;  // u before anything is known
    const int* given_at = nullptr;  // their indices in u
    const int* used_at = nullptr;   // u index of each lifted place
    const Step* lift = nullptr;     // over u
    const Step* step = nullptr;     // over places; of OP_NORM the target is an index in u
    const int* result = nullptr;    // places
    const int* result_at = nullptr; // indices in u, -1 for results with elements
    int places() const { return inputs + used + rows + temporaries; }
    int first_row() const { return inputs + used; }
    int first_temporary() const { return inputs + used + rows; }
};

// Owns what a Code points at. Throws std::invalid_argument for a program that names what does not exist.
class Program {
  public:
    // lifted[i] is true for an input without an element (a knob, the rate, the step count)
    Program(const std::vector<bool>& lifted, const std::vector<double>& numbers, const std::vector<Step>& steps,
            const std::vector<int>& results);
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    Code code;

  private:
    int place_of(int reg);
    int inverse_of(int reg);
    void lift(const Step& step);
    void emit(const Step& step);
    void assign_temporaries();
    std::vector<char> is_lifted_;
    std::vector<int> place_, inverse_;
    std::vector<double> start_;
    std::vector<int> given_at_, used_at_, result_, result_at_;
    std::vector<Step> lift_, step_;
};

#endif
