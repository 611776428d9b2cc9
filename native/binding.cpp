// Opens the native engine to Python.
#include "binding_rules.h"

NB_MODULE(_native, m) {
    m.attr("vector") = 16;
    register_rules(m);
}
