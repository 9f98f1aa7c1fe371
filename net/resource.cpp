#include "net/resource.hpp"

#include "net/preconditions.hpp"
#include "persistence/audit.hpp"
#include "schema/json_writer.hpp"

#include <fmt/format.h>

namespace stoa {

namespace {

constexpr act each_act[] = {act::list, act::read, act::create, act::change, act::remove};
constexpr std::string_view act_names[] = {"list", "read", "create", "change", "remove"};

std::size_t index_of(act what) {
  std::size_t out = 0;
  while (each_act[out] != what)
    ++out;
  return out;
}

/// The resource whose row is answering.
const resource& table_of(const call& c) {
  return *c.row->facts->table;
}

}  // namespace

/// The functions behind the five rows.
struct resource_rows {
  // What is wrong with a body is said under the family's own heading.
  template <class T>
  static T heeded(const resource& of, outcome<T> read) {
    if (!read && !read.error().complaints.empty() && !of.says().invalid.empty())
      read.error().text = about(of.says().invalid, of.thing());
    return good(std::move(read));
  }

  // "not allowed to {act} trainings"
  static std::string with_act(std::string text, act what) {
    constexpr std::string_view place = "{act}";
    constexpr std::string_view words[] = {"view", "view", "create", "update", "delete"};
    if (const auto at = text.find(place); at != std::string::npos)
      text.replace(at, place.size(), words[index_of(what)]);
    return text;
  }
  static fault_error refusal(const resource& of, act what, const scope& who) {
    if (!who.signed_in())
      return fault_error{fault_code::unauthenticated, "not signed in"};
    return fault_error{fault_code::forbidden, with_act(about(of.says().refused, of.thing()), what)};
  }
  static fault_error missing(const resource& of) {
    return fault_error{fault_code::not_found, about(of.says().missing, of.thing())};
  }

  // Before any row is seen: whoever may never is told so, whatever he sent.
  static void admit(const resource& of, act what, const scope& who) {
    if (standing_of(of.rule_of(what), who) == standing::never)
      throw refusal(of, what, who);
  }

  // A constraint of the database spoke.
  static fault_error collision(const resource& of, fault why) {
    if (why.code == fault_code::conflict) {
      const bool dangling = why.cause.starts_with("23503");
      why.text = about(dangling ? of.says().dangling : of.says().taken, of.thing());
      if (dangling)
        why.code = fault_code::invalid;
    }
    return fault_error{std::move(why)};
  }

  // What the client said, in the description's words; `own` keeps another spelling alive.
  static json_value body_of(const call_ptr& c, json& own) {
    const auto& of = table_of(*c);
    if (!of.how_.heard)
      return c->body();
    own = of.how_.heard(*c, c->body());
    return own.root();
  }

  static reply row_reply(const call& c, int status, const void* row) {
    std::string out;
    json_writer json{out};
    table_of(c).write(c, row, json);
    return json_reply(status, std::move(out));
  }

  // -- reading ----

  static task<reply> list(call_ptr c) {
    const auto& of = table_of(*c);
    admit(of, act::list, c->who);
    const auto asked = c->req.parameters();
    auto query = heeded(of, read_query(of.what(), of.habits(), asked, of.limits()));
    std::vector<sql::equal> only;
    if (of.how_.only)
      only = of.how_.only(*c);
    // Whoever counts pages wants to know how many there are.
    const auto& keys = of.habits().query;
    const bool counted = !keys.page.empty() && (c->req.parameter(keys.page).has_value() ||
                                                c->req.parameter(keys.limit).has_value());
    auto wanted = in_establishment(c->who.establishment.value);
    wanted.statements.push_back(bound(sql::list(of.what(), c->who, query, only)));
    if (counted)
      wanted.statements.push_back(bound(sql::count(of.what(), c->who, query, only)));
    auto found = co_await c->run(std::move(wanted));
    std::string out;
    json_writer json{out};
    const bool page_object = of.habits().lists == list_shape::page_object;
    if (page_object)
      json.begin_object().key(of.habits().page.items);
    json.begin_array();
    const auto row = of.how_.fresh();
    const auto count = std::min(found[0].size(), query.limit);
    for (std::size_t i = 0; i < count; ++i) {
      read_row_at(of.what(), found[0], i, 0, row.get());
      of.write(*c, row.get(), json);
    }
    json.end_array();
    std::optional<std::string> next;
    if (found[0].size() > count && count > 0)
      next = cursor_after(of.what(), query, row.get());
    if (page_object)
      json.member(of.habits().page.next, next).end_object();
    auto answer = json_reply(200, std::move(out));
    if (!page_object && next)
      answer.headers.add("X-Next-Cursor", *next);
    if (counted)
      answer.headers.add("X-Total-Count", found[1].text(0, 0));
    co_return answer;
  }

