#include "net/own_close.hpp"
#include "net/routes/emlyon-connect/routes.hpp"
#include "net/routes/emlyon-connect/shapes.hpp"

#include <chrono>
#include <mutex>

namespace stoa::emlyon {

namespace {

constexpr std::size_t longest_message = 1024;  // bytes; nothing that a client says is needed
constexpr rate messages{60, std::chrono::seconds{60}};
constexpr auto invalid = "Token invalide";

/// What the session sees of a socket: when the session ends, this family's clients are told by
/// 1008.
class session_side final : public outbox {
public:
  explicit session_side(outbox_ptr to) : to_(std::move(to)) {}
  bool push(const frame& what, urgency how) override { return to_->push(what, how); }
  void close(close_code code, std::string reason) override {
    if (code == close_code::session_ended)
      to_->close(close_code::policy, invalid);
    else
      to_->close(code, std::move(reason));
  }
  [[nodiscard]] std::shared_ptr<stoa::lane> lane() const noexcept override { return to_->lane(); }

private:
  outbox_ptr to_;
};

/// The timer that ends a socket with its token. Set in the session, called off on the lane.
struct expiry {
  std::mutex guard;
  caf::disposable timer;
  bool over = false;
};

class expiry_errand final : public errand {
public:
  expiry_errand(std::shared_ptr<expiry> of, outbox_ptr who, iso_time at)
      : of_(std::move(of)), who_(std::move(who)), at_(at) {}

  void run(visitor& visiting) override {
    const std::chrono::microseconds left{at_.micros - now().micros};
    const auto wait =
        std::max(std::chrono::ceil<std::chrono::milliseconds>(left), std::chrono::milliseconds{0});
    std::lock_guard hold{of_->guard};
    if (!of_->over)
      of_->timer = after_delay(visiting.self, wait,
                               [who = who_] { who->close(close_code::policy, invalid); });
  }
  // The session is over, and closes its sockets itself.
  void refuse(const fault&) override {}

private:
  std::shared_ptr<expiry> of_;
  outbox_ptr who_;
  iso_time at_;
};

class campus_socket final : public socket_listener, public goes_away {
public:
  campus_socket(const call& c, session_actor session, iso_time expires)
      : expires_(expires),
        home_(c.home),
        who_(c.who),
        session_(std::move(session)),
        campus_(c.home.campus(c.who.establishment)),
        view_(view_for(c.here.public_base)) {}

  void on_open(outbox_ptr out) override {
    out_ = std::move(out);
    place_ = home_.sockets().take(who_.user.value, out_);
    if (!place_) {
      out_->close(close_code::policy, "Trop de connexions");
      return;
    }
    for_session_ = std::make_shared<session_side>(out_);
    tell_anonymously(session_, attach_socket{for_session_});
    tell_anonymously(session_,
                     run_errand{std::make_shared<expiry_errand>(expiry_, out_, expires_)});
    tell_anonymously(campus_, follow_campus{out_, view_});
  }

  void on_text(std::string&& text) override {
    if (text.size() > longest_message)
      out_->close(close_code::too_big, "message trop long");
    else if (!credits_.take(messages, credits::clock::now()))
      out_->close(close_code::policy, "trop de messages");
  }

  void on_close(std::uint16_t) override {
    {
      std::lock_guard hold{expiry_->guard};
      expiry_->over = true;
      expiry_->timer.dispose();
    }
    if (place_) {
      tell_anonymously(campus_, unfollow_campus{out_});
      tell_anonymously(session_, detach_socket{for_session_});
    }
    place_ = nullptr;
    for_session_ = nullptr;
    out_ = nullptr;
  }

private:
  iso_time expires_;
  house& home_;
  scope who_;
  session_actor session_;
  campus_actor campus_;
  campus_view_ptr view_;
  outbox_ptr out_;
  outbox_ptr for_session_;
  std::unique_ptr<places::place> place_;
  credits credits_;
  std::shared_ptr<expiry> expiry_ = std::make_shared<expiry>();
};

/// One whose token is no good: told so, and closed.
class unwelcome final : public socket_listener {
public:
  explicit unwelcome(const char* why) : why_(why) {}
  void on_open(outbox_ptr out) override { out->close(close_code::policy, why_); }
  void on_text(std::string&&) override {}
  void on_close(std::uint16_t) override {}

private:
  const char* why_;
};

std::string token_of(const request& head) {
  const std::string shown{bearer_token(head.header("Authorization"))};
  return shown.empty() ? head.parameter("token").value_or("") : shown;
}

}  // namespace

std::shared_ptr<socket_listener> open_campus(call_ptr what, session_actor session) {
  const auto claims = what->home.tokens().read(token_of(what->req), now());
  if (!claims || what->who.establishment.value == platform_scope)
    return std::make_shared<unwelcome>(invalid);
  return std::make_shared<campus_socket>(*what, std::move(session), claims->expires);
}

std::shared_ptr<socket_listener> turn_away(const request& head) {
  return std::make_shared<unwelcome>(token_of(head).empty() ? "Token manquant" : invalid);
}

}  // namespace stoa::emlyon
