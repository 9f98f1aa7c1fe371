#include "net/routes/stacgate/told.hpp"

#include <atomic>

namespace stoa::stacgate {

namespace {

/// Brings the callback back into the session's own turn.
class go_on final : public errand {
public:
  explicit go_on(called_back<bool>::callback done) : done_(std::move(done)) {}
  void run(visitor&) override { done_(true); }
  // The session has ended meanwhile; what it was doing is finished all the same.
  void refuse(const fault&) override { done_(true); }

private:
  called_back<bool>::callback done_;
};

}  // namespace

called_back<bool> told(call_ptr c, std::vector<std::shared_ptr<lane>> lanes) {
  return called_back<bool>{[c, lanes = std::move(lanes)](called_back<bool>::callback done) {
    if (lanes.empty()) {
      done(true);
      return;
    }
    auto left = std::make_shared<std::atomic<std::size_t>>(lanes.size());
    auto last = std::make_shared<go_on>(std::move(done));
    const session_actor session{c->self};
    // A lane writes what its jobs pushed after a batch of them: a job of the next batch comes
    // behind that.
    for (const auto& each : lanes)
      each->post([each, left, last, session] {
        each->post([left, last, session] {
          if (left->fetch_sub(1) == 1)
            tell_anonymously(session, run_errand{last});
        });
      });
  }};
}

}  // namespace stoa::stacgate
