#include "net/routes/intrasphere/heard.hpp"

#include "net/rows.hpp"
#include "schema/json_writer.hpp"

namespace stoa::intrasphere {

namespace {

void write_list(std::string_view text, json_writer& out) {
  out.begin_array();
  const auto inner = json::parse(text);
  if (inner && inner->root().is_array())
    for (const auto item : inner->root().items())
      item.write(out);
  else if (!text.empty())
    out.value(text);
  out.end_array();
}

}  // namespace

json respelled(json_value body,
               std::initializer_list<std::pair<std::string_view, std::string_view>> names) {
  std::string text;
  json_writer out{text};
  out.begin_object();
  for (const auto [name, value] : body.members()) {
    auto as = name;
    for (const auto& [theirs, ours] : names)
      if (name == theirs)
        as = body.find(ours) ? std::string_view{} : ours;
    if (as.empty())
      continue;
    out.key(as);
    value.write(out);
  }
  out.end_object();
  return good(json::parse(text));
}

json with_plain_list(json_value body, std::string_view list) {
  std::string text;
  json_writer out{text};
  out.begin_object();
  for (const auto [name, value] : body.members()) {
    out.key(name);
    if (name != list || (!value.is_null() && !value.as_string()))
      value.write(out);
    else
      write_list(value.as_string().value_or(""), out);
  }
  out.end_object();
  return good(json::parse(text));
}

}  // namespace stoa::intrasphere
