#include "net/routes/stoa/noted.hpp"

#include "net/routes/stoa/row_notes.hpp"
#include "net/routes/stoa/wishes.hpp"
#include "schema/utf8.hpp"

namespace stoa::stoa_api {

json_value noted_body(call& c) {
  const auto said = c.body();
  const auto* note = note_of(*c.here.speaks, *c.row);
  need_members(said, note ? note->takes : std::string_view{});
  return said;
}

void need_noted_query(const call& c) {
  const auto* note = note_of(*c.here.speaks, *c.row);
  const auto words = note ? note->query : std::string_view{};
  complaint_list wrong;
  for (const auto& [name, value] : c.req.parameters()) {
    if (first_bad_utf8(value) != std::string_view::npos)
      wrong.add(excerpt(name), "must be valid UTF-8");
    else if (!names(words, name))
      wrong.add(excerpt(name), "is unknown here");
  }
  wrong.say();
  each_word(words, [&](const noted& each) {
    const auto text = c.req.parameter(each.name).value_or("");
    if (each.type == "boolean" && !text.empty() && text != "true" && text != "false")
      wrong.add(std::string{each.name}, "must be true or false");
    else if (each.type == "integer")
      (void)read_number(text, each.name);
  });
  wrong.say();
}

}  // namespace stoa::stoa_api
