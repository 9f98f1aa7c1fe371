#pragma once

#include "persistence/pg/session.hpp"

namespace stoa::testing {

/// Puts `rows` made-up rows into every table, over fifty establishments `e0` to `e49`, as the
/// planner of a grown server sees them, and analyzes them. Whatever stands against made-up rows
/// (checks, references, triggers) is put aside first, so nothing else can be tested there.
void fill_all_tables(pg::session& owner, int rows);

}  // namespace stoa::testing
