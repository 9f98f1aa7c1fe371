#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace stoa {

/// Bytes encoded once and shared by everyone who receives them. Copying a frame copies a pointer.
class frame {
public:
  /// A spelling of the frame that its first receiver of that kind makes and all others share.
  enum class form : std::uint8_t {
    websocket,     ///< RFC 6455 text frame, unmasked as servers send it
    deflated,      ///< the same, compressed without context takeover (RFC 7692 §7.1.1)
    event_stream,  ///< a `text/event-stream` block
  };

  frame() = default;
  explicit frame(std::string text) : body_(std::make_shared<body>(std::move(text))) {}
  /// A frame with the name and number an event stream shows as `event:` and `id:`; either may be
  /// empty. WebSockets see the text alone.
  frame(std::string text, std::string event, std::string number)
      : body_(std::make_shared<body>(std::move(text), std::move(event), std::move(number))) {}

  [[nodiscard]] std::string_view text() const noexcept {
    return body_ ? std::string_view{body_->text} : std::string_view{};
  }
  [[nodiscard]] std::string_view event() const noexcept {
    return body_ ? std::string_view{body_->event} : std::string_view{};
  }
  [[nodiscard]] std::string_view number() const noexcept {
    return body_ ? std::string_view{body_->number} : std::string_view{};
  }
  [[nodiscard]] std::size_t size() const noexcept { return text().size(); }

  /// The frame in another form; `encode(*this)` runs once per frame, whichever thread comes first.
  template <class Encode>
  [[nodiscard]] std::string_view as(form which, Encode encode) const {
    if (!body_)
      return {};
    auto& made = body_->forms[static_cast<std::size_t>(which)];
    std::call_once(made.once, [&] { made.bytes = encode(*this); });
    return made.bytes;
  }

  friend bool operator==(const frame& a, const frame& b) noexcept { return a.text() == b.text(); }

private:
  struct encoded {
    std::once_flag once;
    std::string bytes;
  };
  struct body {
    explicit body(std::string x, std::string name = {}, std::string id = {})
        : text(std::move(x)), event(std::move(name)), number(std::move(id)) {}
    std::string text;
    std::string event;
    std::string number;
    std::array<encoded, 3> forms;
  };
  std::shared_ptr<body> body_;
};

}  // namespace stoa
