#pragma once

#include "actors/core/frame.hpp"
#include "schema/checkins.hpp"
#include "schema/events.hpp"

#include <memory>
#include <string>
#include <vector>

namespace stoa {

/// As much of a person as everybody on the campus may see.
struct campus_person {
  user_id id;
  std::string name;
  std::string avatar;     ///< an address or a path on this server; empty for none
  std::string promotion;  ///< the class or department they belong to; empty for none
};

/// Who is where.
struct check_in {
  check_in_row row;
  campus_person who;
};
using check_in_ptr = std::shared_ptr<const check_in>;

/// An event with its people; whoever organises it comes first among those who attend.
struct campus_event {
  event_row row;
  campus_person creator;
  std::vector<campus_person> attendees;
};

using check_in_list = std::vector<check_in_ptr>;
using event_list = std::vector<campus_event>;

/// What is on at a campus at one moment; shared, never changed.
struct campus_lists {
  std::shared_ptr<const check_in_list> check_ins;  ///< newest first
  std::shared_ptr<const event_list> events;        ///< by date
};

/// How one family of clients reads the lists of a campus. The frames of a whole list carry its name
/// as their event name: a newer one takes the place of an older one that still waits.
class campus_view {
public:
  virtual ~campus_view() = default;
  /// The first thing a follower is sent.
  [[nodiscard]] virtual frame initial(const campus_lists& what) const = 0;
  [[nodiscard]] virtual frame check_ins(const check_in_list& what) const = 0;
  [[nodiscard]] virtual frame events(const event_list& what) const = 0;
};
using campus_view_ptr = std::shared_ptr<const campus_view>;

}  // namespace stoa
