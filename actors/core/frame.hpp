#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace stoa {

/// Bytes encoded once and shared by everyone who receives them. Copying a frame copies a pointer.
class frame {
public:
  frame() = default;
  explicit frame(std::string text) : body_(std::make_shared<body>(std::move(text))) {}

  [[nodiscard]] std::string_view text() const noexcept {
    return body_ ? std::string_view{body_->text} : std::string_view{};
  }
  [[nodiscard]] std::size_t size() const noexcept { return text().size(); }

  /// The compressed form, made by `compress(text)` for the first receiver that wants it. Without
  /// context takeover (RFC 7692 §7.1.1) it is the same for all.
  template <class Compress>
  [[nodiscard]] std::string_view deflated(Compress compress) const {
    if (!body_)
      return {};
    std::call_once(body_->once, [&] { body_->deflated = compress(std::string_view{body_->text}); });
    return body_->deflated;
  }

  friend bool operator==(const frame& a, const frame& b) noexcept { return a.text() == b.text(); }

private:
  struct body {
    explicit body(std::string x) : text(std::move(x)) {}
    std::string text;
    std::once_flag once;
    std::string deflated;
  };
  std::shared_ptr<body> body_;
};

}  // namespace stoa
