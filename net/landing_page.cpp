#include "net/landing_page.hpp"

#include "actors/demo.hpp"
#include "net/header_text.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace stoa {

namespace {

constexpr std::string_view style =
    ":root{color-scheme:light dark}"
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;"
    "color:#1a1a1a;background:#fff}"
    "a{color:#0b57d0}code{font-size:.95em}"
    "table{border-collapse:collapse;margin:1rem 0}caption{text-align:left;font-weight:600}"
    "th,td{border:1px solid #767676;padding:.25rem .6rem;text-align:left}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#111}a{color:#9ecbff}}";

/// The page's words in one language.
struct wording {
  std::string_view lang;
  std::string_view what;
  std::string_view speaks;  // {} the edition, {} the version
  std::string_view front;
  std::string_view documents;
  std::string_view rest;
  std::string_view realtime;
  std::string_view demo;
  std::string_view warning;
  std::array<std::string_view, 4> columns;
};

constexpr wording english{
    "en",
    "This is a server for organisations that learn and work together. Programs speak with it; no"
    " front end is served at this address.",
    "It speaks the contract <code>{}</code> (version {}) and the real-time protocol"
    " <code>stoa.v1</code>.",
    "A built front end is shown here when the server is started with",
    "Documents",
    "REST interface (OpenAPI)",
    "real-time protocol (AsyncAPI)",
    "Demo accounts",
    "This server holds a demo: everybody knows these passwords.",
    {"signs in as", "password", "role", "establishment"},
};

constexpr wording french{
    "fr",
    "Ceci est un serveur pour les organisations qui apprennent et travaillent ensemble. Des"
    " programmes lui parlent\u00a0; aucune interface n’est servie à cette adresse.",
    "Il parle le contrat <code>{}</code> (version {}) et le protocole temps réel"
    " <code>stoa.v1</code>.",
    "Une interface compilée s’affiche ici quand le serveur est lancé avec",
    "Documents",
    "interface REST (OpenAPI)",
    "protocole temps réel (AsyncAPI)",
    "Comptes de démonstration",
    "Ce serveur contient une démonstration\u00a0: tout le monde connaît ces mots de passe.",
    {"identifiant", "mot de passe", "rôle", "établissement"},
};

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text)
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  return out;
}

void write_accounts(const std::vector<demo_account>& all, const wording& words, std::string& out) {
  fmt::format_to(std::back_inserter(out), "<p>{}</p><table><caption>{}</caption><thead><tr>",
                 words.warning, words.demo);
  for (const auto each : words.columns)
    fmt::format_to(std::back_inserter(out), "<th scope=\"col\">{}</th>", each);
  out += "</tr></thead><tbody>";
  for (const auto& each : all)
    fmt::format_to(std::back_inserter(out),
                   "<tr><td>{}</td><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
                   escaped(each.email), escaped(each.password), escaped(each.role),
                   escaped(each.establishment));
  out += "</tbody></table>";
}

// The page's style is allowed by what it is, so that no other one is.
std::string made_headers() {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(style.data()),
                     style.size());
  std::array<char, 64> text{};
  sodium_bin2base64(text.data(), text.size(), digest.data(), digest.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  return fmt::format(
      "Content-Security-Policy: default-src 'none'; style-src 'sha256-{}'; img-src data:; base-uri"
      " 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
      "Cross-Origin-Opener-Policy: same-origin\r\n"
      "Cross-Origin-Resource-Policy: same-origin\r\n"
      "Referrer-Policy: no-referrer\r\n"
      "X-Content-Type-Options: nosniff\r\n"
      "X-Frame-Options: DENY\r\n",
      text.data());
}

// The weight of a language range such as `fr-CA;q=0.8`; a broken one is none.
float weight_of(std::string_view range) noexcept {
  const auto mark = range.find("q=");
  if (mark == std::string_view::npos)
    return 1;
  float out = 0;
  std::from_chars(range.data() + mark + 2, range.data() + range.size(), out);
  return out;
}

}  // namespace

bool prefers_french(std::string_view accept_language) noexcept {
  float for_french = 0;
  float for_english = 0;
  while (!accept_language.empty()) {
    const auto end = std::min(accept_language.find(','), accept_language.size());
    const auto range = trimmed(accept_language.substr(0, end));
    accept_language.remove_prefix(std::min(end + 1, accept_language.size()));
    const auto name = range.substr(0, range.find_first_of("-;"));
    if (same_text(name, "fr"))
      for_french = std::max(for_french, weight_of(range));
    else if (same_text(name, "en"))
      for_english = std::max(for_english, weight_of(range));
  }
  // Of two that weigh the same, the one whose name comes first: browsers write no equal weights.
  return for_french > for_english;
}

reply landing_page(const site& at, const request& head) {
  static const std::string headers = made_headers();
  const auto& words = prefers_french(head.headers.all("Accept-Language")) ? french : english;
  const auto name = at.speaks->name;
  std::string page = fmt::format(
      "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\""
      " content=\"width=device-width,initial-scale=1\"><title>Stoa</title><link rel=\"icon\""
      " href=\"data:,\"><style>{}</style></head><body><main><h1>Stoa</h1><p>{}</p><p>",
      words.lang, style, words.what);
  fmt::format_to(std::back_inserter(page), fmt::runtime(words.speaks), name, STOA_VERSION);
  fmt::format_to(std::back_inserter(page),
                 "</p><h2>{}</h2><ul><li><a href=\"/openapi.json\">/openapi.json</a>: {}</li><li><a"
                 " href=\"/asyncapi.json\">/asyncapi.json</a>: {}</li></ul><p>{}"
                 " <code>stoa serve --front {}=DIR</code>.</p>",
                 words.documents, words.rest, words.realtime, words.front, name);
  if (!at.demo.empty())
    write_accounts(at.demo, words, page);
  page += "</main></body></html>\n";
  reply out{200};
  out.headers.add("Content-Type", "text/html; charset=utf-8");
  out.headers.add("Cache-Control", "no-cache");
  add_vary(out.headers, "Accept");
  add_vary(out.headers, "Accept-Language");
  out.body = std::move(page);
  out.fixed = headers;
  return out;
}

}  // namespace stoa
