#include "net/routes/intrasphere/certificates.hpp"

#include "actors/learning/seals.hpp"
#include "actors/media/pictures.hpp"
#include "net/content_disposition.hpp"
#include "net/entity_tag.hpp"
#include "net/routes/intrasphere/heard.hpp"
#include "net/routes/intrasphere/rights.hpp"
#include "schema/certificates.hpp"
#include "schema/json_writer.hpp"
#include "schema/learning.hpp"
#include "schema/utf8.hpp"

#include <fmt/format.h>

namespace stoa::intrasphere {

namespace {

// -- keys -------------------------------------------------------------------------------

// The pair that signs for an establishment, made with its first certificate. Of two that are made
// at the same time, the database keeps one.
task<signing_key> current_key(call_ptr c) {
  const sql_text look{
      "select public_key, secret_key from signing_keys where retired_at is null"
      " and establishment_id = $1"};
  auto found = co_await c->run(prepared(look, c->who.establishment));
  auto kept = std::move(found[0]);
  if (kept.empty()) {
    const auto made = fresh_signing_key();
    auto work = in_establishment(
        c->who.establishment.value,
        prepared("insert into signing_keys (public_key, establishment_id, secret_key)"
                 " values ($1, $2, $3) on conflict do nothing",
                 made.public_key, c->who.establishment, made.secret_key),
        prepared(look, c->who.establishment));
    auto done = co_await c->run(std::move(work));
    kept = std::move(done[1]);
  }
  if (kept.empty())
    throw fault_error(fault_code::unavailable, "the signing key is being changed; try again");
  signing_key out;
  out.public_key = kept.text(0, 0);
  out.secret_key = kept.text(0, 1);
  co_return out;
}

std::string signature_with(const signing_key& key, const certificate_facts& facts) {
  auto out = sign_text(key.secret_key, certificate_statement(facts));
  if (out.empty())
    throw fault_error(fault_code::unavailable, "certificates cannot be signed now");
  return out;
}

// -- giving -----------------------------------------------------------------------------

// `metadata` is kept as the text of what it is.
json hear_certificate(json_value body) {
  const auto said = respelled(body, {{"validUntil", "expiresAt"}});
  std::string text;
  json_writer out{text};
  out.begin_object();
  for (const auto [name, value] : said.root().members()) {
    out.key(name);
    if (name == "metadata" && value.is_object())
      out.value(value.text());
    else
      value.write(out);
  }
  out.end_object();
  return good(json::parse(text));
}

std::string own_address(const certificate_id& id) {
  return "/api/certificates/" + id.value + "/pdf";
}

// The milliseconds that the wire shows: what is signed is what is stored and what is read.
iso_time to_the_millisecond(iso_time at) {
  at.micros -= at.micros % 1000;
  return at;
}

// Who teaches gives certificates; for a course that one has completed one takes one's own.
task<reply> certify(call_ptr c) {
  const auto body = hear_certificate(c->body());
  certificate_row row;
  if (auto read = read_create(certificate_entity, intrasphere_dialect, body.root(), &row); !read) {
    read.error().text = "Invalid certificate data";
    throw fault_error(std::move(read.error()));
  }
  if (row.user.empty())
    row.user = c->who.user;
  if (row.user != c->who.user && !teaches(c->who))
    throw not_allowed();
  const auto holder = co_await person_of(c, row.user);
  auto found = co_await c->run(
      prepared("select k.title, coalesce(e.progress, 0), e.score, h.name from courses k"
               " join establishments h on h.id = k.establishment_id"
               " left join enrollments e on e.course_id = k.id and e.user_id = $2 where k.id = $1",
               row.course, row.user));
  const auto& course = found[0];
  if (course.empty())
    throw refuse(fault_code::not_found, "Course not found");
  if (!teaches(c->who) && course.integer(0, 1) < 100)
    throw refuse(fault_code::forbidden, "Insufficient permissions");
  row.id = fresh<certificate_id>();
  if (row.title.empty())
    row.title = course.text(0, 0);
  if (!row.certificate_url)
    row.certificate_url = own_address(row.id);
  if (row.expires_at)
    row.expires_at = to_the_millisecond(*row.expires_at);
  certificate_facts facts;
  facts.number = row.id.value;
  facts.holder = holder.name;
  facts.course = course.text(0, 0);
  facts.title = row.title;
  if (course.cell(0, 2))
    facts.score = course.integer(0, 2);
  facts.issued_at = to_the_millisecond(now());
  facts.expires_at = row.expires_at;
  facts.issuer = course.text(0, 3);
  facts.record = record_digest(row.user.value, row.course.value, row.description, row.metadata);
  const auto key = co_await current_key(c);
  const auto signature = signature_with(key, facts);
  static const sql_text issued{"update certificates set issued_at = $2 where id = $1 returning " +
                               sql::columns(certificate_entity)};
  auto wanted = in_establishment(
      c->who.establishment.value, bound(sql::insert(c->who, row)),
      prepared("insert into certificate_seals (certificate_id, establishment_id, holder_name,"
               " course_title, score, issuer, public_key, signature)"
               " values ($1, $2, $3, $4, $5, $6, $7, $8)",
               row.id, c->who.establishment, facts.holder, facts.course, facts.score, facts.issuer,
               key.public_key, signature),
      prepared("update enrollments set certificate_url = $3, certificate_id = $4"
               " where course_id = $1 and user_id = $2",
               row.course, row.user, row.certificate_url, row.id),
      prepared(issued, row.id, facts.issued_at));
  auto done = co_await caught(c->run(std::move(wanted)));
  if (!done && done.error().code == fault_code::conflict)
    throw refuse(fault_code::conflict, "Certificate already issued");
  if (!done)
    throw fault_error(std::move(done.error()));
  auto saved = row_at<certificate_row>((*done)[3], 0);
  std::string out;
  json_writer json{out};
  json.begin_object();
  write_members(saved, json, intrasphere_dialect);
  json.member("validUntil", saved.expires_at).end_object();
  co_return json_reply(201, std::move(out));
}

// -- reading and checking ---------------------------------------------------------------

/// A certificate with what was signed when it was given.
struct sealed_certificate {
  std::string holder;  // whose it is
  certificate_facts facts;
  std::string public_key;  // empty: not signed yet
  std::string signature;
  bool in_english = false;
  std::string zone;

