#include "net/uploads.hpp"

#include "net/header_text.hpp"
#include "schema/utf8.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace stoa {

namespace {

constexpr std::size_t part_head_most = 8 * 1024;
constexpr std::size_t sniffed_bytes = 32;

// A name for people to read, never a path: folders, control characters and dots alone go.
std::string file_name(std::string name) {
  if (auto slash = name.find_last_of("/\\"); slash != std::string::npos)
    name.erase(0, slash + 1);
  name.erase(std::remove_if(name.begin(), name.end(),
                            [](unsigned char c) { return c < ' ' || c == 0x7f; }),
             name.end());
  if (name == "." || name == "..")
    name.clear();
  return excerpt(name, 200);
}

}  // namespace

// -- temporary_file -----------------------------------------------------------------

outcome<temporary_file> temporary_file::create(const std::filesystem::path& folder) {
  auto path = (folder / "upload-XXXXXX").string();
  auto handle = ::mkostemp(path.data(), O_CLOEXEC);
  if (handle < 0)
    return fail(fault_code::unavailable, "the upload cannot be stored",
                path + ": " + std::strerror(errno));
  return temporary_file{path, handle};
}

temporary_file::~temporary_file() {
  if (handle_ >= 0)
    ::close(handle_);
  if (!path_.empty())
    ::unlink(path_.c_str());
}

