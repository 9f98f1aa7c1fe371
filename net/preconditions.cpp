#include "net/preconditions.hpp"

#include "net/entity_tag.hpp"
#include "net/files.hpp"
#include "net/resource.hpp"

#include <algorithm>
#include <iterator>

namespace stoa {

namespace {

// The date of an HTTP header; nothing when the answer tells none.
bool is_unmodified_since(std::string_view when, const reply& shown) {
  const auto changed = read_http_date(shown.headers.find("Last-Modified"));
  return changed && is_unmodified(when, *changed);
}

// In the order of RFC 9110 §13.2.2. Nothing is passed over: where no date is known, a condition
// about the date does not hold.
bool holds(const request& head, const reply* shown) {
  const auto match = head.headers.all("If-Match");
  const auto none_match = head.headers.all("If-None-Match");
  const auto since = head.header("If-Unmodified-Since");
  const auto tag = shown ? tag_of(*shown) : std::string{};
  if (head.headers.contains("If-Match")) {
    if (!shown || !matches_tag(match, tag))
      return false;
  } else if (head.headers.contains("If-Unmodified-Since")) {
    if (!shown || !is_unmodified_since(since, *shown))
      return false;
  }
  return !head.headers.contains("If-None-Match") || !shown || !names_tag(none_match, tag);
}

reply failed(const call& c) {
  auto out =
      c.here.speaks->error(fail(fault_code::conflict, std::string{changed_meanwhile}), c.req);
  out.status = 412;
  return out;
}

/// What rows with functions of their own show: one row of a table.
struct shown_row {
  std::string_view path;
  std::string_view table;
  std::string_view named;  // what of the path holds the key; empty: it is the caller's
};
constexpr shown_row shown_rows[] = {
    {"/api/establishments/{id}", "establishments", "id"},
    {"/api/users/{id}", "users", "id"},
    {"/api/users/me", "users", ""},
    {"/api/auth/me", "users", ""},
};

// The guard of the row that is looked at; null where it is none of a table's, or where its owner
// keeps it.
std::shared_ptr<row_guard> guard_of(const call& look) {
  if (const auto* facts = look.row->facts;
      facts && facts->table && facts->table->act_of(*facts) == act::read) {
    const auto& what = facts->table->what();
    return std::make_shared<row_guard>(std::string{what.table}, std::string{what.key()->name},
                                       look.path("id"), facts->table->counters());
  }
  for (const auto& each : shown_rows)
    if (look.row->path == each.path)
      return std::make_shared<row_guard>(
          std::string{each.table}, "id",
          each.named.empty() ? look.who.user.value : look.path(each.named),
          std::span<const std::string_view>{});
  return nullptr;
}

}  // namespace

bool is_of_caller(const endpoint& row) noexcept {
  return std::any_of(std::begin(shown_rows), std::end(shown_rows), [&](const shown_row& each) {
    return each.named.empty() && each.path == row.path;
  });
}

bool has_precondition(const request& head) {
  return head.headers.contains("If-Match") || head.headers.contains("If-Unmodified-Since") ||
         head.headers.contains("If-None-Match");
}

std::string tag_of(const reply& answer) {
  if (const auto own = answer.headers.find("ETag"); !own.empty())
    return std::string{own};
  if (const auto* text = std::get_if<std::string>(&answer.body))
    return strong_tag(*text);
  const auto* shared = std::get_if<shared_body>(&answer.body);
  return shared && *shared ? (*shared)->etag : std::string{};
}

look look_before(const call& writer, const router& rows,
                 const std::unordered_set<const endpoint*>& written) {
  router::captures captured;
  const auto* reads = rows.find(verb::get, writer.req.path, captured);
  if (!reads || !written.contains(reads))
    return {nullptr, reads != nullptr};
  request head;
  head.method = verb::get;
  head.target = writer.req.target;
  head.path = writer.req.path;
  head.query = writer.req.query;
  head.host = writer.req.host;
  head.authority = writer.req.authority;
  head.peer = writer.req.peer;
  head.id = writer.req.id;
  head.secure = writer.req.secure;
  head.site = writer.req.site;
  auto out = std::make_shared<call>(std::move(head), writer.home, writer.here);
  for (auto& [name, value] : captured)
    out->captured.emplace_back(name, decode_component(value).value_or(value));
  out->self = writer.self;
  out->row = reads;
  out->who = writer.who;
  out->looks = true;
  return {std::move(out), false};
}

task<reply> run_if_it_holds(call_ptr c, const endpoint& writes, look before) {
  const auto look = std::move(before.reading);
  std::optional<reply> shown;
  std::shared_ptr<row_guard> guard;
  if (look && c->who.at_least(look->row->who.least)) {
    guard = guard_of(*look);
    // First the version, then what it shows: what is changed between them fails the look later.
    if (guard) {
      const auto version = co_await c->run(guard->version());
      guard->expect(version[0].text(0, 0));
    }
    auto seen = co_await caught(look->row->run(look));
    if (!seen && seen.error().code == fault_code::unavailable)
      throw fault_error(std::move(seen.error()));
    if (seen && seen->status == 200)
      shown = std::move(*seen);
  }
  if (before.shows_else || !holds(c->req, shown ? &*shown : nullptr))
    co_return failed(*c);
  c->guard = std::move(guard);
  auto end = co_await caught(writes.run(c));
  if (!end && row_guard::failed(end.error()))
    co_return failed(*c);
  if (!end)
    throw fault_error(std::move(end.error()));
  co_return std::move(*end);
}

}  // namespace stoa
