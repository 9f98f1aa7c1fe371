#include "actors/groups/drawing.hpp"

#include "schema/json.hpp"
#include "schema/json_writer.hpp"

namespace stoa {

namespace {

constexpr std::size_t longest_id = 128;

struct operation {
  enum class kind : std::uint8_t { set, remove, clear } what = kind::clear;
  std::string id;
  std::string value;
};

outcome<operation> read_operation(const std::string& text) {
  auto read = json::parse(text);
  if (!read)
    return read.error();
  const auto& said = read->root();
  operation out;
  const auto name = said["op"].as_string().value_or("");
  if (name == "clear")
    return out;
  if (name != "set" && name != "remove")
    return fail(fault_code::invalid, "op is set, remove or clear");
  const auto id = said["id"].as_string().value_or("");
  if (id.empty() || id.size() > longest_id)
    return fail(fault_code::invalid, "id has 1 to 128 bytes");
  out.id = std::string{id};
  out.what = operation::kind::remove;
  if (name == "set") {
    out.what = operation::kind::set;
    if (!said.find("value"))
      return fail(fault_code::invalid, "set needs a value");
    out.value = said["value"].text();
  }
  return out;
}

}  // namespace

outcome<void> drawing::replace(const std::string& data) {
  auto read = json::parse(data);
  if (!read)
    return read.error();
  elements_.clear();
  elements_size_ = 0;
  const auto found = read->root().find("elements");
  const auto elements = found.value_or(json_value{});
  made_of_elements_ = read->root().is_object() && (!found || elements.is_object());
  names_elements_ = elements.is_object();
  if (!elements.is_object()) {
    base_ = read->root().text();
    return {};
  }
  base_.clear();
  json_writer out{base_};
  out.begin_object();
  for (const auto& [name, value] : read->root().members())
    if (name != "elements")
      out.key(name).raw(value.text());
  out.end_object();
  for (const auto& [name, value] : elements.members()) {
    auto text = value.text();
    elements_size_ += name.size() + text.size();
    elements_.emplace(name, std::move(text));
  }
  return {};
}

outcome<void> drawing::replace_from_event(const std::string& event_data) {
  auto read = json::parse(event_data);
  if (!read)
    return read.error();
  if (!read->root().find("data"))
    return {};
  return replace(read->root()["data"].text());
}

outcome<void> drawing::check(const std::string& operation) {
  auto read = read_operation(operation);
  if (!read)
    return read.error();
  return {};
}

outcome<void> drawing::apply(const std::string& text) {
  auto read = read_operation(text);
  if (!read)
    return read.error();
  if (!made_of_elements_)
    return {};
  if (read->what == operation::kind::clear) {
    elements_.clear();
    elements_size_ = 0;
    return {};
  }
  if (auto found = elements_.find(read->id); found != elements_.end()) {
    elements_size_ -= found->first.size() + found->second.size();
    elements_.erase(found);
  }
  if (read->what == operation::kind::set) {
    elements_size_ += read->id.size() + read->value.size();
    elements_.emplace(std::move(read->id), std::move(read->value));
  }
  return {};
}

std::string drawing::text() const {
  if (elements_.empty() && !names_elements_)
    return base_;
  auto out = base_.substr(0, base_.size() - 1);
  if (out.size() > 1)
    out += ',';
  out += "\"elements\":";
  json_writer writer{out};
  writer.begin_object();
  for (const auto& [id, value] : elements_)
    writer.key(id).raw(value);
  writer.end_object();
  out += '}';
  return out;
}

}  // namespace stoa