bool temporary_file::write(std::string_view bytes) {
  while (!bytes.empty()) {
    auto size = ::write(handle_, bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR)
      continue;
    if (size <= 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

bool temporary_file::finish() {
  if (handle_ < 0)
    return true;
  const bool kept = ::fsync(handle_) == 0;
  return ::close(std::exchange(handle_, -1)) == 0 && kept;
}

outcome<void> temporary_file::keep(const std::filesystem::path& place) {
  std::error_code why;
  if (finish())
    std::filesystem::rename(path_, place, why);
  else
    why.assign(errno, std::generic_category());
  if (why)
    return fail(fault_code::unavailable, "the upload cannot be stored", why.message());
  path_.clear();
  // The name is on the disk when its folder is; see fsync(2).
  if (const auto folder = ::open(place.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      folder >= 0) {
    const bool kept = ::fsync(folder) == 0;
    ::close(folder);
    if (!kept)
      return fail(fault_code::unavailable, "the upload cannot be stored", std::strerror(errno));
  }
  return {};
}

// -- upload --------------------------------------------------------------------------

std::shared_ptr<upload> upload::raw(std::filesystem::path folder, std::string_view content_type,
                                    upload_limits bounds) {
  std::shared_ptr<upload> made{new upload(std::move(folder), bounds)};
  made->fields.emplace_back("", content_type);
  return made;
}

outcome<std::shared_ptr<upload>> upload::form(std::filesystem::path folder,
                                              std::string_view content_type, upload_limits bounds) {
  auto type = trimmed(content_type.substr(0, content_type.find(';')));
  auto boundary = header_parameter(content_type, "boundary");
  if (!same_text(type, "multipart/form-data") || boundary.empty() || boundary.size() > 70)
    return fail(fault_code::invalid, "a multipart/form-data body with a boundary is needed");
  std::shared_ptr<upload> made{new upload(std::move(folder), bounds)};
  made->state_ = state::between;
  made->delimiter_ = "\r\n--" + boundary;
  // The first delimiter may stand at the very beginning; a line break before it makes it like all.
  made->waiting_ = "\r\n";
  return made;
}

int upload::write(std::string_view piece) {
  if (state_ == state::raw) {
    if (!in_file_) {
      auto declared = std::move(fields.front().second);
      fields.clear();
      if (auto status = start_file({}, {}, std::move(declared)); status != 0)
        return status;
    }
    return add(piece);
  }
  if (state_ == state::over)
    return 0;  // the epilogue means nothing
  waiting_.append(piece);
  for (auto more = true; more;)
    if (auto status = step(more); status != 0)
      return status;
  return 0;
}

int upload::finish() {
  if (state_ == state::raw) {
    if (in_file_)
      return end_part();
    fields.clear();
    return 0;
  }
  return state_ == state::over ? 0 : 400;
}

int upload::step(bool& more) {
  more = false;
  switch (state_) {
    case state::between: {
      // Only the first delimiter has anything before it.
      auto at = waiting_.find(delimiter_);
      if (at == std::string::npos) {
        if (waiting_.size() > part_head_most)
          return 400;
        return 0;
      }
      waiting_.erase(0, at + delimiter_.size());
      state_ = state::head;
      more = true;
      return 0;
    }
    case state::head: {
      if (waiting_.size() < 2)
        return 0;
      if (waiting_.starts_with("--")) {
        state_ = state::over;
        std::string{}.swap(waiting_);
        return 0;
      }
      if (!waiting_.starts_with("\r\n"))
        return 400;
      auto end = waiting_.find("\r\n\r\n");
      if (end == std::string::npos)
        return waiting_.size() > part_head_most ? 400 : 0;
      auto head = waiting_.substr(2, end > 2 ? end - 2 : 0);
      waiting_.erase(0, end + 4);
      if (auto status = start_part(head); status != 0)
        return status;
      state_ = state::data;
      more = true;
      return 0;
    }
    case state::data: {
      auto at = waiting_.find(delimiter_);
      if (at == std::string::npos) {
        // Its beginning may be at the end of what has come.
        auto safe = waiting_.size() - std::min(waiting_.size(), delimiter_.size() - 1);
        auto status = add(std::string_view{waiting_}.substr(0, safe));
        waiting_.erase(0, safe);
        return status;
      }
      if (auto status = add(std::string_view{waiting_}.substr(0, at)); status != 0)
        return status;
      waiting_.erase(0, at + delimiter_.size());
      state_ = state::head;
      more = true;
      return end_part();
    }
    case state::raw:
    case state::over:
      return 0;
  }
  return 0;
}

int upload::start_part(std::string_view head) {
  std::string disposition;
  std::string type;
  while (!head.empty()) {
    auto end = std::min(head.find("\r\n"), head.size());
    auto line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    auto colon = line.find(':');
    if (colon == std::string_view::npos)
      return 400;
    auto name = trimmed(line.substr(0, colon));
    if (same_text(name, "content-disposition"))
      disposition = trimmed(line.substr(colon + 1));
    else if (same_text(name, "content-type"))
      type = trimmed(line.substr(colon + 1));
  }
  auto field = header_parameter(disposition, "name");
  if (!disposition.starts_with("form-data") || field.empty() ||
      first_bad_utf8(field) != std::string_view::npos)
    return 400;
  auto name = header_parameter(disposition, "filename");
  if (auto extended = header_parameter(disposition, "filename*"); !extended.empty()) {
    auto quote = extended.rfind('\'');
    if (auto decoded =
            decode_component(extended.substr(quote == std::string::npos ? 0 : quote + 1)))
      name = *decoded;
  }
  if (!name.empty() || disposition.find("filename=") != std::string::npos)
    return start_file(std::move(field), file_name(std::move(name)), std::move(type));
  if (fields.size() >= bounds_.fields)
    return 413;
  in_file_ = false;
  fields.emplace_back(std::move(field), std::string{});
  return 0;
}

int upload::start_file(std::string field, std::string name, std::string declared) {
  if (files.size() >= bounds_.files)
    return 413;
  auto content = temporary_file::create(folder_);
  if (!content)
    return 500;
  files.push_back(
      {std::move(field), std::move(name), std::move(declared), {}, 0, std::move(*content)});
  first_.clear();
  in_file_ = true;
  return 0;
}

int upload::add(std::string_view bytes) {
  if (bytes.empty())
    return 0;
  if (!in_file_) {
    auto& text = fields.back().second;
    if (text.size() + bytes.size() > bounds_.field)
      return 413;
    text.append(bytes);
    return 0;
  }
  auto& file = files.back();
  if (first_.size() < sniffed_bytes)
    first_.append(bytes.substr(0, sniffed_bytes - first_.size()));
  file.size += bytes.size();
  if (file.size > bounds_.file)
    return 413;
  return file.content.write(bytes) ? 0 : 500;
}

int upload::end_part() {
  if (!in_file_)
    return 0;
  in_file_ = false;
  auto& file = files.back();
  file.sniffed = sniff(first_);
  return file.content.finish() ? 0 : 500;
}

std::string_view sniff(std::string_view first) noexcept {
  auto at = [&](std::size_t offset, std::string_view mark) {
    return first.size() >= offset + mark.size() && first.substr(offset, mark.size()) == mark;
  };
  if (at(0, "\x89PNG\r\n\x1a\n"))
    return "image/png";
  if (at(0, "\xff\xd8\xff"))
    return "image/jpeg";
  if (at(0, "GIF87a") || at(0, "GIF89a"))
    return "image/gif";
  if (at(0, "RIFF") && at(8, "WEBP"))
    return "image/webp";
  if (at(0, "RIFF") && at(8, "WAVE"))
    return "audio/wav";
  if (at(4, "ftypavif"))
    return "image/avif";
  if (at(4, "ftypqt"))
    return "video/quicktime";
  if (at(4, "ftyp"))
    return "video/mp4";
  if (at(0, "\x1a\x45\xdf\xa3"))
    return "video/webm";
  if (at(0, "OggS"))
    return "audio/ogg";
  if (at(0, "ID3") || at(0, "\xff\xfb"))
    return "audio/mpeg";
  if (at(0, "%PDF-"))
    return "application/pdf";
  if (at(0, "PK\x03\x04") || at(0, "PK\x05\x06"))
    return "application/zip";
  if (at(0, "\x1f\x8b"))
    return "application/gzip";
  if (at(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
    return "application/x-ole-storage";
  return {};
}

std::string header_parameter(std::string_view value, std::string_view name) {
  auto at = value.find(';');
  while (at != std::string_view::npos) {
    value = trimmed(value.substr(at + 1));
    auto equals = value.find('=');
    if (equals == std::string_view::npos)
      return {};
    auto matches = same_text(trimmed(value.substr(0, equals)), name);
    value = trimmed(value.substr(equals + 1));
    std::string text;
    if (value.starts_with('"')) {
      std::size_t i = 1;
      for (; i < value.size() && value[i] != '"'; ++i) {
        // Browsers escape only the quote (as %22); a backslash is part of a Windows path.
        if (value[i] == '\\' && i + 1 < value.size() &&
            (value[i + 1] == '"' || value[i + 1] == '\\'))
          ++i;
        text += value[i];
      }
      at = value.find(';', i);
    } else {
      at = value.find(';');
      text = trimmed(value.substr(0, at));
    }
    if (matches)
      return text;
  }
  return {};
}

}  // namespace stoa
