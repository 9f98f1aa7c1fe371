#include "schema/json_slices.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace stoa;

namespace {

/// `name=text` of each slice; the last one is the complaint, where there is one.
std::vector<std::string> all(std::string_view text) {
  json_slices from{text};
  std::vector<std::string> out;
  for (;;) {
    auto next = from.next();
    if (!next) {
      out.push_back("! " + next.error().text + " at " + std::to_string(from.place()));
      return out;
    }
    if (!*next)
      return out;
    out.push_back((*next)->name + "=" + std::string{(*next)->text});
  }
}

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("slices of an object are its members as they stand, brackets in texts and all") {
  CHECK(all(R"( {"a" : [1,{"b":"]}"}] , "c\u0064":"x\"}\\", "e":-1.5e3,"f":null } )") ==
        texts{"a=[1,{\"b\":\"]}\"}]", "cd=\"x\\\"}\\\\\"", "e=-1.5e3", "f=null"});
  CHECK(all("[ {}\n, [ ] ,true]") == texts{"={}", "=[ ]", "=true"});
  CHECK(all("{}").empty());
  CHECK(all(" [ ] ").empty());
}

TEST_CASE("slices end where the text stops being JSON, and say where") {
  CHECK(all("7") == texts{"! expected an object or an array at 0"});
  CHECK(all("") == texts{"! expected an object or an array at 0"});
  CHECK(all("[1 2]") == texts{"=1", "! expected a comma or the end at 3"});
  CHECK(all("[1,]") == texts{"=1", "! expected a value at 3"});
  CHECK(all("[1") == texts{"=1", "! expected a comma or the end at 2"});
  CHECK(all("{\"a\":[1,2}") == texts{"! expected a value at 9"});
  CHECK(all("{\"a\":[1,") == texts{"! expected a value at 8"});
  CHECK(all("{\"a\":\"open}") == texts{"! expected a value at 11"});
  CHECK(all("{\"a\" 1}") == texts{"! expected a colon at 5"});
  CHECK(all("{a:1}") == texts{"! expected a name in quotes at 1"});
  CHECK(all("[] x") == texts{"! expected the end of the text at 3"});
  CHECK(all(std::string(1000, '[')) == texts{"! expected a value at 513"});
}
