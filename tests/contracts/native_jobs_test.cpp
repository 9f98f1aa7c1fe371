#include "actors/core/caf.hpp"
#include "actors/core/fault.hpp"
#include "actors/jobs/job_rows.hpp"
#include "actors/jobs/mailer.hpp"
#include "actors/root.hpp"
#include "net/node.hpp"
#include "persistence/database.hpp"
#include "tests/net/support.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/smtp_sink.hpp"
#include "tests/support/stacgate.hpp"

#include <caf/scoped_actor.hpp>
#include <catch2/catch.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <optional>

using namespace stoa;
using namespace stoa::test;
using namespace stoa::testing;

namespace {

/// A key and its certificate for `localhost` in one file, made for this run.
struct key_file {
  key_file() {
    auto* key = EVP_EC_gen("P-256");
    auto* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    auto* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_sign(certificate, key, EVP_sha256());
    auto* file = std::fopen(at.c_str(), "w");
    PEM_write_X509(file, certificate);
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  scratch_folder folder;
  std::string at = (folder.path() / "key.pem").string();
};

// What comes of a mail that a mailer with these options is handed.
std::optional<fault> sent(mail_options how) {
  auto& system = stacgate_node().system();
  const auto mailer = launch_detached<mailer_state>(system, std::move(how));
  caf::scoped_actor self{system};
  std::optional<fault> out;
  run_job what;
  what.id = 1;
  what.kind = "mail";
  what.payload = R"({"to":"ann@example.org","subject":"s","text":"t"})";
  self->request(mailer, std::chrono::seconds{30}, what)
      .receive([] {}, [&](const caf::error& why) { out = to_fault(why); });
  caf::anon_send_exit(mailer, caf::exit_reason::user_shutdown);
  self->wait_for(mailer);
  return out;
}

}  // namespace

TEST_CASE("a mail is sent once its reason is committed", "[db][net]") {
  smtp_sink sink;
  settings how;
  how.ephemeral = true;
  how.demo = false;
  how.site.push_back({"stacgate", 0});
  how.smtp_url = sink.url();
  how.mail_from = "stoa@school.example";
  auto started = node::start(how);
  if (!started)
    FAIL(started.error().text << ": " << started.error().cause);
  auto& where = **started;
  const auto run = [&](statement what) {
    auto done = run_and_wait(where.system(), where.actors().database(),
                             in_establishment("*", std::move(what)));
    REQUIRE(done);
    return std::move((*done).each.at(0));
  };
  run(add_mail(std::nullopt, "ann@example.org", "Bonjour", "Le texte\n"));
  run(add_job(std::nullopt, "nobody_runs_this", "{}"));
  REQUIRE(until([&] { return !sink.taken().empty(); }));
  const auto mail = sink.taken().at(0);
  CHECK(mail.from == "stoa@school.example");
  CHECK(mail.to == "ann@example.org");
  CHECK(mail.raw.find("TGUgdGV4dGUK") != std::string::npos);
  CHECK(mail.raw.find("\nAuto-Submitted: auto-generated") != std::string::npos);
  CHECK(mail.raw.find("\nMessage-ID: <job-1.1") != std::string::npos);
  REQUIRE(until([&] {
    return run(prepared("select state from jobs where kind = 'mail'")).text(0, 0) == "done";
  }));
  CHECK(run(prepared("select state, attempts from jobs where kind <> 'mail'")).text(0, 0) ==
        "waiting");
  CHECK(sink.taken().size() == 1);
}

TEST_CASE("a mail that is too old to make sense is dead and says why", "[db][net]") {
  smtp_sink sink;
  settings how;
  how.ephemeral = true;
  how.demo = false;
  how.site.push_back({"stacgate", 0});
  how.smtp_url = sink.url();
  auto started = node::start(how);
  REQUIRE(started);
  auto& where = **started;
  const auto run = [&](statement what) {
    auto done = run_and_wait(where.system(), where.actors().database(),
                             in_establishment("*", std::move(what)));
    REQUIRE(done);
    return std::move((*done).each.at(0));
  };
  const auto queue = [&](const char* kind, const char* to, const char* age) {
    run(
        prepared("insert into jobs (kind, created_at, run_at, payload) values ($1,"
                 " now() - $3::interval, now() - $3::interval, jsonb_build_object('to', $2::text,"
                 " 'subject', 's', 'text', 't', 'values', jsonb_build_object('link', 'secret')))",
                 kind, to, age));
  };
  queue("mail", "late@example.org", "60 days");
  queue("nobody_runs_this", "late@example.org", "8 days");
  queue("mail", "soon@example.org", "6 days");
  REQUIRE(until([&] { return !sink.taken().empty(); }));
  CHECK(sink.taken().at(0).to == "soon@example.org");
  const auto dead =
      run(prepared("select string_agg(payload ->> 'to', ' '), min(last_error),"
                   " bool_or(payload::text like '%secret%') from jobs where state = 'dead'"));
  CHECK(dead.text(0, 0) == "late@example.org late@example.org");
  CHECK(dead.text(0, 1).starts_with("too late: it made sense until "));
  CHECK_FALSE(dead.flag(0, 2));
  CHECK(sink.taken().size() == 1);
  // A link makes sense as long as it holds, a seat until its training starts.
  const auto lasts = run(prepared(
      "select extract(epoch from stoa_letter_lasts('password_reset', '{\"minutes\":\"60\"}', "
      "now()))::bigint,"
      " extract(epoch from stoa_letter_lasts('seat_taken', '{\"start\":\"2027-07-01 07:30 UTC\"}',"
      " '2027-07-01 07:00Z'))::bigint, extract(epoch from stoa_letter_lasts('seat_freed',"
      " '{\"start\":\"2027-07-01 07:30 UTC\"}', '2027-07-02 07:00Z'))::bigint,"
      " extract(epoch from stoa_letter_lasts('welcome', '{}', now()))::bigint"));
  CHECK(lasts.integer(0, 0) == 3600);
  CHECK(lasts.integer(0, 1) == 1800);
  CHECK(lasts.integer(0, 2) == 0);
  CHECK(lasts.integer(0, 3) == 7 * 86'400);
}

TEST_CASE("a mail server is signed in to behind TLS, and only if it is who it says", "[db][net]") {
  const key_file keys;
  smtp_sink::habits secure;
  secure.certificate = keys.at;
  smtp_sink sink{secure};
  mail_options how{sink.url(), "stoa", "secret", "stoa@school.example", {}};
  const auto stranger = sent(how);
  REQUIRE(stranger);
  CHECK(stranger->code == fault_code::unavailable);
  CHECK(sink.sign_ins().empty());
  how.authorities = keys.at;
  CHECK_FALSE(sent(how));
  CHECK(sink.sign_ins() == std::vector<std::string>{"tls stoa secret"});
  CHECK(sink.taken().size() == 1);

  smtp_sink bare;
  how.url = bare.url();
  CHECK(sent(how));
  CHECK(bare.sign_ins().empty());
  CHECK(bare.taken().empty());
}
