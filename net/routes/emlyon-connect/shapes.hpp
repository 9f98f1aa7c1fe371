#pragma once

#include "actors/checkins/lists.hpp"
#include "net/endpoint.hpp"
#include "schema/people.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What the rows of this contract share: its envelopes, things as its clients read them, and bodies
/// as they send them.
namespace stoa::emlyon {

// -- answers ----

/// `{"success":true,"message":…,"data":…}`: `message` is left out when empty, and so is `data`.
[[nodiscard]] reply success(int status, std::string_view message, std::string_view data = {});
/// An error with this family's own text; what begins with a capital is shown as it is.
[[nodiscard]] fault_error refuse(fault_code code, std::string text);

// -- things ----

/// A picture's address: a path on this server becomes absolute by the public base; somebody without
/// a picture gets one drawn for their id.
[[nodiscard]] std::string absolute_avatar(std::string_view base, const std::string& avatar,
                                          const user_id& of);
[[nodiscard]] std::string drawn_avatar(const user_id& of);

/// `base` is `site::public_base`.
void write_check_in(const check_in& what, std::string_view base, json_writer& out);
void write_event(const campus_event& what, std::string_view base, json_writer& out);
void write_check_ins(const check_in_list& all, std::string_view base, json_writer& out);
void write_events(const event_list& all, std::string_view base, json_writer& out);

/// A person as the contract has it.
struct member {
  user_id id;
  std::string email;
  std::string name;
  std::string promotion;
  std::string avatar;
  iso_time created_at;
  iso_time updated_at;
};
/// The columns of `users` that `member_at` reads.
inline constexpr std::string_view member_columns =
    "id, email, concat_ws(' ', first_name, last_name), coalesce(department, ''),"
    " coalesce(profile_image_url, ''), created_at, updated_at";
[[nodiscard]] member member_at(const rows& from, std::size_t row);

/// What of a person is written.
enum class shown : std::uint8_t { to_others, to_self, with_update };
void write_member(const member& who, std::string_view base, shown how, json_writer& out);

/// The two halves of a name in the shared people: before the first blank, and after it.
[[nodiscard]] std::string first_name_of(std::string_view name);
[[nodiscard]] std::optional<std::string> last_name_of(std::string_view name);

/// How this site's followers read a campus.
[[nodiscard]] campus_view_ptr view_for(const std::string& base);

// -- what clients send ----

/// One member of a body.
struct wish {
  enum class kind : std::uint8_t {
    text,     ///< trimmed, not blank
    email,    ///< trimmed and in lower case
    secret,   ///< as it is, of `low` bytes at least
    address,  ///< http or https
    number,   ///< between `low` and `high`
    moment,   ///< ISO 8601, or milliseconds since 1970 as a number or as text
  };
  std::string_view name;
  const char* missing;  ///< said when it is absent, blank or of another type
  const char* wrong;    ///< said when it is too long or holds what it may not
  kind type = kind::text;
  std::size_t most = 0;  ///< code points of a text, bytes of a secret
  bool markup = false;   ///< whether `<` and `>` may be in it: clients build pages from texts
  bool required = true;
  bool nullable = false;  ///< null stays null
  double low = 0;
  double high = 0;
  bool looked_for = false;  ///< an e-mail address that is compared and not kept
};
/// Whether members may be left out.
enum class how_much : bool { all, some };

/// The body with these members and no others, tidied: texts trimmed, moments as numbers. Throws 400
/// with every complaint, in the order of the wishes. The body may be a form.
[[nodiscard]] json tidied(call& c, std::span<const wish> wishes, how_much wanted);

}  // namespace stoa::emlyon
