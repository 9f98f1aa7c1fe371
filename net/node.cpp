#include "net/node.hpp"

#include "actors/demo.hpp"
#include "actors/intranet/demo.hpp"
#include "actors/root.hpp"
#include "net/gateway.hpp"
#include "net/routes/editions.hpp"
#include "net/server.hpp"
#include "persistence/bootstrap.hpp"
#include "persistence/embedded.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <sodium.h>

#include <mutex>

namespace stoa {

namespace {

server_options edge_options(const settings& how) {
  server_options out;
  out.threads = how.io_threads;
  out.trusted_proxies = how.trusted_proxies;
  auto& to = out.limits;
  to.head = how.http_head.bytes;
  to.target = how.http_target.bytes;
  to.fields = how.http_fields;
  to.connections = how.connections;
  to.per_address = how.connections_per_address;
  to.message = how.socket_message.bytes;
  to.outbox_frames = how.outbox_frames;
  to.outbox_bytes = how.outbox_bytes.bytes;
  to.compress_above = how.compress_above.bytes;
  to.compress_below = how.compress_below.bytes;
  to.head_time = how.http_head_time;
  to.body_time = how.http_body_time;
  to.body_pace = how.http_body_pace.bytes;
  to.answer_time = how.http_answer_time;
  to.write_time = how.http_write_time;
  to.keep_alive = how.http_keep_alive;
  to.ping_every = how.socket_ping;
  to.silence = how.socket_silence;
  to.heartbeat = how.stream_heartbeat;
  to.closing = how.closing_time;
  return out;
}

}  // namespace

struct node::body {
  settings how;
  std::unique_ptr<embedded_postgres> postgres;
  caf::actor_system_config caf_config;
  std::unique_ptr<caf::actor_system> system;
  std::unique_ptr<house> home;
  std::vector<std::unique_ptr<gateway>> gateways;
  std::unique_ptr<server> edge;
  std::vector<open_site> sites;

  outcome<std::string> open_database() {
    if (!how.database_url.empty())
      return prepare_database(how.database_url, how.app_database_url);
    embedded_options options;
    options.data_dir = how.data.empty() ? default_data_folder() : how.data;
    options.ephemeral = how.ephemeral;
    options.programs = how.postgres_programs;
    auto started = embedded_postgres::start(std::move(options));
    if (!started)
      return started.error();
    postgres = std::move(*started);
    return prepare_database(postgres->owner_connection(), postgres->app_connection());
  }

  // Writes one demo unless its establishment is there: hashing takes a while.
  outcome<void> seed(const char* establishment, const char* first, const char* second,
                     transaction (*rows)(const std::string&, const std::string&)) {
    const auto present = run_and_wait(
        *system, home->database(),
        in_establishment(platform_scope,
                         prepared("select 1 from establishments where id = $1", establishment)));
    if (!present)
      return present.error();
    if (!(*present)[0].empty())
      return {};
    const hash_cost cost;
    const auto one = make_hash(first, cost);
    const auto other = make_hash(second, cost);
    if (one.empty() || other.empty())
      return fail(fault_code::overloaded, "not enough memory to hash the demo passwords");
    if (auto done = run_and_wait(*system, home->database(), rows(one, other)); !done)
      return done.error();
    return {};
  }

  outcome<void> seed() {
    if (auto done = seed("est-demo-academy", "demo123", "admin123", demo_data); !done)
      return done;
    return seed(intranet_demo_establishment, "admin123", "password123", intranet_demo);
  }

  // A site whose edition knows one establishment needs it, with or without a demo.
  outcome<void> found(const edition& speaks) {
    if (speaks.home.empty())
      return {};
    auto wanted = in_establishment(
        platform_scope, prepared("insert into establishments (id, name, slug) values ($1, $2, $2)"
                                 " on conflict do nothing",
                                 speaks.home, speaks.name));
    if (auto done = run_and_wait(*system, home->database(), std::move(wanted)); !done)
      return done.error();
    return {};
  }

