#include "net/node.hpp"

#include "actors/core/lane_unit.hpp"
#include "actors/core/log.hpp"
#include "actors/demo.hpp"
#include "actors/intranet/demo.hpp"
#include "actors/media/bucket.hpp"
#include "actors/media/scanner.hpp"
#include "actors/root.hpp"
#include "config/secret.hpp"
#include "net/file_store.hpp"
#include "net/gateway.hpp"
#include "net/routes/editions.hpp"
#include "net/server.hpp"
#include "net/site_advice.hpp"
#include "persistence/bootstrap.hpp"
#include "persistence/embedded.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <fmt/format.h>
#include <sodium.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <thread>

namespace stoa {

namespace {

server_options edge_options(const settings& how) {
  server_options out;
  // PostgreSQL and clients on the same machine need processors too.
  out.threads = how.io_threads > 0 ? how.io_threads
                                   : std::clamp(std::thread::hardware_concurrency() / 2, 1U, 64U);
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
  std::vector<std::unique_ptr<lane_unit>> units;  // one for each lane of the edge
  std::unique_ptr<house> home;
  std::vector<std::unique_ptr<gateway>> gateways;
  std::unique_ptr<server> edge;
  std::vector<open_site> sites;
  bool is_demo = false;

  static const edition* edition_named(std::string_view name) {
    for (const auto* each : editions())
      if (each->name == name)
        return each;
    return nullptr;
  }

  // A port that the kernel chooses is not known yet: then addresses stay relative.
  [[nodiscard]] std::string public_base(std::uint16_t port) const {
    auto out = how.public_url;
    while (out.ends_with('/'))
      out.pop_back();
    if (out.empty() && port != 0)
      out = fmt::format("{}://localhost:{}", how.tls_certificate.empty() ? "http" : "https", port);
    return out;
  }

  outcome<std::string> open_database() {
    if (!how.database_url.empty())
      return prepare_database(how.database_url, how.app_database_url);
    embedded_options options;
    options.data_dir = how.data.empty() ? default_data_folder() : how.data;
    options.ephemeral = how.ephemeral;
    options.programs = how.postgres_programs;
    options.on_death = [](const std::string& why) {
      log_of("persistence")->error("{}; starting it again", why);
    };
    auto started = embedded_postgres::start(std::move(options));
    if (!started)
      return started.error();
    postgres = std::move(*started);
    return prepare_database(postgres->owner_connection(), postgres->app_connection());
  }

  /// Where files are kept: the folder of the private PostgreSQL, or the configured one.
  [[nodiscard]] std::filesystem::path data_folder() const {
    if (postgres)
      return postgres->folder();
    return how.data.empty() ? default_data_folder() : how.data;
  }

  /// The key of bearer tokens. With a data folder of our own it is made once and kept there; with
  /// somebody else's database several nodes may serve it, so they have to be told the same one.
  outcome<std::string> open_secret() {
    if (!how.secret_key.empty())
      return how.secret_key;
    if (postgres)
      return kept_secret(postgres->folder());
    for (const auto& wanted : how.site)
      if (const auto* speaks = edition_named(wanted.edition);
          speaks && speaks->shows == credential::bearer)
        return fail(fault_code::invalid,
                    "edition " + wanted.edition + " signs tokens: secret_key is needed");
    return std::string{};
  }

  outcome<results> ask_database(transaction what) {
    return run_and_wait(*system, home->database(), std::move(what));
  }

  // On this disk, or in a store that other nodes reach too.
  [[nodiscard]] std::shared_ptr<const file_store> store_in(const file_places& places) const {
    if (!places.bucket)
      return local_store(places.folder);
    return bucket_store(*places.bucket, places.folder / "copies", how.s3_copies.bytes);
  }

  // An edition's own establishment is made when it is missing; one that a setting names is not.
  outcome<establishment_id> settle(const edition& speaks, const std::string& named) {
    const std::string slug = named.empty() ? std::string{speaks.home.slug} : named;
    if (slug.empty())
      return establishment_id{};
    auto work = in_establishment(platform_scope);
    if (named.empty())
      work.statements.push_back(
          prepared("insert into establishments (id, name, slug) values ($1, $2, $3)"
                   " on conflict do nothing",
                   speaks.home.id.empty() ? fresh_uuid() : std::string{speaks.home.id},
                   speaks.home.name, slug));
    work.statements.push_back(
        prepared("select e.id, exists(select 1 from users u where u.establishment_id = e.id)"
                 " from establishments e where e.slug = $1",
                 slug));
    auto found = ask_database(std::move(work));
    if (!found)
      return found.error();
    const auto& home_row = found->each.back();
    if (home_row.empty())
      return fail(fault_code::invalid, "no establishment is called " + slug);
    if (is_demo && named.empty() && speaks.home.demo && !home_row.flag(0, 1)) {
      const auto hash = make_hash(std::string{speaks.home.demo_password}, hash_cost{});
      if (hash.empty())
        return fail(fault_code::overloaded, "not enough memory to hash the demo password");
      if (auto done = ask_database(speaks.home.demo(establishment_id{home_row.text(0, 0)}, hash));
          !done)
        return done.error();
    }
    return establishment_id{home_row.text(0, 0)};
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

  // A super administrator whose password everybody knows has no business where others live: the
  // demo goes into a database that has nobody, or beside what it wrote itself.
  outcome<bool> may_seed() {
    constexpr std::string_view first = "est-demo-academy";
    auto work = in_establishment(
        platform_scope, prepared("select id, slug from establishments order by id <> $1 limit 100",
                                 std::string{first}));
    work.statements.push_back(prepared("select 1 from users limit 1"));
    const auto found = ask_database(std::move(work));
    if (!found)
      return found.error();
    const auto& houses = found->each[0];
    if (houses.empty() && found->each[1].empty()) {
      log_of("root")->info(
          "the database is empty: the demo organisation is written, whose passwords everybody"
          " knows");
      return true;
    }
    auto known = demo_establishments();
    known.emplace_back(intranet_demo_establishment);
    bool alone = !houses.empty() && houses.text(0, 0) == first;
    for (std::size_t i = 0; alone && i < houses.size(); ++i) {
      const bool of_demo = std::find(known.begin(), known.end(), houses.text(i, 0)) != known.end();
      alone = of_demo || std::any_of(editions().begin(), editions().end(), [&](const auto* each) {
                return each->home.slug == houses.text(i, 1);
              });
    }
    log_of("root")->info(alone ? "the demo organisation is there"
                               : "`demo` is on, but others live in this database: no demo data is"
                                 " written");
    return alone;
  }

  outcome<void> seed() {
    if (!how.demo) {
      log_of("root")->info("no demo data is written: `demo` is off");
      return {};
    }
    const auto allowed = may_seed();
    if (!allowed)
      return allowed.error();
    is_demo = *allowed;
    if (!is_demo)
      return {};
    if (auto done = seed("est-demo-academy", "demo123", "admin123", demo_data); !done)
      return done;
    // Public lists show every establishment: one of a family that no site speaks stays away.
    const bool spoken = std::any_of(how.site.begin(), how.site.end(),
                                    [](const auto& each) { return each.edition == "intrasphere"; });
    if (!spoken)
      return {};
    return seed(intranet_demo_establishment, "admin123", "password123", intranet_demo);
  }

  outcome<void> open_sites() {
    unsigned number = 0;
    for (const auto& each : how.members_only)
      if (!edition_named(each))
        return fail(fault_code::invalid, "members_only: no such edition: " + each);
    for (const auto& wanted : how.site) {
      site at;
      at.speaks = edition_named(wanted.edition);
      if (!at.speaks)
        return fail(fault_code::invalid, "no such edition: " + wanted.edition);
      at.number = number++;
      at.allowed_origins = how.allowed_origins;
      at.public_url = how.public_url;
      at.public_base = public_base(wanted.port);
      auto settled = settle(*at.speaks, wanted.establishment);
      if (!settled)
        return settled.error();
      at.establishment = std::move(*settled);
      const auto places = file_places_of(how, data_folder());
      at.uploads = places.folder;
      at.files = store_in(places);
      at.rate_limits = how.rate_limits;
      at.registration = how.registration;
      at.metrics = how.metrics;
      at.body_limit = how.http_body ? how.http_body->bytes : at.speaks->body_limit;
      for (const auto& each : how.rate) {
        const auto per = std::chrono::ceil<std::chrono::seconds>(each.per);
        at.rates.emplace_back(each.name, rate{each.count, per});
      }
      for (const auto& front : how.front)
        if (front.edition == wanted.edition)
          at.front = front.folder.string();
      if (is_demo && wanted.establishment.empty() && at.speaks->home.accounts)
        at.demo = at.speaks->home.accounts();
      // What names the port comes before what names the edition alone.
      for (const auto& cookie : how.session_cookie)
        if (cookie.edition == wanted.edition &&
            (cookie.port == wanted.port || (cookie.port == 0 && at.cookie.empty())))
          at.cookie = cookie.name;
      at.edge = [this] { return edge->counters(); };
      const auto& closed = how.members_only;
      const bool to_members =
          std::find(closed.begin(), closed.end(), wanted.edition) != closed.end();
      auto opened = gateway::open(*home, std::move(at),
                                  to_members ? guests::at_the_door : guests::as_rows_say);
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
                           std::to_string(*port),
                       gateways.back()->where().demo});
    }
    std::vector<const site*> all;
    for (const auto& each : gateways)
      all.push_back(&each->where());
    for (const auto& each : site_advice(how, all))
      log_of("root")->info(each);
    return {};
  }

