// A look into the database from the side, for what must always hold.
#pragma once

#include <string>

#include "stack.hpp"

namespace zenzefi::test {

// The one value a query gives, as text; "" for NULL.
[[nodiscard]] std::string query_value(const Stack& stack, const std::string& sql);

// Every table's number of rows, and every balance: equal before and after what changes nothing.
[[nodiscard]] std::string fingerprint(const Stack& stack);

// Fails the test for every account whose ledger does not add up to its balance, and for whatever
// else `zenzefi-auth reconcile` finds.
void expect_ledger_adds_up(const Stack& stack);

}  // namespace zenzefi::test
