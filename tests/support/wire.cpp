#include "tests/support/wire.hpp"

#include "actors/checkins/protocol.hpp"
#include "actors/forum/protocol.hpp"
#include "actors/groups/protocol.hpp"
#include "actors/intranet/protocol.hpp"
#include "actors/jobs/protocol.hpp"
#include "actors/media/protocol.hpp"
#include "actors/people/protocol.hpp"
#include "persistence/protocol.hpp"

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/byte_buffer.hpp>
#include <caf/detail/meta_object.hpp>
#include <caf/span.hpp>

#include <cstddef>
#include <cstdlib>
#include <memory>

namespace stoa::testing {

namespace {

template <class Block>
void add_block(std::vector<caf::type_id_t>& to) {
  for (auto id = Block::begin; id < Block::end; ++id)
    to.push_back(id);
}

std::string text_of(const caf::byte_buffer& from) {
  return {reinterpret_cast<const char*>(from.data()), from.size()};
}

using sample_map = std::map<caf::type_id_t, std::string>;

template <class T>
void add(sample_map& to, const T& filled) {
  caf::byte_buffer bytes;
  caf::binary_serializer sink{nullptr, bytes};
  if (!sink.apply(filled))
    std::abort();
  to.emplace(caf::type_id_v<T>, text_of(bytes));
}

void add_core(sample_map& to) {
  auto why = fail(fault_code::too_many, "too many requests", "23505 users_email_key: duplicate");
  why.complaints = {{"email", "is taken"}, {"", "the body must be a JSON object"}};
  why.retry_after = 30;
  add(to, why);
  add(to, fault_code::conflict);
  add(to, role::manager);
  scope who;
  who.establishment = establishment_id{"demo"};
  who.user = user_id{"ana"};
  who.session = session_id{"s-1"};
  who.rank = role::trainer;
  who.name = "Ana Lu\xc3\xads";
  who.trace = "0123456789abcdef";
  add(to, who);
}

void add_persistence(sample_map& to) {
  const auto insert = prepared("insert into rooms values ($1, $2, $3)", "r", std::nullopt, 7);
  add(to, insert);
  add(to, in_establishment("demo", insert, prepared("select 1")));
  rows found;
  found.shape(2, 2);
  found.add("ana", 3);
  found.add_null();
  found.add("", 0);
  found.add("42", 2);
  add(to, found);
  add(to, results{{found, rows{}}});
  add(to, pool_status{8, 1, 2, 300, 4});
  add(to, how_is_the_pool{});
}

void add_people(sample_map& to) {
  add(to, end_session{"signed out"});
  add(to, refresh_session{});
  add(to, deliver_notification{R"({"id":"n-1","title":"Bonjour"})"});
  add(to, note_presence{user_id{"ana"}, session_id{"s-1"}, "Ana", true});
}

void add_groups(sample_map& to) {
  add(to, read_history{40, std::nullopt, 20});
  say_in_room words;
  words.text = "hello";
  words.key = "k-1";
  words.metadata = R"({"a":1})";
  words.reply_to = message_id{"m-1"};
  words.mentions = {user_id{"bob"}, user_id{"cid"}};
  add(to, words);
  add(to, edit_message{message_id{"m-1"}, "better", "k-2"});
  add(to, delete_message{message_id{"m-1"}, "k-3"});
  add(to, react_to_message{message_id{"m-1"}, "\xf0\x9f\x91\x8d", true, "k-4"});
  add(to, mark_read{77});
  add(to, admit_member{user_id{"bob"}, "moderator", 50});
  add(to, remove_member{user_id{"bob"}});
  add(to, set_member_role{user_id{"bob"}, "admin"});
  add(to, archive_room{true});
  add(to, set_room_rules{true, false, true, false, true});
  add(to, list_members{});
  add(to, find_member{user_id{"bob"}});
  add(to, note_activity{});
  add(to, member_gone{user_id{"bob"}});
  add(to, join_group{user_id{"ana"}});
  add(to, leave_group{user_id{"ana"}});
  add(to, appoint_in_group{user_id{"ana"}, "moderator"});
  add(to, archive_group{});
  add(to, show_group{});
  add(to, create_board{"Plan", "{}", "k-7"});
  add(to, draw_on_board{"k-5", R"({"op":"set","id":"a","value":1})"});
  add(to, replace_board{"k-6", "{}", std::nullopt, false});
  add(to, show_board{});
}

void add_jobs(sample_map& to) {
  add(to, run_job{12, "demo", "mail", R"({"to":"ana@example.org"})", 2, 1'767'604'800'000'000});
  add(to, look_for_jobs{});
}

void add_checkins(sample_map& to) {
  add(to, check_out{check_in_id{"c-1"}});
  add(to, read_campus{});
  add(to, where_is{user_id{"ana"}});
  add(to, events_changed{});
  add(to, person_changed{user_id{"ana"}});
  add(to, forget_person{user_id{"ana"}});
}

void add_intranet(sample_map& to) {
  add(to, publish_notice{"letter", "{}", notice_reach::people, {user_id{"ana"}, user_id{"bob"}}});
}

void add_forum(sample_map& to) {
  add(to, show_topic{true});
  add(to, write_post{"Bonjour", true, post_id{"p-1"}, {"https://example.org/a"}, "k-7"});
  add(to, edit_post{post_id{"p-1"}, "Bonsoir", "k-8"});
  add(to, remove_post{post_id{"p-1"}, "k-9"});
  add(to, like_post{post_id{"p-1"}, "love", false, "k-10"});
  add(to, judge_post{post_id{"p-1"}, false});
  add(to, approve_topic{});
  add(to, remove_topic{});
  add(to, likes{true, 7});
}

void add_media(sample_map& to) {
  add(to, shape_picture{"/in", "/out", 512, true, true});
  add(to, shaped_picture{".jpg", 512, 384});
  add(to, run_bucket_errand{});
}

}  // namespace

std::vector<caf::type_id_t> wire_types() {
  std::vector<caf::type_id_t> out;
  add_block<caf::id_block::stoa_core>(out);
  add_block<caf::id_block::stoa_persistence>(out);
  add_block<caf::id_block::stoa_people>(out);
  add_block<caf::id_block::stoa_groups>(out);
  add_block<caf::id_block::stoa_jobs>(out);
  add_block<caf::id_block::stoa_intranet>(out);
  add_block<caf::id_block::stoa_forum>(out);
  add_block<caf::id_block::stoa_checkins>(out);
  add_block<caf::id_block::stoa_media>(out);
  return out;
}

std::string wire_type_name(caf::type_id_t of) {
  const auto name = caf::detail::global_meta_object(of)->type_name;
  return {name.begin(), name.end()};
}

sample_map wire_samples() {
  sample_map out;
  add_core(out);
  add_persistence(out);
  add_people(out);
  add_groups(out);
  add_jobs(out);
  add_checkins(out);
  add_intranet(out);
  add_forum(out);
  add_media(out);
  return out;
}

wire_reading read_wire(caf::type_id_t as, std::string_view bytes) {
  const auto& type = *caf::detail::global_meta_object(as);
  // As CAF holds the elements of a message: raw storage of the padded size, made and unmade by the
  // type's own functions.
  std::unique_ptr<std::byte[]> storage{new std::byte[type.padded_size]};
  type.default_construct(storage.get());
  wire_reading out;
  caf::binary_deserializer source{
      nullptr, caf::make_span(reinterpret_cast<const caf::byte*>(bytes.data()), bytes.size())};
  out.accepted = type.load_binary(source, storage.get());
  if (out.accepted) {
    caf::byte_buffer again;
    caf::binary_serializer sink{nullptr, again};
    if (!type.save_binary(sink, storage.get()))
      std::abort();
    out.again = text_of(again);
    type.stringify(out.shown, storage.get());
  }
  type.destroy(storage.get());
  return out;
}

}  // namespace stoa::testing
