#pragma once

#include "schema/ids.hpp"
#include "schema/moment.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stoa {

/// What a bearer token says once its signature has been checked.
struct bearer_claims {
  user_id user;
  std::string session;  ///< the session token it stands for: without its row it is worth nothing
  iso_time issued;
  iso_time expires;
};

/// Makes and reads bearer tokens: JSON Web Tokens (RFC 7519) signed with HS256 (RFC 7515) and with
/// nothing else, whatever their header asks for. The payload is `{userId, iat, exp, jti}`; `jti` is
/// a session's token, so whoever ends the session ends the token, and who learns the key alone
/// cannot make one. Safe from any thread.
class bearer_keys {
public:
  /// `current` signs, `previous` (may be empty) is still believed: that is how a key is changed.
  /// Without a current key nothing is signed and nothing believed.
  bearer_keys(std::string current, std::string previous);

  [[nodiscard]] bool usable() const noexcept { return !current_.empty(); }
  [[nodiscard]] std::string sign(const bearer_claims& what) const;
  /// The claims of a token that one of the keys signed and that has not expired at `present`.
  [[nodiscard]] std::optional<bearer_claims> read(std::string_view token, iso_time present) const;

private:
  std::string current_;
  std::string previous_;
};

/// The token of an `Authorization` header of the scheme Bearer (RFC 6750 §2.1); empty for anything
/// else.
[[nodiscard]] std::string_view bearer_token(std::string_view authorization);

}  // namespace stoa
