#include "tools/intake/importer.hpp"

#include "schema/array_literal.hpp"
#include "tools/database_at_hand.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace stoa::intake {

namespace {

constexpr std::size_t rows_a_commit = 500;
constexpr std::size_t bytes_a_commit = 8UL * 1024 * 1024;
// Two pictures as text in somebody's settings, and room to spare.
constexpr json_limits entity_limits{64UL * 1024 * 1024, 32};

template <class T>
outcome<void> only_whether(outcome<T> done) {
  return done ? outcome<void>{} : outcome<void>{std::move(done).error()};
}

// One entity where others have a list of them: a site has one row of settings.
bool is_one_entity(std::string_view text) {
  json_slices members{text};
  if (!members.is_object())
    return false;
  auto first = members.next();
  return first && *first && (*first)->text.front() != '{';
}

}  // namespace

importer::importer(const mapped_file& file, pg::session& database, establishment_id into,
                   const import_wishes& how)
    : file_(file),
      database_(database),
      into_(std::move(into)),
      how_(how),
      checksum_(file.checksum()),
      progress_(file.text().size()) {}

outcome<import_count> importer::run() {
  if (auto done = look_through(); !done)
    return std::move(done).error();
  if (auto done = remember(); !done)
    return std::move(done).error();
  if (count_.was_finished)
    return count_;
  // What a description refuses is found before anything is written.
  if (reached_.collection.empty() && !how_.skip_bad)
    if (auto done = check_all(); !done)
      return std::move(done).error();
  const auto all = intrasphere_collections();
  const auto at = std::find_if(all.begin(), all.end(),
                               [&](const auto& x) { return x.name == reached_.collection; });
  if (at == all.end() && !reached_.collection.empty())
    return fail(fault_code::conflict,
                "another version of this program began with this file: it was at the collection " +
                    reached_.collection);
  const auto begin = at == all.end() ? all.begin() : at;
  for (auto each = begin; each != all.end(); ++each)
    if (auto done = take_collection(*each, each == at ? reached_.taken : 0); !done) {
      progress_.end();
      return std::move(done).error();
    }
  auto done = finish();
  if (done)
    done = count_without_password();
  progress_.end();
  if (!done)
    return std::move(done).error();
  return count_;
}

// -- the file -----------------------------------------------------------------------------

outcome<void> importer::look_through() {
  json_slices members{file_.text()};
  if (!members.is_object())
    return fail(fault_code::invalid, "the file does not hold one JSON object");
  const auto known = intrasphere_collections();
  const auto counted = intrasphere_counted();
  for (;;) {
    auto next = members.next();
    if (!next)
      return bad_text(file_.text(), members.place(), next.error());
    if (!*next)
      return {};
    const auto& [name, text] = **next;
    const auto found = std::find_if(known.begin(), known.end(), [&](const auto& x) {
      return x.name == name || x.also == name;
    });
    if (found == known.end() || name.empty()) {
      if (std::find(counted.begin(), counted.end(), name) == counted.end())
        progress_.say(fmt::format("{}: not known, left out", name));
      continue;
    }
    if (text == "null")
      continue;
    if (text.front() != '{' && text.front() != '[')
      return fail(fault_code::invalid, name + " is neither a list nor an object");
    if (!texts_.emplace(found->name, text).second)
      return fail(fault_code::invalid, name + " is there twice");
  }
}

fault importer::bad_text(std::string_view within, std::size_t at, const fault& why) const {
  const auto offset = static_cast<std::size_t>(within.data() - file_.text().data()) + at;
  return fail(fault_code::invalid, fmt::format("the file is not JSON at line {} (byte {}): {}",
                                               file_.line_of(offset), offset, why.text));
}

// Gives every entity of a collection to `take(index, entity)`, which answers whether to go on.
template <class Take>
outcome<void> importer::each_entity(const collection& of, Take take) {
  const auto found = texts_.find(of.name);
  if (found == texts_.end())
    return {};
  const auto text = found->second;
  if (is_one_entity(text))
    return take(std::int64_t{0}, entity_text{"", text});
  json_slices entities{text};
  for (std::int64_t index = 0;; ++index) {
    auto next = entities.next();
    if (!next)
      return bad_text(text, entities.place(), next.error());
    if (!*next)
      return {};
    if (auto done = take(index, entity_text{std::move((*next)->name), (*next)->text}); !done)
      return done;
  }
}

importer::row importer::read(const collection& of, std::int64_t index,
                             const entity_text& from) const {
  auto parsed = json::parse(from.text, entity_limits);
  if (!parsed)
    return {index, std::move(parsed).error()};
  if (!parsed->root().is_object())
    return {index, fail(fault_code::invalid, std::string{"an object was expected, not "} +
                                                 a_kind(parsed->root().kind()))};
  return {index, of.read(parsed->root(), from.key, into_)};
}

