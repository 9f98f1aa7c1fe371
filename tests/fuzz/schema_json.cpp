// A request body and a cursor, whatever they are: the fast parser and the slow inspector must
// agree, what was read must come back the same, and no entity may choke on it.

#include "schema/catalogue.hpp"
#include "schema/groups.hpp"
#include "schema/json_diagnose.hpp"
#include "schema/people.hpp"
#include "schema/query.hpp"
#include "schema/utf8.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

using namespace stoa;

namespace {

void must(bool holds, const char* what) {
  if (holds)
    return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

template <class Row>
void read_into(json_value body) {
  auto row = read_create<Row>(body);
  if (row) {
    const auto again = json::parse(to_json(*row));
    must(again.has_value(), "a row was written as something that is not JSON");
  } else {
    must(!row.error().complaints.empty(), "a refusal without a complaint");
    for (const auto& one : row.error().complaints)
      must(first_bad_utf8(one.path) == std::string_view::npos &&
               first_bad_utf8(one.message) == std::string_view::npos,
           "a complaint that is not UTF-8");
  }
  (void)read_change<Row>(body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto doc = json::parse(text);
  must(doc.has_value() == !diagnose_json(text, json_limits{}.max_depth).has_value(),
       "parser and inspector disagree");
  if (doc) {
    const auto spelled = doc->root().text();
    const auto again = json::parse(spelled);
    must(again && again->root().text() == spelled, "a document changed on its way back");
    read_into<user_row>(doc->root());
    read_into<group_row>(doc->root());
    read_into<board_row>(doc->root());
  }
  const std::vector<query_parameter> from{{"cursor", std::string{text}},
                                          {"name[contains]", std::string{text}},
                                          {"tags", std::string{text}},
                                          {"createdAt[gt]", std::string{text}},
                                          {std::string{text}, std::string{text}}};
  for (const auto& one : from) {
    const auto query = read_query(group_entity, native_dialect, {&one, 1});
    std::vector<std::optional<std::string>> params;
    if (query)
      must(!where(*query, params).empty(), "a query without a condition");
  }
  return 0;
}
