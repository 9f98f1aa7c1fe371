#include "schema/entity.hpp"

#include "schema/utf8.hpp"

#include <fmt/format.h>

#include <set>

namespace stoa {

// -- finding ----

const field* entity::find_column(std::string_view column) const noexcept {
  for (const auto& f : fields)
    if (column == f.name)
      return &f;
  return nullptr;
}

const field* entity::find_wire(std::string_view wire) const noexcept {
  for (const auto& f : fields)
    if (f.wire.view() == wire)
      return f.is(trait::hidden) ? nullptr : &f;
  return nullptr;
}

const field* entity::key() const noexcept {
  for (const auto& f : fields)
    if (f.is(trait::key))
      return &f;
  return nullptr;
}

const field* entity::tenant_field() const noexcept {
  return tenant == nullptr ? nullptr : find_column(tenant);
}

// -- JSON in ----

namespace {

enum class purpose : std::uint8_t { create, change };

// Collects complaints up to a number that still helps whoever sent the body.
class reader {
public:
  reader(const entity& what, const dialect& habits, purpose why, void* row)
      : what_(what), habits_(habits), why_(why), row_(row) {}

  void read(json_value body) {
    if (!body.is_object()) {
      complain("", fmt::format("the body must be an object, not {}", a_kind(body.kind())));
      return;
    }
    for (const auto [name, value] : body.members()) {
      if (complaints_.size() >= most_complaints)
        return;
      const auto* f = what_.find_wire(name);
      if (f == nullptr)
        unknown(name, "is not a field of this resource");
      else if (!writable(*f))
        unknown(name, f->is(trait::immutable) ? "cannot be changed" : "is set by the server");
      else
        take(*f, value);
    }
    if (why_ == purpose::create)
      ask_for_the_missing();
  }

  [[nodiscard]] const field_set& seen() const { return seen_; }

  [[nodiscard]] std::optional<fault> verdict() {
    if (complaints_.empty())
      return std::nullopt;
    auto out = fail(fault_code::invalid, complaints_.front().message);
    out.complaints = std::move(complaints_);
    return out;
  }

private:
  static constexpr std::size_t most_complaints = 32;

  [[nodiscard]] bool writable(const field& f) const {
    if (f.has_any(trait::key | trait::set_by_server | trait::touched))
      return false;
    return why_ == purpose::create || !f.is(trait::immutable);
  }

  void take(const field& f, json_value value) {
    if (habits_.null_is_unsaid && value.is_null() && !f.has_any(trait::required | trait::nullable))
      return;
    seen_.set(what_.index_of(f));
    const auto wire = f.wire.view();
    if (habits_.empty_is_null && f.is(trait::nullable) && value.as_string() == "" &&
        (f.kind != value_kind::text || f.limits.min_length > 0))
      value = json_value{};
    if (value.is_null() && !f.is(trait::nullable)) {
      // A client that cannot name a value is told the same as one that left it out.
      complain(wire, fmt::format("{} {}", wire,
                                 f.is(trait::required) ? "is required" : "must not be null"));
      return;
    }
    const auto why = f.read(f, habits_, value, row_);
    if (!why)
      return;
    if (why.at.empty())
      complain(wire, fmt::format("{} {}", wire, why.what));
    else
      complain(fmt::format("{}.{}", wire, why.at), fmt::format("{}.{} {}", wire, why.at, why.what));
  }

  void unknown(std::string_view name, const char* what) {
    if (habits_.unknown == unknown_keys::ignore)
      return;
    auto shown = excerpt(name);
    auto text = fmt::format("{} {}", shown, what);
    complain(shown, std::move(text));
  }

  void ask_for_the_missing() {
    for (const auto& f : what_.fields)
      if (f.is(trait::required) && !f.is(trait::hidden) && !seen_.test(what_.index_of(f)))
        complain(f.wire.view(), fmt::format("{} is required", f.wire.view()));
  }

