// Files go with the last row that showed them, and the jobs that remove their bytes with the
// commit.
#include "tests/support/postgres.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

using namespace stoa;
using namespace stoa::testing;

namespace {

/// Two establishments with a person each, and files that they sent.
struct library {
  library() {
    run(owner,
        "insert into establishments (id, name, slug) values ('a', 'A', 'a'), ('b', 'B', 'b');"
        "insert into users (id, establishment_id, email, username, password, role) values"
        " ('ann', 'a', 'ann@a.example', 'ann', '', 'admin'), ('bob', 'b', 'bob@b.example', 'bob', "
        "'', 'admin'),"
        " ('cid', 'a', 'cid@a.example', 'cid', '', 'admin')");
    run(app, "select set_config('stoa.establishment', 'a', false)");
  }
  void send_file(const std::string& name, const std::string& by = "ann",
                 const std::string& establishment = "a") {
    run(owner,
        fmt::format("insert into uploaded_files (id, establishment_id, file_name,"
                    " original_name, mime_type, file_type, size, uploaded_by)"
                    " values ('{0}', '{2}', '{0}', 'x', 'application/pdf', 'document', 1, '{1}')",
                    name, by, establishment));
  }
  void add_document(const std::string& id, const std::string& file) {
    run(app, fmt::format("insert into documents (id, establishment_id, title, category, file_name,"
                         " file_url) values ('{}', 'a', 't', 'policy', 'f', '/uploads/{}')",
                         id, file));
  }
  [[nodiscard]] bool has_file(const std::string& name) {
    return first_value(owner, fmt::format("select count(*) from uploaded_files where file_name ="
                                          " '{}'",
                                          name)) == "1";
  }
  [[nodiscard]] std::string removals() {
    return first_value(owner,
                       "select coalesce(string_agg(payload ->> 'name', ',' order by id), '')"
                       " from jobs where kind = 'remove_file'");
  }

  scratch_database database;
  pg::session owner = database.owner_session();
  pg::session app = database.app_session();
};

}  // namespace

TEST_CASE("a file goes with the row that shows it, and its bytes with a job of that commit",
          "[db]") {
  library here;
  here.send_file("one.pdf");
  here.add_document("d1", "one.pdf");
  CHECK(here.has_file("one.pdf"));
  run(here.app, "begin; delete from documents where id = 'd1'; rollback");
  CHECK(here.has_file("one.pdf"));
  CHECK(here.removals().empty());
  run(here.app, "delete from documents where id = 'd1'");
  CHECK_FALSE(here.has_file("one.pdf"));
  CHECK(here.removals() == "intranet/one.pdf");
}

TEST_CASE("a file that several rows show stays until the last of them goes", "[db]") {
  library here;
  here.send_file("shared.pdf");
  here.add_document("d1", "shared.pdf");
  here.add_document("d2", "shared.pdf");
  run(here.app,
      "insert into trainings (id, establishment_id, title, category, duration,"
      " document_urls) values ('t', 'a', 't', 'safety', 1,"
      " '{https://x.example/uploads/shared.pdf,/uploads/none.pdf}')");
  run(here.app, "delete from documents");
  CHECK(here.has_file("shared.pdf"));
  run(here.app, "update trainings set title = 'u'");
  CHECK(here.has_file("shared.pdf"));
  run(here.app, "update trainings set document_urls = '{}'");
  CHECK_FALSE(here.has_file("shared.pdf"));
  CHECK(here.removals() == "intranet/shared.pdf");
}

TEST_CASE("two rows that let go of a file at the same time do not leave it behind", "[db]") {
  library here;
  here.send_file("shared.pdf");
  here.add_document("d1", "shared.pdf");
  here.add_document("d2", "shared.pdf");
  auto other = here.database.owner_session();
  run(here.owner, "begin; delete from documents where id = 'd1'");
  run(other, "set lock_timeout = '100ms'");
  CHECK_FALSE(other.run("delete from documents where id = 'd2'"));  // it waits for the first
  run(here.owner, "commit");
  run(other, "delete from documents where id = 'd2'");
  CHECK_FALSE(here.has_file("shared.pdf"));
}

TEST_CASE("a replaced picture goes, an account's pictures go with it, the library stays", "[db]") {
  library here;
  here.send_file("old.png");
  here.send_file("new.png");
  here.send_file("unshown.png");
  here.send_file("book.pdf");
  here.add_document("d1", "book.pdf");
  run(here.app, "update users set profile_image_url = '/uploads/old.png' where id = 'ann'");
  run(here.app, "update users set profile_image_url = '/uploads/new.png' where id = 'ann'");
  CHECK_FALSE(here.has_file("old.png"));
  run(here.app,
      "update users set profile_image_url = '/uploads/avatars/avatar-1.png'"
      " where id = 'cid'");
  run(here.owner, "delete from users where id in ('ann', 'cid')");
  CHECK_FALSE(here.has_file("new.png"));
  CHECK_FALSE(here.has_file("unshown.png"));
  CHECK(here.has_file("book.pdf"));
  CHECK(here.removals().find("avatars/avatar-1.png") != std::string::npos);
}

TEST_CASE("nobody's file goes because somebody else showed it for a while", "[db]") {
  library here;
  here.send_file("anns.png", "ann");
  run(here.app, "update users set profile_image_url = '/uploads/anns.png' where id = 'cid'");
  run(here.app, "update users set profile_image_url = null where id = 'cid'");
  CHECK(here.has_file("anns.png"));
  here.send_file("theirs.pdf", "bob", "b");
  here.add_document("d1", "theirs.pdf");
  run(here.app, "delete from documents where id = 'd1'");
  CHECK(here.has_file("theirs.pdf"));
}

TEST_CASE("an establishment goes with its files, and their bytes are removed all the same",
          "[db]") {
  library here;
  here.send_file("theirs.pdf", "bob", "b");
  run(here.owner,
      "delete from users where establishment_id = 'b'; delete from establishments where"
      " id = 'b'");
  CHECK_FALSE(here.has_file("theirs.pdf"));
  CHECK(here.removals() == "intranet/theirs.pdf");
}

TEST_CASE("every column that may hold a file's address is watched, or has a reason not to be",
          "[db]") {
  library here;
  // Addresses that are never one of ours.
  static constexpr std::array elsewhere{
      "study_groups.meeting_url",     // a call in another service
      "enrollments.certificate_url",  // a copy of the certificate's
  };
  auto columns =
      run(here.owner,
          "select table_name || '.' || column_name, table_name, column_name"
          " from information_schema.columns where table_schema = 'public'"
          " and column_name ~ '(url|urls|attachments|logo|avatar|picture|image|photo)$'");
  CHECK(columns.size() > 15);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto name = columns.text(i, 0);
    INFO(name);
    const bool is_elsewhere =
        std::find(elsewhere.begin(), elsewhere.end(), name) != elsewhere.end();
    const auto watched = first_value(
        here.owner,
        fmt::format("select count(*) from pg_trigger where tgrelid = '{}'::regclass"
                    " and tgname like '%\\_files\\_gone' and pg_get_triggerdef(oid) like"
                    " '%''{}''%'",
                    columns.text(i, 1), columns.text(i, 2)));
    CHECK((watched == "1" || is_elsewhere));
  }
}
