#include "schema/json.hpp"

#include "schema/json_diagnose.hpp"
#include "schema/json_forgiving.hpp"
#include "schema/utf8.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace stoa;

namespace {

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

struct malformed {
  std::string text;
  std::string path;
  std::string says;
};

}  // namespace

TEST_CASE("a document is read member by member") {
  const auto doc = json::parse(
      R"({"name":"Zoë","age":41,"big":18446744073709551615,"ratio":-2.5e1,"ok":true,"none":null,
          "tags":["a","b"],"deep":{"x":{"y":[1,[2]]}}})");
  REQUIRE(doc);
  const auto root = doc->root();
  CHECK(root.is_object());
  CHECK(root.size() == 8);
  CHECK(root["name"].as_string() == "Zoë");
  CHECK(root["age"].as_int64() == 41);
  CHECK(root["age"].as_double() == 41.0);
  CHECK(root["ratio"].as_int64() == -25);
  CHECK(root["ok"].as_bool() == true);
  CHECK(root["none"].is_null());
  CHECK(root.find("none"));
  CHECK_FALSE(root.find("absent"));
  CHECK(root["absent"].is_null());
  CHECK_FALSE(root["name"].as_int64());
  CHECK_FALSE(root["big"].as_int64());
  CHECK(root["big"].kind() == json_kind::integer);

  std::string joined;
  for (const auto tag : root["tags"].items())
    joined += *tag.as_string();
  CHECK(joined == "ab");
  std::string names;
  for (const auto [name, value] : root.members())
    names += std::string{name} + (value.is_object() ? "{}" : "") + " ";
  CHECK(names == "name age big ratio ok none tags deep{} ");
  CHECK(root["deep"]["x"].text() == R"({"y":[1,[2]]})");
  CHECK(root["name"].items().begin() != root["tags"].items().end());
}

TEST_CASE("a copy of a document keeps its values alive") {
  json_value name;
  json kept;
  {
    auto doc = json::parse(R"({"a":"still here"})");
    REQUIRE(doc);
    kept = *doc;
    name = kept.root()["a"];
  }
  CHECK(name.as_string() == "still here");
}

