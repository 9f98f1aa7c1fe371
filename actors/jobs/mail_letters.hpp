#pragma once

#include "schema/outcome.hpp"

#include <map>
#include <string>
#include <string_view>

/// What mails say, in the languages they are said in. Nothing here is an actor.
namespace stoa {

/// The letters by the names that jobs give them.
inline constexpr std::string_view welcome_letter = "welcome";
inline constexpr std::string_view registration_letter = "registration";
inline constexpr std::string_view password_reset_letter = "password_reset";
inline constexpr std::string_view seat_taken_letter = "seat_taken";
inline constexpr std::string_view seat_freed_letter = "seat_freed";
inline constexpr std::string_view seat_left_letter = "seat_left";
inline constexpr std::string_view notification_letter = "notification";

enum class mail_language { french, english };

/// `en` is English; whatever else somebody's settings say, French.
[[nodiscard]] mail_language language_named(std::string_view name) noexcept;

/// The facts of a letter by name: `name`, `link`, `training` …; one that is missing reads as empty.
using letter_facts = std::map<std::string, std::string, std::less<>>;

/// A letter in both of its forms, with a subject of one line.
struct written_letter {
  std::string subject;
  std::string text;
  std::string html;
};

/// Writes the letter of that name; `not_found` when there is none. Facts are text, never HTML, and
/// are not searched for placeholders.
[[nodiscard]] outcome<written_letter> write_letter(std::string_view name, mail_language language,
                                                   const letter_facts& facts);

}  // namespace stoa
