#include "net/routes/once.hpp"

#include "net/rows.hpp"

namespace stoa {

namespace {

// Keys are names of events, whatever the stream: one that founds something names the only event of
// a stream that nobody follows. It stands or falls with the rows of what is founded.
statement note_founding(const founding& what, const user_id& by, const std::string& key) {
  return prepared(
      "insert into stream_events (stream, seq, establishment_id, kind, author_id, client_key,"
      " subject, data, created_at) values ('founding:' || $2, 1, $1, $3, $4, $5, $2, '{}', now())",
      what.making.establishment, what.id, what.kind, by, key);
}

}  // namespace

task<std::optional<std::string>> founded_before(call_ptr c, const char* kind, std::string key) {
  std::optional<std::string> id;
  if (key.empty())
    co_return id;
  auto found = co_await c->run(
      prepared("select subject, stream = 'founding:' || subject and kind = $3 from stream_events"
               " where author_id = $1 and client_key = $2",
               c->who.user, key, kind));
  if (found[0].empty())
    co_return id;
  if (!found[0].cell(0, 0) || !found[0].flag(0, 1))
    throw fault_error(fault_code::conflict, "this key names something else already");
  id = found[0].text(0, 0);
  co_return id;
}

task<std::string> found_once(call_ptr c, founding what, std::string key) {
  if (!key.empty())
    what.making.statements.push_back(note_founding(what, c->who.user, key));
  auto done = co_await caught(c->run(std::move(what.making)));
  if (done)
    co_return what.id;
  if (key.empty() || !violates(done.error(), "stream_events_key"))
    throw fault_error(std::move(done.error()));
  auto first = co_await founded_before(c, what.kind, key);
  if (!first)
    throw fault_error(fault_code::conflict, "this key names something else already");
  co_return *first;
}

}  // namespace stoa
