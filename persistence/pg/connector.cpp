#include "persistence/pg/connector.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <libpq-fe.h>

#include <charconv>
#include <optional>
#include <vector>

namespace stoa::pg {

namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

// For the whole session. The server looks once a second whether we are still there while it works
// for us, and notices within half a minute that we fell silent. The process id tells whether a
// pooler stands between us.
constexpr const char* set_up_session =
    "select pg_backend_pid(), set_config('statement_timeout', $1, false),"
    " set_config('client_connection_check_interval', '1000', false),"
    " set_config('tcp_keepalives_idle', '10', false),"
    " set_config('tcp_keepalives_interval', '5', false),"
    " set_config('tcp_keepalives_count', '3', false),"
    " set_config('tcp_user_timeout', '25000', false)";

struct clear_result {
  void operator()(PGresult* x) const noexcept { PQclear(x); }
};

// `connect_timeout` of a connection string, which libpq itself heeds only when it may block. As
// there, 0 and less mean nothing.
std::optional<std::chrono::milliseconds> given_patience(const std::string& conninfo) {
  const auto given = keyword(conninfo, "connect_timeout");
  int seconds = 0;
  if (given && *given)
    std::from_chars((*given)->data(), (*given)->data() + (*given)->size(), seconds);
  if (seconds <= 0)
    return std::nullopt;
  return std::chrono::seconds{seconds};
}

std::string message_of(const PGconn* connection) {
  std::string out = PQerrorMessage(connection);
  while (!out.empty() && out.back() == '\n')
    out.pop_back();
  return out;
}

}  // namespace

void finish_connection::operator()(pg_conn* what) const noexcept {
  PQfinish(what);
}

struct connector::state : std::enable_shared_from_this<connector::state> {
  using wait_kind = asio::posix::stream_descriptor::wait_type;

  state(asio::io_context& io, std::vector<endpoint> all, connect_options how)
      : resolver(io), socket(io), deadline(io), servers(std::move(all)), options(how) {}
  ~state() { drop(); }

  // -- waiting ---------------------------------------------------------------------

  template <class Then>
  void wait(wait_kind what, Then then) {
    release();
    const int descriptor = PQsocket(connection.get());
    if (descriptor < 0) {
      failed(message_of(connection.get()));
      return;
    }
    socket.assign(descriptor);
    socket.async_wait(what, guarded([this, then](const boost::system::error_code& error) {
                        if (error)
                          failed(error.message());
                        else
                          then();
                      }));
  }

  // A handler that does nothing once the attempt it belongs to has ended. It keeps the state alive.
  template <class Handler>
  auto guarded(Handler handler) {
    return [self = shared_from_this(), mine = attempt, handler](auto&&... arguments) {
      if (mine == self->attempt)
        handler(std::forward<decltype(arguments)>(arguments)...);
    };
  }

  // Asio watches the descriptor, libpq owns it: it is released before libpq closes it.
  void release() {
    if (socket.is_open())
      socket.release();
  }

  // -- one server after the other, one address after the other ---------------------

  void connect(std::size_t first, callback on_complete) {
    cancel();
    waiting = std::move(on_complete);
    current = first % servers.size();
    tried = 0;
    failures.clear();
    try_server();
  }

  void try_server() {
    addresses.clear();
    const auto& server = servers[current];
    begin_deadline();
    if (server.name.empty()) {
      start(server.conninfo);
      return;
    }
    // PQconnectStart would resolve the name itself, and block the loop meanwhile.
    resolver.async_resolve(server.name, server.port,
                           guarded([this](const boost::system::error_code& error,
                                          const tcp::resolver::results_type& found) {
                             if (error) {
                               failed(error.message());
                               return;
                             }
                             for (const auto& each : found)
                               addresses.push_back(each.endpoint().address().to_string());
                             next_address();
                           }));
  }

  void next_address() {
    const auto address = std::move(addresses.front());
    addresses.erase(addresses.begin());
    auto conninfo = at_address(servers[current], address);
    if (!conninfo) {
      failed(conninfo.error().cause);
      return;
    }
    begin_deadline();
    start(*conninfo);
  }

  // What went wrong with this address is remembered; the next one has its turn.
  void failed(const std::string& why) {
    drop();
    failures += fmt::format("{}{}: {}", failures.empty() ? "" : "; ", servers[current].label, why);
    if (!addresses.empty()) {
      next_address();
      return;
    }
    current = (current + 1) % servers.size();
    if (++tried < servers.size()) {
      try_server();
      return;
    }
    std::exchange(waiting, {})(
        fail(fault_code::unavailable, "the database cannot be reached", std::move(failures)));
  }

