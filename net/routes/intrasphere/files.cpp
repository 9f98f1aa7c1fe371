#include "actors/media/pictures.hpp"
#include "actors/media/scanner.hpp"
#include "net/content_disposition.hpp"
#include "net/file_store.hpp"
#include "net/routes/intrasphere/routes.hpp"
#include "net/static_files.hpp"
#include "persistence/audit.hpp"
#include "schema/intranet.hpp"
#include "schema/json_writer.hpp"
#include "schema/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace stoa::intrasphere {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t largest_file = 50UL * 1024 * 1024;
constexpr std::size_t longest_name = 100;     // bytes of the stored name's readable part
constexpr std::uint32_t face_side = 512;      // pixels; shown as circles of a hundred
constexpr std::uint32_t picture_side = 2048;  // of the longer side
// More than one file, so that too many are told so rather than cut off.
constexpr upload_limits bounds{.file = largest_file, .files = 5, .fields = 20, .field = 64 * 1024};

// -- kinds of files ---------------------------------------------------------------------

struct kind {
  std::string_view sniffed;  // what the first bytes say
  std::string_view type;     // how it is served
  std::string_view family;
  std::string_view extensions;  // the ones it may keep; the first one when it has another
  bool shown = false;           // by a browser, rather than saved
};

// A zip or an OLE container is what its name says, if that is a document.
constexpr kind kinds[] = {
    {"image/jpeg", "image/jpeg", "image", ".jpg .jpeg ", true},
    {"image/png", "image/png", "image", ".png ", true},
    {"image/gif", "image/gif", "image", ".gif ", true},
    {"image/webp", "image/webp", "image", ".webp ", true},
    {"application/pdf", "application/pdf", "document", ".pdf ", true},
    {"application/x-ole-storage", "application/msword", "document", ".doc "},
    {"application/zip", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
     "document", ".docx "},
    {"video/mp4", "video/mp4", "video", ".mp4 ", true},
    {"video/webm", "video/webm", "video", ".webm ", true},
    {"audio/ogg", "audio/ogg", "audio", ".ogg .oga ", true},
    {"audio/ogg", "video/ogg", "video", ".ogv ", true},
    {"audio/mpeg", "audio/mpeg", "audio", ".mp3 ", true},
    {"audio/wav", "audio/wav", "audio", ".wav ", true},
};

