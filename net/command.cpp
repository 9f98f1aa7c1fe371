#include "net/command.hpp"

#include "schema/utf8.hpp"

#include <fmt/format.h>

#include <deque>
#include <mutex>

namespace stoa {

namespace {

// A value that came as text, checked as its field says.
void read_text_value(const field& f, const dialect& habits, std::string_view text, void* into,
                     std::vector<complaint>& complaints) {
  std::string spelled;
  auto why = f.to_parameter(f, habits, text, spelled);
  if (!why && !f.from_sql(spelled, into))
    why.what = "makes no sense";
  if (why)
    complaints.push_back(
        {std::string{f.wire.view()}, fmt::format("{} {}", f.wire.view(), why.what)});
}

// What the query says that no field of the command takes from there.
void refuse_unknown(const entity& takes, const request& from, std::vector<complaint>& complaints) {
  for (const auto& [name, value] : from.parameters())
    if (const auto* f = takes.find_wire(name); !f || f->is(trait::set_by_server)) {
      const auto shown = excerpt(name);
      complaints.push_back({shown, fmt::format("{} is not a field of this resource", shown)});
    }
}

}  // namespace

void read_command(call& c, void* into) {
  const auto& facts = *c.row->facts;
  const auto& habits = *facts.habits;
  std::vector<complaint> complaints;
  const bool has_body = c.row->method != verb::get && c.row->method != verb::remove;
  if (has_body) {
    if (auto read = read_create(*facts.takes, habits, c.body(), into); !read)
      complaints = std::move(read.error().complaints);
  } else if (habits.unknown == unknown_keys::refuse) {
    refuse_unknown(*facts.takes, c.req, complaints);
  }
  for (const auto& f : facts.takes->fields) {
    if (f.is(trait::set_by_server)) {
      read_text_value(f, habits, c.path(f.wire.view()), into, complaints);
    } else if (!has_body) {
      if (const auto text = c.req.parameter(f.wire.view()))
        read_text_value(f, habits, *text, into, complaints);
      else if (f.is(trait::required))
        complaints.push_back(
            {std::string{f.wire.view()}, fmt::format("{} is required", f.wire.view())});
    }
  }
  if (complaints.empty())
    return;
  auto why = fail(fault_code::invalid, complaints.front().message);
  why.complaints = std::move(complaints);
  throw fault_error{std::move(why)};
}

const row_facts* keep(row_facts facts) {
  static std::mutex guard;
  static std::deque<row_facts> all;
  std::lock_guard hold{guard};
  return &all.emplace_back(facts);
}

}  // namespace stoa
