#pragma once

#include "net/resource.hpp"

/// Queries as the original takes them: it never refuses one.
namespace stoa::intrasphere {

/// The list of a resource with what makes sense of the query: numbers out of bounds are brought in,
/// and what is no parameter of the list, or no value of one, is as good as absent.
task<reply> forgiving_list(call_ptr c);

/// What a row with a function of its own answers, cut to the page that was asked for when it is a
/// list.
task<reply> page_of_list(call_ptr c);

/// Puts these before the lists among the rows, and before the functions that may answer one.
void forgive_queries(std::vector<endpoint>& rows);

/// A number of the query, between 1 and `most`; `usual` when there is none.
[[nodiscard]] std::int64_t number_asked(const call& c, std::string_view name, std::int64_t usual,
                                        std::int64_t most);

}  // namespace stoa::intrasphere
