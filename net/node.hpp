#pragma once

#include "actors/demo.hpp"
#include "config/settings.hpp"
#include "schema/outcome.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace caf {
class actor_system;
}

namespace stoa {

class house;
class server;

/// An origin that is being served.
struct open_site {
  std::string edition;
  std::uint16_t port = 0;
  std::string address;                  ///< `http://127.0.0.1:5000`
  std::vector<demo_account> demo = {};  ///< whom a demo lets in there
};

/// One running Stoa: database, actors and ports, started in this order and drained in reverse. The
/// server program, the tests and the benchmarks all run this.
class node {
public:
  /// Starts everything that the settings name. `progress` is told each step in a few words.
  [[nodiscard]] static outcome<std::unique_ptr<node>> start(
      const settings& how, std::function<void(const std::string&)> progress = {});
  ~node();
  node(const node&) = delete;
  node& operator=(const node&) = delete;

  /// Drains: no new connections, requests in flight finish, sockets close with 1012, everything is
  /// flushed, PostgreSQL stops if it is ours. Safe to call twice.
  void stop();

  [[nodiscard]] const std::vector<open_site>& sites() const noexcept;
  [[nodiscard]] house& actors() noexcept;
  [[nodiscard]] caf::actor_system& system() noexcept;
  [[nodiscard]] server& edge() noexcept;
  /// Whether the database is a demo's: its accounts, whose passwords everybody knows, are there.
  [[nodiscard]] bool is_demo() const noexcept;
  /// How owners of the private PostgreSQL and the application connect, for measuring beside the
  /// server; empty for a given database.
  [[nodiscard]] std::string owner_connection() const;
  [[nodiscard]] std::string app_connection() const;
  /// Process number of the private PostgreSQL, 0 for a given one.
  [[nodiscard]] int postgres() const noexcept;

private:
  struct body;
  explicit node(std::unique_ptr<body> made);
  std::unique_ptr<body> body_;
};

}  // namespace stoa
