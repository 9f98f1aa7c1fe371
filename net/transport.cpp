#include "net/transport.hpp"

#include <cerrno>
#include <sys/sendfile.h>
#include <sys/socket.h>

namespace stoa {

namespace {

transport::tried after_failure() noexcept {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? transport::tried::blocked
                                                                   : transport::tried::broken;
}

}  // namespace

transport::tried transport::write_now(std::span<const iovec> pieces, std::size_t& size) noexcept {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces.data());
  message.msg_iovlen = pieces.size();
  auto count = ::sendmsg(socket().native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  size = count > 0 ? static_cast<std::size_t>(count) : 0;
  return count >= 0 ? tried::moved : after_failure();
}

transport::tried transport::read_now(std::span<char> into, std::size_t& size) noexcept {
  auto count = ::recv(socket().native_handle(), into.data(), into.size(), MSG_DONTWAIT);
  size = count > 0 ? static_cast<std::size_t>(count) : 0;
  return count >= 0 ? tried::moved : after_failure();
}

transport::tried transport::send_file_now(int file, std::uint64_t& at, std::size_t most,
                                          std::size_t& size) noexcept {
  auto offset = static_cast<off_t>(at);
  auto count = ::sendfile(socket().native_handle(), file, &offset, most);
  size = count > 0 ? static_cast<std::size_t>(count) : 0;
  at += size;
  // Nothing sent although something was asked for: the file has shrunk under us.
  return count > 0 ? tried::moved : count == 0 ? tried::broken : after_failure();
}

void transport::close() noexcept {
  error_code ignored;  // closing a dead socket may complain; there is nothing left to do about it
  socket().close(ignored);
}

void transport::shut_sending() noexcept {
  error_code ignored;  // the peer may have gone already
  socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
}

}  // namespace stoa
