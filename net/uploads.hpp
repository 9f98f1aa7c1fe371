#pragma once

#include "net/request.hpp"
#include "schema/outcome.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stoa {

/// A file that disappears with its owner unless it is kept.
class temporary_file {
public:
  /// A new empty file in this folder, readable by nobody else.
  [[nodiscard]] static outcome<temporary_file> create(const std::filesystem::path& folder);
  /// A file that is whole and was written by somebody else, in the folder of the others.
  [[nodiscard]] static temporary_file adopt(std::filesystem::path file) {
    return temporary_file{std::move(file), -1};
  }
  temporary_file(temporary_file&& other) noexcept
      : path_(std::exchange(other.path_, {})), handle_(std::exchange(other.handle_, -1)) {}
  temporary_file& operator=(temporary_file&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~temporary_file();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  /// Appends; false when the disk does not take it.
  [[nodiscard]] bool write(std::string_view bytes);
  /// Flushes to the disk and closes.
  [[nodiscard]] bool finish();
  /// Moves the file to its place (same file system), where it stays; on the disk when this returns.
  [[nodiscard]] outcome<void> keep(const std::filesystem::path& place);

private:
  temporary_file(std::filesystem::path path, int handle)
      : path_(std::move(path)), handle_(handle) {}
  std::filesystem::path path_;
  int handle_ = -1;
};

/// A file that came with a request.
struct uploaded_file {
  std::string field;     ///< form field; empty for a raw body
  std::string name;      ///< the client's, without folders and control characters
  std::string declared;  ///< the client's content type
  std::string sniffed;   ///< what its first bytes say; empty when they say nothing
  std::uint64_t size = 0;
  temporary_file content;
};

/// Bounds of one upload; the body as a whole is bounded by `body_plan::limit`.
struct upload_limits {
  std::uint64_t file = 10 * 1024 * 1024;  ///< bytes per file: 413
  std::size_t files = 10;                 ///< 413
  std::size_t fields = 50;                ///< 413
  std::size_t field = 64 * 1024;          ///< bytes per text field: 413
};

/// A body that goes to files as it arrives: the whole of it, or the parts of a multipart/form-data
/// body. Writing happens on the I/O thread, into the page cache.
class upload : public body_sink {
public:
  /// The body is one file of this type.
  [[nodiscard]] static std::shared_ptr<upload> raw(std::filesystem::path folder,
                                                   std::string_view content_type,
                                                   upload_limits bounds);
  /// The body is a form; the fault says that the Content-Type names no boundary.
  [[nodiscard]] static outcome<std::shared_ptr<upload>> form(std::filesystem::path folder,
                                                             std::string_view content_type,
                                                             upload_limits bounds);

  int write(std::string_view piece) override;
  int finish() override;

  std::vector<uploaded_file> files;
  std::vector<std::pair<std::string, std::string>> fields;

private:
  enum class state : std::uint8_t { raw, between, head, data, over };

  upload(std::filesystem::path folder, upload_limits bounds)
      : folder_(std::move(folder)), bounds_(bounds) {}
  int start_file(std::string field, std::string name, std::string declared);
  int start_part(std::string_view head);
  int add(std::string_view bytes);
  int end_part();
  int step(bool& more);

  std::filesystem::path folder_;
  upload_limits bounds_;
  state state_ = state::raw;
  bool in_file_ = false;
  std::string delimiter_;  // CRLF, two dashes, boundary
  std::string waiting_;
  std::string first_;  // the beginning of the current file
};

/// The content type that the first bytes of a file betray; empty when they do not.
[[nodiscard]] std::string_view sniff(std::string_view first) noexcept;

/// A parameter of a header value such as `form-data; name="a"`: unquoted; empty when absent.
[[nodiscard]] std::string header_parameter(std::string_view value, std::string_view name);

}  // namespace stoa
