#include "net/forwarded.hpp"

#include "net/origin.hpp"
#include "tests/net/support.hpp"

#include <catch2/catch.hpp>

using namespace stoa;
using namespace stoa::test;
using namespace std::chrono_literals;

namespace {

using sent_fields = std::vector<std::pair<std::string_view, std::string_view>>;

header_list fields_of(const sent_fields& all) {
  header_list out;
  for (const auto& [name, value] : all)
    out.add(name, value);
  return out;
}

forwarded_facts facts_from(const sent_fields& all, std::string_view peer = "10.0.0.1") {
  const auto trusted = proxy_list::from({"10.0.0.0/24", "fd00::/8"});
  REQUIRE(trusted);
  return read_forwarded(*trusted, peer, fields_of(all));
}

request page_of(std::string_view host, std::string_view origin) {
  request out;
  out.authority = host;
  out.headers.add("Origin", origin);
  return out;
}

}  // namespace

TEST_CASE("of several forwarded values the one of the outermost trusted proxy counts", "[net]") {
  struct row {
    sent_fields sent;
    const char* client;
    const char* host;
    std::optional<bool> secure;
  };
  const row rows[] = {
      {{}, "10.0.0.1", "", std::nullopt},
      {{{"X-Forwarded-For", "192.0.2.7"},
        {"X-Forwarded-Host", "learn.example.org"},
        {"X-Forwarded-Proto", "https"}},
       "192.0.2.7",
       "learn.example.org",
       true},
      // What stands before the proxy's own value, the client wrote.
      {{{"X-Forwarded-For", "203.0.113.9, 192.0.2.7"},
        {"X-Forwarded-Host", "evil.example, learn.example.org:8443"},
        {"X-Forwarded-Proto", "https, http"}},
       "192.0.2.7",
       "learn.example.org:8443",
       false},
      // Two proxies of ours: the outer one was asked over TLS, the inner one by it without.
      {{{"X-Forwarded-For", "192.0.2.7, 10.0.0.2"},
        {"X-Forwarded-Host", "evil.example, learn.example.org, inner.local"},
        {"X-Forwarded-Proto", "https, http"}},
       "192.0.2.7",
       "learn.example.org",
       true},
      // An inner one that adds no host of its own.
      {{{"X-Forwarded-For", "192.0.2.7, 10.0.0.2"},
        {"X-Forwarded-Host", "learn.example.org"},
        {"X-Forwarded-Proto", "HTTPS"}},
       "192.0.2.7",
       "learn.example.org",
       true},
      // On several lines, which mean one list; with ports; the scheme of an upgrade.
      {{{"X-Forwarded-For", "203.0.113.9"},
        {"x-forwarded-for", "192.0.2.7:4711"},
        {"X-Forwarded-Host", "evil.example"},
        {"X-FORWARDED-HOST", "learn.example.org"},
        {"X-Forwarded-Proto", "wss"}},
       "192.0.2.7",
       "learn.example.org",
       true},
      {{{"X-Forwarded-For", "[2001:db8::7]:4711"}}, "2001:db8::7", "", std::nullopt},
      {{{"X-Forwarded-Host", "no host"}, {"X-Forwarded-Proto", "gopher"}},
       "10.0.0.1",
       "",
       std::nullopt},
      {{{"X-Forwarded-Host", "learn.example.org, "}}, "10.0.0.1", "", std::nullopt},
      // RFC 7239, where no X-Forwarded field is there.
      {{{"Forwarded", "for=203.0.113.9;host=evil.example"},
        {"Forwarded",
         "For=\"[2001:db8::7]:4711\"; PROTO=https;host=\"learn.example.org:8443\";by=10.0.0.1"}},
       "2001:db8::7",
       "learn.example.org:8443",
       true},
      {{{"Forwarded", "for=192.0.2.7;host=learn.example.org;proto=https, for=10.0.0.2;proto=http"}},
       "192.0.2.7",
       "learn.example.org",
       true},
      {{{"Forwarded", "for=unknown;proto=http"}}, "10.0.0.1", "", false},
      {{{"Forwarded", "for=\"192.0.2.7;host=a"}}, "10.0.0.1", "", std::nullopt},
      {{{"Forwarded", "proto=https;host=evil.example"}, {"X-Forwarded-For", "192.0.2.7"}},
       "192.0.2.7",
       "",
       std::nullopt},
  };
  for (const auto& row : rows) {
    const auto seen = facts_from(row.sent);
    INFO(row.client << ' ' << row.host << ' ' << row.sent.size());
    CHECK(seen.client == row.client);
    CHECK(seen.host == row.host);
    CHECK(seen.secure == row.secure);
  }
  const auto stranger = facts_from({{"X-Forwarded-For", "192.0.2.7"},
                                    {"X-Forwarded-Host", "learn.example.org"},
                                    {"X-Forwarded-Proto", "https"},
                                    {"Forwarded", "for=192.0.2.7"}},
                                   "192.0.2.1");
  CHECK(stranger.client == "192.0.2.1");
  CHECK(stranger.host.empty());
  CHECK_FALSE(stranger.secure);
}

