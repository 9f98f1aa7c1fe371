#include "actors/demo.hpp"

#include "schema/scope.hpp"

namespace stoa {

namespace {

struct school_account {
  const char* id;
  const char* establishment;  // null: of the platform
  const char* email;
  const char* username;
  const char* first;
  const char* last;
  const char* role;
  bool admin_password;
};

constexpr school_account school_accounts[] = {
    {"user-superadmin", nullptr, "superadmin@stacgate.com", "superadmin", "Super", "Administrateur",
     "super_admin", true},
    {"user-admin-main", "est-001-main", "admin@stacgate.fr", "admin", "Admin", "Principal", "admin",
     true},
    {"user-jean", "est-demo-academy", "admin@stacgate.academy", "admin_stacgate", "Jean",
     "Administrateur", "admin", false},
    {"user-manager", "est-demo-academy", "manager@stacgate.academy", "manager_stacgate", "Nadia",
     "Manager", "manager", false},
    {"user-marie", "est-demo-academy", "marie.formateur@stacgate.academy", "marie_formateur",
     "Marie", "Formatrice", "trainer", false},
    {"user-paul", "est-demo-academy", "paul.formateur@stacgate.academy", "paul_formateur", "Paul",
     "Instructeur", "trainer", false},
    {"user-sophie", "est-demo-academy", "sophie.apprenant@stacgate.academy", "sophie_apprenant",
     "Sophie", "Étudiante", "learner", false},
    {"user-lucas", "est-demo-academy", "lucas.apprenant@stacgate.academy", "lucas_apprenant",
     "Lucas", "Étudiant", "learner", false},
    {"user-claire", "est-techpro", "admin@techpro.institute", "admin_techpro", "Claire",
     "Directrice", "admin", false},
};

struct house_row {
  const char* id;
  const char* name;
  const char* slug;
  const char* description;
  const char* domain;
  const char* settings;
};

constexpr house_row establishments[] = {
    {"est-001-main", "StacGateLMS", "main", "Établissement principal", "localhost",
     R"({"theme":"default","language":"fr","timezone":"Europe/Paris","allowRegistration":true})"},
    {"est-demo-academy", "StacGate Academy", "demo-academy",
     "École de développement web et de technologies numériques", "stacgate.academy",
     R"({"theme":"purple","language":"fr","timezone":"Europe/Paris","allowRegistration":true})"},
    {"est-techpro", "TechPro Institute", "techpro-institute",
     "Institut de formation professionnelle aux métiers techniques", "techpro.institute",
     R"({"theme":"blue","language":"fr","timezone":"Europe/Paris","allowRegistration":false})"},
    {"est-digital", "Digital Learning Center", "digital-learning",
     "Centre de formation au numérique", "digital-learning.edu",
     R"({"theme":"green","language":"fr","timezone":"Europe/Paris","allowRegistration":true})"},
};

struct menu_row {
  const char* label;
  const char* url;
  const char* icon;
};
constexpr menu_row menus[] = {{"Accueil", "/", "Home"},
                              {"Cours", "/courses", "BookOpen"},
                              {"Tableau de bord", "/dashboard", "LayoutDashboard"}};

void add_group(transaction& to, const char* id, const char* name, const char* description, int most,
               const char* creator, std::initializer_list<const char*> members) {
  to.statements.push_back(
      prepared("insert into rooms (id, establishment_id, kind, name, is_public, created_by)"
               " values ($1, 'est-demo-academy', 'group', $2, true, $3) on conflict do nothing",
               id, name, creator));
  to.statements.push_back(prepared(
      "insert into study_groups (id, establishment_id, created_by, name, description,"
      " max_members) values ($1, 'est-demo-academy', $2, $3, $4, $5) on conflict do nothing",
      id, creator, name, description, most));
  for (const auto* each : members)
    to.statements.push_back(
        prepared("insert into room_members (room_id, user_id, id, establishment_id, role)"
                 " values ($1, $2, $3, 'est-demo-academy', $4) on conflict do nothing",
                 id, each, std::string{"member-"} + id + "-" + each,
                 std::string_view{each} == creator ? "admin" : "member"));
}

}  // namespace

const std::vector<demo_account>& demo_accounts() {
  static const auto all = [] {
    std::vector<demo_account> out;
    for (const auto& each : school_accounts)
      out.push_back({each.email, each.admin_password ? "admin123" : "demo123", each.role,
                     each.establishment ? each.establishment : "(platform)"});
    return out;
  }();
  return all;
}

std::vector<std::string_view> demo_establishments() {
  std::vector<std::string_view> out;
  for (const auto& each : establishments)
    out.emplace_back(each.id);
  return out;
}

transaction demo_data(const std::string& hash_demo, const std::string& hash_admin) {
  transaction out;
  out.establishment = platform_scope;
  out.within_ms = 30'000;
  int age = static_cast<int>(std::size(establishments));
  for (const auto& each : establishments) {
    // Lists go by age: each is a second older than the next one.
    out.statements.push_back(prepared(
        "insert into establishments (id, name, slug, description, domain, settings, created_at)"
        " values ($1, $2, $3, $4, $5, $6::jsonb, now() - $7::int * interval '1 second')"
        " on conflict do nothing",
        each.id, each.name, each.slug, each.description, each.domain, each.settings, age--));
    out.statements.push_back(
        prepared("insert into themes (id, establishment_id, name, is_active)"
                 " values ($1, $2, 'Thème par défaut', true) on conflict do nothing",
                 std::string{"theme-"} + each.id, each.id));
    int order = 0;
    for (const auto& item : menus) {
      ++order;
      out.statements.push_back(
          prepared("insert into menu_items (id, establishment_id, label, url, icon, sort_order)"
                   " values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
                   std::string{"menu-"} + each.id + "-" + std::to_string(order), each.id,
                   item.label, item.url, item.icon, order));
    }
  }
  for (const auto& each : school_accounts)
    out.statements.push_back(prepared(
        "insert into users (id, establishment_id, email, username, password, first_name,"
        " last_name, role, is_email_verified)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, true) on conflict do nothing",
        each.id, each.establishment ? std::optional<std::string>{each.establishment} : std::nullopt,
        each.email, each.username, each.admin_password ? hash_admin : hash_demo, each.first,
        each.last, each.role));
  add_group(out, "group-web-debutants", "Groupe Web Débutants",
            "Entraide autour de HTML, CSS et JavaScript", 15, "user-marie",
            {"user-marie", "user-sophie", "user-lucas"});
  add_group(out, "group-react-avance", "React Avancé", "Hooks, performance et architecture", 10,
            "user-paul", {"user-paul", "user-sophie"});
  const auto welcome = [&](const char* who, const char* id, const char* title, const char* text) {
    out.statements.push_back(
        prepared("select stoa_notify($1, 'est-demo-academy', $2, 'new_announcement', $3, $4, null)"
                 " where not exists (select 1 from notifications where id = $2)",
                 who, id, title, text));
  };
  welcome("user-sophie", "notification-welcome-sophie", "Bienvenue sur StacGate Academy",
          "Votre compte est prêt : découvrez le catalogue de cours.");
  welcome("user-lucas", "notification-course-lucas", "Premier cours terminé",
          "Bravo, vous avez terminé votre premier cours !");
  return out;
}

}  // namespace stoa