TEST_CASE("an integer may be spelled as JavaScript spells it, and never loses digits") {
  const auto read = [](const char* text) { return json::parse(text)->root().as_int64(); };
  CHECK(read("3.0") == 3);
  CHECK(read("3e2") == 300);
  CHECK_FALSE(read("3.5"));
  CHECK_FALSE(read("1e300"));
  CHECK(read("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
  CHECK_FALSE(read("9223372036854775808"));
  CHECK(read("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
}

TEST_CASE("every malformed text is refused with its place and reason") {
  const std::vector<malformed> table = {
      {"", "", "is empty"},
      {"  \n ", "", "is empty"},
      {"\xef\xbb\xbf{}", "", "byte order mark"},
      {"{", "", "the end of the text where a name in quotes"},
      {R"({"a" 1})", "a", "'1' where ':' was expected (line 1, column 6)"},
      {R"({"a":})", "a", "'}' where a value was expected"},
      {R"({"a":1,})", "", "'}' where a name in quotes"},
      {R"({"a":1 "b":2})", "", "'\"' where ',' or '}' was expected"},
      {R"({a:1})", "", "'a' where a name in quotes"},
      {R"({'a':1})", "", "''' where a name in quotes"},
      {"[1 2]", "", "'2' where ',' or ']'"},
      {"[1,]", "1", "']' where a value"},
      {"[1", "", "the end of the text where ',' or ']'"},
      {"{}{}", "", "goes on with '{'"},
      {"{} x", "", "goes on with 'x'"},
      {"nul", "", "did it mean null"},
      {"True", "", "'T' where a value"},
      {"trueish", "", "right after true"},
      {"NaN", "", "'N' where a value"},
      {"01", "", "starts with 0"},
      {"-", "", "where a digit was expected"},
      {"1.", "", "where a digit was expected"},
      {"1e", "", "where a digit was expected"},
      {"+1", "", "'+' where a value"},
      {R"({"price":1e999})", "price", "number that is out of range"},
      {R"({"n":123456789012345678901234567890})", "n", "number that is out of range"},
      {R"({"a":"unclosed})", "a", "string that is not closed"},
      {"{\"a\":\"tab\there\"}", "a", "0x09 inside a string"},
      {std::string("{\"a\":\"nul\0\"}", 12), "a", "0x00 inside a string"},
      {R"({"a":"\q"})", "a", "'q' after a backslash"},
      {R"({"a":"\u12g4"})", "a", "four hexadecimal digits"},
      {R"({"a":"\ud800"})", "a", "half of a surrogate pair"},
      {R"({"a":"\udc00"})", "a", "half of a surrogate pair"},
      {R"({"a":"\ud800\u0041"})", "a", "half of a surrogate pair"},
      {R"({"a":["x","\u0000"]})", "a.1", "U+0000"},
      {R"({"\u0000":1})", "", "U+0000"},
      {"{\"a\":\"\xc3\x28\"}", "a", "not UTF-8 (line 1, column 7)"},
      {"{\"a\":\"\xc0\xaf\"}", "a", "not UTF-8"},
      {"{\"a\":\"\xed\xa0\x80\"}", "a", "not UTF-8"},
      {"{\"a\":\"\xf4\x90\x80\x80\"}", "a", "not UTF-8"},
      {"{\"a\":\"\xff\"}", "a", "not UTF-8"},
      {R"({"a":{"b":1,"c":2,"b":3}})", "a.b", "name twice"},
      {R"({"a":1,"\u0061":2})", "a", "name twice"},
      {"{\n  \"a\": [\n    1,\n    oops\n  ]\n}", "a.1", "(line 4, column 5)"},
      {"// a comment\n{}", "", "'/' where a value"},
      {nested(33), "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0",
       "deeper than 32 levels"},
  };
  for (const auto& row : table) {
    CAPTURE(row.text);
    const auto doc = json::parse(row.text);
    REQUIRE_FALSE(doc);
    CHECK(doc.error().code == fault_code::invalid);
    REQUIRE(doc.error().complaints.size() == 1);
    CHECK(doc.error().complaints[0].path == row.path);
    CHECK_THAT(doc.error().complaints[0].message, Catch::Contains(row.says));
  }
}

TEST_CASE("depth and size have a limit each") {
  CHECK(json::parse(nested(32)));
  CHECK(json::parse(nested(3), {.max_depth = 3}));
  CHECK_FALSE(json::parse(nested(4), {.max_depth = 3}));
  CHECK_FALSE(json::parse(nested(100'000)));
  CHECK_FALSE(json::parse(std::string(1'000'000, '[')));
  CHECK(json::parse("\"abc\"", {.max_bytes = 5}));
  const auto large = json::parse("\"abcd\"", {.max_bytes = 5});
  REQUIRE_FALSE(large);
  CHECK(large.error().code == fault_code::too_large);
}

TEST_CASE("a megabyte is read like a byte") {
  std::string text = "[";
  for (int i = 0; i < 60'000; ++i)
    text += (i == 0 ? "" : ",") + std::string{R"({"i":)"} + std::to_string(i) + "}";
  text += "]";
  const auto doc = json::parse(text);
  REQUIRE(doc);
  CHECK(doc->root().size() == 60'000);
  CHECK(doc->root().text() == text);
}

TEST_CASE("many twins among many names are found") {
  std::string text = "{";
  for (int i = 0; i < 1'000; ++i)
    text += "\"k" + std::to_string(i) + "\":1,";
  CHECK(json::parse(text + "\"last\":1}"));
  const auto doc = json::parse(text + "\"k777\":1}");
  REQUIRE_FALSE(doc);
  CHECK(doc.error().complaints[0].path == "k777");
}

TEST_CASE("a forgiving reader lets the last of twins count, and passes a mark over") {
  const auto read = [](std::string_view text) {
    const auto doc = parse_forgiving(text);
    return doc ? doc->root().text() : doc.error().text;
  };
  CHECK(read(R"({"a":1,"b":2,"a":3})") == R"({"b":2,"a":3})");
  CHECK(read(R"([{"a":{"x":1,"x":[2.5,null,"é",true]},"\u0061":{"x":1,"x":2}}])") ==
        R"([{"a":{"x":2}}])");
  CHECK(read("\xef\xbb\xbf{\"a\":18446744073709551615}") == R"({"a":18446744073709551615})");
  CHECK(read(R"({"a":"1","a":"\u0041"})") == R"({"a":"A"})");
  for (const std::string text : {R"({"a":1,"a":})", R"({"a":1,"a":"\ud800"})",
                                 R"({"a":1,"a":"\u0000"})", "", "\xef\xbb", "[1,]"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_forgiving(text));
  }
  CHECK_FALSE(parse_forgiving(R"({"a":1,"a":[[[1]]]})", {.max_depth = 3}));
  std::string many = "{";
  for (int i = 0; i < 50'000; ++i)
    many += (i == 0 ? "" : ",") + std::string{R"("k":)"} + std::to_string(i);
  CHECK(read(many + "}") == R"({"k":49999})");
}

TEST_CASE("what is quoted back is short and valid") {
  const auto doc = json::parse("{\"" + std::string(100'000, 'k') + "\":oops}");
  REQUIRE_FALSE(doc);
  CHECK(doc.error().complaints[0].path.size() < 220);
}

TEST_CASE("the fast parser and the slow inspector agree on random texts") {
  std::mt19937 random{20250808};
  static const std::vector<std::string> pieces = {"{",
                                                  "}",
                                                  "[",
                                                  "]",
                                                  ",",
                                                  ":",
                                                  "\"a\"",
                                                  "\"b\"",
                                                  "\"\"",
                                                  "1",
                                                  "-0",
                                                  "0.5",
                                                  "1e5",
                                                  "1e400",
                                                  "true",
                                                  "false",
                                                  "null",
                                                  " ",
                                                  "\n",
                                                  "\"\xc3",
                                                  "\xa9\"",
                                                  "\"\\u00e9\"",
                                                  "\"\\ud83d\\ude00\"",
                                                  "\"\\udc00\"",
                                                  "\"\\u0000\"",
                                                  "x",
                                                  "01",
                                                  "\"\\n\"",
                                                  "\t",
                                                  "99999999999999999999",
                                                  "\x01",
                                                  "/"};
  std::uniform_int_distribution<std::size_t> piece(0, pieces.size() - 1);
  std::uniform_int_distribution<int> length(0, 12);
  int accepted = 0;
  for (int round = 0; round < 30'000; ++round) {
    // Half of the texts are wrapped, so that enough of them are nearly right.
    std::string text;
    for (int i = length(random); i > 0; --i)
      text += pieces[piece(random)];
    if (round % 4 == 0)
      text = "[" + text + "]";
    if (round % 4 == 1)
      text = "{\"k\":" + text + "}";
    CAPTURE(text);
    const bool fast = json::parse(text).has_value();
    const bool slow = !diagnose_json(text, 32).has_value();
    if (fast != slow)
      CHECK(fast == slow);
    accepted += fast ? 1 : 0;
  }
  CHECK(accepted > 1'000);
}

TEST_CASE("the writer places commas, escapes and keeps to UTF-8") {
  std::string text;
  json_writer out{text};
  out.begin_object();
  out.member("quote\"", "a\\b\n\t\x01/é\xff😀");
  out.key("list").begin_array().value(1).value(-2L).value(3.5).value(true).null().end_array();
  out.key("empty").begin_object().end_object();
  out.member("none", std::optional<std::string>{});
  out.member("some", std::optional<int>{7});
  out.key("raw").raw(R"({"x":1})");
  out.member("at", iso_time{1'754'656'496'789'123}).member("ms", epoch_ms{1'754'656'496'789'123});
  out.member("nan", std::numeric_limits<double>::quiet_NaN());
  out.member("huge", std::numeric_limits<std::uint64_t>::max());
  out.end_object();
  CHECK(text ==
        "{\"quote\\\"\":\"a\\\\b\\n\\t\\u0001/é\uFFFD😀\",\"list\":[1,-2,3.5,true,null],"
        "\"empty\":{},\"none\":null,\"some\":7,\"raw\":{\"x\":1},"
        "\"at\":\"2025-08-08T12:34:56.789Z\",\"ms\":1754656496789,\"nan\":null,"
        "\"huge\":18446744073709551615}");
  CHECK(json::parse(text));
}

TEST_CASE("a double is spelled so that it reads back as the same double") {
  for (const double number : {0.1, -0.0, 1e18, 123456789012345680000.0, -1e22, 5e-324, 1.5e300}) {
    std::string text;
    json_writer{text}.value(number);
    CAPTURE(text);
    const auto doc = json::parse(text);
    REQUIRE(doc);
    CHECK(doc->root().as_double() == number);
    CHECK(doc->root().text() == text);
  }
}

TEST_CASE("milliseconds before 1970 name the same moment in both spellings") {
  std::string text;
  json_writer out{text};
  out.begin_array().value(epoch_ms{-1}).value(epoch_ms{-1'000}).value(epoch_ms{-1'001}).end_array();
  CHECK(text == "[-1,-1,-2]");
}

TEST_CASE("random bytes leave the writer as JSON that reads back") {
  std::mt19937 random{7};
  std::uniform_int_distribution<int> byte(1, 255);
  for (int round = 0; round < 2'000; ++round) {
    std::string bytes;
    for (int i = 0; i < 40; ++i)
      bytes.push_back(static_cast<char>(byte(random)));
    const auto doc = json::parse(json_quote(bytes));
    REQUIRE(doc);
    const bool valid = first_bad_utf8(bytes) == std::string_view::npos;
    if (valid)
      CHECK(doc->root().as_string() == bytes);
    CHECK(first_bad_utf8(*doc->root().as_string()) == std::string_view::npos);
  }
}

TEST_CASE("text is counted in code points and cut between them") {
  CHECK(count_code_points("aé😀") == 3);
  CHECK(excerpt("ééé", 5) == "éé…");
  CHECK(excerpt("ok") == "ok");
  CHECK(excerpt("a\xff") == "a\uFFFD");
  CHECK(first_bad_utf8("0123456789abc\x80") == 13);
  CHECK(first_bad_utf8("\xe2\x82") == 0);
}
