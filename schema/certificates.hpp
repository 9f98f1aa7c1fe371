#pragma once

#include "schema/moment.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace stoa {

/// What stands on the face of a certificate.
struct certificate_facts {
  std::string number;
  std::string holder;  ///< the name when it was given
  std::string course;
  std::string title;
  std::optional<std::int64_t> score;  ///< percent
  iso_time issued_at;
  std::optional<iso_time> expires_at;
  std::string issuer;  ///< the establishment's name
  std::string record;  ///< a digest of the rest of its row, so that nothing is changed unseen
};

/// The facts as the one text that is signed: a JSON object whose members and spelling are fixed.
[[nodiscard]] std::string certificate_statement(const certificate_facts& what);

}  // namespace stoa
