#include "net/gather_stream.hpp"

#include "net/framing.hpp"

#include <array>

namespace stoa {

namespace {

constexpr std::size_t most_pieces = 64;        // per gather call
constexpr std::size_t tls_record = 16 * 1024;  // what one TLS record holds
constexpr std::size_t kept_capacity = 16;      // entries an idle socket may keep

}  // namespace

gather_stream::gather_stream(transport wire, loop& on, owner& of, std::string early)
    : wire_(std::move(wire)), on_(on), of_(of), early_(std::move(early)) {}

std::string_view gather_stream::bytes_of(const entry& x) {
  switch (x.how) {
    case kind::websocket:
      return x.what.as(frame::form::websocket,
                       [](const frame& f) { return websocket_text(f.text()); });
    case kind::deflated:
      return x.what.as(frame::form::deflated,
                       [](const frame& f) { return websocket_deflated(f.text()); });
    case kind::event_stream:
      return x.what.as(frame::form::event_stream, event_block);
    case kind::raw:
    case kind::beast:
      break;
  }
  return x.what.text();
}

void gather_stream::add(const frame& what, kind how) {
  if (shut_ || broken_) {
    if (how != kind::raw)
      of_.sent(1, what.size());
    return;
  }
  queue_.push_back({what, how});
}

void gather_stream::shut(std::string last) {
  if (shut_ || broken_)
    return;
  if (!last.empty())
    queue_.push_back({frame{std::move(last)}, kind::raw});
  shut_ = true;
}

std::size_t gather_stream::add_latest(const frame& what, kind how) {
  for (auto at = untouched(); at < queue_.size(); ++at) {
    auto& each = queue_[at];
    if (!each.latest || each.what.event() != what.event())
      continue;
    const auto size = each.what.size();
    each.what = what;
    each.how = how;
    return size;
  }
  add(what, how);
  if (!queue_.empty() && !shut_ && !broken_)
    queue_.back().latest = true;
  return 0;
}

std::size_t gather_stream::untouched() const {
  auto keep = first_ + (offset_ > 0 || !sealed_.empty() ? 1 : 0);
  // What TLS is writing may span several entries; they must be there when it is done.
  auto sealed = sealed_.size();
  for (auto at = first_; sealed > 0 && at < queue_.size(); ++at) {
    auto size = bytes_of(queue_[at]).size() - (at == first_ ? offset_ : 0);
    keep = at + 1;
    sealed -= std::min(sealed, size);
  }
  return keep;
}

void gather_stream::drop() {
  const auto keep = untouched();
  std::size_t frames = 0;
  std::size_t bytes = 0;
  for (auto at = keep; at < queue_.size(); ++at)
    if (queue_[at].how < kind::raw) {
      ++frames;
      bytes += queue_[at].what.size();
    }
  if (keep < queue_.size())
    queue_.erase(queue_.begin() + static_cast<std::ptrdiff_t>(keep), queue_.end());
  if (beast_waits_)
    std::exchange(beast_waits_, nullptr)->run();
  if (frames > 0)
    of_.sent(frames, bytes);
}

void gather_stream::write_for_beast(std::string bytes, std::unique_ptr<lane::task> done) {
  if (shut_ || broken_)
    return done->run();
  // Beast's close frame is the last thing it says.
  auto last = !bytes.empty() && static_cast<unsigned char>(bytes.front()) == 0x88;
  beast_waits_ = std::move(done);
  queue_.push_back({frame{std::move(bytes)}, kind::beast});
  shut_ = last;
  flush();
}

void gather_stream::flush() {
  if (blocked_ || broken_)
    return;
  if (wire_.tls() != nullptr)
    write_tls();
  else
    write_plain();
}

void gather_stream::write_plain() {
  while (waiting() > 0) {
    std::array<iovec, most_pieces> pieces;
    std::size_t count = 0;
    std::size_t total = 0;
    for (auto at = first_; at < queue_.size() && count < pieces.size(); ++at) {
      auto bytes = bytes_of(queue_[at]);
      if (at == first_)
        bytes.remove_prefix(offset_);
      pieces[count++] = {const_cast<char*>(bytes.data()), bytes.size()};
      total += bytes.size();
    }
    std::size_t size = 0;
    on_.counts.writes.fetch_add(1, std::memory_order_relaxed);
    switch (wire_.write_now({pieces.data(), count}, size)) {
      case transport::tried::moved:
        advance(size);
        // A short write says that the socket is full; asking again would only hear it twice.
        if (size < total)
          return wait();
        break;
      case transport::tried::blocked:
        return wait();
      case transport::tried::broken:
        return fail();
    }
  }
  settle();
}

void gather_stream::write_tls() {
  if (waiting() == 0)
    return settle();
  sealed_.clear();
  for (auto at = first_; at < queue_.size() && sealed_.size() < tls_record; ++at) {
    auto bytes = bytes_of(queue_[at]);
    if (at == first_)
      bytes.remove_prefix(offset_);
    sealed_.append(bytes.substr(0, tls_record - sealed_.size()));
  }
  blocked_ = true;
  progressed_ = std::chrono::steady_clock::now();
  on_.counts.writes.fetch_add(1, std::memory_order_relaxed);
  wire_.tls()->async_write_some(
      boost::asio::buffer(sealed_),
      [this, keep = of_.hold(), tls = wire_.keep()](const error_code& why, std::size_t size) {
        blocked_ = false;
        sealed_.clear();
        if (broken_)
          return of_.drained();
        if (why)
          return fail();
        advance(size);
        flush();
      });
}

void gather_stream::advance(std::size_t size) {
  std::size_t frames = 0;
  std::size_t bytes = 0;
  std::unique_ptr<lane::task> done;
  while (first_ < queue_.size()) {
    auto& front = queue_[first_];
    auto left = bytes_of(front).size() - offset_;
    if (size < left) {
      offset_ += size;
      break;
    }
    size -= left;
    offset_ = 0;
    if (front.how == kind::beast) {
      done = std::move(beast_waits_);
    } else if (front.how != kind::raw) {
      ++frames;
      bytes += front.what.size();
    }
    front.what = frame{};
    ++first_;
    if (size == 0 && first_ < queue_.size())
      break;
  }
  if (first_ == queue_.size()) {
    queue_.clear();
    first_ = 0;
  } else if (first_ > 4 * kept_capacity) {
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  if (frames > 0)
    of_.sent(frames, bytes);
  if (done)
    done->run();
}

void gather_stream::wait() {
  blocked_ = true;
  progressed_ = std::chrono::steady_clock::now();
  wire_.socket().async_wait(transport::socket_type::wait_write,
                            [this, keep = of_.hold()](const error_code& why) {
                              blocked_ = false;
                              if (broken_)
                                return of_.drained();
                              if (why)
                                return fail();
                              flush();
                            });
}

void gather_stream::abort() noexcept {
  if (!broken_)
    fail();
}

void gather_stream::fail() {
  broken_ = true;
  wire_.close();
  std::size_t frames = 0;
  std::size_t bytes = 0;
  for (auto at = first_; at < queue_.size(); ++at)
    if (queue_[at].how < kind::raw) {
      ++frames;
      bytes += queue_[at].what.size();
    }
  queue_.clear();
  queue_.shrink_to_fit();
  first_ = offset_ = 0;
  if (frames > 0)
    of_.sent(frames, bytes);
  if (beast_waits_)
    std::exchange(beast_waits_, nullptr)->run();
  of_.drained();
}

void gather_stream::settle() {
  if (queue_.capacity() > kept_capacity)
    std::vector<entry>{}.swap(queue_);
  if (sealed_.capacity() > 256)
    std::string{}.swap(sealed_);
  of_.drained();
}

}  // namespace stoa