  void complain(std::string_view path, std::string message) {
    if (complaints_.size() < most_complaints)
      complaints_.push_back({std::string{path}, std::move(message)});
  }

  const entity& what_;
  const dialect& habits_;
  purpose why_;
  void* row_;
  field_set seen_;
  std::vector<complaint> complaints_;
};

}  // namespace

outcome<void> read_create(const entity& what, const dialect& habits, json_value body, void* row) {
  reader in{what, habits, purpose::create, row};
  in.read(body);
  if (auto why = in.verdict())
    return std::move(*why);
  return {};
}

outcome<field_set> read_change(const entity& what, const dialect& habits, json_value body,
                               void* row) {
  reader in{what, habits, purpose::change, row};
  in.read(body);
  if (auto why = in.verdict())
    return std::move(*why);
  return in.seen();
}

// -- JSON out ----

void write_members(const entity& what, const dialect& habits, const void* row, json_writer& out) {
  for (const auto& f : what.fields) {
    if (f.is(trait::hidden))
      continue;
    out.key(f.wire.view());
    f.write(f, habits, row, out);
  }
}

void write_json(const entity& what, const dialect& habits, const void* row, json_writer& out) {
  out.begin_object();
  write_members(what, habits, row, out);
  out.end_object();
}

// -- rows ----

outcome<void> read_row(const entity& what, std::span<const std::optional<std::string_view>> cells,
                       void* row) {
  if (cells.size() != what.fields.size())
    return fail(fault_code::unavailable, "the database answered something unexpected",
                fmt::format("{}: {} columns where {} were described", what.table, cells.size(),
                            what.fields.size()));
  for (std::size_t i = 0; i < cells.size(); ++i)
    if (!what.fields[i].from_sql(cells[i], row))
      return fail(fault_code::unavailable, "the database answered something unexpected",
                  fmt::format("{}.{}: {} is no {}", what.table, what.fields[i].name,
                              cells[i] ? fmt::format("'{}'", excerpt(*cells[i])) : "NULL",
                              sql_type(what.fields[i])));
  return {};
}

// -- the description itself ----

namespace {

// Both readings of a rule compare a column's text, which PostgreSQL does only when the text is
// spelled as it would spell it: 0.5 and 0.50 are one number and two texts.
std::string_view mistake_in(const entity& what, const rule::step& step) {
  if (step.column[0] == '\0')
    return {};
  const auto* f = what.find_column(step.column);
  if (f == nullptr)
    return "which is no column";
  if (step.what != rule_step::holds)
    return f->kind == value_kind::text ? "" : "which is no text";
  if (f->kind == value_kind::json || f->kind == value_kind::texts)
    return "which has no plain value";
  std::string spelled;
  if (f->to_parameter(*f, native_dialect, step.text, spelled) || spelled != step.text)
    return "which cannot hold that";
  return {};
}

}  // namespace

std::vector<std::string> mistakes_in(const entity& what) {
  std::vector<std::string> out;
  std::set<std::string_view> columns;
  std::set<std::string_view> wires;
  for (const auto& f : what.fields) {
    if (!columns.insert(f.name).second)
      out.push_back(fmt::format("{}: two columns {}", what.name, f.name));
    if (!wires.insert(f.wire.view()).second)
      out.push_back(fmt::format("{}: two fields {}", what.name, f.wire.view()));
  }
  if (what.key() == nullptr)
    out.push_back(fmt::format("{}: no key", what.name));
  if (what.fields.size() > field_set{}.size())
    out.push_back(fmt::format("{}: more than {} fields", what.name, field_set{}.size()));
  for (const auto* r : {&what.rules.list, &what.rules.read, &what.rules.create, &what.rules.update,
                        &what.rules.remove})
    for (const auto& step : *r)
      if (const auto why = mistake_in(what, step); !why.empty())
        out.push_back(fmt::format("{}: a rule about {}, {}", what.name, step.column, why));
  return out;
}

}  // namespace stoa