fault importer::bad_row(const collection& of, const row& which, const fault& why) const {
  const auto name = fmt::format("{}[{}]", of.name, which.index);
  const auto id = which.made ? which.made->id : std::string{};
  auto out = fail(why.code, id.empty() ? name : fmt::format("{} ({})", name, id));
  const auto add = [&](const complaint& each) {
    out.complaints.push_back(
        {each.path.empty() ? name : fmt::format("{}.{}", name, each.path), each.message});
  };
  if (which.made)
    add(in_words(which.made->what, why));
  else if (why.complaints.empty())
    add({"", why.text});
  else
    std::for_each(why.complaints.begin(), why.complaints.end(), add);
  return out;
}

outcome<void> importer::check_all() {
  const auto ends_it = [this](const collection& of, const row& which) {
    auto why = bad_row(of, which, which.made.error());
    why.text +=
        " is bad. Nothing was imported; mend the file, or leave such rows out with"
        " --skip-bad";
    return why;
  };
  for (const auto& each : intrasphere_collections()) {
    auto done = each_entity(each, [&](std::int64_t index, const entity_text& from) {
      const auto made = read(each, index, from);
      return made.made ? outcome<void>{} : outcome<void>{ends_it(each, made)};
    });
    if (!done)
      return done;
  }
  return {};
}

// -- what was done before -------------------------------------------------------------------

outcome<void> importer::begin() {
  if (auto done = database_.run("begin"); !done)
    return std::move(done).error();
  // Row-level security keeps everything within the establishment, look-ups too.
  return only_whether(
      database_.run("select set_config('stoa.establishment', $1, true),"
                    " set_config('stoa.address', 'import', true)",
                    {into_.value}));
}

outcome<void> importer::remember() {
  // One import of an establishment at a time. One that was killed may still be committing: its lock
  // goes with its connection.
  if (auto done = database_.run("set lock_timeout = '10s'"); !done)
    return std::move(done).error();
  auto locked = database_.run("select pg_advisory_lock(hashtextextended('stoa import ' || $1, 0))",
                              {into_.value});
  if (!locked)
    return fail(fault_code::conflict, "somebody else is importing into this establishment",
                locked.error().cause);
  if (auto done = database_.run("reset lock_timeout"); !done)
    return std::move(done).error();
  if (auto done = begin(); !done)
    return done;
  auto found = database_.run(
      "select coalesce(collection, ''), taken, imported, repeated, skipped,"
      " finished_at is not null from imports where establishment_id = $1 and checksum = $2",
      {into_.value, checksum_});
  if (!found)
    return std::move(found).error();
  if (found->size() > 0) {
    reached_ = {found->text(0, 0), number_in(found->text(0, 1))};
    count_ = {number_in(found->text(0, 2)), number_in(found->text(0, 3)),
              number_in(found->text(0, 4)), 0, found->text(0, 5) == "t"};
    if (!count_.was_finished && !reached_.collection.empty())
      progress_.say(fmt::format("going on at {}[{}]", reached_.collection, reached_.taken));
  }
  return only_whether(database_.run("commit"));
}

outcome<void> importer::note(const std::string& collection, std::int64_t taken,
                             const import_count& count) {
  return only_whether(database_.run(
      "insert into imports (establishment_id, checksum, format, collection, taken, imported,"
      " repeated, skipped) values ($1, $2, 'intrasphere', $3, $4, $5, $6, $7)"
      " on conflict (establishment_id, checksum) do update set collection = excluded.collection,"
      " taken = excluded.taken, imported = excluded.imported, repeated = excluded.repeated,"
      " skipped = excluded.skipped, updated_at = now()",
      {into_.value, checksum_, collection, std::to_string(taken), std::to_string(count.imported),
       std::to_string(count.repeated), std::to_string(count.skipped)}));
}

// -- rows -----------------------------------------------------------------------------------

outcome<void> importer::take_collection(const collection& of, std::int64_t from) {
  std::vector<row> rows;
  std::size_t bytes = 0;
  const auto before = count_;
  const auto base = file_.text().data();
  auto done = each_entity(of, [&](std::int64_t index, const entity_text& what) -> outcome<void> {
    if (index < from)
      return {};
    rows.push_back(read(of, index, what));
    bytes += what.text.size();
    if (rows.size() < rows_a_commit && bytes < bytes_a_commit)
      return {};
    progress_.at(static_cast<std::size_t>(what.text.data() - base), of.name);
    auto saved = save(of, rows);
    rows.clear();
    bytes = 0;
    return saved;
  });
  if (done && !rows.empty())
    done = save(of, rows);
  if (done && texts_.contains(of.name))
    progress_.say(fmt::format("{}: {} imported", of.name, count_.imported - before.imported));
  return done;
}

