#include "tools/bench/intranet.hpp"

#include "actors/people/tokens.hpp"
#include "persistence/pg/session.hpp"
#include "schema/dialects.hpp"
#include "schema/query.hpp"
#include "schema/sql.hpp"
#include "schema/staff.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <random>
#include <stdexcept>

namespace stoa::bench {

namespace {

constexpr std::size_t vocabulary = 3000;

// Words of French syllables, the same ones every time.
const std::vector<std::string>& words() {
  static const auto all = [] {
    constexpr const char* syllables[] = {
        "ba",  "re",  "mi", "to",  "lu",  "con", "tion", "ver", "pro", "ja", "men", "ser", "vi",
        "cha", "ran", "du", "pel", "ge",  "or",  "ga",   "ni",  "sa",  "fi", "que", "lo",  "tra",
        "ma",  "ter", "bu", "de",  "ren", "sou", "per",  "ca",  "ne",  "ti", "che", "mon", "eur"};
    std::mt19937 random{7};
    std::vector<std::string> out;
    for (std::size_t i = 0; i < vocabulary; ++i) {
      std::string word;
      for (auto left = 2 + random() % 3; left > 0; --left)
        word += syllables[random() % std::size(syllables)];
      out.push_back(word);
    }
    return out;
  }();
  return all;
}

void replace_all(std::string& in, const std::string& what, const std::string& with) {
  for (auto at = in.find(what); at != std::string::npos; at = in.find(what, at + with.size()))
    in.replace(at, what.size(), with);
}

std::string with_values(const statement_text& what) {
  auto out = what.sql;
  for (auto i = what.params.size(); i > 0; --i) {
    const auto& value = what.params[i - 1];
    auto text = value.value_or("");
    replace_all(text, "'", "''");
    replace_all(out, "$" + std::to_string(i), value ? "'" + text + "'" : "null");
  }
  return out;
}

}  // namespace

std::string request_for(const std::string& path, const std::string& token,
                        const std::string& etag) {
  auto out = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n";
  if (!token.empty())
    out += "Cookie: connect.sid=" + token + "\r\n";
  if (!etag.empty())
    out += "If-None-Match: " + etag + "\r\n";
  return out + "\r\n";
}

fetched fetch(std::uint16_t port, const std::string& path, const std::string& token) {
  namespace asio = boost::asio;
  asio::io_context context;
  asio::ip::tcp::socket socket{context};
  socket.connect({asio::ip::address_v4::loopback(), port});
  auto request = request_for(path, token, "");
  request.insert(request.size() - 2, "Connection: close\r\n");
  asio::write(socket, asio::buffer(request));
  std::string answer;
  boost::system::error_code ended;
  asio::read(socket, asio::dynamic_buffer(answer), ended);
  const auto head = answer.find("\r\n\r\n");
  const auto tag = answer.find("ETag: ");
  if (!answer.starts_with("HTTP/1.1 200") || head == std::string::npos || tag > head)
    throw std::runtime_error(path + " answered " + answer.substr(0, answer.find('\r')));
  return {answer.substr(head + 4), answer.substr(tag + 6, answer.find('\r', tag) - tag - 6)};
}

std::string intranet_people_sql(const std::vector<std::string>& tokens) {
  std::string out =
      "insert into establishments (id, name, slug) values ('est-bench', 'Bench', 'bench');"
      // The words of all of them are learnt at once; one by one takes minutes.
      " alter table users disable trigger users_learn;"
      " insert into users (id, establishment_id, email, username, password, first_name, last_name,"
      " department, \"position\", signs_in_by_name, created_at)"
      " select 'bench-' || i, 'est-bench', 'bench' || i || '@bench.invalid', 'bench.' || i, 'x',"
      " 'Prénom' || i % 97, 'Nom' || i % 331, 'Service ' || i % 40, 'Poste ' || i % 7, true,"
      " now() - i * interval '1 minute' from generate_series(1, 12000) as i;"
      " alter table users enable trigger users_learn;"
      " insert into search_words (establishment_id, word) select distinct 'est-bench', w.word"
      " from users u, unnest(tsvector_to_array(u.words)) as w (word)"
      " where u.establishment_id = 'est-bench' and length(w.word) between 3 and 40;"
      " insert into announcements (id, establishment_id, title, content, author_name)"
      " select 'bench-' || i, 'est-bench', 'Annonce ' || i, repeat('Du nouveau. ', 25), 'Bench'"
      " from generate_series(1, 20) as i;";
  for (std::size_t i = 0; i < tokens.size(); ++i)
    out += fmt::format(
        " insert into sessions (token_hash, id, user_id, establishment_id, expires_at)"
        " values ('{}', 'bench-{}', 'bench-{}', 'est-bench', now() + interval '1 day');",
        token_hash(tokens[i]), i + 1, i + 1);
  return out + " vacuum analyze;";
}

std::string intranet_letters_sql() {
  std::string all;
  for (const auto& word : words())
    all += word + ' ';
  all.pop_back();
  // The words are learnt at once instead of letter by letter, which takes longer.
  return fmt::format(
      "alter table letters disable trigger letters_learn;"
      " do $$ declare"
      "  word text[] := string_to_array('{}', ' '); about text; said text;"
      " begin for i in 1..100000 loop"
      "  about := ''; said := '';"
      "  for k in 1..5 loop about := about || word[1 + floor({} * random() ^ 1.5)::int] || ' ';"
      "  end loop;"
      "  for k in 1..40 loop said := said || word[1 + floor({} * random() ^ 1.5)::int] || ' ';"
      "  end loop;"
      "  insert into letters (id, establishment_id, sender_id, recipient_id, subject, content,"
      "   created_at) values ('bench-' || i, 'est-bench', 'bench-' || 1 + i % 200,"
      "   'bench-' || 1 + (i * 7 + i / 200) % 200, about, said, now() - i * interval '1 minute');"
      " end loop; end $$;"
      " insert into search_words (establishment_id, word) select distinct 'est-bench', w.word"
      " from letters l, unnest(tsvector_to_array(l.words)) as w (word)"
      " where l.establishment_id = 'est-bench' and length(w.word) between 3 and 40;"
      " alter table letters enable trigger letters_learn; vacuum analyze;",
      all, vocabulary, vocabulary);
}

std::string something_to_find(std::size_t number) {
  std::mt19937 random{static_cast<std::uint32_t>(number)};
  const auto one = [&] { return words()[50 + random() % 1000]; };
  auto out = one();
  if (number % 10 == 9)
    std::swap(out[out.size() / 2], out[out.size() / 2 - 1]);
  else if (number % 4 == 1)
    out += "%20" + one();
  else if (number % 4 == 2)
    out.resize(out.size() - 1);
  return out;
}

std::string people_page_sql() {
  const query_parameter asked[] = {
      {"department", "Service 7"}, {"sort", "-createdAt"}, {"page", "3"}, {"limit", "20"}};
  list_limits limits;
  limits.usual = 5'000;
  limits.most = 100;
  const auto query = read_query(staff_entity, intrasphere_dialect, asked, limits);
  if (!query)
    throw std::runtime_error(query.error().text);
  scope who;
  who.user = user_id{"bench-1"};
  who.establishment = establishment_id{"est-bench"};
  who.rank = role::learner;
  const sql::equal active[] = {{"is_active", "true"}};
  return "\\startpipeline\n" + with_values(sql::list(staff_entity, who, *query, active)) + ";\n" +
         with_values(sql::count(staff_entity, who, *query, active)) + ";\n\\endpipeline";
}

std::string intranet_connection(const std::string& application) {
  auto options = pg::keyword(application, "options");
  if (!options)
    throw std::runtime_error(options.error().text);
  auto out = pg::with_keywords(
      application, {{"options", options->value_or("") + " -c stoa.establishment=est-bench"}});
  if (!out)
    throw std::runtime_error(out.error().text);
  return *out;
}

}  // namespace stoa::bench