  [[nodiscard]] bool holds() const {
    return is_signed(public_key, certificate_statement(facts), signature);
  }
};

std::optional<std::string> maybe_text(const rows& from, std::size_t column) {
  const auto cell = from.cell(0, column);
  return cell ? std::optional{std::string{*cell}} : std::nullopt;
}

// Nothing where there is no such certificate, or one that the server did not give.
task<std::optional<sealed_certificate>> certificate_of(call_ptr c, establishment_id where) {
  auto look = prepared(
      "select c.id, c.user_id, c.course_id, c.title, c.description, c.metadata, c.issued_at,"
      " c.expires_at, s.holder_name, s.course_title, s.score, s.issuer, s.public_key, s.signature,"
      " u.settings ->> 'language', e.settings ->> 'timezone' from certificates c"
      " join certificate_seals s on s.certificate_id = c.id"
      " left join establishments e on e.id = c.establishment_id"
      " left join user_settings u on u.user_id = c.user_id where c.id = $1",
      c->path("id"));
  auto found = co_await c->run(in_establishment(where.value, std::move(look)));
  const auto& row = found[0];
  if (row.empty())
    co_return std::nullopt;
  sealed_certificate out;
  out.holder = row.text(0, 1);
  auto& facts = out.facts;
  facts.number = row.text(0, 0);
  facts.title = row.text(0, 3);
  facts.issued_at = row.moment(0, 6);
  if (row.cell(0, 7))
    facts.expires_at = row.moment(0, 7);
  facts.holder = row.text(0, 8);
  facts.course = row.text(0, 9);
  if (row.cell(0, 10))
    facts.score = row.integer(0, 10);
  facts.issuer = row.text(0, 11);
  facts.record = record_digest(out.holder, row.text(0, 2), maybe_text(row, 4), maybe_text(row, 5));
  out.public_key = row.text(0, 12);
  out.signature = row.text(0, 13);
  out.in_english = row.text(0, 14) == "en";
  out.zone = maybe_text(row, 15).value_or("");
  co_return out;
}

// What was given before there were signatures gets one with its first page.
task<void> sign_late(call_ptr c, std::shared_ptr<sealed_certificate> what) {
  const auto key = co_await current_key(c);
  what->public_key = key.public_key;
  what->signature = signature_with(key, what->facts);
  auto done =
      co_await c->run(prepared("update certificate_seals set public_key = $2, signature = $3"
                               " where certificate_id = $1 and public_key is null returning 1",
                               what->facts.number, what->public_key, what->signature));
  if (done[0].empty())
    throw fault_error(fault_code::conflict, "somebody else reads it just now; try again");
}

std::string check_address(const call& c, const std::string& number) {
  return c.here.public_base + "/api/certificates/" + number + "/verify";
}

task<reply> show_page(call_ptr c) {
  auto found = co_await certificate_of(c, c->who.establishment);
  if (!found)
    throw refuse(fault_code::not_found, "Certificate not found");
  if (found->holder != c->who.user.value && !teaches(c->who))
    throw refuse(fault_code::forbidden, "Access denied");
  auto what = std::make_shared<sealed_certificate>(std::move(*found));
  if (what->public_key.empty())
    co_await sign_late(c, what);
  if (!what->holds())
    throw refuse(fault_code::conflict, "The certificate does not match its signature");
  // The last part counts the changes of the page's layout.
  const auto tag = fmt::format("\"{}-{}-2{}\"", what->signature, what->in_english ? "en" : "fr",
                               what->zone == "UTC" ? "" : excerpt(what->zone));
  if (names_tag(c->req.headers.all("If-None-Match"), tag))
    co_return reply{304}.with("ETag", tag);
  draw_certificate wanted;
  wanted.facts = what->facts;
  wanted.in_english = what->in_english;
  wanted.address = check_address(*c, what->facts.number);
  wanted.signature = what->signature;
  wanted.zone = what->zone;
  auto drawn = co_await draw_apart(c->self, std::move(wanted));
  reply out{200};
  out.headers.add("Content-Type", "application/pdf");
  out.headers.add(
      "Content-Disposition",
      content_disposition(disposition::saved, "certificat-" + what->facts.number + ".pdf"));
  out.headers.add("ETag", tag);
  out.headers.add("Cache-Control", "private, no-cache");
  out.body = std::move(drawn.pdf);
  co_return out;
}

task<reply> check_certificate(call_ptr c) {
  auto found = co_await certificate_of(c, c->here.establishment);
  const bool genuine = found && found->holds();
  std::string out;
  json_writer json{out};
  json.begin_object();
  if (!found) {
    const std::string_view text = "Certificate not found";
    json.member("valid", false).member("message", text).member("error", text).end_object();
    co_return json_reply(404, std::move(out));
  }
  const auto& facts = found->facts;
  const bool expired = facts.expires_at && *facts.expires_at < now();
  json.member("valid", genuine && !expired).member("number", facts.number);
  if (!genuine) {
    // What it says now is not what the server signed, so none of it is repeated.
    json.member("reason", found->public_key.empty() ? "unsigned" : "altered");
  } else {
    if (expired)
      json.member("reason", "expired");
    json.member("name", facts.holder).member("course", facts.course).member("title", facts.title);
    json.member("score", facts.score).member("issuedAt", facts.issued_at);
    json.member("expiresAt", facts.expires_at).member("issuer", facts.issuer);
    json.member("statement", certificate_statement(facts));
    json.member("signature", found->signature).member("publicKey", found->public_key);
  }
  json.end_object();
  co_return json_reply(200, std::move(out)).with("Cache-Control", "no-store");
}

task<reply> show_keys(call_ptr c) {
  auto look = prepared(
      "select public_key, created_at, retired_at from signing_keys where establishment_id = $1"
      " order by created_at desc",
      c->here.establishment);
  auto found = co_await c->run(in_establishment(c->here.establishment.value, std::move(look)));
  const auto& keys = found[0];
  std::string out;
  json_writer json{out};
  json.begin_array();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    json.begin_object().member("algorithm", "Ed25519").member("publicKey", keys.text(i, 0));
    json.member("createdAt", keys.moment(i, 1)).key("retiredAt");
    if (keys.cell(i, 2))
      json.value(keys.moment(i, 2));
    else
      json.null();
    json.end_object();
  }
  json.end_array();
  co_return json_reply(200, std::move(out));
}

constexpr rate drawings{60, std::chrono::seconds{60}};

constexpr endpoint certificate_rows[] = {
    {verb::post, "/api/certificates", signed_in, certify},
    {verb::get, "/api/certificates/{id}/pdf", signed_in, show_page, drawings},
    {verb::get, "/api/certificates/{id}/verify", anyone, check_certificate},
    {verb::get, "/api/certificate-keys", anyone, show_keys},
};

}  // namespace

std::span<const endpoint> certificate_routes() {
  return certificate_rows;
}

}  // namespace stoa::intrasphere