outcome<void> importer::save(const collection& of, std::vector<row>& rows) {
  const bool all_made =
      std::all_of(rows.begin(), rows.end(), [](const auto& x) { return x.made.has_value(); });
  if (all_made) {
    auto saved = try_save(of, rows, pace::quick);
    if (!saved)
      return std::move(saved).error();
    if (*saved)
      return {};
  }
  // One of them is bad: each for itself.
  return only_whether(try_save(of, rows, pace::careful));
}

// False when a row was refused, at the quick pace: nothing was saved.
outcome<bool> importer::try_save(const collection& of, std::vector<row>& rows, pace how) {
  if (auto done = begin(); !done)
    return std::move(done).error();
  auto count = count_;
  auto taken = rows.front().index;
  std::optional<fault> ends_it;
  for (const auto& each : rows) {
    outcome<void> done;
    if (!each.made) {
      done = each.made.error();
    } else {
      if (how == pace::careful)
        if (auto marked = database_.run("savepoint one"); !marked)
          return std::move(marked).error();
      done = insert(*each.made, count);
      if (!done && !is_about_the_row(done.error()))
        return std::move(done).error();
      if (!done && how == pace::quick) {
        auto undone = only_whether(database_.run("rollback"));
        return undone ? outcome<bool>{false} : outcome<bool>{std::move(undone).error()};
      }
      if (how == pace::careful)
        if (auto left = database_.run(done ? "release savepoint one"
                                           : "rollback to savepoint one; release savepoint one");
            !left)
          return std::move(left).error();
    }
    if (!done) {
      auto why = bad_row(of, each, done.error());
      if (!how_.skip_bad) {
        why.text +=
            " is bad. What stands before it was imported; mend that and start it again,"
            " with --keep-existing if the file changes, or leave such rows out with"
            " --skip-bad";
        ends_it = std::move(why);
        break;
      }
      for (const auto& said : why.complaints)
        progress_.say(fmt::format("{}: {}", said.path, said.message));
      ++count.skipped;
    }
    ++taken;
  }
  if (auto noted = note(std::string{of.name}, taken, count); !noted)
    return std::move(noted).error();
  if (auto kept = database_.run("commit"); !kept)
    return std::move(kept).error();
  count_ = count;
  if (ends_it)
    return std::move(*ends_it);
  return true;
}

outcome<void> importer::insert(const draft& what, import_count& count) {
  const bool lenient = how_.keep_existing && !what.settles_itself && what.what != nullptr;
  std::string sql{what.insert.sql.view()};
  if (lenient)
    sql.insert(sql.rfind(" returning 1"), " on conflict do nothing");
  auto done = database_.run(sql, what.insert.params);
  if (!done)
    return std::move(done).error();
  if (done->size() > 0) {
    ++count.imported;
    return {};
  }
  // Something of the same kind is there: the row itself, or one that stands in its way?
  if (lenient) {
    auto same =
        database_.run(fmt::format("select 1 from {} where id = $1", what.what->table), {what.id});
    if (!same)
      return std::move(same).error();
    if (same->size() == 0)
      return fail(fault_code::conflict, "it exists already under another id");
  }
  ++count.repeated;
  return {};
}

outcome<void> importer::finish() {
  if (auto done = begin(); !done)
    return done;
  for (const auto& each : intrasphere_counts(into_))
    if (auto done = database_.run(std::string{each.sql.view()}, each.params); !done)
      return std::move(done).error();
  // A dump without a row is done, too.
  const auto last = std::string{intrasphere_collections().back().name};
  if (auto done = note(last, 0, count_); !done)
    return done;
  if (auto done = database_.run("update imports set finished_at = now()"
                                " where establishment_id = $1 and checksum = $2",
                                {into_.value, checksum_});
      !done)
    return std::move(done).error();
  return only_whether(database_.run("commit"));
}

// Those that this file brings, whenever they came in: others are another file's affair.
outcome<void> importer::count_without_password() {
  if (auto done = begin(); !done)
    return done;
  std::vector<std::string> ids;
  const auto count = [&]() -> outcome<void> {
    auto found = database_.run(
        "select count(*) from users where id = any($1::text[]) and establishment_id = $2"
        " and password = $3",
        {to_array_literal(ids), into_.value, no_password});
    if (!found)
      return std::move(found).error();
    count_.without_password += number_in(found->text(0, 0));
    ids.clear();
    return {};
  };
  const auto all = intrasphere_collections();
  const auto people =
      std::find_if(all.begin(), all.end(), [](const auto& x) { return x.name == "users"; });
  auto done =
      each_entity(*people, [&](std::int64_t index, const entity_text& from) -> outcome<void> {
        if (auto one = read(*people, index, from); one.made)
          ids.push_back(std::move(one.made->id));
        return ids.size() < rows_a_commit ? outcome<void>{} : count();
      });
  if (done)
    done = count();
  return done ? only_whether(database_.run("commit")) : done;
}

}  // namespace stoa::intake
