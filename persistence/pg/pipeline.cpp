#include "persistence/pg/pipeline.hpp"

#include "actors/core/log.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace stoa::pg {

namespace {

constexpr auto first_back_off = std::chrono::milliseconds{50};
constexpr auto last_back_off = std::chrono::milliseconds{2000};
// A standby that is promoted is found soon.
constexpr auto last_back_off_of_several = std::chrono::milliseconds{500};

}  // namespace

pipeline::pipeline(boost::asio::io_context& io, std::vector<endpoint> servers,
                   connect_options options, events listen)
    : io_(io),
      servers_(std::move(servers)),
      options_(options),
      on_(std::move(listen)),
      connector_(io, servers_, options),
      retry_(io),
      back_off_(first_back_off) {
  connect();
}

pipeline::~pipeline() {
  retry_.cancel();
  for (auto* each : {&current_, &aside_})
    if (*each)
      (*each)->abandon();
}

bool pipeline::usable() const noexcept {
  return current_ && !current_->is_stalled();
}
bool pipeline::serves(std::string_view establishment) const noexcept {
  return current_ && current_->serves(establishment);
}
std::size_t pipeline::in_flight() const noexcept {
  return (current_ ? current_->in_flight() : 0) + (aside_ ? aside_->in_flight() : 0);
}
std::size_t pipeline::bytes_in_flight() const noexcept {
  return (current_ ? current_->bytes_in_flight() : 0) + (aside_ ? aside_->bytes_in_flight() : 0);
}

void pipeline::submit(transaction what, clock::time_point deadline, callback on_complete) {
  const auto to = current_;  // it may be lost meanwhile
  to->submit(std::move(what), deadline, std::move(on_complete));
}

void pipeline::flush() {
  if (const auto to = current_)
    to->flush();
}

// -- losing and finding connections ----------------------------------------------

void pipeline::connect() {
  connector_.connect(server_, [this](outcome<connected> end) {
    if (end) {
      connected_to(std::move(*end));
      return;
    }
    warn_once(end.error().cause);
    const auto most = servers_.size() > 1 ? last_back_off_of_several : last_back_off;
    retry_.expires_after(back_off_);
    back_off_ = std::min(back_off_ * 2, most);
    // A timer that was cancelled may have rung already: by then this place may have a connection
    // again, or be gone.
    retry_.async_wait([this, mine = std::weak_ptr{alive_}](auto error) {
      if (!error && !mine.expired() && !current_)
        connect();
    });
  });
}

void pipeline::connected_to(connected established) {
  server_ = established.endpoint;
  back_off_ = first_back_off;
  if (std::exchange(out_of_reach_, false) && servers_.size() > 1)
    log_of("persistence")->info("connected to {}", servers_[server_].label);
  const auto opened = std::make_shared<const link*>(nullptr);
  current_ = link::open(io_, std::move(established), options_.statement_timeout,
                        {.changed = [this, opened] { came_back(*opened); },
                         .lost = [this, opened](const std::string& why) { lost(*opened, why); },
                         .read_only =
                             [this, opened] {
                               // It was a primary once; another one is now.
                               if (servers_.size() > 1 && current_.get() == *opened)
                                 std::shared_ptr {
                                   current_
                                   } -> close("it takes no writes any more");
                             }});
  *opened = current_.get();
  const auto before = std::exchange(served_by_, server_);
  if (before && before != served_by_)
    on_.moved(server_);
  on_.changed();
}

void pipeline::follow(std::size_t server) {
  if (current_ && served_by_ == server)
    return;
  server_ = server;
  retry_.cancel();
  for (auto* each : {&current_, &aside_})
    if (const auto left = std::exchange(*each, nullptr))
      left->close("another server has taken over");
  warn_once("another server has taken over");
  connect();
}

void pipeline::lost(const link* which, const std::string& why) {
  if (aside_.get() == which) {
    aside_.reset();
    return;
  }
  if (current_.get() != which)
    return;  // it was left
  current_.reset();
  warn_once(why);
  server_ = (server_ + 1) % servers_.size();
  connect();
  on_.changed();
}

void pipeline::expire(clock::time_point present, std::chrono::milliseconds grace) {
  for (const auto& each : {current_, aside_})
    if (each)
      each->expire(present, grace);
  if (!current_ || !current_->is_stalled() || aside_)
    return;
  aside_ = std::move(current_);
  current_.reset();
  warn_once("no answer within the deadline");
  server_ = (server_ + 1) % servers_.size();
  connect();
  on_.changed();
}

// Room in the connection that serves, or the end of what the other one was late with.
void pipeline::came_back(const link* which) {
  if (aside_.get() == which && !aside_->is_stalled()) {
    const auto back = std::move(aside_);
    aside_.reset();
    if (current_) {
      back->abandon();
    } else {
      retry_.cancel();
      connector_.cancel();
      current_ = back;
      out_of_reach_ = false;
    }
  }
  on_.changed();
}

// Once per outage: the attempts that follow would only repeat it.
void pipeline::warn_once(const std::string& why) {
  if (!std::exchange(out_of_reach_, true))
    log_of("persistence")->warn("connection lost: {}", why);
}

}  // namespace stoa::pg
