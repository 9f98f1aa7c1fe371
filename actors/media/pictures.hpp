#pragma once

#include "actors/core/caf.hpp"
#include "actors/media/protocol.hpp"
#include "schema/outcome.hpp"

#include <atomic>
#include <memory>

namespace stoa {

/// Reads a JPEG, PNG, GIF or WebP file of at most 40 megapixels, turns it as its camera was held,
/// makes it fit and writes it anew: without place, camera and whatever else travelled in it.
[[nodiscard]] outcome<shaped_picture> make_picture(const shape_picture& what);

/// Blocking work behind a mailbox (see actors/README.md).
class picture_state {
public:
  using protocol = picture_actor;
  static inline const char* name = "media.pictures";

  explicit picture_state(protocol::pointer self);
  protocol::behavior_type make_behavior();
};

/// The way there: bounded, so a flood of uploads is told `overloaded`.
class picture_lane {
public:
  explicit picture_lane(picture_actor who, std::size_t most_waiting = 32)
      : who_(std::move(who)), most_(most_waiting) {}

  template <class Self>
  task<shaped_picture> shape(Self* self, shape_picture what) {
    place taken{*this};
    co_return co_await ask(self, who_, std::move(what));
  }

private:
  // The counter is shared so that a frame freed late does no harm.
  class place {
  public:
    explicit place(picture_lane& lane) : count_(lane.waiting_) {
      if (count_->fetch_add(1) >= lane.most_) {
        count_->fetch_sub(1);
        count_ = nullptr;
        throw fault_error(fault_code::overloaded, "too many pictures at once; try again");
      }
    }
    place(const place&) = delete;
    place& operator=(const place&) = delete;
    ~place() {
      if (count_)
        count_->fetch_sub(1);
    }

  private:
    std::shared_ptr<std::atomic<std::size_t>> count_;
  };

  picture_actor who_;
  std::size_t most_;
  std::shared_ptr<std::atomic<std::size_t>> waiting_ =
      std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace stoa
