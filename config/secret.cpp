#include "config/secret.hpp"

#include "schema/base64url.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/random.h>
#include <unistd.h>

namespace stoa {

namespace {

constexpr std::size_t shortest = 32;

fault cannot(const char* what, const std::filesystem::path& file) {
  return fail(fault_code::unavailable, std::string{what} + " " + file.string(),
              std::strerror(errno));
}

outcome<std::string> read_secret(const std::filesystem::path& file) {
  std::ifstream from{file};
  std::string out;
  if (!from || !std::getline(from, out))
    return cannot("cannot read", file);
  if (out.size() < shortest)
    return fail(fault_code::invalid, file.string() + " is too short for a secret");
  return out;
}

}  // namespace

outcome<std::string> kept_secret(const std::filesystem::path& folder) {
  const auto file = folder / "secret.key";
  if (std::filesystem::exists(file))
    return read_secret(file);
  std::array<char, 32> raw{};
  if (::getrandom(raw.data(), raw.size(), 0) != static_cast<ssize_t>(raw.size()))
    return cannot("no randomness for", file);
  const auto made = to_base64url({raw.data(), raw.size()});
  // Written beside its place: a start that is killed leaves no half of a secret.
  auto beside = (folder / "secret.key-XXXXXX").string();
  const int to = ::mkostemp(beside.data(), O_CLOEXEC);
  if (to < 0)
    return cannot("cannot write", file);
  const auto text = made + '\n';
  const bool good = ::write(to, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                    ::fsync(to) == 0;
  ::close(to);
  // `link` does not replace: of two servers that start at once, both read the same one.
  const bool mine = good && ::link(beside.c_str(), file.c_str()) == 0;
  const bool theirs = good && !mine && errno == EEXIST;
  const auto why = errno;
  ::unlink(beside.c_str());
  if (mine)
    return made;
  if (theirs)
    return read_secret(file);
  errno = why;
  return cannot("cannot write", file);
}

}  // namespace stoa
