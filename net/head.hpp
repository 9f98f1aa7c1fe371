#pragma once

#include "net/request.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace stoa {

/// Beast's parser writing straight into our request, and strict where Beast is kind: what two
/// servers could read in two ways is refused, so nothing can be smuggled past a proxy.
class request_reader final : public boost::beast::http::basic_parser<true> {
public:
  request_reader(request& into, std::size_t most_fields);

  /// Reads a complete head (through its empty line). 0 when it is sound, else the status that
  /// refuses it.
  [[nodiscard]] int read_head(std::string_view head);

  /// Takes body bytes as far as they make sense; `used` says how many. 0, or the refusing status.
  [[nodiscard]] int read_body(std::string_view bytes, std::size_t& used);

  /// Where body bytes go, and how many may come. After `read_head`, before `read_body`.
  void body_goes(std::size_t limit, std::shared_ptr<body_sink> into);

  [[nodiscard]] bool http11() const noexcept { return version_ == 11; }
  [[nodiscard]] bool wants_continue() const noexcept { return expects_; }
  [[nodiscard]] std::uint64_t received() const noexcept { return received_; }

private:
  using error = boost::beast::error_code;
  using text = boost::beast::string_view;
  void on_request_impl(boost::beast::http::verb method, text name, text target, int version,
                       error& why) override;
  void on_response_impl(int, text, int, error&) override {}
  void on_field_impl(boost::beast::http::field which, text name, text value, error& why) override;
  void on_header_impl(error&) override { in_head_ = false; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error&) override {}
  std::size_t on_body_impl(text bytes, error& why) override;
  void on_chunk_header_impl(std::uint64_t, text, error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, text bytes, error& why) override {
    return on_body_impl(bytes, why);
  }
  void on_finish_impl(error& why) override;

  void refuse(int status, error& why);
  [[nodiscard]] int check_framing();

  request& into_;
  std::shared_ptr<body_sink> sink_;
  std::size_t most_fields_;
  std::size_t body_limit_left_ = 0;
  std::uint64_t received_ = 0;
  int refused_ = 0;
  int version_ = 11;
  bool in_head_ = true;
  bool expects_ = false;
  std::uint8_t hosts_ = 0;
  std::uint8_t lengths_ = 0;
  std::uint8_t codings_ = 0;
  bool chunked_only_ = false;
};

/// Whether a text is a Host value: a name or address, maybe with a port. Fills `host` with the
/// lower case name.
[[nodiscard]] bool read_host(std::string_view raw, std::string& host);

/// Whether a `Content-Encoding` leaves a body as it lies: no coding is read here (RFC 9110 §8.4).
[[nodiscard]] bool is_plain(std::string_view codings) noexcept;

}  // namespace stoa
