#include "net/content_disposition.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace stoa;

TEST_CASE("a file is saved under its name, whatever is in it", "[net]") {
  const auto saved = [](std::string_view name) {
    return content_disposition(disposition::saved, name);
  };
  CHECK(saved("plan 2.pdf") == "attachment; filename=\"plan 2.pdf\"");
  CHECK(content_disposition(disposition::shown, "a.png") == "inline; filename=\"a.png\"");
  CHECK(saved("") == "attachment");
  CHECK(saved("Règlement intérieur.pdf") ==
        "attachment; filename=\"R_glement int_rieur.pdf\";"
        " filename*=UTF-8''R%C3%A8glement%20int%C3%A9rieur.pdf");
  CHECK(saved("L'été.pdf") ==
        "attachment; filename=\"L'_t_.pdf\"; filename*=UTF-8''L%27%C3%A9t%C3%A9.pdf");
  CHECK(saved("页面 报告.pdf").ends_with("''%E9%A1%B5%E9%9D%A2%20%E6%8A%A5%E5%91%8A.pdf"));
  // A per cent sign is an escape to some, a quote ends the text.
  CHECK(saved("100% \"sûr\";x=1.txt") ==
        "attachment; filename=\"100_ _s_r_;x=1.txt\";"
        " filename*=UTF-8''100%25%20%22s%C3%BBr%22%3Bx%3D1.txt");
  CHECK(saved("..\\..\\a/b.txt") == "attachment; filename=\".._.._a_b.txt\"");
  CHECK(saved("a\r\nSet-Cookie: x=1.txt") == "attachment; filename=\"a__Set-Cookie: x=1.txt\"");
  CHECK(saved(std::string_view{"a\0b\x7f.txt", 8}) == "attachment; filename=\"a_b_.txt\"");
  // « photo\u202Egpj.exe » reads « photoexe.jpg ».
  CHECK(saved("photo\u202Egpj.exe") == "attachment; filename=\"photogpj.exe\"");
  CHECK(saved("a\u0085b\u2066c\u200F.txt") == "attachment; filename=\"abc.txt\"");
  CHECK(saved("a\xff.txt").ends_with("filename*=UTF-8''a%EF%BF%BD.txt"));
  const auto longest = saved(std::string(5'000, 'x') + ".docx");
  CHECK(longest.size() < 900);
  CHECK(longest.ends_with(".docx"));
}