  // The threads of the edge, on which actors live too, from first to last.
  void start_threads() {
    edge = std::make_unique<server>(edge_options(how));
    for (auto& each : edge->lanes()) {
      units.push_back(std::make_unique<lane_unit>(*system, each));
      units.back()->settle();
    }
  }

  void stop() {
    if (edge)
      edge->clear(how.drain_time);
    home = nullptr;
    edge = nullptr;
    gateways.clear();
    units.clear();
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
  // One queue for all workers: work stealing polls and sleeps where a wake-up is due, which cost a
  // fifth of a request's CPU time here.
  parts.caf_config.set("caf.scheduler.policy", "sharing");
  // Two looks at the clock and two histograms cost a message some 0.3 µs. Of what owners do that is
  // little; sessions pass every request, and the pool every statement.
  using names = std::vector<std::string>;
  parts.caf_config.set("caf.metrics-filters.actors.includes",
                       how.actor_metrics
                           ? names{"*"}
                           : names{"groups.*", "forum.*", "checkins.*", "intranet.*",
                                   "people.inbox", "people.presence", "jobs.*", "media.*"});
  use_clamd(parts.caf_config, how.clamd);
  parts.system = std::make_unique<caf::actor_system>(parts.caf_config);
  house_options options;
  options.database.conninfo = *connection;
  options.database.connections = how.database_connections;
  options.database.per_connection = how.database_in_flight;
  options.database.queue = how.database_queue;
  options.database.patience = how.database_patience;
  options.hashers = how.hash_lanes;
  options.files = file_places_of(how, parts.data_folder());
  auto secret = parts.open_secret();
  if (!secret)
    return secret.error();
  options.token_key = std::move(*secret);
  options.previous_token_key = how.previous_secret_key;
  options.token_life = std::chrono::duration_cast<std::chrono::seconds>(how.session_life);
  options.hash_queue = how.hash_queue;
  options.sign_ins.per_pair = how.rate_limits ? how.sign_in_attempts : 0;
  if (!how.rate_limits)
    options.arrivals.per_pair = 0;
  options.sign_ins.window = std::chrono::ceil<std::chrono::seconds>(how.sign_in_lock);
  options.session_life = std::chrono::ceil<std::chrono::seconds>(how.session_life);
  options.session_lifetime =
      std::min(std::chrono::ceil<std::chrono::seconds>(how.session_idle), options.session_life);
  options.streams.pending = how.owner_window;
  options.streams.idle = how.owner_idle;
  options.smtp_url = how.smtp_url;
  options.smtp_user = how.smtp_user;
  options.smtp_password = how.smtp_password;
  if (!how.mail_from.empty())
    options.mail_from = how.mail_from;
  parts.start_threads();
  const database_place first{parts.edge->first_loop(), *parts.units.front()};
  parts.home = std::make_unique<house>(*parts.system, first, options);
  if (how.demo)
    say("looking after the demo data");
  if (auto done = parts.seed(); !done)
    return done.error();
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
bool node::is_demo() const noexcept {
  return body_->is_demo;
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
