#include "actors/load_data.hpp"

#include "actors/people/tokens.hpp"
#include "persistence/protocol.hpp"
#include "schema/array_literal.hpp"
#include "schema/ids.hpp"
#include "schema/json_writer.hpp"
#include "schema/scope.hpp"

#include <algorithm>

namespace stoa {

namespace {

constexpr std::uint32_t smallest_group = 2;  // the check of study_groups.max_members
constexpr std::uint32_t biggest_group = 1000;
constexpr std::uint32_t most_users = 200'000;
constexpr std::size_t rows_at_once = 5000;

/// One parameter for each column, filled row by row.
class columns {
public:
  explicit columns(std::size_t count) : cells_(count) {}
  void add(std::initializer_list<std::string> row) {
    auto to = cells_.begin();
    for (const auto& each : row)
      (to++)->push_back(each);
  }
  [[nodiscard]] std::size_t rows() const { return cells_.front().size(); }
  [[nodiscard]] std::vector<sql_value> take() {
    std::vector<sql_value> out;
    for (auto& each : cells_) {
      out.emplace_back(to_array_literal(each));
      each.clear();
    }
    return out;
  }

private:
  std::vector<std::vector<std::string>> cells_;
};

/// Collects rows for one INSERT and starts a transaction whenever there are enough.
class bulk {
public:
  bulk(std::vector<transaction>& to, sql_text text, std::size_t count)
      : to_(to), text_(std::move(text)), cells_(count) {}
  ~bulk() = default;
  bulk(const bulk&) = delete;
  bulk& operator=(const bulk&) = delete;

  void add(std::initializer_list<std::string> row) {
    cells_.add(row);
    if (cells_.rows() == rows_at_once)
      done();
  }
  void done() {
    if (cells_.rows() == 0)
      return;
    auto next = in_establishment(std::string{platform_scope}, statement{text_, cells_.take()});
    next.within_ms = 60'000;
    to_.push_back(std::move(next));
  }

private:
  std::vector<transaction>& to_;
  sql_text text_;
  columns cells_;
};

void add_users(std::vector<transaction>& to, const load_people& who, const std::string& password) {
  bulk rows{to,
            "insert into users (id, establishment_id, email, username, password, first_name,"
            " last_name, role, is_email_verified)"
            " select u.id, 'est-load', u.id || '@load.invalid', u.id, u.password, 'Load', u.number,"
            " 'learner', true from unnest($1::text[], $2::text[], $3::text[])"
            " as u(id, password, number) on conflict do nothing",
            3};
  std::size_t number = 0;
  for (const auto& each : who.users)
    rows.add({each.id, password, std::to_string(++number)});
  rows.done();
}

void add_sessions(std::vector<transaction>& to, const load_people& who) {
  bulk rows{to,
            "insert into sessions (token_hash, id, user_id, establishment_id, expires_at)"
            " select s.hash, s.id, s.who, 'est-load', now() + interval '7 days'"
            " from unnest($1::text[], $2::text[], $3::text[]) as s(hash, id, who)",
            3};
  for (const auto& each : who.users)
    rows.add({token_hash(each.token), fresh_uuid(), each.id});
  rows.done();
}

void add_groups(std::vector<transaction>& to, const load_people& who) {
  bulk rooms{to,
             "insert into rooms (id, establishment_id, kind, name, is_public, created_by)"
             " select g.id, 'est-load', 'group', g.id, false, g.who"
             " from unnest($1::text[], $2::text[]) as g(id, who) on conflict do nothing",
             2};
  for (const auto& each : who.groups)
    rooms.add({each.id, who.users[each.members.front()].id});
  rooms.done();
  bulk groups{to,
              "insert into study_groups (id, establishment_id, created_by, name, max_members)"
              " select g.id, 'est-load', g.who, g.id, g.most::int"
              " from unnest($1::text[], $2::text[], $3::text[]) as g(id, who, most)"
              " on conflict do nothing",
              3};
  for (const auto& each : who.groups)
    groups.add({each.id, who.users[each.members.front()].id, std::to_string(each.members.size())});
  groups.done();
}

void add_members(std::vector<transaction>& to, const load_people& who) {
  bulk rows{to,
            "insert into room_members (room_id, user_id, id, establishment_id, role)"
            " select m.room, m.who, m.id, 'est-load', m.role"
            " from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as m(room, who, id, role)"
            " on conflict do nothing",
            4};
  for (const auto& group : who.groups)
    for (const auto index : group.members) {
      const auto& user = who.users[index].id;
      rows.add({group.id, user, "member-" + group.id + "-" + user,
                index == group.members.front() ? "admin" : "member"});
    }
  rows.done();
}

}  // namespace

outcome<load_people> plan_load(const load_size& size) {
  if (size.users < smallest_group || size.users > most_users)
    return fail(fault_code::invalid, "users: 2 to " + std::to_string(most_users));
  if (size.groups == 0 || size.groups > size.users)
    return fail(fault_code::invalid, "groups: 1 to the number of users");
  const auto shared = size.per_group == 0;
  const auto most = shared ? (size.users + size.groups - 1) / size.groups : size.per_group;
  const auto least = shared ? size.users / size.groups : size.per_group;
  if (least < smallest_group || most > biggest_group || most > size.users)
    return fail(fault_code::invalid, "a group has 2 to 1000 members, each of them once");
  load_people out;
  out.users.reserve(size.users);
  for (std::uint32_t i = 0; i < size.users; ++i)
    out.users.push_back({"load-user-" + std::to_string(i + 1), fresh_token()});
  for (std::uint32_t g = 0; g < size.groups; ++g) {
    load_group next{"load-group-" + std::to_string(g + 1), {}};
    if (shared)
      for (auto i = g; i < size.users; i += size.groups)
        next.members.push_back(i);
    else
      for (std::uint32_t k = 0; k < size.per_group; ++k)
        next.members.push_back(
            static_cast<std::uint32_t>((std::uint64_t{g} * size.per_group + k) % size.users));
    out.groups.push_back(std::move(next));
  }
  return out;
}

std::vector<transaction> load_data(const load_people& who, const std::string& password_hash) {
  std::vector<transaction> out;
  out.push_back(in_establishment(
      std::string{platform_scope},
      prepared("insert into establishments (id, name, slug, description)"
               " values ('est-load', 'Load test', 'load', 'Written by stoa seed load')"
               " on conflict do nothing")));
  add_users(out, who, password_hash);
  add_sessions(out, who);
  add_groups(out, who);
  add_members(out, who);
  return out;
}

std::string load_people_as_json(const load_people& who) {
  std::string out;
  json_writer json{out};
  json.begin_object().key("users").begin_array();
  for (const auto& each : who.users)
    json.begin_object().member("id", each.id).member("token", each.token).end_object();
  json.end_array().key("groups").begin_array();
  for (const auto& group : who.groups) {
    json.begin_object().member("id", group.id).key("members").begin_array();
    for (const auto index : group.members)
      json.value(who.users[index].id);
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return out;
}

}  // namespace stoa
