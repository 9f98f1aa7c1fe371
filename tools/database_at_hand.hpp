#pragma once

#include "config/settings.hpp"
#include "persistence/embedded.hpp"
#include "schema/outcome.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace stoa {

/// The database of some settings, for a command: the one given, else the private one. A private one
/// that a running server holds is used beside it; one that nobody holds is started for as long as
/// this lives. It is brought up to date, unless a server has done that.
class database_at_hand {
public:
  [[nodiscard]] static outcome<database_at_hand> open(const settings& set);

  /// Connection string of the tables' owner.
  [[nodiscard]] const std::string& owner() const noexcept { return owner_; }
  /// Connection string of the role that serves requests.
  [[nodiscard]] const std::string& application() const noexcept { return application_; }
  /// Whether a running server holds the private database.
  [[nodiscard]] bool is_served() const noexcept { return is_served_; }

private:
  std::unique_ptr<embedded_postgres> own_;
  std::string owner_;
  std::string application_;
  bool is_served_ = false;
};

/// A number as a database writes it; 0 when it is none.
[[nodiscard]] std::int64_t number_in(const std::string& text);

}  // namespace stoa
