#pragma once

#include "schema/entity.hpp"

namespace stoa::samples {

enum class flavour : std::uint8_t { sweet = 0, sour = 1 };

using dish_id = id<struct dish_tag>;

/// A row with a member of every type that can be described.
struct dish {
  dish_id id;
  establishment_id establishment;
  user_id author;
  std::string name;
  std::optional<std::string> note;
  bool is_public = false;
  std::int32_t stars = 3;
  std::int64_t eaten = 0;
  double weight = 0.5;
  decimal<10, 2> price;
  flavour taste = flavour::sweet;
  std::string status = "draft";
  std::vector<std::string> tags;
  std::optional<std::vector<std::string>> aliases;
  std::optional<json_text> extra;
  std::optional<iso_time> served_at;
  epoch_ms cooked_at;
  std::string secret = "sauce";
  iso_time created_at;
  iso_time updated_at;

  friend bool operator==(const dish&, const dish&) = default;
};
extern const entity dish_entity;
inline const entity& description_of(const dish*) {
  return dish_entity;
}

/// Somebody of this rank in an establishment.
[[nodiscard]] scope person(const char* user, role rank, const char* establishment = "e1");

/// Respells two words and one habit.
extern const dialect french;

}  // namespace stoa::samples

namespace stoa {
template <>
struct spelling<samples::flavour> {
  static constexpr std::string_view family = "flavour";
  static constexpr std::string_view words[] = {"sweet", "sour"};
};
}  // namespace stoa
