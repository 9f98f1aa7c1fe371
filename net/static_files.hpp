#pragma once

#include "net/reply.hpp"
#include "net/request.hpp"
#include "schema/outcome.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

namespace stoa {

/// What unknown addresses of a folder get.
enum class fallback : std::uint8_t {
  none,
  single_page,  ///< index.html, unless the address names a file or the client wants no HTML
};

/// A folder of files for browsers: a built front end or public assets. Symbolic links may not lead
/// out of it and dot files are hidden. Small texts are kept in memory with their gzip twin. Safe
/// from any thread.
class static_files {
public:
  [[nodiscard]] static outcome<static_files> open(const std::filesystem::path& folder,
                                                  fallback unknown);

  /// The answer to a GET or HEAD; nothing when the folder has none. Conditions and ranges are the
  /// edge's work.
  [[nodiscard]] std::optional<reply> find(const request& what) const;

private:
  struct cache;
  static_files(std::filesystem::path folder, fallback unknown);
  [[nodiscard]] std::optional<reply> serve(const std::filesystem::path& file,
                                           const request& what) const;

  std::filesystem::path folder_;
  fallback unknown_;
  std::shared_ptr<cache> cache_;
};

/// The content type of a file by its extension; `application/octet-stream` when unknown.
[[nodiscard]] std::string_view type_of(const std::filesystem::path& file) noexcept;

}  // namespace stoa
