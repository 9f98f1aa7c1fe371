#include "actors/groups/member_gate.hpp"

#include <string_view>

namespace stoa {

namespace {

constexpr std::string_view left = "left ";

class leavers final : public view {
public:
  frame event(const stream_event& what) const override {
    return what.kind == "leave" ? frame{std::string{left} + what.subject} : frame{};
  }
  frame signal(const stream_signal&) const override { return {}; }
  frame greeting(const std::string&, const followed&) const override { return {}; }
  frame heartbeat(const std::string&, std::uint64_t) const override { return {}; }
  frame replay(std::span<const event_ptr>) const override { return {}; }
  frame gap(const std::string&) const override { return frame{std::string{"gap"}}; }
};

class ear final : public outbox {
public:
  explicit ear(std::function<void(user_id)> gone) : gone_(std::move(gone)) {}
  bool push(const frame& what, urgency) override {
    const auto said = what.text();
    gone_(user_id{said.starts_with(left) ? std::string{said.substr(left.size())} : std::string{}});
    return true;
  }
  void close(close_code, std::string) override {}

private:
  std::function<void(user_id)> gone_;
};

}  // namespace

const view& leavers_view() {
  static const leavers one;
  return one;
}

outbox_ptr leavers_ear(std::function<void(user_id)> gone) {
  return std::make_shared<ear>(std::move(gone));
}

}  // namespace stoa