TEST_CASE("an origin is written as browsers write it", "[net]") {
  CHECK(origin_of("https://Learn.Example.org:443/a?b#c") == "https://learn.example.org");
  CHECK(origin_of("HTTP://learn.example.org:80") == "http://learn.example.org");
  CHECK(origin_of("http://learn.example.org:443") == "http://learn.example.org:443");
  CHECK(origin_of("https://[2001:DB8::7]:8443/") == "https://[2001:db8::7]:8443");
  for (const auto* none : {"", "null", "https://", "ftp://a", "https://a b", "https://a@b", "a"}) {
    INFO(none);
    CHECK_FALSE(origin_of(none));
  }
}

TEST_CASE("pages of the server's own addresses may ask, and allowed ones", "[net]") {
  const origin_rules rules{"https://learn.example.org/", {"https://App.example.org/"}};
  CHECK(rules.allows(page_of("10.0.0.9:5000", "https://learn.example.org")));
  CHECK(rules.allows(page_of("10.0.0.9:5000", "https://app.example.org")));
  CHECK(rules.allows(page_of("10.0.0.9:5000", "http://10.0.0.9:5000")));
  CHECK(rules.allows(page_of("a.example:443", "https://a.example")));
  for (const auto* strange : {"https://elsewhere.example", "http://learn.example.org", "null",
                              "https://learn.example.org.evil.example", "https://10.0.0.9"}) {
    INFO(strange);
    CHECK_FALSE(rules.allows(page_of("10.0.0.9:5000", strange)));
  }
  auto forwarded = page_of("10.0.0.9:5000", "https://other.example.org");
  CHECK_FALSE(rules.allows(forwarded));
  forwarded.forwarded_host = "Other.example.org";
  CHECK(rules.allows(forwarded));
  auto referred = page_of("10.0.0.9:5000", "");
  CHECK(rules.allows(referred));
  referred.headers.add("Referer", "https://learn.example.org/courses?x=1");
  CHECK(rules.allows(referred));
  referred.headers.replace("Referer", "https://elsewhere.example/");
  CHECK_FALSE(rules.allows(referred));
}

TEST_CASE("public_url says whether it was over TLS where a trusted proxy does not", "[net]") {
  const origin_rules rules{"https://learn.example.org", {}};
  const auto settled = [&](auto change) {
    request what;
    what.authority = "learn.example.org";
    what.scheme_unsaid = true;
    change(what);
    rules.settle_scheme(what);
    return what.secure;
  };
  CHECK(settled([](request&) {}));
  CHECK(settled([](request& x) {
    x.authority = "inner.local";
    x.forwarded_host = "learn.example.org:443";
  }));
  CHECK_FALSE(settled([](request& x) { x.authority = "127.0.0.1:5000"; }));
  CHECK_FALSE(settled([](request& x) { x.scheme_unsaid = false; }));
}

TEST_CASE("what refuses a page names the setting that would let it in", "[net]") {
  const origin_rules none{"", {}};
  auto head = page_of("10.0.0.9:5000", "https://learn.example.org");
  head.peer = "192.0.2.1";
  CHECK(none.advice(head).find("set public_url = https://learn.example.org") != std::string::npos);
  CHECK(none.advice(head).find("allowed_origins") != std::string::npos);
  CHECK(none.advice(head).find("trusted_proxies") == std::string::npos);
  head.headers.add("X-Forwarded-Host", "learn.example.org");
  CHECK(none.advice(head).find("192.0.2.1 is a proxy of yours, name it in trusted_proxies") !=
        std::string::npos);
  const origin_rules other{"http://learn.example.org", {}};
  CHECK(other.advice(head).find("public_url has another scheme") != std::string::npos);
  reported_origins seen;
  const std::chrono::steady_clock::time_point start{};
  CHECK(seen.is_due("https://a", start));
  CHECK_FALSE(seen.is_due("https://a", start + 9min));
  CHECK(seen.is_due("https://a", start + 11min));
  for (int i = 0; i < 200; ++i)
    static_cast<void>(seen.is_due("https://" + std::to_string(i), start + 12min));
  CHECK_FALSE(seen.is_due("https://one.more", start + 13min));
  CHECK(seen.is_due("https://one.more", start + 30min));
}

TEST_CASE("what a trusted proxy says reaches the handler", "[net]") {
  served s{[](auto& o, auto&) { o.trusted_proxies = {"127.0.0.1"}; }};
  request seen;
  s.people.at["/x"] = [&](request&& x, reply_sink answer) {
    seen = std::move(x);
    answer(text_reply(200, "ok"));
  };
  raw_client c{s.port};
  REQUIRE(c.ask(get("/x")).status == 200);
  CHECK(seen.scheme_unsaid);
  CHECK_FALSE(seen.secure);
  REQUIRE(c.ask(get("/x",
                    "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: http\r\n"
                    "X-Forwarded-Proto: https\r\nX-Forwarded-Host: a.example\r\n"))
              .status == 200);
  CHECK(seen.peer == "192.0.2.7");
  CHECK(seen.forwarded_host == "a.example");
  CHECK(seen.secure);
  CHECK_FALSE(seen.scheme_unsaid);
}
