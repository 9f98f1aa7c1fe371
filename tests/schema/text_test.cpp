#include "schema/text/byte_order.hpp"
#include "schema/text/fold.hpp"
#include "schema/text/local_time.hpp"
#include "schema/text/precis.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace stoa;

namespace {

// What is kept of it; "refused" when nothing is.
std::string kept(outcome<std::string> what) {
  return what ? std::move(*what) : "refused";
}
std::string name_of(std::string_view typed) {
  return kept(precis::user_name(typed));
}
std::string address_of(std::string_view typed) {
  return kept(precis::mail_address(typed));
}
std::string password_of(std::string_view typed) {
  return kept(precis::password(typed));
}

}  // namespace

TEST_CASE("texts that people read as the same one fold to the same") {
  CHECK(as_seen("  Le  \t\u00a0 Café ") == "le café");
  CHECK(as_seen("cafe\u0301") == as_seen("CAFÉ"));
  CHECK(as_seen("l’été ‘ʼ‛") == "l'été '''");
  CHECK(as_seen("“oui”") == "\"oui\"");
  CHECK(as_seen("a‐b‑c–d—e−f-g") == "a-b-c-d-e-f-g");
  CHECK(as_seen("attends…") == "attends...");
  CHECK(as_seen("soft\u00adhyphen zero\u200bwidth\u2060\ufeff") == "softhyphen zerowidth");
  CHECK(as_seen("Ｔｏｋｙｏ１") == "tokyo1");
  CHECK(as_seen("ｶﾞ") == as_seen("ガ"));
  CHECK(as_seen("Maße") == "masse");
  CHECK(as_seen("ŉ") == "'n");
  CHECK(as_seen("\u200b \u3000\n").empty());
}

TEST_CASE("texts that can be told apart stay apart") {
  CHECK(as_seen("é") != as_seen("e"));
  CHECK(as_seen("m²") != as_seen("m2"));
  CHECK(as_seen("10⁻³") != as_seen("10-³"));
  CHECK(as_seen("«oui»") != as_seen("\"oui\""));
  CHECK(as_seen("le roi") != as_seen("leroi"));
  CHECK(as_seen("½") != as_seen("1/2"));
}

TEST_CASE("a user name is kept composed and in ordinary width, and as capitals were typed") {
  CHECK(name_of("Jean.Dupont-2@x_y") == "Jean.Dupont-2@x_y");
  CHECK(name_of("e\u0301lodie") == "élodie");
  CHECK(name_of("ｊｅａｎ") == "jean");
  CHECK(name_of("jean dupont") == "jean dupont");
  CHECK(name_of("日本語") == "日本語");
  CHECK(name_of("Ärger ß") == "Ärger ß");
}

TEST_CASE("a user name with what nobody can see or tell apart is refused") {
  for (const auto* typed : {"", " jean", "jean ", "jean  dupont", "jean\u00a0", "jean\u200b",
                            "je\u2060an", "jean\u00ad", "je\u200dan", "ﬁona", "jean²", "je☺an",
                            "jean\n", "jean\u202eevil", "paul\u0300\u034f", "\ue000"}) {
    CAPTURE(typed);
    CHECK(name_of(typed) == "refused");
  }
  // A mark before its letter, Arabic-Indic digits of two kinds, directions that are mixed.
  for (const auto* typed : {"\u0301jean", "\u0661\u06f1", "\u05d0abc"}) {
    CAPTURE(typed);
    CHECK(name_of(typed) == "refused");
  }
}

TEST_CASE("a user name of letters of several scripts is refused, and its double is known") {
  CHECK(name_of("p\u0430ul") == "refused");  // a Cyrillic а
  CHECK(name_of("\u0441\u043e\u0441\u043e") == "\u0441\u043e\u0441\u043e");
  CHECK(precis::ascii_double("\u0441\u043e\u0441\u043e") == "coco");
  CHECK(precis::ascii_double("жанна").empty());
  CHECK(precis::ascii_double("coco").empty());
  CHECK(precis::ascii_double("élodie").empty());
}

