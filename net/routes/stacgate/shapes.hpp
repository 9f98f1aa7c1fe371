#pragma once

#include "actors/groups/events.hpp"
#include "net/endpoint.hpp"
#include "net/rows.hpp"
#include "persistence/protocol.hpp"
#include "schema/dialects.hpp"
#include "schema/entity.hpp"
#include "schema/people.hpp"
#include "schema/sql.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What the rows of StacGate's contract share: rows as its clients read them, parameters as they
/// send them.
namespace stoa::stacgate {

// -- rows out of the database ----

/// `id, first_name, last_name, email, profile_image_url` at `first`, as a person.
[[nodiscard]] person person_at(const rows& from, std::size_t row, std::size_t first);

// -- JSON ----

/// A user without its password: names are never null, `avatar` repeats the picture.
void write_user(user_row who, json_writer& out);
/// The members of one, into an object that is open.
void write_user_members(user_row& who, json_writer& out);
/// `{id, firstName, lastName, profileImageUrl}` with texts for both names, and `email` if wanted.
enum class with_email : bool { no, yes };
void write_person(const person& who, json_writer& out, with_email how = with_email::no);

/// `{"message": …, "success": true}`: what a removal answers.
[[nodiscard]] reply done_reply(std::string_view text);
/// 302.
[[nodiscard]] reply redirect(std::string_view where);

// -- what clients send ----

/// A member of a body that a row grants, and the name that the description has for it.
struct grant {
  std::string_view name;
  std::string_view as;
};
/// Which granted members count as not said, so that their defaults hold.
enum class unsaid : std::uint8_t { absent, null, empty };  // each includes those before it
/// The granted members of a body and nothing else, so that what a row does not grant is ignored. Of
/// two names for one thing the first one counts.
[[nodiscard]] json granted(json_value from, std::span<const grant> names,
                           unsaid which = unsaid::absent);
/// Throws 400 unless a member is absent, null or an object.
void need_object(json_value said, std::string_view name);
/// A member's text, or nothing when it is absent or null; throws 400 for anything else.
[[nodiscard]] std::optional<std::string> text_member(json_value said, std::string_view name);
/// The same for true and false.
[[nodiscard]] std::optional<bool> flag_member(json_value said, std::string_view name);
/// 400 that names a member.
[[nodiscard]] fault_error refuse_member(std::string_view name, std::string_view what);

/// A text parameter of the query; empty when it is absent.
[[nodiscard]] std::string parameter(const call& c, std::string_view name);
/// A number of the query between `low` and `high`; throws 400 for anything else.
[[nodiscard]] std::int64_t number_parameter(const call& c, std::string_view name,
                                            std::int64_t usual, std::int64_t low,
                                            std::int64_t high);

/// Which part of a list is wanted: all of it (1000 rows at most), or a page when the query says so.
struct paging {
  std::int64_t limit = 1000;
  std::int64_t offset = 0;
  bool asked = false;
};
[[nodiscard]] paging paging_of(const call& c);
/// Adds `X-Total-Count` and `X-Total-Pages` when a page was asked for.
void add_totals(reply& to, const paging& page, std::int64_t total);

/// A text pattern for `LIKE`: the words themselves, anywhere.
[[nodiscard]] std::string anywhere(std::string_view words);

/// Whether the establishment named in an address or parameter is the caller's; throws 403 if not.
/// The platform's administrators may name any.
void need_own_establishment(const scope& who, std::string_view establishment);

}  // namespace stoa::stacgate
