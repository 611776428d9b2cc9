// Adds the rules to the module; called once by binding.cpp.
#pragma once
#include <nanobind/nanobind.h>
void register_rules(nanobind::module_& m);
