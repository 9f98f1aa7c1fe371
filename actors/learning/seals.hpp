#pragma once

#include <optional>
#include <string>

/// How certificates are signed. Nothing here is an actor.
namespace stoa {

/// What the row holds that is nobody's business on paper, as a digest that reveals none of it:
/// whose certificate it is and of which course, by id, the description and the metadata.
[[nodiscard]] std::string record_digest(const std::string& user, const std::string& course,
                                        const std::optional<std::string>& description,
                                        const std::optional<std::string>& metadata);

/// An Ed25519 pair, each half in base64url.
struct signing_key {
  std::string public_key;
  std::string secret_key;
};

[[nodiscard]] signing_key fresh_signing_key();

/// The detached signature in base64url; empty when that is no secret key.
[[nodiscard]] std::string sign_text(const std::string& secret_key, const std::string& text);

/// Whether the holder of the key signed exactly this text.
[[nodiscard]] bool is_signed(const std::string& public_key, const std::string& text,
                             const std::string& signature);

}  // namespace stoa
