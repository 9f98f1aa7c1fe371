#include "net/routes/intrasphere/parameters.hpp"
#include "net/routes/intrasphere/routes.hpp"
#include "schema/intranet.hpp"
#include "schema/json_writer.hpp"

namespace stoa::intrasphere {

namespace {

task<void> address(call_ptr c, std::shared_ptr<letter_row> row) {
  row->sender = c->who.user;
  auto to = co_await caught(person_of(c, row->recipient));
  if (!to && to.error().code != fault_code::not_found)
    throw fault_error(std::move(to.error()));
  if (!to || !to->is_active)
    throw refuse(fault_code::not_found, "Recipient not found");
}

const resource& letters();
task<void> deliver(call_ptr c, act what, std::shared_ptr<const letter_row> row) {
  if (what != act::create)
    co_return;
  std::string data;
  json_writer json{data};
  json.begin_object();
  write_members(*row, json, intrasphere_dialect);
  json.member("senderName", c->who.name).end_object();
  std::vector<user_id> to{row->recipient};
  publish(*c, "letter", std::move(data), notice_reach::people, std::move(to));
}

const resource& letters() {
  static const auto one = [] {
    deviations<letter_row> how;
    how.drafted = address;
    how.done = deliver;
    resource_options more;
    more.acts = act::list | act::create | act::remove;
    more.limits = sorted_by("-createdAt");
    more.tells_success = true;
    return resource::of<letter_row>("/api/messages", "message", intrasphere_dialect, how, more);
  }();
  return one;
}

std::vector<sql::equal> sent_by_me(const call& c) {
  std::vector<sql::equal> out;
  out.push_back({"sender_id", c.who.user.value});
  return out;
}

const resource& sent_letters() {
  static const auto one = [] {
    deviations<letter_row> how;
    how.only = sent_by_me;
    resource_options more;
    more.acts = act::list;
    more.limits = sorted_by("-createdAt");
    return resource::of<letter_row>("/api/messages/sent", "message", intrasphere_dialect, how,
                                    more);
  }();
  return one;
}

task<letter_row> letter_of(call_ptr c) {
  auto found = co_await c->run(bound(sql::find_any(letter_entity, c->who, c->path("id"))));
  if (found[0].empty())
    throw refuse(fault_code::not_found, "Message not found");
  co_return row_at<letter_row>(found[0], 0);
}

// The address holds a letter's id or, on the client's dashboard, one's own user id: then all of
// one's letters are meant.
task<reply> read(call_ptr c) {
  if (c->path("id") == c->who.user.value) {
    const auto wanted = letters().row(verb::get, "/api/messages", act::list);
    c->row = &wanted;
    co_return co_await forgiving_list(c);
  }
  auto letter = co_await caught(letter_of(c));
  if (!letter && letter.error().code == fault_code::not_found) {
    auto person = co_await caught(person_of(c, user_id{c->path("id")}));
    if (person)
      throw refuse(fault_code::forbidden, "Access denied");
  }
  if (!letter)
    throw fault_error(std::move(letter.error()));
  if (!permits(letter_entity.rules.read, c->who, *letter))
    throw refuse(fault_code::forbidden, "Access denied");
  std::string out;
  json_writer json{out};
  letters().write(*c, &*letter, json);
  co_return json_reply(200, std::move(out));
}

task<reply> mark_read(call_ptr c) {
  auto letter = co_await letter_of(c);
  if (!permits(letter_entity.rules.update, c->who, letter))
    throw refuse(fault_code::forbidden, "Access denied");
  co_await c->run(prepared("update letters set is_read = true where id = $1", letter.id));
  co_return json_reply(200, R"({"success":true})");
}

}  // namespace

std::span<const endpoint> letter_routes() {
  static const auto all = table({letters().rows(),
                                 sent_letters().rows(),
                                 {
                                     {verb::get, "/api/messages/{id}", signed_in, read},
                                     {verb::put, "/api/messages/{id}/read", signed_in, mark_read},
                                     {verb::patch, "/api/messages/{id}/read", signed_in, mark_read},
                                 }});
  return all;
}

}  // namespace stoa::intrasphere
