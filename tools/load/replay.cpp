#include "tools/load/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <unordered_map>

namespace stoa::load {

namespace {

constexpr std::size_t longest_text = 10'000;  // bytes; what the server takes, counted in characters

/// The length of the UTF-8 sequence at `at`, 0 when it is none (RFC 3629).
std::size_t sequence_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto lead = byte(at);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xc2 ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf5 ? 4
                                           : 0;
  if (length == 0 || at + length > text.size())
    return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(at + i) & 0xc0) != 0x80)
      return 0;
  if (length >= 3) {
    const auto second = byte(at + 1);
    if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
        (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f))
      return 0;
  }
  return length;
}

std::string storable(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size() && out.size() < longest_text;) {
    const auto length = sequence_at(text, at);
    if (length == 0)
      out += "\xef\xbf\xbd";
    else if (text[at] != '\0' && text[at] != '\r')
      out += text.substr(at, length);
    at += std::max<std::size_t>(length, 1);
  }
  return out;
}

constexpr std::uint32_t no_time = UINT32_MAX;

/// Minutes since midnight of `hh:mm`.
std::uint32_t minute_of(std::string_view stamp) {
  std::uint32_t hour = 0, minute = 0;
  if (stamp.size() != 5 || stamp[2] != ':' ||
      std::from_chars(stamp.data(), stamp.data() + 2, hour).ptr != stamp.data() + 2 ||
      std::from_chars(stamp.data() + 3, stamp.data() + 5, minute).ptr != stamp.data() + 5)
    return no_time;
  return hour * 60 + minute;
}

class replay final : public script {
public:
  replay(const chat_log& log, const replay_options& how)
      : log_(log),
        how_(how),
        end_(how.limit == 0 ? log.lines.size()
                            : std::min<std::size_t>(how.limit, log.lines.size())) {}

  std::string text(book::number message) const override { return log_.lines[message].text; }

  void begin(crew& who) override {
    who_ = &who;
    who.members_book().in_order = true;
    began_ = steady::now();
  }

  bool tick(steady::time_point) override {
    say_on();
    return said_ == end_ && in_flight_ == 0;
  }

  void answered(book::number) override {
    --in_flight_;
    say_on();
  }

private:
  /// Says what may be said: nothing overtakes a message of somebody else that is on its way.
  void say_on() {
    while (said_ < end_) {
      const auto& next = log_.lines[said_];
      if (in_flight_ > 0 &&
          (next.author != log_.lines[said_ - 1].author || in_flight_ >= how_.pipelined))
        return;
      if (how_.speed > 0) {
        const auto due = std::chrono::duration<double>(60.0 * next.minute / how_.speed);
        if (steady::now() - began_ < due)
          return;
      }
      ++said_;
      ++in_flight_;
      who_->say(*who_->members()[next.author]);
    }
  }

  const chat_log& log_;
  replay_options how_;
  std::size_t end_;
  crew* who_ = nullptr;
  steady::time_point began_;
  std::size_t said_ = 0;
  std::uint32_t in_flight_ = 0;
};

}  // namespace

outcome<void> chat_log::read(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in)
    return fail(fault_code::invalid, "cannot read " + file.string());
  std::unordered_map<std::string, std::uint32_t> known;
  for (std::uint32_t i = 0; i < nicks.size(); ++i)
    known.emplace(nicks[i], i);
  // Another file goes on where the last one ended.
  std::uint32_t day = lines.empty() ? 0 : lines.back().minute + 1;
  auto first = no_time;
  std::uint32_t before = 0;
  for (std::string line; std::getline(in, line);) {
    const std::string_view all{line};
    const auto minute = all.starts_with('[') && all.size() > 8 && all[6] == ']'
                            ? minute_of(all.substr(1, 5))
                            : no_time;
    const bool timed = minute != no_time;
    auto rest = timed ? all.substr(8) : all;
    if (timed && rest.starts_with(' '))
      rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    std::string_view nick, text;
    if (timed && rest.starts_with('<') && rest.find("> ") != rest.npos) {
      nick = rest.substr(1, rest.find("> ") - 1);
      text = rest.substr(rest.find("> ") + 2);
    } else if (rest.starts_with("* ") && rest.find(' ', 2) != rest.npos) {
      nick = rest.substr(2, rest.find(' ', 2) - 2);
      text = rest;
    }
    auto said = storable(text);
    if (nick.empty() || said.find_first_not_of(" \t") == said.npos) {
      ++skipped;
      continue;
    }
    if (timed) {
      if (first == no_time)
        first = minute;
      else if (minute < before && before - minute > 12 * 60)
        day += 24 * 60;
      before = minute;
    }
    const auto [at, fresh] =
        known.try_emplace(std::string{nick}, static_cast<std::uint32_t>(nicks.size()));
    if (fresh)
      nicks.emplace_back(nick);
    // Clocks of old logs go back now and then; the order of the lines counts.
    const auto since = first == no_time ? day : std::max(day + before, first) - first;
    lines.push_back(
        {at->second, std::max(since, lines.empty() ? 0 : lines.back().minute), std::move(said)});
  }
  return {};
}

outcome<report> run_replay(const crew_options& how, const people& who, const chat_log& log,
                           const replay_options& what) {
  if (log.lines.empty())
    return fail(fault_code::invalid, "these files have no messages");
  if (what.group >= who.groups.size())
    return fail(fault_code::invalid, "there is no such group in the file");
  const auto& members = who.groups[what.group].members;
  if (members.size() < log.nicks.size())
    return fail(fault_code::invalid,
                fmt::format("{} people talk, but the group has only {} members", log.nicks.size(),
                            members.size()));
  std::vector<seat> seats;
  for (std::size_t i = 0; i < log.nicks.size(); ++i)
    seats.push_back({members[i], what.group});
  replay script{log, what};
  crew all{"replay", how, who, std::move(seats), what.group + 1UL, script};
  auto out = all.run();
  out.section("log");
  out.add("nicks", std::uint64_t{log.nicks.size()});
  out.add("lines", std::uint64_t{log.lines.size()});
  out.add("lines_without_message", log.skipped);
  return out;
}

}  // namespace stoa::load