TEST_CASE("an e-mail address is kept without blanks around it, its host as people read it") {
  CHECK(address_of(" Jean@Exemple.fr\u00a0") == "Jean@Exemple.fr");
  CHECK(address_of("e\u0301lodie@exemple.fr") == "élodie@exemple.fr");
  CHECK(address_of("a@xn--bcher-kva.example") == address_of("a@BÜCHER.example"));
  CHECK(address_of("no address") == "refused");
  CHECK(address_of("jean") == "jean");
  for (const auto* typed : {"je an@exemple.fr", "je\u3000an@exemple.fr", "jean\u200b@exemple.fr",
                            "jean@exem\u200bple .fr", "jean@exem ple.fr", "@exemple.fr"}) {
    CAPTURE(typed);
    CHECK(address_of(typed) == "refused");
  }
}

TEST_CASE("a password is kept composed, with blanks that are blanks, and nothing else is changed") {
  CHECK(password_of("Été 2026!") == "Été 2026!");
  CHECK(password_of("E\u0301te\u0301\u00a02026\u3000!") == "Été 2026 !");
  CHECK(password_of(" ＰＷ ") == " ＰＷ ");
  CHECK(password_of("pässword ☺ ﬁ") == "pässword ☺ ﬁ");
  CHECK(password_of("") == "refused");
  CHECK(password_of("a\tb") == "refused");
}

TEST_CASE("a name that is looked for is the normal one, or what was typed where there is none") {
  CHECK(precis::wanted_user_name(" e\u0301lodie ") == "élodie");
  CHECK(precis::wanted_user_name("jean\u200b") == "jean\u200b");
  CHECK(precis::wanted_mail_address(" a@b.fr ") == "a@b.fr");
  CHECK(precis::wanted_mail_address("a b@c.fr") == "a b@c.fr");
}

TEST_CASE("a moment is written as people in its time zone write it") {
  const iso_time summer{*parse_iso("2027-07-01T07:30:00Z")};
  const iso_time winter{*parse_iso("2027-01-01T23:30:00Z")};
  CHECK(local_time(summer, "Europe/Paris", "fr") == "jeudi 1 juillet 2027 à 09:30");
  CHECK(local_time(winter, "Europe/Paris", "fr") == "samedi 2 janvier 2027 à 00:30");
  CHECK(local_time(summer, "Europe/Paris", "en") == "Thursday, 1 July 2027 at 09:30");
  CHECK(local_time(summer, "", "fr") == "jeudi 1 juillet 2027 à 07:30 UTC");
  CHECK(local_time(summer, "Europe/Nowhere", "en") == "Thursday, 1 July 2027 at 07:30 UTC");
  CHECK(to_iso(wall_clock(winter, "Europe/Paris")) == "2027-01-02T00:30:00.000Z");
  CHECK(to_iso(wall_clock(winter, "no zone")) == "2027-01-01T23:30:00.000Z");
}

TEST_CASE("a byte order mark is passed over, and other encodings are named") {
  using namespace std::string_view_literals;
  const auto read = [](std::string_view bytes) {
    const auto text = without_mark(bytes);
    return text ? std::string{*text} : text.error().text;
  };
  CHECK(read("\xef\xbb\xbf{}") == "{}");
  CHECK(read("{}") == "{}");
  CHECK(read("").empty());
  CHECK(read("\xff\xfe{\0}\0"sv) == "is UTF-16; save it as UTF-8");
  CHECK(read("\xfe\xff\0{\0}"sv) == "is UTF-16; save it as UTF-8");
  CHECK(read("{\0}\0"sv) == "is UTF-16; save it as UTF-8");
  CHECK(read("\0{\0}"sv) == "is UTF-16; save it as UTF-8");
  CHECK(read("\xff\xfe\0\0{\0\0\0"sv) == "is UTF-32; save it as UTF-8");
  CHECK(read("{\0\0\0}\0\0\0"sv) == "is UTF-32; save it as UTF-8");
}
