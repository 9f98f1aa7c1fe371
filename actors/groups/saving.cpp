#include "actors/groups/saving.hpp"

#include "actors/groups/longest_page.hpp"

#include <algorithm>

namespace stoa {

called_back<saved_event> saving(stream_log& log, wish what, std::function<void()> placed) {
  auto shared = std::make_shared<wish>(std::move(what));
  return called_back<saved_event>{[&log, shared, placed](called_back<saved_event>::callback done) {
    shared->done = [done](outcome<event_ptr> end, std::span<const rows> also) {
      if (end)
        done(saved_event{*end, {also.begin(), also.end()}});
      else
        done(end.error());
    };
    log.save(std::move(*shared));
    if (placed)
      placed();
  }};
}

called_back<followed> following(stream_log& log, follow_stream what) {
  return called_back<followed>{[&log, what](called_back<followed>::callback done) {
    log.follow(what.who, *what.how, what.after, std::move(done));
  }};
}

called_back<history_page> reading(stream_log& log, read_history what) {
  return called_back<history_page>{[&log, what](called_back<history_page>::callback done) {
    log.history(what.before, what.after, std::min(what.limit, longest_page),
                [&log, done](outcome<std::vector<event_ptr>> end) {
                  if (end)
                    done(history_page{std::move(*end), log.last()});
                  else
                    done(end.error());
                });
  }};
}

}  // namespace stoa