std::string extension_of(const std::string& name) {
  auto out = fs::path{name}.extension().string();
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool keeps(const kind& what, const std::string& extension) {
  return !extension.empty() && what.extensions.find(extension + " ") != std::string_view::npos;
}

const kind* kind_of(const uploaded_file& file) {
  const auto extension = extension_of(file.name);
  const kind* usual = nullptr;
  for (const auto& each : kinds)
    if (each.sniffed == file.sniffed) {
      if (keeps(each, extension))
        return &each;
      if (!usual)
        usual = &each;
    }
  const bool container = file.sniffed == "application/zip" ||  // of anything
                         file.sniffed == "application/x-ole-storage";
  return container ? nullptr : usual;
}

// `Rapport été.pdf` becomes `Rapport__t_-<milliseconds>-<uuid>.pdf`.
std::string stored_name(const uploaded_file& file, const kind& what) {
  auto base = fs::path{file.name}.stem().string();
  for (auto& c : base)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
      c = '_';
  base.resize(std::min(base.size(), longest_name));
  auto extension = extension_of(file.name);
  if (!keeps(what, extension))
    extension = what.extensions.substr(0, what.extensions.find(' '));
  return fmt::format("{}-{}-{}{}", base.empty() ? "fichier" : base, now().micros / 1000,
                     fresh_uuid(), extension);
}

// `13 Bytes`, `1.5 MB`.
std::string formatted(std::int64_t size) {
  constexpr std::string_view units[] = {"Bytes", "KB", "MB", "GB"};
  if (size <= 0)
    return "0 Bytes";
  auto number = static_cast<double>(size);
  std::size_t unit = 0;
  while (number >= 1024 && unit + 1 < std::size(units)) {
    number /= 1024;
    ++unit;
  }
  return fmt::format("{} {}", std::round(number * 100) / 100, units[unit]);
}

// -- keeping ----------------------------------------------------------------------------

/// A file that lies in its place and has its row.
struct kept_file {
  std::string id;
  std::string original;
  std::string name;
  std::string type;
  std::string family;
  std::int64_t size = 0;
  std::string uploaded_by;
  iso_time uploaded_at;

  [[nodiscard]] std::string url() const { return "/uploads/" + name; }
};

void write_file(const kept_file& what, json_writer& out) {
  out.begin_object().member("id", what.id).member("originalName", what.original);
  out.member("fileName", what.name).member("filePath", what.url()).member("fileUrl", what.url());
  out.member("mimeType", what.type).member("fileType", what.family).member("size", what.size);
  out.member("formattedSize", formatted(what.size)).member("uploadedAt", what.uploaded_at);
  out.member("uploadedBy", what.uploaded_by).end_object();
}

std::string place_of(const std::string& name) {
  return "intranet/" + name;
}

// What has no row, nobody finds: that it could not be removed is no reason to fail.
task<void> forget_file(call_ptr c, std::string name) {
  (void)co_await caught(files_of(c->here)->remove(c, place_of(name)));
}

fault_error unsupported(std::string_view type) {
  return refuse(fault_code::invalid, fmt::format("Type de fichier non autorisé: {}", type));
}

/// The one file of a form, in this field.
uploaded_file& file_in(const std::shared_ptr<upload>& form, std::string_view field,
                       std::string_view missing) {
  if (!form || form->files.empty() || form->files.front().size == 0)
    throw refuse(fault_code::invalid, std::string{missing});
  if (form->files.size() > 1 || form->files.front().field != field)
    throw refuse(fault_code::invalid, "Unexpected field");
  return form->files.front();
}

enum class use { any, face };

// Pictures are written anew, smaller and without what travelled in them, and then kept.
task<void> keep_picture(call_ptr c, std::shared_ptr<kept_file> into, std::string source, use as) {
  shape_picture wanted;
  wanted.source = std::move(source);
  const auto stem = fs::path{into->name}.stem().string();
  const auto aside = (fs::path{c->here.uploads} / ("shaped-" + into->id)).string();
  wanted.target = aside;
  wanted.side = as == use::face ? face_side : picture_side;
  wanted.square = as == use::face;
  wanted.keeps_format = true;
  auto made = co_await caught(shape_apart(c->self, std::move(wanted)));
  if (!made && made.error().code == fault_code::invalid)
    throw refuse(fault_code::invalid, "L'image est illisible");
  if (!made)
    throw fault_error(std::move(made.error()));
  auto content = temporary_file::adopt(aside + made->extension);
  into->name = stem + made->extension;
  into->type = type_of(into->name);
  std::error_code why;
  into->size = static_cast<std::int64_t>(fs::file_size(content.path(), why));
  co_await files_of(c->here)->keep(c, content, place_of(into->name), into->type);
}

// The row after the file: what has a row is there. A file without a row is removed again.
task<kept_file> keep_file(call_ptr c, std::shared_ptr<upload> form, use as = use::any) {
  auto& file = form->files.front();
  const auto* what = kind_of(file);
  if (what == nullptr)
    throw unsupported(file.sniffed.empty() ? file.declared : file.sniffed);
  // Before anything of ours opens it. What is refused goes with its request: it has no place yet.
  const auto found = co_await scan_apart(c->self, file.content.path().string());
  if (!found.empty())
    throw refuse(fault_code::invalid,
                 fmt::format("Fichier refusé: virus détecté ({})", excerpt(found)));
  const auto into = std::make_shared<kept_file>();
  auto& out = *into;
  out.id = fresh_uuid();
  out.original = file.name;
  out.name = stored_name(file, *what);
  out.type = what->type;
  out.family = what->family;
  out.size = static_cast<std::int64_t>(file.size);
  out.uploaded_by = c->who.user.value;
  if (out.family == "image")
    co_await keep_picture(c, into, file.content.path().string(), as);
  else
    co_await files_of(c->here)->keep(c, file.content, place_of(out.name), out.type);
  auto made = co_await caught(c->run(prepared(
      "insert into uploaded_files (id, establishment_id, file_name, original_name, mime_type,"
      " file_type, size, uploaded_by) values ($1, $2, $3, $4, $5, $6, $7, $8) returning"
      " uploaded_at",
      out.id, c->who.establishment, out.name, out.original, out.type, out.family, out.size,
      out.uploaded_by)));
  if (!made) {
    co_await forget_file(c, out.name);
    throw fault_error(std::move(made.error()));
  }
  out.uploaded_at = (*made)[0].moment(0, 0);
  co_return std::move(out);
}

std::shared_ptr<upload> form_of(const call& c) {
  return std::dynamic_pointer_cast<upload>(c.req.sink);
}

// A type that is not taken has a status of its own.
reply refused_type(const fault& why) {
  return error_reply(415, why.text);
}
bool is_type_refusal(const fault& why) {
  return why.text.starts_with("Type de fichier non autorisé");
}

task<reply> send(call_ptr c) {
  auto form = form_of(*c);
  file_in(form, "file", "Aucun fichier fourni");
  auto kept = co_await caught(keep_file(c, form));
  if (!kept && is_type_refusal(kept.error()))
    co_return refused_type(kept.error());
  if (!kept)
    throw fault_error(std::move(kept.error()));
  std::string out;
  json_writer json{out};
  json.begin_object().member("message", "Fichier uploadé avec succès").key("file");
  write_file(*kept, json);
  json.end_object();
  co_return json_reply(201, std::move(out));
}

task<reply> send_avatar(call_ptr c) {
  auto form = form_of(*c);
  const auto& file = file_in(form, "avatar", "Aucune image fournie");
  const auto* what = kind_of(file);
  if (what == nullptr || what->family != "image")
    throw refuse(fault_code::invalid, "Le fichier doit être une image");
  auto kept = co_await keep_file(c, form, use::face);
  co_await c->run(
      prepared("update users set profile_image_url = $2, updated_at = now() where id = $1",
               c->who.user, kept.url()));
  std::string told;
  json_writer{told}
      .begin_object()
      .member("userId", c->who.user.value)
      .member("avatarUrl", kept.url())
      .end_object();
  publish(*c, "avatar", std::move(told));
  std::string out;
  json_writer json{out};
  json.begin_object().member("message", "Avatar mis à jour avec succès").key("file");
  write_file(kept, json);
  json.member("avatarUrl", kept.url()).end_object();
  co_return json_reply(201, std::move(out));
}

std::string field_of(const upload& form, std::string_view name) {
  for (const auto& [key, value] : form.fields)
    if (key == name)
      return value;
  return {};
}

task<reply> send_document(call_ptr c) {
  if (!c->who.at_least(role::manager) && !c->who.may("manage_documents"))
    throw not_allowed();
  auto form = form_of(*c);
  file_in(form, "document", "Aucun document fourni");
  document_row row;
  row.title = field_of(*form, "title");
  row.category = field_of(*form, "category");
  if (row.title.empty() || row.category.empty())
    throw refuse(fault_code::invalid, "Titre et catégorie requis");
  if (auto text = field_of(*form, "description"); !text.empty())
    row.description = std::move(text);
  auto kept = co_await caught(keep_file(c, form));
  if (!kept && is_type_refusal(kept.error()))
    co_return refused_type(kept.error());
  if (!kept)
    throw fault_error(std::move(kept.error()));
  row.id = fresh<document_id>();
  row.file_name = kept->original;
  row.file_url = kept->url();
  auto made = co_await caught(c->run(bound(sql::insert(c->who, row))));
  if (!made) {
    co_await forget_file(c, kept->name);
    throw fault_error(std::move(made.error()));
  }
  row = row_at<document_row>((*made)[0], 0);
  publish(*c, "document", to_json(row, intrasphere_dialect));
  std::string out;
  json_writer json{out};
  json.begin_object().member("message", "Document uploadé avec succès").key("document");
  write_json(row, json, intrasphere_dialect);
  json.key("file");
  write_file(*kept, json);
  json.end_object();
  co_return json_reply(201, std::move(out));
}

// -- reading and removing ---------------------------------------------------------------

// Files are found by their rows: a name that has none leads nowhere, whatever is in it.
task<kept_file> file_of(call_ptr c) {
  auto found = co_await c->run(prepared(
      "select id, original_name, file_name, mime_type, file_type, size, uploaded_by, uploaded_at"
      " from uploaded_files where file_name = $1",
      c->path("filename")));
  const auto& row = found[0];
  if (row.empty())
    throw refuse(fault_code::not_found, "Fichier non trouvé");
  kept_file out;
  out.id = row.text(0, 0);
  out.original = row.text(0, 1);
  out.name = row.text(0, 2);
  out.type = row.text(0, 3);
  out.family = row.text(0, 4);
  out.size = row.integer(0, 5);
  out.uploaded_by = row.text(0, 6);
  out.uploaded_at = row.moment(0, 7);
  co_return out;
}

task<reply> show_facts(call_ptr c) {
  auto file = co_await file_of(c);
  std::string out;
  json_writer{out}
      .begin_object()
      .member("filename", file.name)
      .member("size", file.size)
      .member("formattedSize", formatted(file.size))
      .member("exists", true)
      .end_object();
  co_return json_reply(200, std::move(out));
}

// As the sender named it; the extension is that of what it is, whatever the sender called it.
std::string saved_name(const kept_file& what) {
  const auto extension = extension_of(what.name);
  if (extension_of(what.original) == extension)
    return what.original;
  return fs::path{what.original}.stem().string() + extension;
}

task<reply> serve(call_ptr c) {
  auto file = co_await file_of(c);
  auto out = file_reply(co_await files_of(c->here)->find(c, place_of(file.name)), file.type);
  const bool shown = std::any_of(std::begin(kinds), std::end(kinds),
                                 [&](const kind& x) { return x.type == file.type && x.shown; });
  out.headers.add(
      "Content-Disposition",
      content_disposition(shown ? disposition::shown : disposition::saved, saved_name(file)));
  // Stored once and never changed, but only for who is signed in.
  out.headers.add("Cache-Control", "private, max-age=86400, immutable");
  co_return out;
}

task<reply> remove(call_ptr c) {
  auto file = co_await file_of(c);
  if (file.uploaded_by != c->who.user.value && !c->who.at_least(role::manager))
    throw refuse(fault_code::forbidden, "Access denied");
  // Without its row nobody gets it any more. A job of the same transaction takes the bytes away,
  // however long their place is out of reach; here they go at once where that is possible.
  auto gone = prepared("delete from uploaded_files where id = $1", file.id);
  co_await c->run(in_establishment(c->who.establishment.value, std::move(gone),
                                   acting(c->who.user, c->req.peer)));
  co_await forget_file(c, file.name);
  std::string out;
  json_writer{out}
      .begin_object()
      .member("message", "Fichier supprimé avec succès")
      .member("filename", file.name)
      .end_object();
  co_return json_reply(200, std::move(out));
}

constexpr rate sendings{10, std::chrono::seconds{600}};
constexpr std::size_t most_sent = largest_file + 128UL * 1024;

constexpr endpoint file_rows[] = {
    {verb::post, "/api/upload", signed_in, send, sendings, most_sent, &bounds},
    {verb::post, "/api/upload/avatar", signed_in, send_avatar, sendings, most_sent, &bounds},
    {verb::post, "/api/upload/document", signed_in, send_document, sendings, most_sent, &bounds},
    {verb::get, "/api/files/{filename}", signed_in, show_facts},
    {verb::remove, "/api/files/{filename}", signed_in, remove},
    {verb::get, "/uploads/{filename}", signed_in, serve},
};

}  // namespace

std::span<const endpoint> file_routes() {
  return file_rows;
}

}  // namespace stoa::intrasphere
