#include "persistence/audit_chain.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace stoa {

namespace {

void add(std::string& to, std::string_view text) {
  to.append(std::to_string(text.size())).append(":").append(text).append(";");
}
void add(std::string& to, const std::optional<std::string>& text) {
  if (text)
    add(to, std::string_view{*text});
  else
    to.append("-;");
}

}  // namespace

const char* name_of(audit_damage what) noexcept {
  constexpr const char* names[] = {"changed", "missing", "reordered", "cut off"};
  return names[static_cast<std::size_t>(what)];
}

std::string audit_hash(const audit_link& entry) {
  std::string said;
  add(said, std::string_view{entry.establishment});
  add(said, std::string_view{std::to_string(entry.seq)});
  add(said, std::string_view{std::to_string(entry.at)});
  add(said, entry.actor);
  add(said, entry.actor_name);
  add(said, std::string_view{entry.action});
  add(said, entry.kind);
  add(said, entry.subject);
  add(said, std::string_view{entry.details});
  add(said, entry.address);
  add(said, std::string_view{entry.previous});
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(said.data()), said.size());
  std::string out(2 * hash.size() + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), hash.data(), hash.size());
  out.pop_back();
  return out;
}

// Whether the entry is sound under another number: it was moved, not edited. A search, but only of
// a log that is known to be broken.
bool audit_check::written_elsewhere(audit_link entry) const {
  const auto last = std::max(end_.seq, entry.seq);
  for (entry.seq = 1; entry.seq <= last; ++entry.seq)
    if (audit_hash(entry) == entry.hash)
      return true;
  return false;
}

std::optional<audit_break> audit_check::next(const audit_link& entry) {
  if (entry.seq != seq_ + 1)
    return audit_break{audit_damage::missing, seq_ + 1};
  if (audit_hash(entry) != entry.hash)
    return audit_break{written_elsewhere(entry) ? audit_damage::reordered : audit_damage::changed,
                       entry.seq};
  // Sound in itself, but it does not follow what stands before it: somebody knew how to hash.
  if (entry.previous != hash_)
    return audit_break{audit_damage::reordered, entry.seq};
  ++seq_;
  hash_ = entry.hash;
  return std::nullopt;
}

std::optional<audit_break> audit_check::finish() const {
  if (seq_ < end_.seq)
    return audit_break{audit_damage::cut_off, seq_ + 1};
  if (seq_ > end_.seq)
    return audit_break{audit_damage::reordered, end_.seq + 1};
  if (hash_ != end_.hash)
    return audit_break{audit_damage::changed, seq_};
  return std::nullopt;
}

}  // namespace stoa
