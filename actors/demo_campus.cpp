#include "actors/demo_campus.hpp"

#include <initializer_list>
#include <string_view>

namespace stoa {

namespace {

struct student {
  const char* key;  // of the addresses: `alice@emlyon.com`
  const char* first;
  const char* last;
  const char* promotion;
};
constexpr student students[] = {
    {"alice", "Alice", "Martin", "EMI 2025"},     {"bob", "Bob", "Dupont", "EMI 2025"},
    {"charlie", "Charlie", "Dubois", "EMI 2024"}, {"diana", "Diana", "Lambert", "EMI 2026"},
    {"ethan", "Ethan", "Rousseau", "EMI Test"},
};

struct spot {
  const char* who;
  const char* name;
  const char* latitude;
  const char* longitude;
  const char* emoji;
};
constexpr spot spots[] = {
    {"alice", "Le Comptoir des Brasseurs", "45.7640", "4.8357", "🍻"},
    {"bob", "Bibliothèque Part-Dieu", "45.7609", "4.8552", "📚"},
    {"charlie", "Parc de la Tête d'Or", "45.7772", "4.8546", "🌳"},
    {"diana", "Le Sucre", "45.7489", "4.8181", "🎵"},
};

struct outing {
  const char* key;
  const char* creator;
  const char* title;
  const char* description;
  int days;
  std::initializer_list<const char*> others;
};
const outing outings[] = {
    {"afterwork",
     "alice",
     "Soirée Afterwork",
     "On se retrouve après les cours pour décompresser autour d'un verre.",
     2,
     {"bob", "charlie"}},
    {"revisions",
     "bob",
     "Session Révisions",
     "Révisions en groupe avant les partiels, apportez vos notes.",
     5,
     {"ethan"}},
    {"football",
     "charlie",
     "Match de Football",
     "Match amical au parc, tous niveaux bienvenus.",
     7,
     {"alice", "bob", "ethan"}},
    {"sucre",
     "diana",
     "Soirée Le Sucre",
     "Soirée électro sur le toit du Sucre.",
     10,
     {"alice", "charlie"}},
};

// The same UUID each time, of version 4 as this family's clients expect: the letters of the key.
std::string fixed_uuid(char kind, std::string_view key) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string letters{kind};
  letters.append(key).resize(16, '.');
  std::string out;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10)
      out += '-';
    const auto byte = static_cast<unsigned char>(letters[i]);
    out += i == 6 ? '4' : (i == 8 ? 'a' : digits[byte >> 4U]);
    out += digits[byte & 0x0fU];
  }
  return out;
}

std::string student_id(const char* key) {
  return fixed_uuid('p', key);
}

std::string address(const char* key) {
  return std::string{key} + "@emlyon.com";
}

}  // namespace

transaction demo_campus(const establishment_id& where, const std::string& password) {
  auto out = in_establishment(platform_scope);
  out.within_ms = 30'000;
  const auto add = [&out](statement what) { out.statements.push_back(std::move(what)); };
  for (const auto& each : students)
    add(
        prepared("insert into users (id, establishment_id, email, username, password, first_name,"
                 " last_name, role, department, profile_image_url, is_email_verified)"
                 " values ($1, $2, $3, $4, $5, $6, $7, 'learner', $8, $9, true)"
                 " on conflict do nothing",
                 student_id(each.key), where, address(each.key), each.key, password, each.first,
                 each.last, each.promotion,
                 std::string{"https://api.dicebear.com/7.x/avataaars/svg?seed="} + each.key));
  int order = 0;
  for (const auto& each : spots)
    // A second apart, the first one newest.
    add(
        prepared("insert into check_ins (id, establishment_id, user_id, location_name, latitude,"
                 " longitude, status_emoji, created_at) select $1, $2, $3, $4, $5, $6, $7,"
                 " now() - make_interval(secs => $8) where exists (select 1 from users where"
                 " id = $3 and establishment_id = $2) on conflict do nothing",
                 fixed_uuid('c', each.who), where, student_id(each.who), each.name, each.latitude,
                 each.longitude, each.emoji, order++));
  for (const auto& each : outings) {
    const auto id = fixed_uuid('e', each.key);
    add(
        prepared("insert into events (id, establishment_id, title, description, date, type,"
                 " organizer_id) select $1, $2, $3, $4, date_trunc('hour', now())"
                 " + make_interval(days => $5), 'social', $6 where exists (select 1 from users"
                 " where id = $6 and establishment_id = $2) on conflict do nothing",
                 id, where, each.title, each.description, each.days, student_id(each.creator)));
    const auto come = [&](const char* who) {
      add(
          prepared("insert into event_attendees (event_id, user_id, establishment_id)"
                   " select e.id, u.id, e.establishment_id from events e, users u where e.id = $1"
                   " and u.id = $2 and u.establishment_id = e.establishment_id"
                   " on conflict do nothing",
                   id, student_id(who)));
    };
    come(each.creator);
    for (const auto* other : each.others)
      come(other);
  }
  return out;
}

const std::vector<demo_account>& demo_campus_accounts() {
  static const auto all = [] {
    std::vector<demo_account> out;
    for (const auto& each : students)
      out.push_back({address(each.key), std::string{demo_campus_password}, "learner", "emlyon"});
    return out;
  }();
  return all;
}

}  // namespace stoa