  // The row of the address, if there is one.
  static task<std::shared_ptr<void>> look_up(call_ptr c) {
    const auto& of = table_of(*c);
    auto found = co_await c->run(bound(sql::find_any(of.what(), c->who, c->path("id"))));
    if (found[0].empty())
      throw missing(of);
    auto row = of.how_.fresh();
    read_row_at(of.what(), found[0], 0, 0, row.get());
    co_return row;
  }

  static fault_error not_this(const resource& of, act what, const scope& who) {
    if (!who.signed_in())
      return refusal(of, what, who);
    return fault_error{fault_code::forbidden,
                       with_act(about(of.says().not_this, of.thing()), what)};
  }

  static task<reply> read(call_ptr c) {
    const auto& of = table_of(*c);
    admit(of, act::read, c->who);
    auto row = co_await look_up(c);
    if (!permits(of.what().rules.read, c->who, of.what(), row.get()))
      throw not_this(of, act::read, c->who);
    if (of.how_.shown)
      co_await of.how_.shown(c, row);
    auto answer = row_reply(*c, 200, row.get());
    // Its tag is that of the row without what reading it counts.
    if (!of.counters().empty()) {
      for (const auto name : of.counters())
        of.what().find_column(name)->from_sql("0", row.get());
      answer.headers.add("ETag", tag_of(row_reply(*c, 200, row.get())));
    }
    co_return answer;
  }

  // -- writing ----

  // Runs the statement that gives the row back, and what goes with it.
  static task<results> save(call_ptr c, act what, statement first, std::shared_ptr<void> row) {
    const auto& of = table_of(*c);
    auto wanted = in_establishment(c->who.establishment.value);
    wanted.statements.push_back(std::move(first));
    if (of.how_.also && what != act::change)
      for (auto& each : of.how_.also(*c, what, row.get()))
        wanted.statements.push_back(std::move(each));
    if (what == act::remove || is_audited(of.what().table))
      wanted.statements.push_back(acting(c->who.user, c->req.peer));
    auto done = co_await caught(c->run(std::move(wanted)));
    if (!done)
      throw collision(of, std::move(done.error()));
    co_return std::move(*done);
  }

  static task<reply> create(call_ptr c) {
    const auto& of = table_of(*c);
    admit(of, act::create, c->who);
    auto row = of.how_.fresh();
    json own;
    heeded(of, read_create(of.what(), of.habits(), body_of(c, own), row.get()));
    const auto fresh_key = fresh_uuid();
    of.what().key()->from_sql(fresh_key, row.get());
    if (of.how_.drafted)
      co_await of.how_.drafted(c, row);
    if (!permits(of.what().rules.create, c->who, of.what(), row.get()))
      throw refusal(of, act::create, c->who);
    auto first = bound(sql::insert(of.what(), c->who, row.get()));
    auto done = co_await save(c, act::create, std::move(first), row);
    read_row_at(of.what(), done[0], 0, 0, row.get());
    if (of.how_.done)
      co_await of.how_.done(c, act::create, row);
    co_return row_reply(*c, 201, row.get());
  }

