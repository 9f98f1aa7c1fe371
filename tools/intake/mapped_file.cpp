#include "tools/intake/mapped_file.hpp"

#include "schema/text/byte_order.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace stoa::intake {

outcome<mapped_file> mapped_file::open(const std::filesystem::path& file) {
  const auto refuse = [&] {
    return fail(fault_code::not_found, "cannot read " + file.string(), std::strerror(errno));
  };
  const int from = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (from < 0)
    return refuse();
  struct stat about = {};
  if (::fstat(from, &about) != 0 || !S_ISREG(about.st_mode)) {
    ::close(from);
    return fail(fault_code::invalid, file.string() + " is no file");
  }
  const auto size = static_cast<std::size_t>(about.st_size);
  void* data = nullptr;
  if (size > 0)
    data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, from, 0);
  auto why = refuse();
  ::close(from);
  if (data == MAP_FAILED)
    return why;
  mapped_file out{static_cast<const char*>(data), size};
  auto text = without_mark(out.text());
  if (!text)
    return fail(fault_code::invalid, file.string() + " " + text.error().text);
  out.mark_ = size - text->size();
  return out;
}

mapped_file::~mapped_file() {
  if (data_ != nullptr)
    ::munmap(const_cast<char*>(data_), size_);
}

mapped_file::mapped_file(mapped_file&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      mark_(std::exchange(other.mark_, 0)) {}

std::string mapped_file::checksum() const {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(data_), size_);
  std::string hex(2 * hash.size() + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  hex.pop_back();
  return hex;
}

std::size_t mapped_file::line_of(std::size_t place) const {
  const auto behind = text().substr(0, place);
  return 1 + static_cast<std::size_t>(std::count(behind.begin(), behind.end(), '\n'));
}

}  // namespace stoa::intake
