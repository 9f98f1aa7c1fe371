#pragma once

#include "actors/core/outbox.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stoa::stoa_api {

/// How far one client has come in each of the streams of its event stream, in the order in which it
/// named them. A client keeps one `Last-Event-ID` only (HTML Standard, 9.2 Server-sent events), so
/// this is what it holds for all of them: `42` for one stream, `42.7.-` for three of which the last
/// one has no number yet. Throws `invalid` for what it cannot read.
class event_cursor {
public:
  using position = std::optional<std::uint64_t>;

  /// `name` is the parameter or header for the complaint. An empty text knows no position.
  [[nodiscard]] static event_cursor read(std::string_view text, std::size_t streams,
                                         std::string_view name);

  [[nodiscard]] position at(std::size_t stream) const { return positions_.at(stream); }
  void reach(std::size_t stream, std::uint64_t number) { positions_.at(stream) = number; }
  [[nodiscard]] std::string text() const;

private:
  std::vector<position> positions_;
};

/// The outbox of one of several streams on one connection. Whatever has a number passes with the
/// cursor over all streams as its number, so that the last frame a client saw tells where to go on
/// in every one of them. The cursor is touched on the connection's lane alone, where frames leave
/// in the order in which it advances: a number never promises a frame that is still to come.
///
/// Such frames are made for one client, unlike those of a connection with one stream, which all
/// share.
class cursor_outbox final : public outbox, public std::enable_shared_from_this<cursor_outbox> {
public:
  cursor_outbox(outbox_ptr into, std::shared_ptr<event_cursor> where, std::size_t stream)
      : into_(std::move(into)), where_(std::move(where)), stream_(stream) {}

  /// True also when only the lane will learn that the connection is over.
  bool push(const frame& what, urgency how) override;
  void close(close_code code, std::string reason) override {
    into_->close(code, std::move(reason));
  }
  [[nodiscard]] std::shared_ptr<stoa::lane> lane() const noexcept override { return into_->lane(); }

private:
  bool pass(const frame& what, urgency how);

  const outbox_ptr into_;
  const std::shared_ptr<event_cursor> where_;  // shared by the streams of one connection
  const std::size_t stream_;
};

}  // namespace stoa::stoa_api
