#include "config/load.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdlib.h>

using namespace stoa;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

/// A file of one test, gone with it.
struct scratch_file {
  explicit scratch_file(const std::string& text) {
    auto name = (fs::temp_directory_path() / "stoa-conf-XXXXXX").string();
    int made = mkstemp(name.data());
    REQUIRE(made >= 0);
    path = name;
    std::ofstream{path} << text;
  }
  ~scratch_file() { fs::remove(path); }
  fs::path path;
};

loaded_settings load(const settings_input& from) {
  auto loaded = load_settings(from);
  if (!loaded)
    FAIL(loaded.error().complaints.front().message);
  return std::move(*loaded);
}

/// The one complaint that these settings give, as "path: message".
std::string complaint_of(const settings_input& from) {
  auto loaded = load_settings(from);
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().code == fault_code::invalid);
  REQUIRE(loaded.error().complaints.size() == 1);
  const auto& first = loaded.error().complaints.front();
  return first.path + ": " + first.message;
}

template <class T>
T read(std::string_view text) {
  T value{};
  REQUIRE(read_value(text, value));
  return value;
}

template <class T>
bool refuses(std::string_view text) {
  T value{};
  return !read_value(text, value);
}

}  // namespace

TEST_CASE("a later source wins: file, environment, flags") {
  scratch_file file{"# a comment\n\nhttp_head = 1KiB\nhttp_body = 2KiB\n  http_target=3KiB\r\n"};
  auto loaded = load({.file = file.path,
                      .environment = {{"STOA_HTTP_BODY", "20KiB"}, {"STOA_HTTP_TARGET", "30KiB"}},
                      .flags = {{"http_target", "300KiB"}}});
  CHECK(loaded.values.http_head == byte_size{1024});
  CHECK(loaded.values.http_body == byte_size{20 * 1024});
  CHECK(loaded.values.http_target == byte_size{300 * 1024});
  CHECK(loaded.sources.at("http_head") == file.path.string() + ":3");
  CHECK(loaded.sources.at("http_body") == "STOA_HTTP_BODY");
  CHECK(loaded.sources.at("http_target") == "--http-target");
  CHECK(loaded.sources.count("upload") == 0);
}

TEST_CASE("a size that nobody set is none, also when it was set to the usual one") {
  CHECK_FALSE(load({}).values.http_body);
  CHECK_FALSE(load({.flags = {{"http_body", ""}}}).values.http_body);
  CHECK(load({.flags = {{"http_body", "1MiB"}}}).values.http_body == byte_size{1024 * 1024});
  CHECK(complaint_of({.flags = {{"http_body", "much"}}}).starts_with("--http-body: "));
}

TEST_CASE("who may read metrics is one of three") {
  CHECK(load({}).values.metrics == metrics_readers::loopback);
  for (const auto* each : {"open", "loopback", "off"})
    CHECK(write_value(read<metrics_readers>(each)) == each);
  CHECK(refuses<metrics_readers>("yes"));
}

TEST_CASE("an unknown key is refused with the one that was meant") {
  scratch_file file{"htp_body = 1KiB\n"};
  CHECK(complaint_of({.file = file.path}) ==
        file.path.string() + ":1: there is no setting htp_body; is it http_body?");
  CHECK(complaint_of({.environment = {{"STOA_SITES", "x"}}}) ==
        "STOA_SITES: there is no setting sites; is it site?");
  CHECK(complaint_of({.flags = {{"quux", "1"}}}) == "--quux: there is no setting quux");
}

TEST_CASE("what is wrong is said all at once, with its place") {
  scratch_file file{"nonsense\nio_threads = many\nio_threads = 3\nio_threads = 4\n"};
  auto loaded = load_settings({.file = file.path, .environment = {{"STOA_DEMO", "maybe"}}});
  REQUIRE_FALSE(loaded);
  const auto& all = loaded.error().complaints;
  REQUIRE(all.size() == 4);
  CHECK(all[0].message == "is neither `key = value` nor a comment (#)");
  CHECK(all[1].message == "io_threads: `many` is not a whole number");
  CHECK(all[2].message.find("is set at") != std::string::npos);
  CHECK(all[3].path == "STOA_DEMO");
  CHECK(complaint_of({.file = "/nowhere/stoa.conf"}) == "/nowhere/stoa.conf: cannot be read");
}

