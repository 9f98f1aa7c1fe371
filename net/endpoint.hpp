#pragma once

#include "actors/core/caf.hpp"
#include "actors/core/credits.hpp"
#include "actors/demo.hpp"
#include "actors/people/visitor.hpp"
#include "actors/root.hpp"
#include "config/values.hpp"
#include "net/handler.hpp"
#include "net/row_guard.hpp"
#include "net/server.hpp"
#include "net/uploads.hpp"
#include "schema/entity.hpp"
#include "schema/json.hpp"
#include "schema/scope.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stoa {

struct site;
struct endpoint;

/// One request on its way through its session: what a route's function works with. Shared by the
/// coroutine and whoever waits for it.
class call {
public:
  call(request&& what, house& where, const site& at)
      : req(std::move(what)), home(where), here(at) {}

  request req;
  house& home;
  const site& here;
  session_actor::pointer self = nullptr;  ///< the actor it runs in
  const endpoint* row = nullptr;          ///< the row that answers
  scope who;                              ///< a copy: the session may change meanwhile
  std::vector<std::pair<std::string_view, std::string>> captured;  ///< `{name}` → decoded text
  bool looks = false;                ///< to judge a condition: nobody sees it, it is no visit
  std::shared_ptr<row_guard> guard;  ///< of a write under a condition

  /// What stood in the path for `{name}`; empty for a name that the row does not have.
  [[nodiscard]] const std::string& path(std::string_view name) const;
  /// The JSON body; an empty body reads as `{}`. Throws `invalid`, naming the mistake.
  [[nodiscard]] json_value body();
  /// Asks an owner from within the session.
  template <class To, class Message>
  auto asked(const To& to, Message&& message) const {
    return ask(self, to, who, std::forward<Message>(message));
  }
  /// Runs a transaction as it is, behind the guard's look if there is one.
  [[nodiscard]] auto run(transaction what) const {
    const bool guarded = guard && guard->join(what);
    return guarded_question{ask(self, home.database(), std::move(what)), guarded};
  }
  /// Runs one statement in the caller's establishment.
  [[nodiscard]] auto run(statement what) const {
    return run(in_establishment(who.establishment.value, std::move(what)));
  }

private:
  json parsed_;
  bool has_parsed_ = false;
};
using call_ptr = std::shared_ptr<call>;

/// Who may call a row at all; finer rules are the owner's.
struct access {
  role least = role::guest;
};
inline constexpr access anyone{role::guest};
inline constexpr access signed_in{role::learner};
inline constexpr access trainers{role::trainer};
inline constexpr access managers{role::manager};
inline constexpr access admins{role::admin};
inline constexpr access super_admins{role::super_admin};

class resource;
class file_store;

/// What a generic row is made from: what its function reads, documents tell and the router checks.
/// A row with a function of its own has none.
struct row_facts {
  std::string_view does = {};       ///< `archive_room`, `list study_group`: a word for tables
  const entity* takes = nullptr;    ///< describes path, query and body
  const entity* answers = nullptr;  ///< describes what comes back; null: it has a shape of its own
  const dialect* habits = nullptr;
  int status = 200;                 ///< of a command that went well
  std::string_view owner = {};      ///< the `{name}` of the path that finds the owner
  const resource* table = nullptr;  ///< of a resource's rows
};

/// One row of the route table.
struct endpoint {
  using function = task<reply> (*)(call_ptr);

  verb method;
  std::string_view path;  ///< `/api/groups/{id}`; literal segments win over named ones
  access who;
  function run;
  rate limit{};                ///< on top of the site's general one
  std::size_t body_limit = 0;  ///< bytes; 0: the site's
  /// The body is a form: its files go to the site's `uploads` as they arrive, and the row finds an
  /// `upload` in `request::sink`. Who is not signed in is refused before anything is read.
  const upload_limits* form = nullptr;
  const row_facts* facts = nullptr;  ///< of generic rows
};

/// A WebSocket address.
struct socket_endpoint {
  using function = std::shared_ptr<socket_listener> (*)(call_ptr, session_actor);

