// Opens the native engine to Python.
#include <nanobind/nanobind.h>

NB_MODULE(_native, m) { m.attr("vector") = 16; }
