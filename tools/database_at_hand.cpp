#include "tools/database_at_hand.hpp"

#include "persistence/bootstrap.hpp"

#include <charconv>
#include <fstream>

namespace stoa {

namespace {

namespace fs = std::filesystem;

/// Where the server of a data folder has its database's socket (persistence/cluster_folder.hpp).
outcome<std::string> beside_the_server(const fs::path& data, const char* role) {
  auto sockets = fs::absolute(data / "run");
  if (std::ifstream note{data / "run.path"}; note) {
    std::string line;
    if (std::getline(note, line))
      sockets = line;
  }
  return pg::with_keywords(
      "", {{"host", sockets.string()}, {"port", "5432"}, {"user", role}, {"dbname", "stoa"}});
}

}  // namespace

outcome<database_at_hand> database_at_hand::open(const settings& set) {
  if (set.ephemeral)
    return fail(fault_code::invalid, "an ephemeral database would be gone at once");
  database_at_hand out;
  out.owner_ = set.database_url;
  std::string application = set.app_database_url;
  if (out.owner_.empty()) {
    const auto data = set.data.empty() ? default_data_folder() : set.data;
    auto own = embedded_postgres::start({.data_dir = data, .programs = set.postgres_programs});
    if (!own && own.error().code == fault_code::conflict) {
      auto owner = beside_the_server(data, cluster_owner);
      auto app = beside_the_server(data, app_role);
      if (!owner || !app)
        return std::move(owner ? app : owner).error();
      out.owner_ = std::move(*owner);
      out.application_ = std::move(*app);
      out.is_served_ = true;
      return out;
    }
    if (!own)
      return std::move(own).error();
    out.own_ = std::move(*own);
    out.owner_ = out.own_->owner_connection();
    application = out.own_->app_connection();
  }
  auto ready = prepare_database(out.owner_, application);
  if (!ready)
    return std::move(ready).error();
  out.application_ = std::move(*ready);
  return out;
}

std::int64_t number_in(const std::string& text) {
  std::int64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

}  // namespace stoa
