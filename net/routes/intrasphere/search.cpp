#include "net/routes/intrasphere/forum.hpp"
#include "net/routes/intrasphere/library.hpp"
#include "net/routes/intrasphere/routes.hpp"
#include "net/rows.hpp"
#include "schema/events.hpp"
#include "schema/intranet.hpp"
#include "schema/json_writer.hpp"

namespace stoa::intrasphere {

namespace {

constexpr std::size_t longest_search = 200;  // bytes

/// Something that can be searched: what `stoa_search` calls it, and who may read a row `t` of it.
/// The function has looked for no others; that a search shows nobody what is not his is said here
/// again, where row-level security holds as well.
struct searched {
  const entity& what;
  const char* readable = "true";
  const char* joined = "";
};

const searched searched_people{staff_entity, "t.is_active"};
const searched news{announcement_entity};
const searched papers{document_entity};
const searched meetings{event_entity};
const searched media{content_entity};
const searched mail{letter_entity, "(t.sender_id = $2 or t.recipient_id = $2)"};
const searched searched_topics{topic_entity, readable_topic,
                               " join forum_categories k on k.id = t.category_id"};
const searched searched_posts{
    post_entity,
    "not t.is_deleted and (t.is_approved or t.author_id = $2 or $5::boolean)"
    " and stoa_reads_topic(k.access_level, k.moderator_ids, o.is_approved,"
    " o.author_id, $2, $3::integer, $4::boolean)",
    " join forum_topics o on o.id = t.topic_id"
    " join forum_categories k on k.id = o.category_id"};

// Accents and capitals do not matter, nor do endings and slips. The best come first.
statement look_for(const call& c, const searched& in, const std::string& words) {
  const auto& who = c.who;
  const bool staff = who.at_least(role::manager);
  return prepared(
      sql_text{"select " + columns_of(in.what, "t") + " from stoa_search('" + in.what.table +
               "', $1, $2, $3::integer, $4::boolean, $5::boolean) as f join " + in.what.table +
               " t on t.id = f.id" + in.joined + " where " + in.readable +
               " order by f.rank desc, t.id"},
      words, who.user, static_cast<int>(who.rank), staff || who.may("validate_topics"),
      staff || who.may("validate_posts"));
}

std::string asked_for(const call& c) {
  auto words = parameter(c, "q");
  const auto begins = words.find_first_not_of(" \t\r\n");
  if (begins == std::string::npos)
    throw refuse(fault_code::invalid, "Search query required");
  words = words.substr(begins, words.find_last_not_of(" \t\r\n") - begins + 1);
  if (words.size() > longest_search)
    throw refuse(fault_code::invalid, "Search query too long");
  return words;
}

template <class Row>
void write_found(const rows& found, json_writer& json) {
  json.begin_array();
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto row = row_at<Row>(found, i);
    json.begin_object();
    write_members(row, json, intrasphere_dialect);
    // As its own address shows it.
    if constexpr (std::is_same_v<Row, announcement_row>)
      json.member("category", row.type);
    json.end_object();
  }
  json.end_array();
}

void write_news(const call& c, const rows& found, json_writer& json) {
  json.begin_array();
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto row = row_at<announcement_row>(found, i);
    announcements().write(c, &row, json);
  }
  json.end_array();
}

template <class Row>
task<reply> one_list(call_ptr c, const searched& in) {
  auto found = co_await c->run(look_for(*c, in, asked_for(*c)));
  std::string out;
  json_writer json{out};
  write_found<Row>(found[0], json);
  co_return json_reply(200, std::move(out));
}

task<reply> users(call_ptr c) {
  co_return co_await one_list<staff_row>(c, searched_people);
}
task<reply> search_documents(call_ptr c) {
  co_return co_await one_list<document_row>(c, papers);
}
task<reply> only_news(call_ptr c) {
  auto found = co_await c->run(look_for(*c, news, asked_for(*c)));
  std::string out;
  json_writer json{out};
  write_news(*c, found[0], json);
  co_return json_reply(200, std::move(out));
}

task<reply> messages(call_ptr c) {
  co_return co_await one_list<letter_row>(c, mail);
}

task<reply> forum(call_ptr c) {
  const auto words = asked_for(*c);
  auto found = co_await c->run(in_establishment(c->who.establishment.value,
                                                look_for(*c, searched_topics, words),
                                                look_for(*c, searched_posts, words)));
  std::string out;
  json_writer json{out};
  json.begin_object().key("topics").begin_array();
  for (std::size_t i = 0; i < found[0].size(); ++i)
    write_topic(*c, row_at<topic_row>(found[0], i), json);
  json.end_array().key("posts").begin_array();
  for (std::size_t i = 0; i < found[1].size(); ++i)
    write_post_row(row_at<post_row>(found[1], i), json);
  json.end_array().end_object();
  co_return json_reply(200, std::move(out));
}

task<reply> content(call_ptr c) {
  const auto words = asked_for(*c);
  auto found = co_await c->run(in_establishment(
      c->who.establishment.value, look_for(*c, news, words), look_for(*c, papers, words),
      look_for(*c, meetings, words), look_for(*c, media, words)));
  std::string out;
  json_writer json{out};
  json.begin_object().key("announcements");
  write_news(*c, found[0], json);
  json.key("documents");
  write_found<document_row>(found[1], json);
  json.key("events");
  write_found<event_row>(found[2], json);
  json.key("contents");
  write_found<content_row>(found[3], json);
  json.end_object();
  co_return json_reply(200, std::move(out));
}

constexpr endpoint search_rows[] = {
    {verb::get, "/api/search/users", signed_in, users, rate{60, std::chrono::seconds{60}}},
    {verb::get, "/api/search/content", signed_in, content, rate{60, std::chrono::seconds{60}}},
    {verb::get, "/api/search/documents", signed_in, search_documents,
     rate{60, std::chrono::seconds{60}}},
    {verb::get, "/api/search/announcements", signed_in, only_news,
     rate{60, std::chrono::seconds{60}}},
    {verb::get, "/api/search/messages", signed_in, messages, rate{60, std::chrono::seconds{60}}},
    {verb::get, "/api/search/forum", signed_in, forum, rate{60, std::chrono::seconds{60}}},
};

}  // namespace

std::span<const endpoint> search_routes() {
  return search_rows;
}

}  // namespace stoa::intrasphere