  static task<reply> change(call_ptr c) {
    const auto& of = table_of(*c);
    admit(of, act::change, c->who);
    auto what = of.how_.fresh_change();
    json own;
    *what.which = heeded(of, read_change(of.what(), of.habits(), body_of(c, own), what.values));
    if (of.how_.changing) {
      auto before = co_await look_up(c);
      if (!permits(of.what().rules.update, c->who, of.what(), before.get()))
        throw not_this(of, act::change, c->who);
      co_await of.how_.changing(c, before, what.whole);
    }
    auto row = of.how_.fresh();
    auto first = bound(sql::change(of.what(), c->who, c->path("id"), *what.which, what.values));
    auto done = co_await save(c, act::change, std::move(first), row);
    if (done[0].empty()) {
      co_await look_up(c);
      throw not_this(of, act::change, c->who);
    }
    read_row_at(of.what(), done[0], 0, 0, row.get());
    if (of.how_.done)
      co_await of.how_.done(c, act::change, row);
    co_return row_reply(*c, 200, row.get());
  }

  static task<reply> remove(call_ptr c) {
    const auto& of = table_of(*c);
    admit(of, act::remove, c->who);
    auto row = co_await look_up(c);
    if (!permits(of.what().rules.remove, c->who, of.what(), row.get()))
      throw not_this(of, act::remove, c->who);
    if (of.how_.removing)
      co_await of.how_.removing(c, row);
    auto first = bound(sql::remove(of.what(), c->who, c->path("id")));
    auto done = co_await save(c, act::remove, std::move(first), row);
    // Somebody else was quicker.
    if (done[0].empty())
      throw missing(of);
    if (of.how_.done)
      co_await of.how_.done(c, act::remove, row);
    if (of.says().removed.empty())
      co_return reply{204};
    std::string out;
    json_writer json{out};
    json.begin_object().member(of.habits().errors.text, about(of.says().removed, of.thing()));
    if (of.more_.tells_success)
      json.member("success", true);
    json.end_object();
    co_return json_reply(200, std::move(out));
  }
};

// -- the resource -------------------------------------------------------------------------

resource::resource(const entity& what, std::string_view path, std::string_view thing,
                   const dialect& habits, functions how, resource_options more)
    : what_(what),
      habits_(habits),
      path_(path),
      one_path_(path_ + "/{id}"),
      thing_(thing),
      how_(std::move(how)),
      more_(more) {
  for (const auto each : each_act) {
    const auto i = index_of(each);
    names_[i] = fmt::format("{} {}: {}", act_names[i], what.name, in_words(rule_of(each)));
    facts_[i] = {names_[i], nullptr, &what_, &habits_, 200, {}, this};
  }
}

std::vector<endpoint> resource::rows() const {
  struct shape {
    verb method;
    act what;
  };
  constexpr shape shapes[] = {
      {verb::get, act::list},   {verb::get, act::read},     {verb::post, act::create},
      {verb::put, act::change}, {verb::patch, act::change}, {verb::remove, act::remove},
  };
  std::vector<endpoint> out;
  for (const auto& each : shapes)
    if (has(more_.acts, each.what))
      out.push_back(row(each.method,
                        each.what == act::list || each.what == act::create ? path_ : one_path_,
                        each.what));
  return out;
}

endpoint resource::row(verb method, std::string_view path, act what) const {
  constexpr endpoint::function runs[] = {resource_rows::list, resource_rows::read,
                                         resource_rows::create, resource_rows::change,
                                         resource_rows::remove};
  const scope guest;
  const bool open = standing_of(rule_of(what), guest) != standing::never;
  const auto i = index_of(what);
  endpoint out{method, path, open ? anyone : signed_in, runs[i]};
  if (method != verb::get)
    out.limit = more_.limit;
  out.body_limit = more_.body_limit;
  out.facts = &facts_[i];
  return out;
}

act resource::act_of(const row_facts& row) const noexcept {
  return each_act[&row - facts_];
}

void resource::write(const call& c, const void* row, json_writer& out) const {
  out.begin_object();
  write_members(what_, habits_, row, out);
  if (how_.members)
    how_.members(c, row, out);
  out.end_object();
}

const rule& resource::rule_of(act what) const noexcept {
  switch (what) {
    case act::list:
      return what_.rules.list;
    case act::read:
      return what_.rules.read;
    case act::create:
      return what_.rules.create;
    case act::change:
      return what_.rules.update;
    case act::remove:
    case act::all:
      break;
  }
  return what_.rules.remove;
}

}  // namespace stoa