  std::string_view path;
  std::string_view subprotocol;  ///< empty: none is negotiated
  function open;
  /// Whom a client without a session meets; null: the upgrade is refused. A browser cannot read the
  /// status of a refused upgrade, so some families are let in and told by a close code.
  std::shared_ptr<socket_listener> (*turned_away)(const request& head) = nullptr;
};

/// How a client shows its session.
enum class credential : std::uint8_t {
  cookie,
  bearer,  ///< `Authorization: Bearer …`; `?token=` when it opens a socket
};

/// The establishment that an edition lives in when nobody names another; made if it is missing.
/// Without one, guests have none, and who signs in is looked for in all of them.
struct edition_home {
  std::string_view slug = {};  ///< empty: none
  std::string_view name = {};
  /// Fills the establishment with demo data, given its id and the hash of `demo_password`.
  transaction (*demo)(const establishment_id& where, const std::string& password) = nullptr;
  std::string_view demo_password = {};
  std::string_view id = {};  ///< empty: a fresh one
  /// Whom a demo lets in there; null: nobody.
  const std::vector<demo_account>& (*accounts)() = nullptr;
};

/// One client family's contract: its rows and its habits.
struct edition {
  std::string_view name;
  std::span<const endpoint> routes;
  std::span<const socket_endpoint> sockets;
  std::string_view cookie;  ///< name of the session cookie
  /// A fault in this family's shape.
  reply (*error)(const fault& why, const request& head);
  /// A path that no row has.
  reply (*no_route)(const request& head);
  /// Header lines of every answer ("Name: value\r\n"…).
  std::string_view headers;
  /// Those of a front end's files, under which this family's own pages work; empty: the same.
  std::string_view page_headers = {};
  rate general{1000, std::chrono::seconds{900}};
  /// Whether answers tell what is left of `general` (`RateLimit-…`).
  bool tells_rate = false;
  /// Whether what is read has a weak ETag of its content, so that the edge answers 304.
  bool tags_answers = false;
  std::size_t body_limit = 1024 * 1024;  ///< bytes, unless a row or the settings say otherwise
  const dialect* habits = &native_dialect;
  credential shows = credential::cookie;
  /// Origins whose pages are always allowed, beside the configured ones.
  std::span<const std::string_view> origins = {};
  edition_home home = {};
  std::string_view same_site = "Lax";  ///< of the session cookie
  bool any_case = false;               ///< whether paths may be spelled in any case
};

/// Every edition this program speaks.
[[nodiscard]] std::span<const edition* const> editions();

/// An origin: a port with an edition, and maybe a front end.
struct site {
  const edition* speaks = nullptr;
  unsigned number = 0;
  /// Whose site it is: the establishment of guests, and of the platform's administrators while they
  /// are here. Empty: nobody's in particular.
  establishment_id establishment;
  std::string front;  ///< folder with a built front end, empty for none
  std::vector<std::string> allowed_origins;
  std::string public_url;   ///< how people reach it, as set: `https://host`; empty for unknown
  std::string public_base;  ///< the same without a slash at the end, or this machine's address
  std::filesystem::path uploads;            ///< folder of the files that people send, on their way
  std::shared_ptr<const file_store> files;  ///< where they are kept
  std::vector<demo_account> demo;           ///< while its establishment is a demo's
  std::string cookie;                       ///< its own name when sites share a host
  bool rate_limits = true;                  ///< whether the rows' and the edition's rates hold
  bool registration = true;                 ///< whether people may register themselves
  metrics_readers metrics = metrics_readers::loopback;  ///< who may read `/metrics`
  /// Rates in place of those of the rows with these operation ids, and of `general`.
  std::vector<std::pair<std::string, rate>> rates;
  std::size_t body_limit = 1024 * 1024;  ///< bytes of a body whose row says nothing
  rate general{};                        ///< the edition's or the one set, filled by the gateway
  std::function<server_counters()> edge = {};  ///< the edge's counters, from any thread
};

}  // namespace stoa
