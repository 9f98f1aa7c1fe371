#include "net/people.hpp"
#include "net/routes/stacgate/routes.hpp"
#include "net/routes/stacgate/shapes.hpp"
#include "persistence/audit.hpp"
#include "schema/json_writer.hpp"
#include "schema/shapes.hpp"

#include <algorithm>
#include <array>

namespace stoa::stacgate {

namespace {

// First segments of the front end's own addresses, and of the server's.
constexpr std::string_view reserved_slugs[] = {
    "portal",          "establishment",
    "login",           "dashboard",
    "admin",           "super-admin",
    "user-management", "courses",
    "assessments",     "manual",
    "archive",         "archive-export",
    "system-updates",  "wysiwyg-editor",
    "study-groups",    "analytics",
    "help-center",     "api",
    "api-docs",        "ws",
    "assets",
};

constexpr grant changeable[] = {
    {"name", "name"}, {"slug", "slug"},     {"description", "description"},
    {"logo", "logo"}, {"domain", "domain"}, {"settings", "settings"},
};

// -- shapes -----------------------------------------------------------------------------

std::string select_establishments(std::string_view condition) {
  return "select " + columns_of(establishment_entity, "e") +
         ", (select count(*) from users u where u.establishment_id = e.id and u.is_active),"
         " (select count(*) from courses c where c.establishment_id = e.id),"
         " (select count(*) from themes t where t.establishment_id = e.id)"
         " from establishments e where " +
         std::string{condition};
}

// Visitors learn what the portal needs; the rest is for the people of the house.
json_text public_settings(const json_text& all) {
  constexpr std::array<grant, 3> shown{
      {{"theme", "theme"}, {"language", "language"}, {"allowRegistration", "allowRegistration"}}};
  return json_text{granted(good(json::parse(all.text)).root(), shown)->text()};
}

void write_establishment(const rows& from, std::size_t row, const scope& who, json_writer& out) {
  auto what = row_at<establishment_row>(from, row);
  if (!what.description)
    what.description.emplace();
  if (what.settings && who.establishment != what.id && !who.at_least(role::super_admin))
    what.settings = public_settings(*what.settings);
  const auto extra = establishment_entity.fields.size();
  out.begin_object();
  write_members(what, out, stacgate_dialect);
  out.key("stats").begin_object().member("users", from.integer(row, extra));
  out.member("courses", from.integer(row, extra + 1));
  out.member("themes", from.integer(row, extra + 2)).end_object().end_object();
}

reply one_establishment(int status, const rows& from, const scope& who) {
  if (from.empty())
    throw refuse(fault_code::not_found, "Établissement non trouvé");
  std::string out;
  json_writer json{out};
  write_establishment(from, 0, who, json);
  return json_reply(status, std::move(out));
}

// -- reading ----------------------------------------------------------------------------

task<reply> list_establishments(call_ptr c) {
  static const sql_text text{
      select_establishments("e.is_active order by e.created_at, e.id limit 1000")};
  auto found = co_await c->run(in_establishment(platform_scope, prepared(text)));
  std::string out;
  json_writer json{out};
  json.begin_array();
  for (std::size_t i = 0; i < found[0].size(); ++i)
    write_establishment(found[0], i, c->who, json);
  json.end_array();
  co_return json_reply(200, std::move(out));
}

task<reply> by_id(call_ptr c) {
  static const sql_text text{select_establishments("e.id = $1 and (e.is_active or $2)")};
  auto found = co_await c->run(in_establishment(
      platform_scope, prepared(text, c->path("id"), c->who.at_least(role::super_admin))));
  co_return one_establishment(200, found[0], c->who);
}

task<reply> by_slug(call_ptr c) {
  static const sql_text text{select_establishments("e.slug = $1 and e.is_active")};
  auto found = co_await c->run(in_establishment(platform_scope, prepared(text, c->path("slug"))));
  co_return one_establishment(200, found[0], c->who);
}

// -- writing ----------------------------------------------------------------------------

void check_slug(std::string_view slug) {
  if (std::find(std::begin(reserved_slugs), std::end(reserved_slugs), slug) !=
      std::end(reserved_slugs))
    throw refuse(fault_code::invalid, "Ce slug est réservé");
}

fault_error slug_taken(fault why) {
  if (violates(why, "establishments_slug_key"))
    return refuse(fault_code::conflict, "Ce slug est déjà utilisé");
  return fault_error{std::move(why)};
}

// "École d'Été 2025" → "ecole-d-ete-2025". Letters of Latin-1 lose their accents, whatever else is
// no letter or digit separates words.
std::string slug_of(std::string_view name) {
  constexpr std::string_view plain =
      "aaaaaaaceeeeiiiidnooooo ouuuuy saaaaaaaceeeeiiiidnooooo ouuuuy y";
  std::string out;
  const auto separate = [&] {
    if (!out.empty() && out.back() != '-')
      out += '-';
  };
  for (std::size_t i = 0; i < name.size() && out.size() < 60; ++i) {
    const auto byte = static_cast<unsigned char>(name[i]);
    if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9')) {
      out += static_cast<char>(byte);
    } else if (byte >= 'A' && byte <= 'Z') {
      out += static_cast<char>(byte - 'A' + 'a');
    } else if (byte == 0xc3 && i + 1 < name.size()) {
      const auto letter = plain[static_cast<unsigned char>(name[++i]) & 0x3fU];
      if (letter == ' ')
        separate();
      else
        out += letter;
    } else {
      separate();
    }
  }
  while (!out.empty() && out.back() == '-')
    out.pop_back();
  return out;
}

// Everything an establishment begins with, in the transaction that makes it.
transaction found_establishment(const establishment_row& what) {
  struct item {
    const char* label;
    const char* url;
    const char* icon;
  };
  constexpr item menu[] = {{"Accueil", "/", "Home"},
                           {"Cours", "/courses", "BookOpen"},
                           {"Tableau de bord", "/dashboard", "LayoutDashboard"}};
  std::optional<std::string> settings;
  if (what.settings)
    settings = what.settings->text;
  auto out = in_establishment(
      platform_scope,
      prepared("insert into establishments (id, name, slug, description, logo, domain, settings)"
               " values ($1, $2, $3, $4, $5, $6, $7::jsonb)",
               what.id, what.name, what.slug, what.description, what.logo, what.domain, settings),
      prepared("insert into themes (id, establishment_id, name, is_active)"
               " values ($1, $2, 'Thème par défaut', true)",
               fresh_uuid(), what.id));
  int order = 0;
  for (const auto& each : menu)
    out.statements.push_back(
        prepared("insert into menu_items (id, establishment_id, label, url, icon, sort_order)"
                 " values ($1, $2, $3, $4, $5, $6)",
                 fresh_uuid(), what.id, each.label, each.url, each.icon, ++order));
  static const sql_text again{select_establishments("e.id = $1")};
  out.statements.push_back(prepared(again, what.id));
  return out;
}

task<reply> create_establishment(call_ptr c) {
  need_object(c->body(), "settings");
  const auto body = granted(c->body(), changeable);
  auto read = good(read_change<establishment_row>(body.root(), stacgate_dialect));
  auto& draft = read.values;
  if (draft.name.empty())
    throw refuse(fault_code::invalid, "name is required");
  if (draft.slug.empty())
    draft.slug = slug_of(draft.name);
  if (!shapes::is_slug(draft.slug))
    throw refuse(fault_code::invalid, "slug is required");
  check_slug(draft.slug);
  draft.id = fresh<establishment_id>();
  auto made = co_await caught(c->run(found_establishment(draft)));
  if (!made)
    throw slug_taken(std::move(made.error()));
  co_return one_establishment(201, made->each.back(), c->who);
}

// Whoever belongs to a closed establishment is signed out, on this node at once and on others when
// their sessions are read again.
task<void> sign_everybody_out(call_ptr c, std::string establishment) {
  auto gone = co_await c->run(in_establishment(
      platform_scope,
      prepared("delete from sessions s using users u where u.id = s.user_id"
               " and u.establishment_id = $1 and u.role <> 'super_admin' returning s.token_hash",
               establishment)));
  std::vector<std::string> hashes;
  for (std::size_t i = 0; i < gone[0].size(); ++i)
    hashes.push_back(gone[0].text(i, 0));
  co_await end_live_sessions(c, std::move(hashes), "the establishment is closed");
}

task<reply> change_establishment(call_ptr c) {
  const auto id = c->path("id");
  need_own_establishment(c->who, id);
  const auto said = c->body();
  need_object(said, "settings");
  const auto body = granted(said, changeable);
  auto what = good(read_change<establishment_row>(body.root(), stacgate_dialect));
  if (!what.values.slug.empty())
    check_slug(what.values.slug);
  if (const auto active = said["isActive"].as_bool();
      active && c->who.at_least(role::super_admin)) {
    what.values.is_active = *active;
    what.which |= fields_of<&establishment_row::is_active>();
  }
  static const sql_text again{select_establishments("e.id = $1")};
  auto done = co_await caught(
      c->run(in_establishment(c->who.establishment.value, bound(sql::change(c->who, id, what)),
                              prepared(again, id), acting(c->who.user, c->req.peer))));
  if (!done)
    throw slug_taken(std::move(done.error()));
  auto answer = one_establishment(200, (*done)[1], c->who);
  if (said["isActive"].as_bool() == false && c->who.at_least(role::super_admin))
    co_await sign_everybody_out(c, id);
  co_return answer;
}

// -- its public pages -------------------------------------------------------------------

task<reply> page(call_ptr c) {
  auto found = co_await c->run(in_establishment(
      platform_scope,
      prepared("select 1 from establishments where slug = $1 and is_active", c->path("slug")),
      prepared("select p.id, p.establishment_id, p.page_name, p.page_title, p.page_description,"
               " p.layout, p.created_at, p.updated_at from customizable_pages p"
               " join establishments e on e.id = p.establishment_id"
               " where e.slug = $1 and p.page_name = $2 and p.is_active",
               c->path("slug"), c->path("pageType"))));
  if (found[0].empty())
    throw refuse(fault_code::not_found, "Établissement non trouvé");
  const auto& row = found[1];
  if (row.empty())
    co_return json_reply(200, R"({"content":[],"isCustomized":false})");
  std::string out;
  json_writer json{out};
  json.begin_object().member("id", row.text(0, 0)).member("establishmentId", row.text(0, 1));
  json.member("pageName", row.text(0, 2)).member("pageTitle", row.text(0, 3));
  json.member("pageDescription", row.cell(0, 4)).key("layout").raw(row.text(0, 5));
  json.member("isActive", true).member("createdAt", row.moment(0, 6));
  json.member("updatedAt", row.moment(0, 7)).end_object();
  co_return json_reply(200, std::move(out));
}

// Stored keys win over the defaults; what the page is about is the server's to say.
void write_home(const rows& from, std::string_view page, json_writer& out) {
  json stored = good(json::parse("{}"));
  if (const auto block = from.cell(0, 3))
    if (auto read = json::parse(*block); read && (*read)->is_object())
      stored = std::move(*read);
  const auto title = stored->find("heroTitle");
  const auto text = stored->find("heroDescription");
  const auto name = from.text(0, 0);
  const auto about = from.text(0, 1);
  const auto hero =
      title && title->is_string() ? std::string{*title->as_string()} : "Bienvenue chez " + name;
  const auto invitation =
      text && text->is_string()
          ? std::string{*text->as_string()}
          : (about.empty() ? "Découvrez nos formations et rejoignez-nous" : about);
  constexpr std::string_view ours[] = {"heroTitle",   "heroDescription", "establishmentSlug",
                                       "pageName",    "content",         "isActive",
                                       "lastModified"};
  out.begin_object().member("heroTitle", hero).member("heroDescription", invitation);
  for (const auto [key, value] : stored->members())
    if (std::find(std::begin(ours), std::end(ours), key) == std::end(ours)) {
      out.key(key);
      value.write(out);
    }
  out.member("establishmentSlug", from.text(0, 2)).member("pageName", page);
  out.key("content").begin_object().member("title", hero).member("description", invitation);
  out.key("sections");
  if (const auto sections = stored.root()["sections"]; sections.is_array())
    sections.write(out);
  else
    out.begin_array().end_array();
  out.end_object().member("isActive", true).key("lastModified").value(from.moment(0, 4));
  out.end_object();
}

task<reply> home(call_ptr c) {
  const auto page = c->path("page");
  auto found = co_await c->run(in_establishment(
      platform_scope,
      prepared("select e.name, e.description, e.slug, b.content,"
               " coalesce(b.updated_at, e.updated_at) from establishments e"
               " left join customizable_contents b on b.establishment_id = e.id and b.is_active"
               " and b.block_key = $2 where e.slug = $1 and e.is_active",
               c->path("slug"), page + "_page")));
  if (found[0].empty())
    throw refuse(fault_code::not_found, "Établissement non trouvé");
  std::string out;
  json_writer json{out};
  write_home(found[0], page, json);
  co_return json_reply(200, std::move(out));
}

constexpr endpoint establishment_rows[] = {
    {verb::get, "/api/establishments", anyone, list_establishments},
    {verb::post, "/api/establishments", super_admins, create_establishment},
    {verb::get, "/api/establishments/slug/{slug}", anyone, by_slug},
    {verb::get, "/api/establishments/{id}", anyone, by_id},
    {verb::put, "/api/establishments/{id}", admins, change_establishment},
    {verb::patch, "/api/establishments/{id}", admins, change_establishment},
    {verb::get, "/api/establishments/{slug}/content/{pageType}", anyone, page},
    {verb::get, "/api/establishment-content/{slug}/{page}", anyone, home},
};

}  // namespace

std::span<const endpoint> establishment_routes() {
  return establishment_rows;
}

}  // namespace stoa::stacgate
