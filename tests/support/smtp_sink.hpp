#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

struct ssl_ctx_st;

namespace stoa::testing {

/// A mail as a mail program shows it.
struct taken_mail {
  std::string from;
  std::string to;
  std::string raw;
  std::string subject;
  std::string text;
  std::string html;

  [[nodiscard]] bool says(std::string_view what) const {
    return text.find(what) != std::string::npos;
  }
};

/// How a sink deviates from taking everything.
struct smtp_habits {
  /// What it answers to a recipient; empty: it takes the mail.
  std::function<std::string(const std::string& address)> refuses = {};
  /// A certificate and its key in one file: it offers STARTTLS, and asks for a password behind.
  std::string certificate = {};
};

/// A mail server on loopback that serves one client after the other.
class smtp_sink {
public:
  using habits = smtp_habits;

  explicit smtp_sink(habits how = {});
  ~smtp_sink();
  smtp_sink(const smtp_sink&) = delete;
  smtp_sink& operator=(const smtp_sink&) = delete;

  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::vector<taken_mail> taken() const;
  /// The mails to somebody, oldest first, once there are so many of them; fails after ten seconds.
  [[nodiscard]] std::vector<taken_mail> mails_to(std::string_view address, std::size_t count = 1);
  /// What clients said to sign in, decoded, and whether that was behind TLS.
  [[nodiscard]] std::vector<std::string> sign_ins() const;
  /// How often a recipient was named.
  [[nodiscard]] std::size_t asked() const;

private:
  void serve();
  void talk(int client);

  habits how_;
  int door_ = -1;
  std::uint16_t port_ = 0;
  ssl_ctx_st* keys_ = nullptr;
  std::thread worker_;
  mutable std::mutex guard_;
  std::vector<taken_mail> taken_;
  std::vector<std::string> sign_ins_;
  std::size_t asked_ = 0;
};

}  // namespace stoa::testing
