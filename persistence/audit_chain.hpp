#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stoa {

/// An entry of the audit log as its hash reads it; nothing is NULL.
struct audit_link {
  std::string establishment;
  std::int64_t seq = 0;
  std::int64_t at = 0;  ///< microseconds since 1970
  std::optional<std::string> actor;
  std::optional<std::string> actor_name;
  std::string action;
  std::optional<std::string> kind;
  std::optional<std::string> subject;
  std::string details;
  std::optional<std::string> address;
  std::string previous;
  std::string hash;
};

/// How the log of an establishment should end.
struct audit_end {
  std::int64_t seq = 0;
  std::string hash;
};

/// What is wrong with a log.
enum class audit_damage : std::uint8_t {
  changed,    ///< the entry says something else than when it was written
  missing,    ///< entries before this one are gone
  reordered,  ///< the entry was written at another place, or it is none of this chain
  cut_off,    ///< the last entries are gone
};
[[nodiscard]] const char* name_of(audit_damage what) noexcept;

struct audit_break {
  audit_damage what = audit_damage::changed;
  std::int64_t seq = 0;  ///< the first entry that is wrong or gone
};

/// The SHA-256 of an entry in hexadecimal, as the database computes it (stoa_audit_hash).
[[nodiscard]] std::string audit_hash(const audit_link& entry);

/// Follows the log of one establishment from its first entry, in the order of `seq`.
class audit_check {
public:
  explicit audit_check(audit_end end) : end_(std::move(end)) {}

  /// Looks at the next entry; says what is wrong with it, after which nothing more can be told.
  [[nodiscard]] std::optional<audit_break> next(const audit_link& entry);
  /// There are no more entries.
  [[nodiscard]] std::optional<audit_break> finish() const;

  [[nodiscard]] std::int64_t checked() const noexcept { return seq_; }

private:
  [[nodiscard]] bool written_elsewhere(audit_link entry) const;

  audit_end end_;
  std::int64_t seq_ = 0;
  std::string hash_;
};

}  // namespace stoa