TEST_CASE("a file that Windows wrote is read, and one that is not UTF-8 is named so") {
  using namespace std::string_literals;
  const scratch_file marked{"\xef\xbb\xbfmail_from = a@b.fr\r\n"};
  CHECK(load({.file = marked.path}).values.mail_from == "a@b.fr");
  const scratch_file wide{"\xff\xfem\0a\0"s};
  CHECK(complaint_of({.file = wide.path}) == wide.path.string() + ": is UTF-16; save it as UTF-8");
}

TEST_CASE("every key is read by somebody") {
  std::string sources;
  for (const auto* folder : {"net", "tools", "actors"})
    for (const auto& each : std::filesystem::recursive_directory_iterator{folder})
      if (each.path().extension() == ".cpp")
        sources += (std::stringstream{} << std::ifstream{each.path()}.rdbuf()).str();
  sources += (std::stringstream{} << std::ifstream{"config/logging.cpp"}.rdbuf()).str();
  for (const auto& key : all_keys()) {
    INFO(key.name);
    const std::regex read{"(how|settings|values|options|what)(\\.|->)" + std::string{key.name} +
                          "\\b"};
    CHECK(std::regex_search(sources, read));
  }
}

TEST_CASE("repeated flags add up for lists and replace otherwise") {
  auto loaded = load({.flags = {{"site", "intrasphere:8080"},
                                {"listen", "::1"},
                                {"site", "stacgate:8081@north"},
                                {"listen", "0.0.0.0"}}});
  CHECK(loaded.values.site ==
        std::vector<site_setting>{{"intrasphere", 8080, ""}, {"stacgate", 8081, "north"}});
  CHECK(loaded.values.listen == "0.0.0.0");
}

TEST_CASE("the environment of scripts and of hosting companies") {
  auto loaded = load({.environment = {{"STOA_CAF_PREFIX", "/x"},
                                      {"STOA_FUZZ_SECONDS", "1"},
                                      {"STOA_CONFIG", "/x"},
                                      {"DATABASE_URL", "postgresql:///theirs"}}});
  CHECK(loaded.values.database_url == "postgresql:///theirs");
  CHECK(loaded.sources.at("database_url") == "DATABASE_URL");
  loaded = load({.environment = {{"STOA_DATABASE_URL", "postgresql:///ours"},
                                 {"DATABASE_URL", "postgresql:///theirs"}}});
  CHECK(loaded.values.database_url == "postgresql:///ours");
}

TEST_CASE("settings that contradict each other are refused") {
  CHECK(complaint_of({.flags = {{"site", "a:80"}, {"site", "b:80"}}}) ==
        "--site: site: two sites have port 80");
  CHECK(complaint_of({.flags = {{"front", "a=/"}}}) ==
        "--front: front: there is no site of edition a");
  CHECK(complaint_of({.flags = {{"ephemeral", "yes"}, {"database_url", "postgresql:///x"}}})
            .find("nothing would be ephemeral") != std::string::npos);
  CHECK(complaint_of({.flags = {{"worker_threads", "0"}}}).find("at least 1") != std::string::npos);
  CHECK(complaint_of({.flags = {{"log_level", "loud"}}}).find("one of") != std::string::npos);
  CHECK(complaint_of({.flags = {{"outbox_bytes", "1KiB"}}}).find("less than one message") !=
        std::string::npos);
  CHECK(complaint_of({.flags = {{"socket_silence", "1s"}}}).find("nobody could answer") !=
        std::string::npos);
}

