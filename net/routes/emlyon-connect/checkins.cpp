#include "net/routes/emlyon-connect/routes.hpp"
#include "net/routes/emlyon-connect/shapes.hpp"
#include "schema/dialects.hpp"
#include "schema/json_writer.hpp"

namespace stoa::emlyon {

namespace {

constexpr wish check_in_wishes[] = {{.name = "locationName",
                                     .missing = "Le nom du lieu est requis",
                                     .wrong = "Le nom du lieu est invalide",
                                     .most = 200},
                                    {.name = "latitude",
                                     .missing = "Latitude invalide",
                                     .wrong = "Latitude invalide",
                                     .type = wish::kind::number,
                                     .low = -90,
                                     .high = 90},
                                    {.name = "longitude",
                                     .missing = "Longitude invalide",
                                     .wrong = "Longitude invalide",
                                     .type = wish::kind::number,
                                     .low = -180,
                                     .high = 180},
                                    {.name = "statusEmoji",
                                     .missing = "L'emoji est invalide",
                                     .wrong = "L'emoji est invalide",
                                     .most = 16,
                                     .required = false,
                                     .nullable = true}};

task<reply> list_check_ins(call_ptr c) {
  auto lists = co_await campus_of(*c);
  std::string data;
  json_writer json{data};
  write_check_ins(*lists.check_ins, c->here.public_base, json);
  co_return success(200, {}, data);
}

task<reply> create_check_in(call_ptr c) {
  const auto said = tidied(*c, check_in_wishes, how_much::all);
  auto draft = read_create<check_in_row>(said.root(), emlyon_dialect);
  if (!draft)
    throw fault_error(std::move(draft.error()));
  check_in_here wanted;
  wanted.what = std::move(*draft);
  auto made = co_await c->asked(campus_for(*c), std::move(wanted));
  std::string data;
  json_writer json{data};
  write_check_in(*made, c->here.public_base, json);
  co_return success(201, "Check-in créé avec succès", data);
}

task<reply> remove_check_in(call_ptr c) {
  check_out wanted;
  wanted.which = check_in_id{c->path("id")};
  co_await c->asked(campus_for(*c), std::move(wanted));
  co_return success(200, "Check-in supprimé avec succès");
}

task<reply> of_user(call_ptr c) {
  where_is question;
  question.who = user_id{c->path("userId")};
  auto campus = campus_for(*c);
  auto found = co_await ask(c->self, campus, std::move(question));
  std::string data;
  json_writer json{data};
  if (found)
    write_check_in(*found, c->here.public_base, json);
  else
    json.null();
  co_return success(200, {}, data);
}

constexpr endpoint check_in_rows[] = {
    row(verb::get, "/api/checkins", signed_in, list_check_ins),
    row(verb::post, "/api/checkins", signed_in, create_check_in),
    row(verb::remove, "/api/checkins/{id}", signed_in, remove_check_in),
    row(verb::get, "/api/checkins/user/{userId}", signed_in, of_user),
};

}  // namespace

std::span<const endpoint> check_in_routes() {
  return check_in_rows;
}

}  // namespace stoa::emlyon
