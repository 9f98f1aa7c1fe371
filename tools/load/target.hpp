#pragma once

#include "schema/outcome.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace stoa::load {

/// The server under load.
struct target {
  std::string host;     ///< as in the URL, for the Host header
  std::string address;  ///< a numeric IPv4 address
  std::uint16_t port = 0;
  bool loopback = true;
};

/// Reads `http://127.0.0.1:5000` (or `localhost`). `invalid` for anything else; `forbidden` for an
/// address that is not loopback, unless the caller insists: this is a tool to break things with.
[[nodiscard]] outcome<target> read_target(const std::string& url, bool allow_remote);

/// A user who is signed in.
struct account {
  std::string id;
  std::string token;
};

/// A study group, whose room has its id.
struct crowd {
  std::string id;
  std::vector<std::uint32_t> members;  ///< indices of accounts
};

/// What `stoa seed load` wrote.
struct people {
  std::vector<account> users;
  std::vector<crowd> groups;
};

/// Reads the file of tokens. `invalid` names what is wrong with it.
[[nodiscard]] outcome<people> read_people(const std::filesystem::path& file);

}  // namespace stoa::load
