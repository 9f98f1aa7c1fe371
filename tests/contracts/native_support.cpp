#include "tests/contracts/native_support.hpp"

#include "actors/people/tokens.hpp"
#include "actors/root.hpp"
#include "persistence/database.hpp"
#include "tests/support/stacgate.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <sys/socket.h>

namespace stoa::test {

node& native_node() {
  return testing::stacgate_node();
}

answer plain_get(const node& where, std::string_view path, std::string_view more,
                 const char* from) {
  raw_client wire{where.sites().at(0).port, 0, from};
  return wire.ask(
      fmt::format("GET {} HTTP/1.1\r\nHost: here\r\n{}Connection: close\r\n\r\n", path, more));
}

native_user demo_user(const std::string& id) {
  auto& where = native_node();
  const auto token = fresh_token();
  auto done = run_and_wait(
      where.system(), where.actors().database(),
      in_establishment(
          platform_scope,
          prepared("insert into sessions (token_hash, id, user_id, establishment_id, expires_at)"
                   " select $1, $2, id, establishment_id, now() + interval '1 day' from users"
                   " where id = $3",
                   token_hash(token), fresh_uuid(), id)));
  REQUIRE(done);
  REQUIRE((*done)[0].affected() == 1);
  return {id, token};
}

std::string native_user::cookie() const {
  return "Cookie: connect.sid=" + token_ + "\r\n";
}

native_answer native_user::call(std::string_view method, std::string_view path,
                                std::string_view body, std::string_view more_headers) const {
  raw_client wire{native_node().sites().at(0).port};
  std::string text{method};
  text.append(" ").append(path).append(" HTTP/1.1\r\nHost: here\r\nConnection: close\r\n");
  if (!token_.empty())
    text += cookie();
  text += more_headers;
  if (!body.empty())
    text +=
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  auto got = wire.ask(text.append("\r\n").append(body));
  native_answer out;
  out.status = got.status;
  out.body = got.body;
  if (auto read = json::parse(got.body))
    out.read = std::move(*read);
  return out;
}

native_socket::native_socket(const native_user& who) : wire_(native_node().sites().at(0).port) {
  const auto opened =
      wire_.upgrade("/realtime", "Sec-WebSocket-Protocol: stoa.v1\r\n" + who.cookie());
  REQUIRE(opened.status == 101);
}

void native_socket::wait_for(std::chrono::seconds patience) const {
  const timeval most{patience.count(), 0};
  REQUIRE(::setsockopt(wire_.handle(), SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most) == 0);
}

json native_socket::until(const std::function<bool(const json_value&)>& fits) {
  std::string heard;
  for (;;) {
    auto next = wire_.read_frame();
    INFO("heard so far: " << heard);
    REQUIRE(next.opcode >= 0);
    REQUIRE(next.opcode != 8);
    if (next.opcode != 1)
      continue;
    auto read = json::parse(next.payload);
    REQUIRE(read);
    if (fits(read->root()))
      return std::move(*read);
    heard += next.payload + '\n';
  }
}

json native_socket::next(std::string_view type) {
  return until([&](const json_value& said) { return said["type"].as_string() == type; });
}

std::string fresh_room(const native_user& by, std::string_view members, bool is_public) {
  auto made =
      by.post("/api/v1/rooms", R"({"name":"Salle","members":)" + std::string{members} +
                                   R"(,"isPublic":)" + (is_public ? "true" : "false") + "}");
  INFO(made.body);
  REQUIRE(made.status == 201);
  return made.text("id");
}

}  // namespace stoa::test
