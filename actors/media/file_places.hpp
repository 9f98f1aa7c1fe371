#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace stoa {

/// A bucket of a store that speaks S3, and who may use it.
struct bucket_options {
  std::string endpoint;  ///< `https://host:9000`; the bucket follows in the path
  std::string region;
  std::string name;
  std::string key;
  std::string secret;
};

/// Where the files lie that people send.
struct file_places {
  std::filesystem::path folder;  ///< on this disk; with a bucket, its copies are in `copies`
  std::optional<bucket_options> bucket;  ///< none: all files are in `folder`
};

}  // namespace stoa
