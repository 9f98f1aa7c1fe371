#pragma once

#include "actors/media/file_places.hpp"
#include "net/endpoint.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace stoa {

struct settings;

/// Where the files lie that people send. Names are the server's own: letters, digits, `-`, `_`, `.`
/// and one `/`. Each of these throws `unavailable` when the place cannot be reached, and then has
/// changed nothing.
class file_store {
public:
  virtual ~file_store() = default;

  /// Keeps a file that came with a request. When it returns, it is there.
  [[nodiscard]] virtual task<void> keep(call_ptr c, temporary_file& content, std::string name,
                                        std::string type) const = 0;
  /// A file of this machine with what was kept, for as long as it takes to answer with it. Throws
  /// `not_found` when there is none.
  [[nodiscard]] virtual task<std::filesystem::path> find(call_ptr c, std::string name) const = 0;
  /// Nothing is kept under this name after it, whether or not something was.
  [[nodiscard]] virtual task<void> remove(call_ptr c, std::string name) const = 0;
};

/// Where the settings put files: `uploads` (else a folder of that name in `data`), or a bucket.
[[nodiscard]] file_places file_places_of(const settings& how, const std::filesystem::path& data);

/// On the local disk.
[[nodiscard]] std::shared_ptr<const file_store> local_store(std::filesystem::path folder);

/// Where the files of a site stay that come in through its `uploads`.
[[nodiscard]] inline const std::shared_ptr<const file_store>& files_of(const site& where) {
  return where.files;
}

/// In a bucket. What is read stays in `copies` for a while, at most about `most` bytes of it: files
/// never change under their name, and the edge answers ranges and conditions from the disk.
[[nodiscard]] std::shared_ptr<const file_store> bucket_store(bucket_options where,
                                                             std::filesystem::path copies,
                                                             std::uint64_t most);

}  // namespace stoa
