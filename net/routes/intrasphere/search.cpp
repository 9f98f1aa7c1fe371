#include "net/routes/intrasphere/routes.hpp"
#include "schema/events.hpp"
#include "schema/intranet.hpp"
#include "schema/json_writer.hpp"

namespace stoa::intrasphere {

namespace {

constexpr std::size_t longest_search = 200;  // bytes

/// Something that can be searched: a table, and the text of a row that is looked into.
struct searched {
  const entity& what;
  const char* text;
  const char* only = "true";
};

const searched people{staff_entity,
                      "concat_ws(' ', display_name, username, email, department, position)",
                      "is_active"};
const searched news{announcement_entity, "concat_ws(' ', title, content)"};
const searched papers{document_entity, "concat_ws(' ', title, description)"};
const searched meetings{event_entity, "concat_ws(' ', title, description)"};
const searched media{content_entity,
                     "concat_ws(' ', title, description, array_to_string(tags, ' '))"};

// Accents and capitals do not matter. A part of the text counts as well as a word that is spelled
// nearly like the one that was asked for, and words of one French stem. The best come first.
statement look_for(const searched& in, const std::string& words) {
  const std::string text = in.text;
  return prepared(
      sql_text{"select " + sql::columns(in.what) + " from (select *, stoa_plain(" + text +
               ") as plain, to_tsvector('french', stoa_plain(" + text + ")) as stems from " +
               in.what.table + " where " + in.only +
               ") as found where strpos(plain, stoa_plain($1)) > 0"
               " or word_similarity(stoa_plain($1), plain) > 0.6"
               " or stems @@ plainto_tsquery('french', stoa_plain($1))"
               " order by (strpos(plain, stoa_plain($1)) > 0) desc,"
               " word_similarity(stoa_plain($1), plain) desc,"
               " ts_rank(stems, plainto_tsquery('french', stoa_plain($1))) desc, id limit 100"},
      words);
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
  for (std::size_t i = 0; i < found.size(); ++i)
    write_json(row_at<Row>(found, i), json, intrasphere_dialect);
  json.end_array();
}

template <class Row>
task<reply> one_list(call_ptr c, const searched& in) {
  auto found = co_await c->run(look_for(in, asked_for(*c)));
  std::string out;
  json_writer json{out};
  write_found<Row>(found[0], json);
  co_return json_reply(200, std::move(out));
}

task<reply> users(call_ptr c) {
  co_return co_await one_list<staff_row>(c, people);
}
task<reply> documents(call_ptr c) {
  co_return co_await one_list<document_row>(c, papers);
}
task<reply> announcements(call_ptr c) {
  co_return co_await one_list<announcement_row>(c, news);
}

task<reply> content(call_ptr c) {
  const auto words = asked_for(*c);
  auto found = co_await c->run(in_establishment(c->who.establishment.value, look_for(news, words),
                                                look_for(papers, words), look_for(meetings, words),
                                                look_for(media, words)));
  std::string out;
  json_writer json{out};
  json.begin_object().key("announcements");
  write_found<announcement_row>(found[0], json);
  json.key("documents");
  write_found<document_row>(found[1], json);
  json.key("events");
  write_found<event_row>(found[2], json);
  json.key("contents");
  write_found<content_row>(found[3], json);
  json.end_object();
  co_return json_reply(200, std::move(out));
}

constexpr endpoint rows_of_area[] = {
    {verb::get, "/api/search/users", signed_in, users, rate{60, std::chrono::seconds{60}}},
    {verb::get, "/api/search/content", signed_in, content, rate{60, std::chrono::seconds{60}}},
    {verb::get, "/api/search/documents", signed_in, documents, rate{60, std::chrono::seconds{60}}},
    {verb::get, "/api/search/announcements", signed_in, announcements,
     rate{60, std::chrono::seconds{60}}},
};

}  // namespace

std::span<const endpoint> search_routes() {
  return rows_of_area;
}

}  // namespace stoa::intrasphere
