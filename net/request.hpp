#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stoa {

/// The methods the edge lets through; any other is answered 501 before a handler sees it.
enum class verb : std::uint8_t { get, head, post, put, patch, remove, options };

/// `GET`, `DELETE`, …
[[nodiscard]] std::string_view name_of(verb method) noexcept;

/// Header fields in their order, in one piece of memory. Names compare without case. Views that it
/// hands out hold until the next `add`.
class header_list {
public:
  struct field {
    std::string_view name;
    std::string_view value;
  };

  void add(std::string_view name, std::string_view value);
  /// Adds the field unless one of that name is there.
  void add_default(std::string_view name, std::string_view value);

  /// Adds the field in place of those of that name.
  void replace(std::string_view name, std::string_view value);

  /// The first value of that name; empty when there is none.
  [[nodiscard]] std::string_view find(std::string_view name) const noexcept;
  /// Every value of that name, joined by commas: a field whose value is a list may come on several
  /// lines, which mean the same (RFC 9110 §5.3).
  [[nodiscard]] std::string all(std::string_view name) const;
  [[nodiscard]] bool contains(std::string_view name) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  [[nodiscard]] field operator[](std::size_t index) const noexcept;
  void clear() noexcept;

private:
  struct entry {
    std::uint32_t at;
    std::uint32_t name;
    std::uint32_t value;
  };
  std::string text_;
  std::vector<entry> entries_;
};

/// Where a body goes that shall not be held in memory. Called on the I/O thread in order; destroyed
/// when the last of request and handler lets go, which is where temporary files end.
class body_sink {
public:
  virtual ~body_sink() = default;
  /// Takes the next piece. An HTTP status other than 0 refuses the rest with that status.
  virtual int write(std::string_view piece) = 0;
  /// The body is complete. An HTTP status other than 0 refuses it.
  virtual int finish() = 0;
};

/// One HTTP request after the edge has checked it. Plain data, so a test writes one by hand.
struct request {
  verb method = verb::get;
  std::string target;  ///< as sent, in origin form: raw path and query
  /// The path percent-decoded once, always beginning with '/'. An encoded slash stays `%2F`, so it
  /// makes no segment; dot segments, NUL and broken escapes were refused. Never decode it again:
  /// `decode_component` on the raw segment gives the exact text.
  std::string path = "/";
  std::string query;  ///< as sent, without '?'
  header_list headers;
  std::string body;                 ///< empty when it went to `sink`
  std::shared_ptr<body_sink> sink;  ///< from `body_plan::into`
  std::string host;                 ///< lower case, without port; empty only for HTTP/1.0
  std::string authority;            ///< the Host header as sent, with its port
  std::string peer;                 ///< numeric address of the client, behind trusted proxies too
  std::string id;                   ///< a valid X-Request-Id, or fresh
  bool secure = false;              ///< over TLS, here or at a trusted proxy
  /// The host, with its port, that a trusted proxy says was asked for; empty when none says so.
  std::string forwarded_host;
  /// It came from a trusted proxy, which does not say whether over TLS.
  bool scheme_unsaid = false;
  unsigned site = 0;  ///< `listener_options::site`

  /// The first value of a header, whatever its case; empty when absent.
  [[nodiscard]] std::string_view header(std::string_view name) const noexcept {
    return headers.find(name);
  }
  /// Every different value of the cookies of that name, as sent and in their order, at most
  /// `most`: a browser sends one for each path and domain that it has one for.
  [[nodiscard]] std::vector<std::string_view> cookies(std::string_view name,
                                                      std::size_t most) const;
  /// The first query parameter of that name, decoded ('+' is a blank).
  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const;
  /// Every query parameter in order, decoded; broken escapes stay as they are.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> parameters() const;
};

/// Percent-decodes a piece of an address; nothing when an escape is broken.
enum class plus_sign : bool { literal, blank };
[[nodiscard]] std::optional<std::string> decode_component(std::string_view raw,
                                                          plus_sign plus = plus_sign::literal);

/// Splits and checks a request target (origin or absolute form, or `*`) into the target, path,
/// query and, for the absolute form, authority of `into`. False means 400.
[[nodiscard]] bool read_target(std::string_view raw, request& into);

/// Whether two ASCII texts are equal without regard to case.
[[nodiscard]] bool same_text(std::string_view a, std::string_view b) noexcept;

/// Whether a comma-separated header value names this token.
[[nodiscard]] bool has_token(std::string_view list, std::string_view token) noexcept;

}  // namespace stoa