TEST_CASE("values are read with their units and written back") {
  CHECK(read<byte_size>("4096").bytes == 4096);
  CHECK(read<byte_size>("64 KiB").bytes == 65'536);
  CHECK(read<byte_size>("1GiB").bytes == 1'073'741'824);
  CHECK(read<duration>("500ms") == 500ms);
  CHECK(read<duration>("15min") == 15min);
  CHECK(read<duration>("7d") == 7 * 24h);
  CHECK(read<rate_setting>("getApiX=10/60s") == rate_setting{"getApiX", 10, 60s});
  CHECK(read<front_setting>("a=/x=y") == front_setting{"a", "/x=y"});
  CHECK(refuses<byte_size>("64KB"));
  CHECK(refuses<byte_size>("-1"));
  CHECK(refuses<byte_size>("9999999999GiB"));
  CHECK(refuses<duration>("30"));
  CHECK(refuses<duration>("s"));
  CHECK(refuses<std::uint32_t>("4294967296"));
  CHECK(refuses<std::uint32_t>("1 "));
  CHECK(refuses<site_setting>("intrasphere"));
  CHECK(refuses<site_setting>("intrasphere:65536"));
  CHECK(refuses<site_setting>("Intra sphere:80"));
  CHECK(refuses<rate_setting>("sign_in=10"));
  CHECK(refuses<rate_setting>("sign_in=10/0s"));
  CHECK(refuses<log_level_setting>("net=loud"));
  CHECK(write_value(byte_size{65'536}) == "64KiB");
  CHECK(write_value(byte_size{0}) == "0B");
  CHECK(write_value(duration{90s}) == "90s");
  CHECK(write_value(duration{24h}) == "1d");
}

TEST_CASE("every key has a meaning, and its default survives writing and reading") {
  const settings defaults;
  for (const auto& key : all_keys()) {
    CAPTURE(key.name);
    CHECK(find_key(key.name) == &key);
    CHECK_FALSE(key.meaning.empty());
    CHECK_FALSE(key.unit.empty());
    settings other;
    CHECK(key.read(other, key.write(defaults)));
    CHECK(key.write(other) == key.write(defaults));
  }
  CHECK(check_settings(defaults).empty());
}

TEST_CASE("the virus scanner is at a socket or at a port") {
  settings how;
  for (const auto* fine : {"", "/run/clamav/clamd.ctl", "localhost:3310", "[::1]:3310"}) {
    how.clamd = fine;
    CHECK(check_settings(how).empty());
  }
  for (const auto* wrong : {"clamd.ctl", ":3310", "localhost:", "localhost:clamd"}) {
    CAPTURE(wrong);
    how.clamd = wrong;
    REQUIRE(check_settings(how).size() == 1);
    CHECK(check_settings(how).front().path == "clamd");
  }
}

TEST_CASE("the README lists every key as it is") {
  std::stringstream text;
  text << std::ifstream{"config/README.md"}.rdbuf();
  INFO("put the output of `stoa config explain --markdown` into config/README.md");
  CHECK(text.str().find(settings_as_markdown()) != std::string::npos);
}

TEST_CASE("the file of a fresh checkout is fine") {
  auto loaded = load({.file = "config/default.conf"});
  CHECK(loaded.values.site.size() == 1);
}

TEST_CASE("a session cookie is named for an edition or for one of its sites") {
  CHECK(read<cookie_setting>("intrasphere=intranet.sid") ==
        cookie_setting{"intrasphere", 0, "intranet.sid"});
  CHECK(read<cookie_setting>(" intrasphere:5001 = __Host-sid ") ==
        cookie_setting{"intrasphere", 5001, "__Host-sid"});
  for (const auto* each : {"", "intrasphere", "=a", "intrasphere=", "intrasphere=a b",
                           "intrasphere=a;b", "intrasphere:x=a", "intrasphere:1@slug=a"}) {
    INFO(each);
    CHECK(refuses<cookie_setting>(each));
  }
  for (const auto* each : {"intrasphere=a", "intrasphere:5001=b"})
    CHECK(write_value(read<cookie_setting>(each)) == each);
  CHECK(
      complaint_of({.flags = {{"site", "stacgate:5000"}, {"session_cookie", "stacgate:5001=a"}}}) ==
      "--session-cookie: session_cookie: there is no site for stacgate:5001=a");
  CHECK(complaint_of({.flags = {{"public_url", "learn.example.org"}}}) ==
        "--public-url: public_url: begins with https:// or http://");
}
