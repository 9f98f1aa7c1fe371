#include "net/routes/intrasphere/routes.hpp"
#include "persistence/audit.hpp"
#include "schema/json_writer.hpp"
#include "schema/personal_settings.hpp"

#include <algorithm>

namespace stoa::intrasphere {

namespace {

// -- the site's settings ----------------------------------------------------------------

// The row is there from the first time that somebody asks.
statement settle(const call& c) {
  return prepared(
      "insert into intranet_settings (establishment_id) values ($1) on conflict do nothing",
      c.who.establishment);
}

void write_settings(const intranet_settings_row& row, json_writer& out) {
  out.begin_object().member("id", "settings");
  for (const auto& f : intranet_settings_entity.fields) {
    if (f.is(trait::key))
      continue;
    out.key(f.wire.view());
    f.write(f, intrasphere_dialect, &row, out);
  }
  out.end_object();
}

task<reply> settings_reply(call_ptr c, statement wanted) {
  auto done = co_await c->run(in_establishment(
      c->who.establishment.value, settle(*c), std::move(wanted), acting(c->who.user, c->req.peer)));
  std::string out;
  json_writer json{out};
  write_settings(row_at<intranet_settings_row>(done[1], 0), json);
  co_return json_reply(200, std::move(out));
}

task<reply> show_settings(call_ptr c) {
  auto look = bound(sql::find_any(intranet_settings_entity, c->who, c->who.establishment.value));
  co_return co_await settings_reply(c, std::move(look));
}

task<reply> change_settings(call_ptr c) {
  change_of<intranet_settings_row> what;
  auto read = read_change(intranet_settings_entity, intrasphere_dialect, c->body(), &what.values);
  if (!read) {
    read.error().text = "Invalid settings data";
    throw fault_error(std::move(read.error()));
  }
  what.which = *read;
  auto change = bound(sql::change(c->who, c->who.establishment.value, what));
  co_return co_await settings_reply(c, std::move(change));
}

// -- pages of the front end -------------------------------------------------------------

constexpr std::size_t most_views = 100;

std::string view_key(const call& c, std::string_view view) {
  return c.who.establishment.value + ":" + std::string{view};
}

// Both of the shapes in which pages are known: the server's original and its page's.
void write_view(const page_view_row& row, json_writer& out) {
  out.begin_object().member("id", row.view_id).member("title", row.name);
  write_members(row, out, intrasphere_dialect);
  out.end_object();
}

// Who may see a page follows from its level unless somebody said it.
page_view_row filled(page_view_row row) {
  if (!row.allowed_roles) {
    row.allowed_roles.emplace();
    if (row.access_level != "admin") {
      row.allowed_roles->push_back("employee");
      row.allowed_roles->push_back("moderator");
    }
    row.allowed_roles->push_back("admin");
  }
  return row;
}

// `viewId` may be called `id`, and `name` `title`.
json in_our_words(json_value body) {
  std::string text;
  json_writer out{text};
  out.begin_object();
  for (const auto [name, value] : body.members()) {
    if (name == "id") {
      if (!body.find("viewId"))
        out.key("viewId");
      else
        continue;
    } else if (name == "title") {
      if (!body.find("name"))
        out.key("name");
      else
        continue;
    } else {
      out.key(name);
    }
    value.write(out);
  }
  out.end_object();
  return good(json::parse(text));
}

fault_error invalid_view(fault why) {
  why.text = "Invalid view data";
  return fault_error{std::move(why)};
}

/// A page as it was sent, and which of its members were.
struct sent_view {
  page_view_row row;
  json said;