  outcome<void> open_sites() {
    edge = std::make_unique<server>(edge_options(how));
    unsigned number = 0;
    for (const auto& wanted : how.site) {
      site at;
      for (const auto* each : editions())
        if (each->name == wanted.edition)
          at.speaks = each;
      if (!at.speaks)
        return fail(fault_code::invalid, "no such edition: " + wanted.edition);
      if (auto done = found(*at.speaks); !done)
        return done;
      at.number = number++;
      at.allowed_origins = how.allowed_origins;
      at.public_base = how.public_url;
      at.rate_limits = how.rate_limits;
      for (const auto& front : how.front)
        if (front.edition == wanted.edition)
          at.front = front.folder.string();
      at.edge = [this] { return edge->counters(); };
      auto opened = gateway::open(*home, std::move(at));
      if (!opened)
        return opened.error();
      gateways.push_back(std::move(*opened));
      listener_options where;
      where.address = how.listen;
      where.port = wanted.port;
      where.site = gateways.back()->where().number;
      where.deflate = how.socket_deflate;
      if (!how.tls_certificate.empty())
        where.tls = tls_options{how.tls_certificate, how.tls_key};
      auto port = edge->listen(where, *gateways.back());
      if (!port)
        return port.error();
      const auto host = how.listen == "0.0.0.0" ? "localhost" : how.listen;
      sites.push_back({wanted.edition, *port,
                       (how.tls_certificate.empty() ? "http://" : "https://") + host + ":" +
                           std::to_string(*port)});
    }
    return {};
  }

  void stop() {
    if (edge)
      edge->stop(how.drain_time);
    home = nullptr;
    edge = nullptr;
    gateways.clear();
    system = nullptr;
    if (postgres)
      postgres->stop();
    postgres = nullptr;
  }
};

node::node(std::unique_ptr<body> made) : body_(std::move(made)) {}
node::~node() {
  stop();
}

outcome<std::unique_ptr<node>> node::start(const settings& how,
                                           std::function<void(const std::string&)> progress) {
  static std::once_flag once;
  std::call_once(once, [] {
    announce_types();
    if (sodium_init() < 0)
      std::abort();  // no randomness, no tokens: nothing here may run
  });
  const auto say = [&](const std::string& what) {
    if (progress)
      progress(what);
  };
  std::unique_ptr<node> out{new node{std::make_unique<body>()}};
  auto& parts = *out->body_;
  parts.how = how;
  if (parts.how.site.empty())
    parts.how.site.push_back({"stacgate", 5000});
  say(how.database_url.empty() ? "starting the private PostgreSQL" : "preparing the database");
  auto connection = parts.open_database();
  if (!connection)
    return connection.error();

  say("starting the actors");
  parts.caf_config.set("caf.scheduler.max-threads", how.worker_threads);
  if (how.actor_metrics)
    parts.caf_config.set("caf.metrics-filters.actors.includes", std::vector<std::string>{"*"});
  parts.system = std::make_unique<caf::actor_system>(parts.caf_config);
  house_options options;
  options.database.conninfo = *connection;
  options.database.connections = how.database_connections;
  options.database.per_connection = how.database_in_flight;
  options.database.queue = how.database_queue;
  options.hashers = how.hash_lanes;
  if (!how.rate_limits)
    options.sign_ins.per_pair = 0;
  options.session_lifetime = std::chrono::duration_cast<std::chrono::seconds>(how.session_idle);
  options.smtp_url = how.smtp_url;
  options.smtp_user = how.smtp_user;
  options.smtp_password = how.smtp_password;
  if (!how.mail_from.empty())
    options.mail_from = how.mail_from;
  parts.home = std::make_unique<house>(*parts.system, options);
  if (how.demo) {
    say("looking after the demo data");
    if (auto done = parts.seed(); !done)
      return done.error();
  }
  say("opening the ports");
  if (auto done = parts.open_sites(); !done)
    return done.error();
  return out;
}

void node::stop() {
  if (body_)
    body_->stop();
}

const std::vector<open_site>& node::sites() const noexcept {
  return body_->sites;
}
house& node::actors() noexcept {
  return *body_->home;
}
caf::actor_system& node::system() noexcept {
  return *body_->system;
}
server& node::edge() noexcept {
  return *body_->edge;
}
std::string node::owner_connection() const {
  return body_->postgres ? body_->postgres->owner_connection() : std::string{};
}
std::string node::app_connection() const {
  return body_->postgres ? body_->postgres->app_connection() : std::string{};
}
int node::postgres() const noexcept {
  return body_->postgres ? body_->postgres->process() : 0;
}

}  // namespace stoa
