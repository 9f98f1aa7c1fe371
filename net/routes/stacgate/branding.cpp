#include "net/routes/stacgate/routes.hpp"
#include "net/routes/stacgate/shapes.hpp"
#include "schema/json_writer.hpp"
#include "schema/shapes.hpp"

#include <algorithm>
#include <array>

namespace stoa::stacgate {

namespace {

constexpr std::string_view branding_columns =
    "id, establishment_id, logo_url, favicon_url, primary_color, secondary_color, accent_color,"
    " custom_css, navigation_config, footer_config, is_active, created_at, updated_at";

// What a page's header or footer is made of, as the clients walk through it: each member is there
// and of its type, whatever was sent; a switch that was not said is on.
struct config_shape {
  std::span<const std::string_view> switches;
  std::span<const std::string_view> texts;
  std::string_view links;
  std::span<const std::string_view> link_texts;
};
constexpr std::string_view navigation_switches[] = {"showLogo", "showSearch"};
constexpr std::string_view footer_switches[] = {"showCopyright"};
constexpr std::string_view footer_texts[] = {"customText"};
constexpr std::string_view menu_texts[] = {"label", "url", "icon"};
constexpr std::string_view link_texts[] = {"label", "url"};
constexpr config_shape navigation_shape{navigation_switches, {}, "menuItems", menu_texts};
constexpr config_shape footer_shape{footer_switches, footer_texts, "links", link_texts};

void write_config(json_value said, const config_shape& how, json_writer& out) {
  out.begin_object();
  for (const auto name : how.switches)
    out.member(name, said[name].as_bool().value_or(true));
  for (const auto name : how.texts)
    out.member(name, said[name].as_string().value_or(""));
  out.key(how.links).begin_array();
  for (const auto item : said[how.links].items()) {
    if (!item.is_object())
      continue;
    out.begin_object();
    for (const auto name : how.link_texts)
      out.member(name, item[name].as_string().value_or(""));
    out.end_object();
  }
  out.end_array().end_object();
}

// A row may be older than the shape.
void write_stored(std::optional<std::string_view> text, const config_shape& how, json_writer& out) {
  const auto read = json::parse(text.value_or("{}"));
  write_config(read ? read->root() : json_value{}, how, out);
}

reply one_branding(int status, const rows& from) {
  std::string out;
  json_writer json{out};
  json.begin_object().member("id", from.text(0, 0)).member("establishmentId", from.text(0, 1));
  json.member("logoUrl", from.cell(0, 2)).member("faviconUrl", from.cell(0, 3));
  json.member("primaryColor", from.text(0, 4)).member("secondaryColor", from.text(0, 5));
  json.member("accentColor", from.text(0, 6)).member("customCss", from.cell(0, 7));
  json.key("navigationConfig");
  write_stored(from.cell(0, 8), navigation_shape, json);
  json.key("footerConfig");
  write_stored(from.cell(0, 9), footer_shape, json);
  json.member("isActive", from.flag(0, 10)).member("createdAt", from.moment(0, 11));
  json.member("updatedAt", from.moment(0, 12)).end_object();
  return json_reply(status, std::move(out));
}

task<reply> show_branding(call_ptr c) {
  static const sql_text branding{"select " + std::string{branding_columns} +
                                 " from establishment_branding where establishment_id = $1"};
  auto found = co_await c->run(in_establishment(
      platform_scope,
      prepared("select created_at, updated_at from establishments where id = $1 and is_active",
               c->path("id")),
      prepared(branding, c->path("id"))));
  if (found[0].empty())
    throw refuse(fault_code::not_found, "Établissement non trouvé");
  if (!found[1].empty())
    co_return one_branding(200, found[1]);
  std::string out;
  json_writer json{out};
  json.begin_object().key("id").null().member("establishmentId", c->path("id"));
  json.key("logoUrl").null().key("faviconUrl").null();
  json.member("primaryColor", "#3b82f6").member("secondaryColor", "#64748b");
  json.member("accentColor", "#10b981").key("customCss").null();
  json.key("navigationConfig");
  write_stored(std::nullopt, navigation_shape, json);
  json.key("footerConfig");
  write_stored(std::nullopt, footer_shape, json);
  json.member("isActive", true).member("createdAt", found[0].moment(0, 0));
  json.member("updatedAt", found[0].moment(0, 1)).end_object();
  co_return json_reply(200, std::move(out));
}

// -- what may be written ----------------------------------------------------------------

bool is_colour(std::string_view text) {
  return (text.size() == 7 || text.size() == 4) && text.front() == '#' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

// A style sheet can load, run and read more than it seems: what could do so is refused. Comments
// and escapes are how such words are hidden, so they are refused with them.
bool is_harmless_css(std::string_view text) {
  std::string lower{text};
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  constexpr std::string_view dangers[] = {"<", "@import", "expression(", "javascript:", "\\", "/*"};
  return std::none_of(std::begin(dangers), std::end(dangers), [&](std::string_view danger) {
    return lower.find(danger) != std::string::npos;
  });
}

/// What a request changes of a branding row; nothing for what it leaves alone.
struct branding_change {
  std::optional<std::string> logo, favicon, primary, secondary, accent, css, navigation, footer;
  std::optional<bool> active;
  bool clears_logo = false, clears_favicon = false, clears_css = false;
};

void wrong(std::string_view key, std::string_view why) {
  throw refuse(fault_code::invalid, std::string{key} + " " + std::string{why});
}

void take_text(json_value said, std::string_view key, std::size_t longest,
               bool (*accepts)(std::string_view), std::string_view wanted,
               std::optional<std::string>& to, bool* clears) {
  const auto value = said.find(key);
  if (!value)
    return;
  if (value->is_null() || (clears && value->as_string() == "")) {
    if (!clears)
      wrong(key, wanted);
    *clears = true;
    return;
  }
  const auto text = value->as_string();
  if (!text || text->size() > longest || !accepts(*text))
    wrong(key, wanted);
  to = std::string{*text};
}

// Addresses in menus and links are followed by everybody who sees the page.
void check_links(json_value list, std::string_view key) {
  for (const auto item : list.items())
    if (item.is_object() && !shapes::is_web_address(item["url"].as_string().value_or("")))
      wrong(key, "has an address that is neither http, https nor a path");
}

void take_config(json_value said, std::string_view key, const config_shape& how,
                 std::optional<std::string>& to) {
  const auto value = said.find(key);
  if (!value || value->is_null())
    return;
  if (!value->is_object())
    wrong(key, "must be an object");
  check_links((*value)[how.links], key);
  json_writer json{to.emplace()};
  write_config(*value, how, json);
  if (to->size() > 32'768)
    wrong(key, "is too long");
}

branding_change read_branding(json_value said) {
  constexpr auto colour = "must be a colour like #1f2937";
  constexpr auto address = "must be an http or https address or a path on this server";
  branding_change out;
  take_text(said, "logoUrl", 2000, shapes::is_web_address, address, out.logo, &out.clears_logo);
  take_text(said, "faviconUrl", 2000, shapes::is_web_address, address, out.favicon,
            &out.clears_favicon);
  take_text(said, "primaryColor", 7, is_colour, colour, out.primary, nullptr);
  take_text(said, "secondaryColor", 7, is_colour, colour, out.secondary, nullptr);
  take_text(said, "accentColor", 7, is_colour, colour, out.accent, nullptr);
  take_text(said, "customCss", 65'536, is_harmless_css, "holds what a style sheet may not", out.css,
            &out.clears_css);
  take_config(said, "navigationConfig", navigation_shape, out.navigation);
  take_config(said, "footerConfig", footer_shape, out.footer);
  out.active = said["isActive"].as_bool();
  return out;
}

task<reply> change_branding(call_ptr c) {
  const auto id = c->path("id");
  need_own_establishment(c->who, id);
  const auto what = read_branding(c->body());
  // `xmax` is 0 in a row that this very statement inserted.
  static const sql_text text{
      "insert into establishment_branding as b (id, establishment_id, logo_url, favicon_url,"
      " primary_color, secondary_color, accent_color, custom_css, navigation_config,"
      " footer_config, is_active)"
      " select $1, e.id, $3, $4, coalesce($5, '#3b82f6'), coalesce($6, '#64748b'),"
      " coalesce($7, '#10b981'), $8, $9::jsonb, $10::jsonb, coalesce($11::boolean, true)"
      " from establishments e where e.id = $2"
      " on conflict (establishment_id) do update set"
      " logo_url = case when $12::boolean then null else coalesce($3, b.logo_url) end,"
      " favicon_url = case when $13::boolean then null else coalesce($4, b.favicon_url) end,"
      " primary_color = coalesce($5, b.primary_color),"
      " secondary_color = coalesce($6, b.secondary_color),"
      " accent_color = coalesce($7, b.accent_color),"
      " custom_css = case when $14::boolean then null else coalesce($8, b.custom_css) end,"
      " navigation_config = coalesce($9::jsonb, b.navigation_config),"
      " footer_config = coalesce($10::jsonb, b.footer_config),"
      " is_active = coalesce($11::boolean, b.is_active), updated_at = now()"
      " returning " +
      std::string{branding_columns} + ", xmax = 0"};
  auto done = co_await c->run(prepared(text, fresh_uuid(), id, what.logo, what.favicon,
                                       what.primary, what.secondary, what.accent, what.css,
                                       what.navigation, what.footer, what.active, what.clears_logo,
                                       what.clears_favicon, what.clears_css));
  if (done[0].empty())
    throw refuse(fault_code::not_found, "Établissement non trouvé");
  co_return one_branding(done[0].flag(0, 13) ? 201 : 200, done[0]);
}

constexpr endpoint branding_rows[] = {
    {verb::get, "/api/establishments/{id}/branding", anyone, show_branding},
    {verb::put, "/api/admin/establishments/{id}/branding", admins, change_branding},
};

}  // namespace

std::span<const endpoint> branding_routes() {
  return branding_rows;
}

}  // namespace stoa::stacgate
