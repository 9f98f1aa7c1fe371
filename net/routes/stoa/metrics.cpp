#include "net/routes/stoa/routes.hpp"
#include "persistence/protocol.hpp"

#include <caf/actor_system.hpp>
#include <caf/telemetry/collector/prometheus.hpp>
#include <fmt/format.h>

#include <iterator>

namespace stoa::stoa_api {

namespace {

void gauge(std::string& out, std::string_view name, std::string_view help, std::uint64_t value) {
  fmt::format_to(std::back_inserter(out), "# HELP {0} {1}\n# TYPE {0} gauge\n{0} {2}\n", name, help,
                 value);
}

void counter(std::string& out, std::string_view name, std::string_view help, std::uint64_t value) {
  fmt::format_to(std::back_inserter(out), "# HELP {0} {1}\n# TYPE {0} counter\n{0} {2}\n", name,
                 help, value);
}

void write_edge(const server_counters& edge, std::string& out) {
  counter(out, "stoa_connections_accepted_total", "connections taken", edge.accepted);
  counter(out, "stoa_connections_refused_total", "connections above a bound", edge.turned_away);
  gauge(out, "stoa_connections_open", "connections now", edge.open);
  counter(out, "stoa_requests_total", "HTTP requests", edge.requests);
  gauge(out, "stoa_sockets_open", "WebSockets and event streams now", edge.sockets);
  counter(out, "stoa_frames_total", "frames handed to sockets", edge.frames);
  counter(out, "stoa_writes_total", "system calls they took", edge.writes);
  counter(out, "stoa_frames_skipped_total", "passing frames that slow clients missed",
          edge.skipped);
  counter(out, "stoa_sockets_overrun_total", "sockets closed for being slow", edge.overrun);
}

void write_house(const house& home, std::string& out) {
  gauge(out, "stoa_rooms_live", "rooms in memory", home.live_rooms());
  gauge(out, "stoa_groups_live", "study groups in memory", home.live_groups());
  gauge(out, "stoa_boards_live", "whiteboards in memory", home.live_boards());
  gauge(out, "stoa_inboxes_live", "inboxes in memory", home.live_inboxes());
  gauge(out, "stoa_sessions_live", "sessions in memory", home.live_sessions());
}

void write_pool(const pool_status& pool, std::string& out) {
  gauge(out, "stoa_database_connections", "connections that can be used", pool.connections);
  gauge(out, "stoa_database_waiting", "transactions in the queue", pool.waiting);
  gauge(out, "stoa_database_running", "transactions sent", pool.running);
  counter(out, "stoa_database_served_total", "transactions answered", pool.served);
  counter(out, "stoa_database_refused_total", "transactions above the queue's bound", pool.refused);
}

// CAF 0.18 ends the name of one gauge as counters end, which `promtool check metrics` finds fault
// with.
void add_actor_metrics(std::string_view text, std::string& out) {
  constexpr std::string_view gauge_name = "caf_system_queued_messages";
  constexpr std::string_view counter_end = "_total";
  for (auto at = text.find(gauge_name); at != std::string_view::npos; at = text.find(gauge_name)) {
    at += gauge_name.size();
    out.append(text.substr(0, at));
    text.remove_prefix(at);
    if (text.starts_with(counter_end))
      text.remove_prefix(counter_end.size());
  }
  out.append(text);
}

// As addresses are spelled here: those of IPv4 that came over IPv6, too.
bool is_loopback(std::string_view peer) {
  constexpr std::string_view mapped = "::ffff:";
  if (peer.starts_with(mapped))
    peer.remove_prefix(mapped.size());
  return peer.starts_with("127.") || peer == "::1";
}

// Rooms and sessions of every establishment are counted here, so it is the matter of whoever runs
// the machine, and of no establishment's people.
void need_reader(const call& c) {
  if (c.here.metrics == metrics_readers::off)
    throw fault_error(fault_code::not_found, "there are no metrics here");
  if (c.here.metrics == metrics_readers::loopback && !is_loopback(c.req.peer))
    throw fault_error(fault_code::forbidden, "metrics are read on the server's own machine");
}

task<reply> metrics(call_ptr c) {
  need_reader(*c);
  const how_is_the_pool question;
  auto pool = co_await caught(ask(c->self, c->home.database(), question));
  std::string out;
  if (c->here.edge)
    write_edge(c->here.edge(), out);
  write_house(c->home, out);
  if (pool)
    write_pool(*pool, out);
  caf::telemetry::collector::prometheus actors;
  const auto text = actors.collect_from(c->self->home_system().metrics());
  add_actor_metrics({text.data(), text.size()}, out);
  reply answer{200};
  answer.headers.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  answer.headers.add("Cache-Control", "no-store");
  answer.body = std::move(out);
  co_return answer;
}

constexpr endpoint metric_rows[] = {
    {verb::get, "/metrics", anyone, metrics},
};

}  // namespace

std::span<const endpoint> metric_routes() {
  return metric_rows;
}

}  // namespace stoa::stoa_api
