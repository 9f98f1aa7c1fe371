#include "actors/people/tokens.hpp"
#include "net/routes/intrasphere/auth.hpp"
#include "net/routes/intrasphere/routes.hpp"
#include "persistence/audit.hpp"
#include "schema/shapes.hpp"
#include "schema/text/precis.hpp"

namespace stoa::intrasphere {

namespace {

fault_error void_link() {
  return refuse(fault_code::invalid, "Invalid or expired reset link");
}

// What only the counter of sign-ins has to know: an attempt that was cut off does not count.
task<results> counted(call_ptr c, std::string account, transaction what) {
  auto done = co_await caught(c->run(std::move(what)));
  if (!done) {
    c->home.sign_ins().undecided(c->req.peer, account);
    throw fault_error(std::move(done.error()));
  }
  co_return std::move(*done);
}

}  // namespace

task<reply> forgot_password(call_ptr c) {
  const auto typed = said(c->body(), "email");
  const auto address = precis::wanted_mail_address(typed);
  if (!shapes::is_email(address))
    throw refuse(fault_code::invalid, "A valid email address is required");
  auto& gate = c->home.sign_ins();
  auto account = "forgot/" + address;
  const auto present = throttle::clock::now();
  if (const auto wait = gate.enter(c->req.peer, account, present))
    co_return too_many_sign_ins(wait);
  // Every question counts, whoever has the address.
  gate.failed(c->req.peer, present);
  const auto token = fresh_token();
  auto offer = prepared("select stoa_offer_reset_link($1, $2, $3, $4)", typed, address,
                        token_hash(token), c->here.public_base + "/reset-password?token=" + token);
  auto wanted = in_establishment(c->here.establishment.value, std::move(offer));
  co_await counted(c, std::move(account), std::move(wanted));
  co_return message_reply(200, "If an account has this address, a link has been sent to it");
}

task<reply> reset_password(call_ptr c) {
  const auto body = c->body();
  const auto hash = token_hash(said(body, "token"));
  auto password = said(body, body.find("newPassword") ? "newPassword" : "password");
  if (hash.empty())
    throw void_link();
  check_password(password);
  auto& gate = c->home.sign_ins();
  auto account = "reset/" + hash;
  if (const auto wait = gate.enter(c->req.peer, account, throttle::clock::now()))
    co_return too_many_sign_ins(wait);
  const auto where = c->here.establishment.value;
  // A guess does not cost a hash.
  auto look =
      prepared("select 1 from reset_links where token_hash = $1 and expires_at > now()", hash);
  auto wanted = in_establishment(where, std::move(look));
  auto held = co_await counted(c, account, std::move(wanted));
  if (held[0].empty()) {
    gate.failed(c->req.peer, throttle::clock::now());
    throw void_link();
  }
  auto stored = co_await caught(c->home.passwords().hash(c->self, std::move(password)));
  if (!stored) {
    gate.undecided(c->req.peer, account);
    throw fault_error(std::move(stored.error()));
  }
  auto use = prepared("select ended from stoa_use_reset_link($1, $2)", hash, *stored);
  // The function names who acts; here is from where.
  wanted = in_establishment(where, acting({}, c->req.peer), std::move(use));
  auto used = co_await counted(c, account, std::move(wanted));
  // Somebody may have been faster with the same link.
  if (used[1].empty())
    throw void_link();
  gate.succeeded(c->req.peer, account);
  for (std::size_t i = 0; i < used[1].size(); ++i)
    if (auto live = c->home.live_session(used[1].text(i, 0)))
      tell(c->self, live, end_session{"signed out"});
  co_return message_reply(200, "Password updated successfully");
}

}  // namespace stoa::intrasphere
