#pragma once

#include "schema/outcome.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace stoa::intake {

/// A file as a text that the kernel reads in and forgets as it is needed.
class mapped_file {
public:
  /// `invalid` for what is no file, and for text that is not UTF-8 by its first bytes.
  [[nodiscard]] static outcome<mapped_file> open(const std::filesystem::path& file);
  ~mapped_file();
  mapped_file(mapped_file&& other) noexcept;
  mapped_file& operator=(mapped_file&&) = delete;

  /// Without a byte order mark.
  [[nodiscard]] std::string_view text() const noexcept { return {data_ + mark_, size_ - mark_}; }
  /// SHA-256 of all of it, in lower-case hex.
  [[nodiscard]] std::string checksum() const;
  /// The line, counted from 1, that a byte of the text is in.
  [[nodiscard]] std::size_t line_of(std::size_t place) const;

private:
  mapped_file(const char* data, std::size_t size) : data_(data), size_(size) {}
  const char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t mark_ = 0;  // bytes of it before the text
};

}  // namespace stoa::intake
