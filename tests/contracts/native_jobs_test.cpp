#include "actors/jobs/job_rows.hpp"
#include "actors/root.hpp"
#include "net/node.hpp"
#include "persistence/database.hpp"
#include "tests/net/support.hpp"

#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <mutex>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace stoa;
using namespace stoa::test;

namespace {

/// A mail server on loopback that takes what it is given, one client after the other.
class smtp_sink {
public:
  smtp_sink() {
    door_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    REQUIRE(::bind(door_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
    REQUIRE(::listen(door_, 8) == 0);
    REQUIRE(::getsockname(door_, reinterpret_cast<sockaddr*>(&at), &size) == 0);
    port = ntohs(at.sin_port);
    worker_ = std::thread{[this] { serve(); }};
  }
  ~smtp_sink() {
    ::shutdown(door_, SHUT_RDWR);
    worker_.join();
    ::close(door_);
  }
  [[nodiscard]] std::vector<std::string> taken() {
    std::lock_guard hold{guard_};
    return taken_;
  }
  std::uint16_t port = 0;

private:
  void serve() {
    for (;;) {
      const int client = ::accept4(door_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0)
        return;
      talk(client);
      ::close(client);
    }
  }
  static void say(int client, std::string_view text) {
    if (::send(client, text.data(), text.size(), MSG_NOSIGNAL) < 0)
      ::shutdown(client, SHUT_RDWR);
  }
  void talk(int client) {
    say(client, "220 sink\r\n");
    std::string got;
    std::string mail;
    bool data = false;
    char piece[4096];
    for (;;) {
      const auto count = ::recv(client, piece, sizeof piece, 0);
      if (count <= 0)
        return;
      got.append(piece, static_cast<std::size_t>(count));
      for (auto end = got.find("\r\n"); end != std::string::npos; end = got.find("\r\n")) {
        const auto line = got.substr(0, end);
        got.erase(0, end + 2);
        if (data && line == ".") {
          data = false;
          std::lock_guard hold{guard_};
          taken_.push_back(std::exchange(mail, {}));
          say(client, "250 kept\r\n");
        } else if (data) {
          mail += line + "\n";
        } else if (line.starts_with("DATA")) {
          data = true;
          say(client, "354 go on\r\n");
        } else {
          mail += line.starts_with("MAIL") || line.starts_with("RCPT") ? line + "\n" : "";
          say(client, line.starts_with("QUIT") ? "221 bye\r\n" : "250 fine\r\n");
        }
      }
    }
  }
  int door_ = -1;
  std::thread worker_;
  std::mutex guard_;
  std::vector<std::string> taken_;
};

}  // namespace

TEST_CASE("a mail is sent once its reason is committed", "[db][net]") {
  smtp_sink sink;
  settings how;
  how.ephemeral = true;
  how.demo = false;
  how.site.push_back({"stacgate", 0});
  how.smtp_url = "smtp://127.0.0.1:" + std::to_string(sink.port);
  how.mail_from = "stoa@school.example";
  auto started = node::start(how);
  if (!started)
    FAIL(started.error().text << ": " << started.error().cause);
  auto& where = **started;
  const auto run = [&](statement what) {
    auto done = run_and_wait(where.system(), where.actors().database(),
                             in_establishment("*", std::move(what)));
    REQUIRE(done);
    return std::move((*done).each.at(0));
  };
  run(add_mail(std::nullopt, "ann@example.org", "Bonjour", "Le texte\n"));
  run(add_job(std::nullopt, "nobody_runs_this", "{}"));
  REQUIRE(until([&] { return !sink.taken().empty(); }));
  const auto mail = sink.taken().at(0);
  CHECK(mail.find("MAIL FROM:<stoa@school.example>") != std::string::npos);
  CHECK(mail.find("RCPT TO:<ann@example.org>") != std::string::npos);
  CHECK(mail.find("TGUgdGV4dGUK") != std::string::npos);
  REQUIRE(until([&] {
    return run(prepared("select state from jobs where kind = 'mail'")).text(0, 0) == "done";
  }));
  CHECK(run(prepared("select state, attempts from jobs where kind <> 'mail'")).text(0, 0) ==
        "waiting");
  CHECK(sink.taken().size() == 1);
}
