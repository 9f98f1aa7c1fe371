#include "actors/media/pictures.hpp"
#include "net/routes/emlyon-connect/routes.hpp"
#include "net/routes/emlyon-connect/shapes.hpp"
#include "net/static_files.hpp"
#include "schema/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace stoa::emlyon {

namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t longest_side = 512;  // pixels; shown as circles of a hundred
constexpr std::string_view folder = "/uploads/avatars/";
constexpr std::string_view prefix = "avatar-";
// More than one file, so that too many are told so rather than cut off.
constexpr upload_limits bounds{.file = 5 * 1024 * 1024, .files = 4, .fields = 10, .field = 1024};

// Names are ours alone: `avatar-<milliseconds>-<random>.<extension>`.
bool is_picture_name(std::string_view name) {
  return name.starts_with(prefix) && name.size() <= 80 &&
         name.find("..") == std::string_view::npos &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
         });
}

fs::path picture_folder(const call& c) {
  return c.here.uploads / "avatars";
}

// What the first bytes say counts, not the name and not what the client declares.
const uploaded_file& picture_in(const std::shared_ptr<upload>& form) {
  if (!form || form->files.empty())
    throw refuse(fault_code::invalid, "Aucun fichier fourni");
  if (form->files.size() > 1 || form->files.front().field != "avatar")
    throw refuse(fault_code::invalid, "Un seul fichier, dans le champ avatar");
  const auto& file = form->files.front();
  if (file.size == 0)
    throw refuse(fault_code::invalid, "Aucun fichier fourni");
  constexpr std::string_view known[] = {"image/jpeg", "image/png", "image/gif", "image/webp"};
  if (std::find(std::begin(known), std::end(known), file.sniffed) == std::end(known))
    throw refuse(fault_code::invalid,
                 "Seules les images sont acceptées (jpeg, jpg, png, gif, webp)");
  return file;
}

task<std::string> shape(call_ptr c, std::string source) {
  std::error_code why;
  fs::create_directories(picture_folder(*c), why);
  const auto stem = fmt::format("{}{}-{}", prefix, now().micros / 1000, fresh_uuid().substr(0, 13));
  shape_picture wanted;
  wanted.source = std::move(source);
  wanted.target = picture_folder(*c) / stem;
  wanted.side = longest_side;
  auto made = co_await caught(shape_apart(c->self, std::move(wanted)));
  if (made)
    co_return stem + made->extension;
  if (made.error().code == fault_code::invalid)
    throw refuse(fault_code::invalid,
                 "Seules les images sont acceptées (jpeg, jpg, png, gif, webp)");
  throw fault_error(std::move(made.error()));
}

task<reply> change_picture(call_ptr c) {
  need_campus(*c);
  const auto form = std::dynamic_pointer_cast<upload>(c->req.sink);
  auto source = picture_in(form).content.path().string();
  const auto path = std::string{folder} + co_await shape(c, std::move(source));
  // The row is locked from reading the old address to writing the new one: of two pictures sent at
  // once, the one that loses is removed like any earlier one.
  static const sql_text text{
      "update users set profile_image_url = $2, updated_at = now()"
      " where id = $1 returning " +
      std::string{member_columns}};
  auto work = in_establishment(
      c->who.establishment.value,
      prepared("select profile_image_url from users where id = $1 for update", c->who.user),
      prepared(text, c->who.user, path));
  auto done = co_await caught(c->run(std::move(work)));
  if (!done || (*done)[1].empty()) {
    remove_picture(*c, path);
    if (!done)
      throw fault_error(std::move(done.error()));
    throw refuse(fault_code::not_found, "Utilisateur introuvable");
  }
  remove_picture(*c, (*done)[0].text(0, 0));
  co_await tell_campus(c);
  // Relative, here alone: the client puts its own base in front.
  std::string data;
  json_writer json{data};
  write_member(member_at((*done)[1], 0), {}, shown::to_self, json);
  co_return success(200, "Photo de profil mise à jour", data);
}

task<reply> show_picture(call_ptr c) {
  const auto& name = c->path("file");
  const auto file = picture_folder(*c) / name;
  std::error_code why;
  if (!is_picture_name(name) || !fs::is_regular_file(file, why))
    throw refuse(fault_code::not_found, "Image introuvable");
  auto out = file_reply(file, type_of(file));
  // A new picture has a new name.
  out.headers.add("Cache-Control", "public, max-age=31536000, immutable");
  co_return out;
}

constexpr endpoint avatar_rows[] = {
    {verb::post,
     "/api/users/me/avatar",
     signed_in,
     change_picture,
     {},
     bounds.file + 64 * 1024,
     &bounds},
    {verb::get, "/uploads/avatars/{file}", anyone, show_picture},
};

}  // namespace

void remove_picture(const call& c, const std::string& path) {
  if (!path.starts_with(folder))
    return;
  const auto name = path.substr(folder.size());
  std::error_code why;  // one that is gone already is fine
  if (is_picture_name(name))
    fs::remove(picture_folder(c) / name, why);
}

std::span<const endpoint> avatar_routes() {
  return avatar_rows;
}

}  // namespace stoa::emlyon
