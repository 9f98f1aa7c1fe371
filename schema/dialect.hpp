#pragma once

#include "schema/json_writer.hpp"
#include "schema/outcome.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace stoa {

/// How a list of rows looks on the wire.
enum class list_shape : std::uint8_t {
  bare_array,   ///< `[…]`; where the next page starts goes into headers
  page_object,  ///< `{"items": […], "nextCursor": …}` with the dialect's own key names
};

/// What happens to members of a request that nothing describes, or that are not the client's.
enum class unknown_keys : std::uint8_t { ignore, refuse };

/// How moments are spelled, whatever the member's type says.
enum class moment_spelling : std::uint8_t {
  typed,     ///< `iso_time` as ISO 8601, `epoch_ms` as a number
  epoch_ms,  ///< all of them as milliseconds since 1970
};

/// One word of a closed set that a client family spells in its own way: `{"role", "learner",
/// "apprenant"}`.
struct respelling {
  std::string_view family;
  std::string_view ours;
  std::string_view theirs;
};

/// The names of the keys in an error body; an empty name leaves that key out.
struct error_keys {
  std::string_view text = "message";
  std::string_view text_again;       ///< a second key with the same text, where clients read either
  std::string_view code = "code";    ///< `name_of(fault_code)`
  std::string_view list = "errors";  ///< `[{path, message}]`, only when there are complaints
  std::string_view path = "path";    ///< inside `list`
  std::string_view said = "message";  ///< inside `list`
};

/// The names of the query parameters that are not filters; an empty name is not offered.
struct query_keys {
  std::string_view sort = "sort";      ///< `-createdAt,name`
  std::string_view sort_by;            ///< one field, where clients send two parameters
  std::string_view sort_order;         ///< `asc` or `desc`, beside `sort_by`
  std::string_view limit = "limit";    ///< rows a page
  std::string_view cursor = "cursor";  ///< where the last page ended
  std::string_view page;               ///< 1, 2, 3 …, where clients count pages
};

/// The names of the keys around a list in a page object.
struct page_keys {
  std::string_view items = "items";
  std::string_view next = "nextCursor";
};

/// What a family's clients are told about rows; `{thing}` and `{Thing}` stand for what the row is.
struct row_texts {
  std::string_view invalid = {};  ///< above the complaints; empty: the first complaint's text
  std::string_view missing = "no such {thing}";
  std::string_view refused = "not allowed";   ///< whatever the row
  std::string_view not_this = "not allowed";  ///< for this row
  std::string_view taken = "such a {thing} exists already";
  std::string_view dangling = "the {thing} refers to something that does not exist, or is in use";
  std::string_view removed = {};  ///< answers a removal; empty: 204 without a body
};

/// The habits of one client family, as data. Owners never see it; `net` picks it by site.
struct dialect {
  std::string_view name = "stoa";
  list_shape lists = list_shape::page_object;
  unknown_keys unknown = unknown_keys::refuse;
  moment_spelling moments = moment_spelling::typed;
  /// Forms send "" for what was left empty: null for what may be null and cannot be an empty text.
  bool empty_is_null = false;
  /// null for what has a value of its own when nobody says one (`tags`, `priority`) is the same as
  /// leaving it out.
  bool null_is_unsaid = false;
  error_keys errors = {};
  query_keys query = {};
  page_keys page = {};
  std::span<const respelling> words = {};
  row_texts says = {};

  /// How this family spells a word of ours; the word itself when it has no spelling of its own.
  [[nodiscard]] std::string_view spell(std::string_view family,
                                       std::string_view ours) const noexcept;
  /// Our word for theirs. A word of ours that they respell is not theirs and comes back empty.
  [[nodiscard]] std::string_view understand(std::string_view family,
                                            std::string_view theirs) const noexcept;
};

/// Stoa's own habits.
extern const dialect native_dialect;

/// A text of `row_texts` about this thing: "no such {thing}" becomes "no such course".
[[nodiscard]] std::string about(std::string_view text, std::string_view thing);

/// The body of an error answer. Only what may be seen leaves: never `fault::cause`.
void write_fault(const dialect& habits, const fault& why, json_writer& out);

}  // namespace stoa
