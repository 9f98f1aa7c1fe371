#include "net/endpoint.hpp"
#include "schema/json_forgiving.hpp"
#include "schema/json_writer.hpp"

#include <map>

namespace stoa {

namespace {

bool is_form(const request& head) {
  const auto type = head.header("Content-Type");
  return same_text(type.substr(0, type.find(';')), "application/x-www-form-urlencoded");
}

// The fields of a form, which are texts; of a name that comes twice the last one counts.
std::string form_as_json(const std::string& body) {
  request form;
  form.query = body;
  std::map<std::string, std::string> last;
  for (auto& [name, value] : form.parameters())
    last[name] = std::move(value);
  std::string text;
  json_writer out{text};
  out.begin_object();
  for (const auto& [name, value] : last)
    out.member(name, value);
  out.end_object();
  return text;
}

}  // namespace

const std::string& call::path(std::string_view name) const {
  static const std::string none;
  for (const auto& [key, value] : captured)
    if (key == name)
      return value;
  return none;
}

json_value call::body() {
  if (!has_parsed_) {
    const std::string_view text = req.body.empty() ? "{}" : std::string_view{req.body};
    const bool forgives = here.speaks && here.speaks->habits->unknown == unknown_keys::ignore;
    auto read = is_form(req) ? json::parse(form_as_json(req.body))
                : forgives   ? parse_forgiving(text)
                             : json::parse(text);
    if (!read)
      throw fault_error(read.error());
    parsed_ = std::move(*read);
    has_parsed_ = true;
    if (!parsed_->is_object())
      throw fault_error(fault_code::invalid, "the body must be a JSON object");
  }
  return parsed_.root();
}

}  // namespace stoa
