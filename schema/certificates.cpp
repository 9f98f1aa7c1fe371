#include "schema/certificates.hpp"

#include "schema/json_writer.hpp"

namespace stoa {

std::string certificate_statement(const certificate_facts& what) {
  std::string text;
  json_writer out{text};
  out.begin_object().member("stoaCertificate", 1).member("number", what.number);
  out.member("name", what.holder).member("course", what.course).member("title", what.title);
  out.member("score", what.score).member("issuedAt", what.issued_at);
  out.member("expiresAt", what.expires_at);
  out.member("issuer", what.issuer).member("record", what.record).end_object();
  return text;
}

}  // namespace stoa
