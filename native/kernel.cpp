// kernel.inc.h -> one table of functions: compiled once per instruction set (see CMakeLists.txt), chosen at load.
#include "isa_begin.h"
#if __has_include("kernel.inc.h")
#include "program.h"
#include "table.h"
namespace {
#include "vec.h"
#include "maths.h"
#include "rules.gen.h"
#include "interpreter.h"
#include "kernel.inc.h"  // defines make_table()
}  // namespace
extern const Table CR_ISA(kernel_table);
const Table CR_ISA(kernel_table) = make_table();
#endif
