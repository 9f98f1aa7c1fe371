#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stoa::load {

/// The page of history that somebody waits for. A slow server is asked for it again, so its answer
/// may come twice: what answers an earlier question, or this one again, is not waited for any more.
class asked_page {
public:
  void ask(std::uint64_t after) noexcept { after_ = after; }
  void came() noexcept { after_.reset(); }

  [[nodiscard]] bool waits() const noexcept { return after_.has_value(); }
  /// The number that the page begins behind; of one that is waited for.
  [[nodiscard]] std::uint64_t after() const { return after_.value(); }
  /// What names the question in its answer.
  [[nodiscard]] std::string reference() const { return prefix() + std::to_string(after()); }
  [[nodiscard]] bool is_answer(std::string_view named) const {
    return waits() && named == reference();
  }
  /// Whether something names a question of this kind, whichever.
  [[nodiscard]] static bool is_reference(std::string_view named) {
    return named.starts_with(prefix());
  }

private:
  static std::string prefix() { return "history-"; }

  std::optional<std::uint64_t> after_;
};

}  // namespace stoa::load