  [[nodiscard]] bool says(const field& f) const {
    const auto value = said.root().find(f.wire.view());
    return value && !value->is_null();
  }
};

sent_view read_view(const call& c, json_value body) {
  sent_view out{{}, in_our_words(body)};
  auto& row = out.row;
  if (auto read = read_create(page_view_entity, intrasphere_dialect, out.said.root(), &row); !read)
    throw invalid_view(std::move(read.error()));
  row.key = view_key(c, row.view_id);
  row.establishment = c.who.establishment;
  return out;
}

// Of a page that is there, one that is sent by itself changes what was said of it; `replaces`: all
// of them are sent.
statement upsert(const call& c, const sent_view& sent, bool replaces) {
  const auto& row = sent.row;
  auto out = sql::insert(page_view_entity, c.who, &row);
  const auto returning = out.sql.find(" RETURNING ");
  std::string set;
  for (const auto& f : page_view_entity.fields)
    if (!f.has_any(trait::key | trait::from_database) && f.name != page_view_entity.tenant &&
        std::string_view{f.name} != "view_id" &&
        (replaces || (std::string_view{f.name} != "is_core" && sent.says(f))))
      set += std::string{set.empty() ? "" : ", "} + f.name + " = excluded." + f.name;
  out.sql.insert(returning, " ON CONFLICT (id) DO UPDATE SET " + set + (set.empty() ? "" : ", ") +
                                "updated_at = now()");
  return bound(std::move(out));
}

statement usual_pages(const call& c) {
  return prepared("select stoa_usual_pages($1)", c.who.establishment);
}

task<reply> list_views(call_ptr c) {
  static const sql_text text{"select " + sql::columns(page_view_entity) +
                             " from page_views where establishment_id = $1"
                             " order by sort_order, view_id"};
  auto found = co_await c->run(in_establishment(c->who.establishment.value, usual_pages(*c),
                                                prepared(text, c->who.establishment)));
  std::string out;
  json_writer json{out};
  json.begin_array();
  for (std::size_t i = 0; i < found[1].size(); ++i)
    write_view(filled(row_at<page_view_row>(found[1], i)), json);
  json.end_array();
  co_return json_reply(200, std::move(out));
}

reply view_reply(std::string_view text, const page_view_row& row) {
  std::string out;
  json_writer json{out};
  json.begin_object().member("message", text).key("view");
  write_view(filled(row), json);
  json.end_object();
  return json_reply(200, std::move(out));
}

// One page, or all of them: `{"views": […]}` replaces what there is.
task<reply> save_views(call_ptr c) {
  constexpr std::string_view saved = "Views configuration saved successfully";
  const auto body = c->body();
  auto wanted = in_establishment(c->who.establishment.value, usual_pages(*c));
  if (const auto all = body.find("views")) {
    if (!all->is_array() || all->size() > most_views)
      throw refuse(fault_code::invalid, "Invalid view data");
    wanted.statements.push_back(
        prepared("delete from page_views where establishment_id = $1", c->who.establishment));
    for (const auto item : all->items()) {
      if (!item.is_object())
        throw refuse(fault_code::invalid, "Invalid view data");
      wanted.statements.push_back(upsert(*c, read_view(*c, item), true));
    }
    wanted.statements.push_back(acting(c->who.user, c->req.peer));
    co_await c->run(std::move(wanted));
    co_return message_reply(200, saved);
  }
  auto sent = read_view(*c, body);
  const auto place = page_view_entity.find_column("sort_order");
  if (place != nullptr && !sent.says(*place)) {
    // A new page comes last.
    auto found = co_await c->run(
        in_establishment(c->who.establishment.value, usual_pages(*c),
                         prepared("select coalesce(max(sort_order), 0) + 1 from page_views"
                                  " where establishment_id = $1",
                                  c->who.establishment)));
    sent.row.sort_order = static_cast<std::int32_t>(found[1].integer(0, 0));
  }
  wanted.statements.push_back(upsert(*c, sent, false));
  wanted.statements.push_back(acting(c->who.user, c->req.peer));
  auto done = co_await c->run(std::move(wanted));
  co_return view_reply(saved, row_at<page_view_row>(done[1], 0));
}

task<reply> change_view(call_ptr c) {
  const auto said = in_our_words(c->body());
  change_of<page_view_row> what;
  auto read = read_change(page_view_entity, intrasphere_dialect, said.root(), &what.values);
  if (!read)
    throw invalid_view(std::move(read.error()));
  what.which = *read;
  auto change = bound(sql::change(c->who, view_key(*c, c->path("viewId")), what));
  auto done =
      co_await c->run(in_establishment(c->who.establishment.value, usual_pages(*c),
                                       std::move(change), acting(c->who.user, c->req.peer)));
  if (done[1].empty())
    throw refuse(fault_code::not_found, "View not found");
  co_return view_reply("View configuration updated successfully",
                       row_at<page_view_row>(done[1], 0));
}

task<reply> remove_view(call_ptr c) {
  auto remove = prepared("delete from page_views where id = $1 and not is_core returning id",
                         view_key(*c, c->path("viewId")));
  auto look = prepared("select 1 from page_views where id = $1", view_key(*c, c->path("viewId")));
  auto done = co_await c->run(in_establishment(c->who.establishment.value, usual_pages(*c),
                                               std::move(remove), std::move(look),
                                               acting(c->who.user, c->req.peer)));
  if (!done[2].empty())
    throw refuse(fault_code::conflict, "Core views cannot be deleted");
  if (done[1].empty())
    throw refuse(fault_code::not_found, "View not found");
  co_return message_reply(200, "View configuration deleted successfully");
}

// -- one's own settings -----------------------------------------------------------------

constexpr std::size_t longest_settings = 10UL * 1024 * 1024;  // two pictures as text

// Every key, always: what was saved over what the person's row says over the usual.
task<reply> show_mine(call_ptr c) {
  auto found = co_await c->run(
      prepared("select s.settings, s.updated_at, u.display_name, u.mail_address, u.department,"
               " u.position from users u left join user_settings s on s.user_id = u.id"
               " where u.id = $1",
               c->who.user));
  const auto& row = found[0];
  if (row.empty())
    throw refuse(fault_code::not_found, "User not found");
  const auto stored = good(json::parse(row.cell(0, 0).value_or("{}")));
  const std::pair<std::string_view, std::size_t> own[] = {
      {"displayName", 2}, {"email", 3}, {"department", 4}, {"position", 5}};
  std::string out;
  json_writer json{out};
  json.begin_object();
  for (const auto& each : personal_settings()) {
    json.key(each.name);
    const auto saved = stored.root().find(each.name);
    const auto* mine = std::find_if(std::begin(own), std::end(own),
                                    [&](const auto& x) { return x.first == each.name; });
    if (saved && fits(each, *saved))
      saved->write(json);
    else if (mine != std::end(own) && row.cell(0, mine->second))
      json.value(*row.cell(0, mine->second));
    else
      json.raw(each.usual);
  }
  json.key("updatedAt");
  if (row.cell(0, 1))
    json.value(row.moment(0, 1));
  else
    json.null();
  json.end_object();
  co_return json_reply(200, std::move(out));
}

task<reply> save_mine(call_ptr c) {
  const auto begins = c->req.body.find_first_not_of(" \t\r\n");
  if (begins != std::string::npos && c->req.body[begins] != '{')
    throw refuse(fault_code::invalid, "Invalid settings data");
  const auto body = c->body();
  std::string text;
  json_writer json{text};
  json.begin_object();
  auto why = fail(fault_code::invalid, "Invalid settings data");
  for (const auto& each : personal_settings()) {
    const auto value = body.find(each.name);
    // A field that was emptied comes as null: what was set stays.
    if (!value || value->is_null())
      continue;
    json.key(each.name);
    if (const auto number = value->as_double(); number && each.name == "sessionTimeout") {
      // The page's slider ends here, so whatever is beyond it means its end.
      json.value(static_cast<std::int64_t>(std::clamp(*number, 15.0, 480.0)));
      continue;
    }
    if (!fits(each, *value))
      why.complaints.push_back({std::string{each.name}, "is not a value of this setting"});
    value->write(json);
  }
  json.end_object();
  if (!why.complaints.empty())
    throw fault_error(std::move(why));
  co_await c->run(prepared(
      "insert into user_settings (user_id, establishment_id, settings) values ($1, $2, $3::jsonb)"
      " on conflict (user_id) do update set settings = user_settings.settings || excluded.settings,"
      " updated_at = now()",
      c->who.user, c->who.establishment, text));
  std::string out;
  json_writer{out}
      .begin_object()
      .member("message", "User settings saved successfully")
      .member("timestamp", now())
      .end_object();
  co_return json_reply(200, std::move(out));
}

constexpr endpoint settings_rows[] = {
    {verb::get, "/api/system-settings", managers, show_settings},
    {verb::patch, "/api/system-settings", admins, change_settings},
    {verb::put, "/api/system-settings", admins, change_settings},
    {verb::get, "/api/views-config", admins, list_views},
    {verb::post, "/api/views-config", admins, save_views},
    {verb::patch, "/api/views-config/{viewId}", admins, change_view},
    {verb::put, "/api/views-config/{viewId}", admins, change_view},
    {verb::remove, "/api/views-config/{viewId}", admins, remove_view},
    {verb::get, "/api/user/settings", signed_in, show_mine},
    {verb::post, "/api/user/settings", signed_in, save_mine, {}, longest_settings},
};

}  // namespace

std::span<const endpoint> settings_routes() {
  return settings_rows;
}

}  // namespace stoa::intrasphere
