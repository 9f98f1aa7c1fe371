#include "actors/jobs/mail_letters.hpp"

#include <catch2/catch.hpp>

using namespace stoa;

namespace {

constexpr std::string_view all_letters[] = {welcome_letter,        registration_letter,
                                            password_reset_letter, seat_taken_letter,
                                            seat_left_letter,      notification_letter};

written_letter written(std::string_view name, mail_language language, const letter_facts& facts) {
  auto out = write_letter(name, language, facts);
  REQUIRE(out);
  return std::move(*out);
}

bool has(const std::string& text, std::string_view what) {
  return text.find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("a letter speaks French unless somebody's language is English") {
  CHECK(language_named("en") == mail_language::english);
  for (const auto* other : {"fr", "es", "de", "", "EN", "klingon"})
    CHECK(language_named(other) == mail_language::french);
  const letter_facts facts{{"name", "Zoé"}, {"link", "https://i.example/x"}, {"minutes", "60"}};
  const auto french = written(password_reset_letter, mail_language::french, facts);
  CHECK(french.subject == "Réinitialisation de votre mot de passe IntraSphere");
  CHECK(french.text.starts_with("Bonjour Zoé,\n\n"));
  CHECK(has(french.text, "Choisir un mot de passe: https://i.example/x\n"));
  CHECK(has(french.html, "<html lang=\"fr\">"));
  CHECK(has(french.html, "<a href=\"https://i.example/x\""));
  const auto english = written(password_reset_letter, mail_language::english, facts);
  CHECK(english.subject == "Resetting your IntraSphere password");
  CHECK(has(english.text, "within 60 minutes"));
  CHECK(has(english.html, "<html lang=\"en\">"));
}

TEST_CASE("every letter is whole in both languages, with facts and without") {
  const letter_facts facts{{"name", "Ann"},   {"username", "ann"},  {"link", "https://i.example"},
                           {"minutes", "60"}, {"training", "Fire"}, {"start", "tomorrow"},
                           {"place", "Lyon"}, {"type", "News"},     {"content", "Read this"}};
  for (const auto name : all_letters)
    for (const auto language : {mail_language::french, mail_language::english})
      for (const auto& known : {facts, letter_facts{}}) {
        CAPTURE(name, known.size());
        const auto out = written(name, language, known);
        CHECK_FALSE(out.subject.empty());
        CHECK_FALSE(has(out.text, "{"));
        CHECK_FALSE(has(out.html, "{"));
        CHECK(out.html.ends_with("</body></html>\n"));
        CHECK(has(out.text, "Ann") == !known.empty());
      }
  CHECK_FALSE(write_letter("nothing", mail_language::french, facts));
}

TEST_CASE("facts are text, never HTML, headers or placeholders") {
  const letter_facts facts{{"name", "<script>alert('x')</script>\" & {link}"},
                           {"type", "News\r\nBcc: x@y.z"},
                           {"content", "one\ntwo"},
                           {"link", "javascript:alert(1)"}};
  const auto out = written(notification_letter, mail_language::english, facts);
  CHECK(out.subject == "IntraSphere - News  Bcc: x@y.z");
  CHECK_FALSE(has(out.html, "<script"));
  CHECK(has(out.html, "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot; &amp; {link}"));
  CHECK(has(out.html, "one<br>two"));
  CHECK_FALSE(has(out.html, "href"));
  CHECK(has(out.text, "<script>alert('x')</script>\" & {link}"));
  const auto broken = written(password_reset_letter, mail_language::english,
                              {{"link", "https://i.example/\"><b>\r\nX: y"}});
  CHECK(has(broken.html, "href=\"https://i.example/&quot;&gt;&lt;b&gt;  X: y\""));
  CHECK_FALSE(has(broken.text, "\r"));
}
