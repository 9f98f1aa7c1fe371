#include "net/routes/emlyon-connect/shapes.hpp"
#include "schema/json_writer.hpp"

#include <map>
#include <mutex>

namespace stoa::emlyon {

namespace {

class view final : public campus_view {
public:
  explicit view(std::string base) : base_(std::move(base)) {}

  frame initial(const campus_lists& what) const override {
    std::string out;
    json_writer json{out};
    json.begin_object().member("type", "initial").key("checkIns");
    write_check_ins(*what.check_ins, base_, json);
    json.key("events");
    write_events(*what.events, base_, json);
    json.end_object();
    return frame{std::move(out)};
  }

  frame check_ins(const check_in_list& what) const override {
    std::string out;
    json_writer json{out};
    json.begin_object().member("type", "checkIns").key("data");
    write_check_ins(what, base_, json);
    json.end_object();
    return frame{std::move(out), "checkIns", {}};
  }

  frame events(const event_list& what) const override {
    std::string out;
    json_writer json{out};
    json.begin_object().member("type", "events").key("data");
    write_events(what, base_, json);
    json.end_object();
    return frame{std::move(out), "events", {}};
  }

private:
  std::string base_;
};

}  // namespace

// One for each public base, so that all followers of a site share their frames.
campus_view_ptr view_for(const std::string& base) {
  static std::mutex guard;
  static std::map<std::string, campus_view_ptr> all;
  std::lock_guard hold{guard};
  auto& one = all[base];
  if (!one)
    one = std::make_shared<view>(base);
  return one;
}

}  // namespace stoa::emlyon
