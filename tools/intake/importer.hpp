#pragma once

#include "persistence/pg/session.hpp"
#include "schema/json_slices.hpp"
#include "tools/intake/intrasphere.hpp"
#include "tools/intake/mapped_file.hpp"
#include "tools/intake/progress.hpp"

#include <cstdint>
#include <map>

namespace stoa::intake {

/// What becomes of rows that cannot be imported as they are.
struct import_wishes {
  bool skip_bad = false;       ///< they are reported and left out; else the first one ends it
  bool keep_existing = false;  ///< a row whose id is there already stays as it is
};

/// How much was done with a file, now and before.
struct import_count {
  std::int64_t imported = 0;
  std::int64_t repeated = 0;
  std::int64_t skipped = 0;
  std::int64_t without_password = 0;  ///< people of the file who cannot sign in
  bool was_finished = false;          ///< before: nothing was done now
};

/// Brings a dump into an establishment, in transactions that also say how far it is: whatever ends
/// it, the next one for the same file goes on behind the last row that was saved.
class importer {
public:
  importer(const mapped_file& file, pg::session& database, establishment_id into,
           const import_wishes& how);

  [[nodiscard]] outcome<import_count> run();

private:
  struct entity_text {
    std::string key;  // where the collection is an object
    std::string_view text;
  };
  struct row {
    std::int64_t index = 0;
    outcome<draft> made;
  };
  struct place {
    std::string collection;
    std::int64_t taken = 0;
  };
  enum class pace : bool { quick, careful };

  [[nodiscard]] outcome<void> look_through();
  [[nodiscard]] outcome<void> remember();
  template <class Take>
  [[nodiscard]] outcome<void> each_entity(const collection& of, Take take);
  [[nodiscard]] outcome<void> check_all();
  [[nodiscard]] outcome<void> take_collection(const collection& of, std::int64_t from);
  [[nodiscard]] outcome<void> save(const collection& of, std::vector<row>& rows);
  [[nodiscard]] outcome<bool> try_save(const collection& of, std::vector<row>& rows, pace how);
  [[nodiscard]] outcome<void> insert(const draft& what, import_count& count);
  [[nodiscard]] outcome<void> begin();
  [[nodiscard]] outcome<void> note(const std::string& collection, std::int64_t taken,
                                   const import_count& count);
  [[nodiscard]] outcome<void> finish();
  [[nodiscard]] outcome<void> count_without_password();
  [[nodiscard]] fault bad_row(const collection& of, const row& which, const fault& why) const;
  [[nodiscard]] fault bad_text(std::string_view within, std::size_t place, const fault& why) const;
  [[nodiscard]] row read(const collection& of, std::int64_t index, const entity_text& from) const;

  const mapped_file& file_;
  pg::session& database_;
  establishment_id into_;
  import_wishes how_;
  std::string checksum_;
  std::map<std::string, std::string_view, std::less<>> texts_;  // of the collections
  place reached_;
  import_count count_;
  progress progress_;
};

}  // namespace stoa::intake
