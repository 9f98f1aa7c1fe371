#include "net/acceptor.hpp"

#include "actors/core/log.hpp"
#include "net/http_session.hpp"

#include <boost/asio/post.hpp>
#include <openssl/ssl.h>
#include <spdlog/spdlog.h>

namespace stoa {

namespace asio = boost::asio;
using error_code = boost::system::error_code;

namespace {

constexpr int backlog = 4096;
constexpr std::size_t most_refusals = 1000;  // being answered at the same time, per loop

// Takes http/1.1 when the client offers it, and goes on without ALPN when it does not.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned offered_size, void*) {
  static constexpr unsigned char ours[] = "\x08http/1.1";
  auto* found = const_cast<unsigned char**>(chosen);
  if (SSL_select_next_proto(found, size, ours, sizeof ours - 1, offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

outcome<std::unique_ptr<asio::ssl::context>> load_keys(const tls_options& from) {
  auto keys = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  auto* raw = keys->native_handle();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_options(
      raw, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // Idle connections give their record buffers back: 34 KiB each otherwise.
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
  error_code why;
  keys->use_certificate_chain_file(from.certificate_file, why);
  if (why)
    return fail(fault_code::invalid, "cannot read the certificate " + from.certificate_file,
                why.message());
  keys->use_private_key_file(from.key_file, asio::ssl::context::pem, why);
  if (why)
    return fail(fault_code::invalid, "cannot read the key " + from.key_file, why.message());
  return keys;
}

acceptor::acceptor(std::shared_ptr<const port> at, std::vector<std::shared_ptr<loop>> loops,
                   std::shared_ptr<doorman> door)
    : at_(std::move(at)),
      loops_(std::move(loops)),
      door_(std::move(door)),
      listening_(loops_.front()->context.get_executor()),
      pause_(loops_.front()->context) {}

outcome<std::shared_ptr<acceptor>> acceptor::open(const listener_options& where,
                                                  std::shared_ptr<const port> at,
                                                  std::vector<std::shared_ptr<loop>> loops,
                                                  std::shared_ptr<doorman> door) {
  error_code why;
  auto address = asio::ip::make_address(where.address, why);
  if (why)
    return fail(fault_code::invalid, "not a numeric address: " + where.address);
  auto made = std::make_shared<acceptor>(std::move(at), std::move(loops), std::move(door));
  asio::ip::tcp::endpoint endpoint{address, where.port};
  auto& listening = made->listening_;
  listening.open(endpoint.protocol(), why);
  if (!why)
    listening.set_option(asio::socket_base::reuse_address(true), why);
  if (!why)
    listening.bind(endpoint, why);
  if (!why)
    listening.listen(backlog, why);
  if (!why)
    made->number_ = listening.local_endpoint(why).port();
  if (why)
    return fail(fault_code::unavailable,
                "cannot listen on " + where.address + ":" + std::to_string(where.port),
                why.message());
  asio::post(made->loops_.front()->context, [made] { made->accept(); });
  return made;
}

void acceptor::close() {
  asio::post(loops_.front()->context, [me = shared_from_this()] {
    me->closed_ = true;
    error_code ignored;
    me->listening_.close(ignored);
    me->pause_.cancel();
  });
}

void acceptor::accept() {
  if (closed_)
    return;
  auto on = loops_[next_++ % loops_.size()];
  listening_.async_accept(on->context, [me = shared_from_this(), on](
                                           const error_code& why, transport::socket_type socket) {
    if (me->closed_)
      return;
    if (!why) {
      me->admit(on, std::move(socket));
      return me->accept();
    }
    if (why == asio::error::connection_aborted)
      return me->accept();
    // Out of descriptors or memory: those who leave make room; asking at once would spin.
    log_of("net")->warn("cannot accept on port {}: {}", me->number_, why.message());
    me->pause_.expires_after(std::chrono::milliseconds{100});
    me->pause_.async_wait([me](const error_code&) { me->accept(); });
  });
}

void acceptor::admit(std::shared_ptr<loop> on, transport::socket_type socket) {
  ++accepted_;
  error_code why;
  auto address = socket.remote_endpoint(why).address();
  if (why)
    return;  // gone before it was looked at
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  auto peer = address.to_string();
  // A failure here costs latency, not correctness.
  socket.set_option(asio::ip::tcp::no_delay(true), why);
  doorman::pass pass;
  auto answer = door_->enter(peer, !at_->proxies->trusts(peer), *at_->bounds, pass);
  if (answer != doorman::answer::welcome) {
    ++turned_away_;
    // The refusal is written by a session as well; in a flood there is no room for politeness.
    if (on->counts.residents.load() > at_->bounds->connections + most_refusals)
      return;
  }
  auto wire = at_->keys ? transport{std::move(socket), *at_->keys} : transport{std::move(socket)};
  connection come{on, at_, std::move(wire), std::move(pass), std::move(peer)};
  on->post([come = std::move(come), answer]() mutable {
    switch (answer) {
      case doorman::answer::welcome:
        return serve_http(std::move(come));
      case doorman::answer::full:
        return turn_away(std::move(come), 503, "the server is full");
      case doorman::answer::too_many:
        return turn_away(std::move(come), 429, "too many connections from this address");
    }
  });
}

}  // namespace stoa