  void begin_deadline() {
    const auto patience = given_patience(servers[current].conninfo).value_or(options.patience);
    deadline.expires_after(patience);
    deadline.async_wait(guarded([this](const boost::system::error_code& error) {
      // A timer that was set anew just after it rang rings all the same.
      if (!error && deadline.expiry() <= asio::steady_timer::clock_type::now())
        failed("no answer in time");
    }));
  }

  // -- one address -----------------------------------------------------------------

  void start(const std::string& conninfo) {
    connection.reset(PQconnectStart(conninfo.c_str()));
    if (!connection || PQstatus(connection.get()) == CONNECTION_BAD) {
      failed(connection ? message_of(connection.get()) : "out of memory");
      return;
    }
    // What a client writes can make PostgreSQL remark on it (a word too long to be indexed): that
    // is no line for standard error.
    PQsetNoticeProcessor(
        connection.get(), [](void*, const char*) {}, nullptr);
    // Not before the socket is ready: a poll that comes too early finds fault with the first
    // address and never looks at the others.
    wait(wait_kind::wait_write, [this] { poll(); });
  }

  void poll() {
    release();  // libpq may close this socket and open another one with the same number
    switch (PQconnectPoll(connection.get())) {
      case PGRES_POLLING_READING:
        wait(wait_kind::wait_read, [this] { poll(); });
        return;
      case PGRES_POLLING_WRITING:
        wait(wait_kind::wait_write, [this] { poll(); });
        return;
      case PGRES_POLLING_OK:
        set_up();
        return;
      default:
        failed(message_of(connection.get()));
    }
  }

  void set_up() {
    const auto limit = std::to_string(options.statement_timeout.count());
    const char* values[] = {limit.c_str()};
    if (PQsetnonblocking(connection.get(), 1) != 0 ||
        PQsendQueryParams(connection.get(), set_up_session, 1, nullptr, values, nullptr, nullptr,
                          0) != 1)
      failed(message_of(connection.get()));
    else
      send_set_up();
  }

  void send_set_up() {
    const int left = PQflush(connection.get());
    if (left < 0)
      failed(message_of(connection.get()));
    else if (left > 0)
      wait(wait_kind::wait_write, [this] { send_set_up(); });
    else
      wait(wait_kind::wait_read, [this] { read_set_up(); });
  }

  void read_set_up() {
    if (PQconsumeInput(connection.get()) != 1) {
      failed(message_of(connection.get()));
      return;
    }
    while (PQisBusy(connection.get()) == 0) {
      std::unique_ptr<PGresult, clear_result> result{PQgetResult(connection.get())};
      if (!result) {
        finish();
        return;
      }
      if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) {
        failed(message_of(connection.get()));
        return;
      }
      served_by = PQgetvalue(result.get(), 0, 0);
    }
    wait(wait_kind::wait_read, [this] { read_set_up(); });
  }

  void finish() {
    if (PQenterPipelineMode(connection.get()) != 1) {
      failed(message_of(connection.get()));
      return;
    }
    const bool is_pooled = served_by != std::to_string(PQbackendPID(connection.get()));
    auto established = std::move(connection);
    drop();
    connected out{std::move(established), current, is_pooled};
    std::exchange(waiting, {})(std::move(out));
  }

  // -- ending ----------------------------------------------------------------------

  // Ends the attempt at one address.
  void drop() {
    ++attempt;
    deadline.cancel();
    resolver.cancel();
    release();
    connection.reset();
  }

  void cancel() {
    drop();
    waiting = nullptr;
  }

  tcp::resolver resolver;
  asio::posix::stream_descriptor socket;
  asio::steady_timer deadline;
  std::vector<endpoint> servers;
  connect_options options;
  callback waiting;
  connection_ptr connection;
  std::vector<std::string> addresses;  // of the current server, not tried yet
  std::string failures;
  std::string served_by;
  std::size_t current = 0;
  std::size_t tried = 0;
  std::uint64_t attempt = 0;
};

connector::connector(asio::io_context& io, std::vector<endpoint> servers, connect_options options)
    : state_(std::make_shared<state>(io, std::move(servers), options)) {}

connector::~connector() {
  state_->cancel();
}

void connector::connect(std::size_t first, callback on_complete) {
  state_->connect(first, std::move(on_complete));
}
void connector::cancel() {
  state_->cancel();
}
bool connector::is_busy() const noexcept {
  return static_cast<bool>(state_->waiting);
}

}  // namespace stoa::pg
