#include "actors/media/certificate_page.hpp"

#include "tests/support/pdf.hpp"

#include <catch2/catch.hpp>

#include <thread>
#include <vector>

using namespace stoa;
using namespace stoa::testing;

namespace {

draw_certificate attestation() {
  draw_certificate out;
  out.facts.number = "0199aa-7";
  out.facts.holder = "Éloïse Ångström";
  out.facts.course = "Sécurité informatique";
  out.facts.title = "Attestation";
  out.facts.score = 92;
  out.facts.issued_at = *parse_iso("2026-08-09T10:00:00Z");
  out.facts.expires_at = *parse_iso("2028-02-29T10:00:00Z");
  out.facts.issuer = "IntraSphere";
  out.address = "https://intra.example.org/api/certificates/0199aa-7/verify";
  out.signature = std::string(86, 's');
  return out;
}

std::string drawn(const draw_certificate& what) {
  const auto page = draw_page(what);
  REQUIRE(page);
  CHECK(page->starts_with("%PDF-"));
  return text_of_pdf(*page);
}

}  // namespace

TEST_CASE("a certificate says who, what, when and where to ask, in two languages") {
  auto what = attestation();
  const auto in_french = drawn(what);
  for (const auto* said :
       {"IntraSphere", "décerné à", "Éloïse Ångström", "Sécurité informatique", "Attestation",
        "Résultat : 92 %", "Délivré le 9 août 2026", "Valable jusqu'au 29 février 2028", "0199aa-7",
        "https://intra.example.org/api/certificates/0199aa-7/verify"}) {
    CAPTURE(said, in_french);
    CHECK(in_french.find(said) != std::string::npos);
  }
  what.in_english = true;
  what.facts.score = std::nullopt;
  what.facts.expires_at = std::nullopt;
  const auto in_english = drawn(what);
  CHECK(in_english.find("Issued on 9 August 2026") != std::string::npos);
  CHECK(in_english.find("Score") == std::string::npos);
  CHECK(in_english.find("Valid until") == std::string::npos);
}

TEST_CASE("no name breaks a certificate, however long and in whatever script") {
  std::string marks = "Z";
  for (int i = 0; i < 400; ++i)
    marks += "\xcc\x81";
  std::string words;
  for (int i = 0; i < 60; ++i)
    words += "Guðmundsdóttir ";
  for (const auto& name :
       {std::string{}, std::string(5000, 'W'), words, marks, std::string{"王小明"},
        std::string{"محمد بن سلمان"}, std::string{"עברית"},
        std::string{"😀 👩‍👩‍👧 \xe2\x80\xae abc"}, std::string{"a\nb\tc\x01"},
        std::string{"bad \xff\xfe bytes"}, std::string{"<b>&amp;</b>"},
        std::string{"\\(x) %s {0}"}}) {
    auto what = attestation();
    what.facts.holder = name;
    what.facts.title = name;
    what.facts.course = name;
    what.facts.issuer = name;
    const auto text = drawn(what);
    CAPTURE(name, text);
    // What stands below is still there, and on the page.
    CHECK(text.find("https://intra.example.org/api/certificates/0199aa-7/verify") !=
          std::string::npos);
    CHECK(text.find("Certificat") != std::string::npos);
  }
  auto what = attestation();
  what.facts.holder = "王小明 <b>&amp;</b>";
  CHECK(drawn(what).find("<b>&amp;</b>") != std::string::npos);
}

TEST_CASE("an address may hold quotes, and no address is no link") {
  auto what = attestation();
  what.address = "https://intra.example.org/it's\\x";
  CHECK(drawn(what).find("it's\\x") != std::string::npos);
  what.address = "/api/certificates/0199aa-7/verify";
  const auto page = draw_page(what);
  REQUIRE(page);
  CHECK(page->find("/URI") == std::string::npos);
}

TEST_CASE("certificates are drawn by several threads at once") {
  std::vector<std::string> pages(4);
  std::vector<std::thread> all;
  for (auto& page : pages)
    all.emplace_back([&page] {
      for (int i = 0; i < 5; ++i)
        if (auto made = draw_page(attestation()))
          page = std::move(*made);
    });
  for (auto& each : all)
    each.join();
  for (const auto& page : pages)
    CHECK(text_of_pdf(page).find("Éloïse Ångström") != std::string::npos);
}

TEST_CASE("a certificate has the day that it was where it was given") {
  auto what = attestation();
  what.facts.issued_at = *parse_iso("2026-08-09T22:30:00Z");
  what.zone = "Europe/Paris";
  CHECK(drawn(what).find("10 août 2026") != std::string::npos);
  what.zone = "";
  CHECK(drawn(what).find("9 août 2026") != std::string::npos);
}
