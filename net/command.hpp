#pragma once

#include "net/endpoint.hpp"
#include "net/rows.hpp"
#include "schema/json_writer.hpp"

#include <string_view>
#include <type_traits>
#include <utility>

namespace stoa {

/// How the owner behind a kind of handle is found. Each kind that answers route rows specialises it
/// with `name`, the `{name}` of a path that holds the owner's id, and `find(call, id)`.
template <class Handle>
struct owner_of;

/// What else is true of a command's row.
struct command_options {
  rate limit = {};
  int status = 200;                         ///< when it went well
  const dialect* habits = &native_dialect;  ///< how its members are spelled
};

/// Fills a described command from the path (fields that the server sets), from the body, and for
/// GET and DELETE from the query. Members that nothing describes are refused where the dialect
/// minds. Throws `invalid` with every complaint.
void read_command(call& c, void* into);

/// Keeps the facts of a row as long as the program runs.
[[nodiscard]] const row_facts* keep(row_facts facts);

/// Answers a described row as it is described.
template <described Answer>
reply show_described(const call& c, const Answer& what) {
  std::string out;
  json_writer json{out};
  write_json(what, json, *c.row->facts->habits);
  return json_reply(c.row->facts->status, std::move(out));
}

/// The function of a row that asks an owner: `Show` makes the answer, or null where the owner
/// answers with a described row, or with nothing (204).
template <described Command, class Handle, auto Show>
task<reply> run_command(call_ptr c) {
  Command what{};
  read_command(*c, &what);
  auto owner = owner_of<Handle>::find(*c, c->path(owner_of<Handle>::name));
  using answer = typename decltype(c->asked(owner, std::move(what)))::answer;
  if constexpr (std::is_void_v<answer>) {
    co_await c->asked(owner, std::move(what));
    co_return reply{204};
  } else {
    auto said = co_await c->asked(owner, std::move(what));
    if constexpr (std::is_null_pointer_v<decltype(Show)>)
      co_return show_described(*c, said);
    else
      co_return Show(*c, said);
  }
}

/// A row that hands a command to its owner: `on<archive_room, room_actor>(verb::patch,
/// "/api/v1/rooms/{room}", signed_in)`. The handler is the one line in the owner's
/// `make_behavior`; a command that the owner does not know does not compile.
template <described Command, class Handle, auto Show = nullptr>
[[nodiscard]] endpoint on(verb method, std::string_view path, access who,
                          command_options more = {}) {
  row_facts facts;
  facts.does = entity_of<Command>().name;
  facts.takes = &entity_of<Command>();
  facts.habits = more.habits;
  facts.status = more.status;
  facts.owner = owner_of<Handle>::name;
  endpoint out{method, path, who, run_command<Command, Handle, Show>, more.limit};
  out.facts = keep(facts);
  return out;
}

}  // namespace stoa
