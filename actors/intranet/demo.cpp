#include "actors/intranet/demo.hpp"

#include "schema/scope.hpp"

namespace stoa {

namespace {

// Where `$1` is the establishment.
constexpr const char* all_rows[] = {
    "insert into establishments (id, name, slug, description, domain, settings) values ($1,"
    " 'IntraSphere', 'intrasphere', 'Portail d''entreprise', 'intrasphere.com',"
    " '{\"language\":\"fr\",\"timezone\":\"Europe/Paris\",\"allowRegistration\":true}')"
    " on conflict do nothing",

    "insert into employee_categories (id, establishment_id, name, description, color, permissions)"
    " values ('emp-cat-1', $1, 'Développeurs', 'Équipe technique', '#3B82F6', '{validate_posts}'),"
    " ('emp-cat-2', $1, 'Managers', 'Encadrement', '#8B5CF6',"
    "  '{validate_topics,validate_posts,manage_employee_categories}'),"
    " ('emp-cat-3', $1, 'RH', 'Ressources humaines', '#10B981',"
    "  '{validate_topics,validate_posts}')"
    " on conflict do nothing",

    "insert into announcements (id, establishment_id, title, content, type, author_id, author_name,"
    " icon, created_at, is_important) values"
    " ('ann-1', $1, 'Nouvelle politique de télétravail', 'À partir du mois prochain, chacun peut"
    " travailler de chez soi deux jours par semaine, en accord avec son équipe.', 'important',"
    " 'user-1', 'Jean Dupont', '📢', now() - interval '2 hours', true),"
    " ('ann-2', $1, 'Soirée d''entreprise - 15 décembre', 'Toute l''équipe est invitée à la soirée"
    " de fin d''année. Inscrivez-vous auprès des Ressources Humaines.', 'event', 'user-2',"
    " 'Marie Martin', '🎉', now() - interval '1 day', false)"
    " on conflict do nothing",

    "insert into documents (id, establishment_id, title, description, category, file_name,"
    " file_url, updated_at, version) values"
    " ('doc-1', $1, 'Règlement intérieur 2024', 'Les règles de vie de l''entreprise', 'regulation',"
    " 'reglement-interieur-2024.pdf', '/documents/reglement-interieur-2024.pdf',"
    " now() - interval '2 days', '2024.1'),"
    " ('doc-2', $1, 'Guide du nouvel arrivant', 'Les premiers pas dans l''entreprise', 'guide',"
    " 'guide-nouvel-arrivant.pdf', '/documents/guide-nouvel-arrivant.pdf',"
    " now() - interval '9 days', '1.0'),"
    " ('doc-3', $1, 'Procédure de congés', 'Comment poser ses congés', 'procedure',"
    " 'procedure-conges.pdf', '/documents/procedure-conges.pdf', now() - interval '15 days', '1.2')"
    " on conflict do nothing",

    "insert into events (id, establishment_id, title, description, date, location, type,"
    " organizer_id) values"
    " ('event-1', $1, 'Réunion équipe marketing', 'Point sur les campagnes en cours',"
    " date_trunc('day', now()) + interval '7 days 14 hours', 'Salle de conférence A', 'meeting',"
    " 'user-1'),"
    " ('event-2', $1, 'Comité de direction', 'Bilan du trimestre',"
    " date_trunc('day', now()) + interval '14 days 9 hours', 'Salle de direction', 'meeting',"
    " 'user-1')"
    " on conflict do nothing",

    "insert into letters (id, establishment_id, sender_id, recipient_id, subject, content, is_read,"
    " created_at) values"
    " ('msg-1', $1, 'user-2', 'user-1', 'Nouvelle politique RH', 'Bonjour Jean, la nouvelle"
    " politique RH est prête, pouvez-vous la relire avant vendredi ?', false,"
    " now() - interval '4 hours'),"
    " ('msg-2', $1, 'user-3', 'user-1', 'Problème technique', 'Bonjour, le serveur de test est de"
    " nouveau disponible.', true, now() - interval '2 days')"
    " on conflict do nothing",

    "insert into complaints (id, establishment_id, submitter_id, assigned_to_id, title,"
    " description, category, created_at, updated_at) values"
    " ('complaint-1', $1, 'user-3', 'user-2', 'Climatisation défaillante', 'La climatisation du"
    " deuxième étage ne fonctionne plus depuis lundi.', 'facilities', now() - interval '3 days',"
    " now() - interval '3 days')"
    " on conflict do nothing",

    "insert into content_categories (id, establishment_id, name, description, icon, color,"
    " sort_order) values"
    " ('cat-1', $1, 'Formation', 'Supports de formation', '🎓', '#3B82F6', 1),"
    " ('cat-2', $1, 'Actualités', 'Nouvelles de l''entreprise', '📰', '#10B981', 2),"
    " ('cat-3', $1, 'Corporate', 'Communication interne', '🏢', '#8B5CF6', 3),"
    " ('cat-4', $1, 'Social', 'Vie d''équipe', '🎉', '#F59E0B', 4)"
    " on conflict do nothing",

    "insert into contents (id, establishment_id, title, type, category, description, file_url,"
    " duration, view_count, rating, tags, is_popular, is_featured, created_at, updated_at) values"
    " ('content-1', $1, 'Guide d''intégration nouveaux employés', 'video', 'Formation',"
    " 'Tout ce qu''il faut savoir en arrivant', '/content/integration-guide.mp4', '12 min', 245, 4,"
    " '{formation,intégration,guide}', true, true, '2024-01-15T10:00:00Z', '2024-01-15T10:00:00Z'),"
    " ('content-2', $1, 'Présentation des nouveaux bureaux', 'image', 'Actualités',"
    " 'Visite en images', '/content/bureaux-galerie.jpg', null, 156, 4,"
    " '{bureaux,actualités,visite}', false, false, '2024-01-10T14:30:00Z', '2024-01-10T14:30:00Z')"
    " on conflict do nothing",

    "insert into trainings (id, establishment_id, title, description, category, difficulty,"
    " duration, instructor_id, instructor_name, start_date, end_date, location, max_participants,"
    " is_mandatory) values"
    " ('training-1', $1, 'Sécurité au travail', 'Les gestes qui protègent', 'safety', 'beginner',"
    " 120, 'user-2', 'Marie Martin', date_trunc('day', now()) + interval '10 days 9 hours',"
    " date_trunc('day', now()) + interval '10 days 11 hours', 'Salle de formation', 20, true),"
    " ('training-2', $1, 'Management d''équipe', 'Conduire une équipe au quotidien', 'management',"
    " 'intermediate', 240, 'user-1', 'Jean Dupont',"
    " date_trunc('day', now()) + interval '20 days 9 hours',"
    " date_trunc('day', now()) + interval '20 days 13 hours', 'Salle de conférence B', 12, false)"
    " on conflict do nothing",

    "insert into courses (id, establishment_id, title, description, category, difficulty, duration,"
    " author_id, author_name, is_published, is_mandatory, tags) values"
    " ('course-1', $1, 'Sécurité informatique', 'Protéger ses données et celles de l''entreprise',"
    " 'compliance', 'beginner', 120, 'user-1', 'Jean Dupont', true, true, '[\"sécurité\"]'),"
    " ('course-2', $1, 'Leadership', 'Développer son leadership', 'leadership', 'intermediate', "
    "180,"
    " 'user-2', 'Marie Martin', true, false, '[\"management\"]'),"
    " ('course-3', $1, 'Communication efficace', 'Écouter, convaincre, rendre compte',"
    " 'soft-skills', 'beginner', 90, 'user-2', 'Marie Martin', true, false, '[]')"
    " on conflict do nothing",

    "insert into lessons (id, establishment_id, course_id, title, description, content, \"order\","
    " duration, video_url, document_url) values"
    " ('lesson-1', $1, 'course-1', 'Les mots de passe', 'Les choisir et les garder',"
    " '<h2>Les mots de passe</h2><p>Longs, différents, jamais partagés.</p>', 1, 30,"
    " '/content/mots-de-passe.mp4', '/documents/mots-de-passe.pdf'),"
    " ('lesson-2', $1, 'course-1', 'L''hameçonnage', 'Le reconnaître et le signaler',"
    " '<h2>L''hameçonnage</h2><p>Dans le doute, on demande.</p>', 2, 25,"
    " '/content/hameconnage.mp4', '/documents/hameconnage.pdf')"
    " on conflict do nothing",

    "insert into learning_resources (id, establishment_id, title, description, category, type, url,"
    " author_id, author_name, tags, download_count, rating) values"
    " ('resource-1', $1, 'Politiques de sécurité', 'Toutes les règles en un document',"
    " 'documentation', 'pdf', '/documents/politiques-securite.pdf', 'user-1', 'Jean Dupont',"
    " '{sécurité}', 45, 4.8),"
    " ('resource-2', $1, 'Modèle de plan de formation', 'À compléter avec son responsable',"
    " 'template', 'document', '/documents/plan-formation.docx', 'user-2', 'Marie Martin',"
    " '{modèle}', 23, 4.5)"
    " on conflict do nothing",

    "insert into forum_categories (id, establishment_id, name, description, icon, color,"
    " sort_order, is_moderated, access_level, moderator_ids) values"
    " ('forum-cat-1', $1, 'Discussion Générale', 'Parlons de tout', '💬', '#3B82F6', 1, false,"
    " 'all', '{}'),"
    " ('forum-cat-2', $1, 'Annonces Officielles', 'Ce que la direction annonce', '📢', '#EF4444',"
    " 2, true, 'all', '{user-1,user-2}'),"
    " ('forum-cat-3', $1, 'Entraide & Support', 'Une question, des réponses', '🤝', '#10B981', "
    "3,"
    " false, 'employee', '{}'),"
    " ('forum-cat-4', $1, 'Événements & Social', 'La vie après le travail', '🎉', '#F59E0B', 4,"
    " false, 'all', '{}')"
    " on conflict do nothing",

    "insert into forum_topics (id, establishment_id, category_id, title, description, author_id,"
    " author_name, is_pinned, is_announcement, view_count, reply_count, last_reply_at,"
    " last_reply_by, last_reply_by_name, created_at) values"
    " ('forum-topic-1', $1, 'forum-cat-1', 'Bienvenue sur le forum', 'Présentez-vous ici',"
    " 'user-1', 'Jean Dupont', true, true, 125, 1, now() - interval '2 hours', 'user-2',"
    " 'Marie Martin', now() - interval '3 days'),"
    " ('forum-topic-2', $1, 'forum-cat-3', 'Problème avec l''imprimante du 2e étage',"
    " 'Elle n''imprime plus en couleur', 'user-3', 'Pierre Dubois', false, false, 42, 1,"
    " now() - interval '5 hours', 'user-1', 'Jean Dupont', now() - interval '1 day'),"
    " ('forum-topic-3', $1, 'forum-cat-4', 'Pot de départ de Sophie', 'Vendredi à 17 h, cafétéria',"
    " 'user-2', 'Marie Martin', false, false, 67, 0, null, null, null, now() - interval '2 days')"
    " on conflict do nothing",

    "insert into forum_posts (id, establishment_id, topic_id, category_id, author_id, author_name,"
    " content, is_first_post, like_count, created_at) values"
    " ('forum-post-1', $1, 'forum-topic-1', 'forum-cat-1', 'user-1', 'Jean Dupont',"
    " 'Bienvenue à toutes et à tous : ce forum est à vous.', true, 2, now() - interval '3 days'),"
    " ('forum-post-2', $1, 'forum-topic-1', 'forum-cat-1', 'user-2', 'Marie Martin',"
    " 'Merci, très bonne initiative !', false, 1, now() - interval '2 hours'),"
    " ('forum-post-3', $1, 'forum-topic-2', 'forum-cat-3', 'user-3', 'Pierre Dubois',"
    " 'L''imprimante du deuxième n''imprime plus en couleur depuis ce matin.', true, 1,"
    " now() - interval '1 day'),"
    " ('forum-post-4', $1, 'forum-topic-2', 'forum-cat-3', 'user-1', 'Jean Dupont',"
    " 'Le technicien passe demain.', false, 0, now() - interval '5 hours')"
    " on conflict do nothing",

    "insert into forum_likes (post_id, user_id, establishment_id, reaction_type) values"
    " ('forum-post-1', 'user-2', $1, 'like'), ('forum-post-1', 'user-3', $1, 'love'),"
    " ('forum-post-2', 'user-1', $1, 'like'), ('forum-post-3', 'user-1', $1, 'like')"
    " on conflict do nothing",
};

struct employee {
  const char* id;
  const char* username;
  const char* first;
  const char* last;
  const char* role;
  const char* number;
  const char* department;
  const char* position;
  const char* phone;
  const char* email;
  const char* picture;
  bool admin_password;
};

constexpr employee employees[] = {
    {"user-1", "admin", "Jean", "Dupont", "admin", "EMP001", "Direction", "Directeur Général",
     "01 23 45 67 89", "jean.dupont@intrasphere.com",
     "https://images.unsplash.com/photo-1472099645785-5658abf4ff4e?w=150", true},
    {"user-2", "marie.martin", "Marie", "Martin", "manager", "EMP002", "Ressources Humaines",
     "Responsable RH", "01 23 45 67 90", "marie.martin@intrasphere.com",
     "https://images.unsplash.com/photo-1494790108377-be9c29b29330?w=150", false},
    {"user-3", "pierre.dubois", "Pierre", "Dubois", "learner", "EMP003", "Informatique",
     "Développeur", "01 23 45 67 91", "pierre.dubois@intrasphere.com",
     "https://images.unsplash.com/photo-1507003211169-0a1dd7228f2d?w=150", false},
};

}  // namespace

const std::vector<demo_account>& intranet_demo_accounts() {
  static const auto all = [] {
    std::vector<demo_account> out;
    for (const auto& each : employees)
      out.push_back({each.username, each.admin_password ? "admin123" : "password123", each.role,
                     intranet_demo_establishment});
    return out;
  }();
  return all;
}

transaction intranet_demo(const std::string& hash_admin, const std::string& hash_password) {
  auto out = in_establishment(std::string{platform_scope});
  out.within_ms = 30'000;
  bool first = true;
  for (const auto* text : all_rows) {
    out.statements.push_back(prepared(sql_text{std::string{text}}, intranet_demo_establishment));
    if (!std::exchange(first, false))
      continue;
    // People come right after their establishment: everything else refers to them. A moment apart,
    // so that they are listed in this order.
    int order = 0;
    for (const auto& each : employees)
      out.statements.push_back(prepared(
          "insert into users (id, establishment_id, email, username, password, first_name,"
          " last_name, role, employee_number, department, position, phone_number,"
          " profile_image_url, signs_in_by_name, is_email_verified, created_at)"
          " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, true, true,"
          " now() + make_interval(secs => $14::int * 0.001)) on conflict do nothing",
          each.id, intranet_demo_establishment, each.email, each.username,
          each.admin_password ? hash_admin : hash_password, each.first, each.last, each.role,
          each.number, each.department, each.position, each.phone, each.picture, order++));
  }
  return out;
}

}  // namespace stoa
