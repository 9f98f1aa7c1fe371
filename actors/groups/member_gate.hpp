#pragma once

#include "actors/core/push_behind.hpp"
#include "actors/groups/protocol.hpp"
#include "actors/groups/stream_log.hpp"
#include "actors/groups/stream_owner.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace stoa {

/// How a `member_gate` reads a room: who left it, and that its owner went and nobody would tell.
[[nodiscard]] const view& leavers_view();
/// Where it is written to; `gone` is called with the member, or with nobody.
[[nodiscard]] outbox_ptr leavers_ear(std::function<void(user_id)> gone);

/// Who follows an owner by the right of a member of some room. While anybody does, that room tells
/// the owner who leaves it (`member_gone`), so that the right ends with the membership and not with
/// the connection. It belongs to one actor and is called by it alone.
template <class Owner>
class member_gate {
public:
  /// `log` is what is followed; `room` finds the room that knows the members.
  member_gate(typename Owner::pointer self, std::optional<stream_log>& log,
              std::function<room_actor()> room)
      : self_(self), log_(log), room_(std::move(room)) {}
  member_gate(const member_gate&) = delete;
  member_gate& operator=(const member_gate&) = delete;
  ~member_gate() { watch_no_more(); }

  /// Before it is asked whether somebody may follow: whoever is taken out in between is heard of.
  void enter(const scope& who, const follow_stream& what, const std::string& establishment) {
    inside_.insert_or_assign(what.who.get(), follower{who, what});
    establishment_ = establishment;
    watch();
  }
  /// Whether this connection is still wanted: it may have gone while its right was asked for.
  [[nodiscard]] bool has(const outbox_ptr& who) const { return inside_.contains(who.get()); }

  void leave(const outbox_ptr& who) {
    log_->unfollow(who);
    inside_.erase(who.get());
    if (inside_.empty())
      watch_no_more();
  }

  /// Takes out those of whom `gone(scope)` is true: a last `gap`, and nothing after it. A client
  /// may come back, and is then asked again whether it may.
  template <class Gone>
  void put_out(Gone gone) {
    std::erase_if(inside_, [&](const auto& each) {
      const auto& [who, what] = each.second;
      if (!gone(who))
        return false;
      log_->unfollow(what.who);
      if (auto bytes = what.how->gap(log_->name()); bytes.size() > 0)
        push_behind(what.who, bytes);
      return true;
    });
    if (inside_.empty())
      watch_no_more();
  }

  /// The room's owner has gone: watches its successor, and answers whose right is to be asked anew.
  [[nodiscard]] std::vector<scope> watch_again() {
    watch_no_more();
    std::unordered_map<std::string, scope> people;
    for (const auto& [key, each] : inside_)
      people.try_emplace(each.who.user.value, each.who);
    std::vector<scope> out;
    for (auto& [id, who] : people)
      out.push_back(std::move(who));
    if (!out.empty())
      watch();
    return out;
  }

private:
  struct follower {
    scope who;
    follow_stream what;
  };

  void watch() {
    if (ear_)
      return;
    ear_ = leavers_ear(
        [me = Owner{self_}](user_id who) { tell_anonymously(me, member_gone{std::move(who)}); });
    watched_ = room_();
    follow_stream wanted{ear_, &leavers_view(), std::nullopt};
    ask(self_, watched_, server_scope(establishment_), std::move(wanted))
        .then([](followed&) {},
              [this, ear = ear_](caf::error&) {
                // A room that cannot be read tells nothing: they come back when it can.
                if (ear == ear_)
                  put_out([](const scope&) { return true; });
              });
  }

  void watch_no_more() {
    if (auto ear = std::exchange(ear_, nullptr))
      tell_anonymously(watched_, unfollow_stream{std::move(ear)});
  }

  typename Owner::pointer self_;
  std::optional<stream_log>& log_;
  std::function<room_actor()> room_;
  std::unordered_map<const outbox*, follower> inside_;
  std::string establishment_;
  outbox_ptr ear_;      // null while nobody follows
  room_actor watched_;  // the one that `ear_` follows
};

}  // namespace stoa
