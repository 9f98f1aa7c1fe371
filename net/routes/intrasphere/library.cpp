#include "net/routes/intrasphere/library.hpp"

#include "net/kept_lists.hpp"
#include "net/routes/intrasphere/heard.hpp"
#include "net/routes/intrasphere/routes.hpp"
#include "schema/events.hpp"
#include "schema/intranet.hpp"
#include "schema/json_writer.hpp"

namespace stoa::intrasphere {

namespace {

// -- announcements ----------------------------------------------------------------------

task<void> sign_announcement(call_ptr c, std::shared_ptr<announcement_row> row) {
  row->author = c->who.user;
  if (row->author_name.empty())
    row->author_name = c->who.name;
  co_return;
}

void add_category(const call&, const announcement_row& row, json_writer& out) {
  // The landing page prints it under this name.
  out.member("category", row.type);
}

task<void> tell_announcement(call_ptr c, act what, std::shared_ptr<const announcement_row> row) {
  if (what == act::create)
    publish_row(*c, "announcement", announcements(), row.get());
  co_return;
}

}  // namespace

const resource& announcements() {
  static const auto one = [] {
    deviations<announcement_row> how;
    how.drafted = sign_announcement;
    how.done = tell_announcement;
    how.members = add_category;
    resource_options more;
    more.limits = sorted_by("-createdAt");
    return resource::of<announcement_row>("/api/announcements", "announcement", intrasphere_dialect,
                                          how, more);
  }();
  return one;
}

namespace {

// Everybody's first page: the whole list is kept encoded, with its ETag.
kept_list& kept_news() {
  static kept_list one;
  return one;
}

endpoint::function plain(act what) {
  return announcements().row(verb::get, {}, what).run;
}

task<reply> list_news(call_ptr c) {
  static const auto list = plain(act::list);
  // The platform's administrators see the rows of several establishments.
  const auto establishment = c->who.establishment.value;
  if (establishment == platform_scope || !c->req.parameters().empty())
    co_return co_await list(c);
  auto kept = kept_news().look_up(c->home, establishment);
  if (!kept.bytes) {
    auto answer = co_await list(c);
    auto* text = std::get_if<std::string>(&answer.body);
    if (!text || answer.headers.contains("X-Next-Cursor"))
      co_return answer;
    kept.bytes = share(std::move(*text));
    kept_news().keep(c->home, establishment, kept.number, kept.bytes);
  }
  co_return json_reply(200, std::move(kept.bytes)).with("Cache-Control", "no-cache");
}

task<reply> change_news(call_ptr c) {
  const auto what = plain(announcements().act_of(*c->row->facts));
  const list_change under_way{kept_news(), c->home, c->who.establishment.value};
  co_return co_await what(c);
}

std::vector<endpoint> news_rows() {
  auto out = announcements().rows();
  for (auto& each : out)
    if (const auto what = announcements().act_of(*each.facts); what != act::read)
      each.run = what == act::list ? list_news : change_news;
  return out;
}

// -- documents --------------------------------------------------------------------------

const resource& documents();
task<void> tell_document(call_ptr c, act what, std::shared_ptr<const document_row> row) {
  if (what == act::create)
    publish_row(*c, "document", documents(), row.get());
  co_return;
}

const resource& documents() {
  static const auto one = [] {
    deviations<document_row> how;
    how.done = tell_document;
    resource_options more;
    more.limits = sorted_by("-updatedAt");
    return resource::of<document_row>("/api/documents", "document", intrasphere_dialect, how, more);
  }();
  return one;
}

// -- events -----------------------------------------------------------------------------

// An intranet's events are its staff's, and its texts are long.
const entity& staff_events() {
  static const std::vector<field> fields = [] {
    std::vector<field> out{event_entity.fields.begin(), event_entity.fields.end()};
    for (auto& each : out)
      if (each.kind == value_kind::text && each.limits.words.empty() && each.limits.max_length > 0)
        each.limits.max_length *= 10;
    return out;
  }();
  static const auto one = [] {
    auto out = event_entity;
    out.fields = fields;
    constexpr auto writing = describe::at_least(role::manager) | describe::may("manage_events");
    out.rules = {.list = describe::anyone,
                 .read = describe::anyone,
                 .create = writing,
                 .update = writing,
                 .remove = writing};
    return out;
  }();
  return one;
}

json hear_event(const call&, json_value body) {
  return respelled(body, {{"startDate", "date"}, {"category", "type"}});
}

task<void> check_organizer(call_ptr c, std::optional<user_id> who) {
  if (who)
    co_await person_of(c, *who);
}

task<void> organize(call_ptr c, std::shared_ptr<event_row> row) {
  if (!row->organizer)
    row->organizer = c->who.user;
  co_await check_organizer(c, row->organizer);
}

task<void> reorganize(call_ptr c, std::shared_ptr<const event_row>,
                      std::shared_ptr<change_of<event_row>> what) {
  co_await check_organizer(c, what->values.organizer);
}

const resource& events() {
  static const auto one = [] {
    deviations<event_row> how;
    how.heard = hear_event;
    how.drafted = organize;
    how.changing = reorganize;
    resource_options more;
    more.limits = sorted_by("date");
    more.as = &staff_events();
    return resource::of<event_row>("/api/events", "event", intrasphere_dialect, how, more);
  }();
  return one;
}

// -- contents ---------------------------------------------------------------------------

// One of the client's two forms sends the tags as one text, separated by commas.
json hear_content(const call&, json_value body) {
  const auto tags = body["tags"].as_string();
  if (!tags)
    return respelled(body, {});
  std::string text;
  json_writer out{text};
  out.begin_object();
  for (const auto [name, value] : body.members()) {
    out.key(name);
    if (name != "tags") {
      value.write(out);
      continue;
    }
    out.begin_array();
    auto rest = *tags;
    while (!rest.empty()) {
      const auto comma = std::min(rest.find(','), rest.size());
      auto tag = rest.substr(0, comma);
      rest.remove_prefix(std::min(comma + 1, rest.size()));
      while (!tag.empty() && tag.front() == ' ')
        tag.remove_prefix(1);
      while (!tag.empty() && tag.back() == ' ')
        tag.remove_suffix(1);
      if (!tag.empty())
        out.value(tag);
    }
    out.end_array();
  }
  out.end_object();
  return good(json::parse(text));
}

task<void> count_view(call_ptr c, std::shared_ptr<content_row> row) {
  if (c->looks)
    co_return;
  auto counted = co_await c->run(
      prepared("update contents set view_count = view_count + 1 where id = $1 returning view_count",
               row->id));
  if (!counted[0].empty())
    row->view_count = static_cast<std::int32_t>(counted[0].integer(0, 0));
}

const resource& contents() {
  static const auto one = [] {
    deviations<content_row> how;
    how.heard = hear_content;
    how.shown = count_view;
    static constexpr std::string_view counted[] = {"view_count"};
    resource_options more;
    more.counters = counted;
    more.limits = sorted_by("-createdAt");
    return resource::of<content_row>("/api/contents", "content", intrasphere_dialect, how, more);
  }();
  return one;
}

const resource& categories() {
  static const auto one = [] {
    resource_options more;
    more.limits = sorted_by("sortOrder");
    more.acts = act::list | act::create | act::change | act::remove;
    return resource::of<content_category_row>("/api/categories", "category", intrasphere_dialect,
                                              {}, more);
  }();
  return one;
}

}  // namespace

std::span<const endpoint> library_routes() {
  static const auto all = table(
      {news_rows(), documents().rows(), events().rows(), contents().rows(), categories().rows()});
  return all;
}

}  // namespace stoa::intrasphere
