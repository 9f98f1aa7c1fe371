#include "schema/personal_settings.hpp"

#include <iterator>
#include <string>

namespace stoa {

namespace {

constexpr personal_setting all_settings[] = {
    {"companyName", R"("IntraSphere")"},
    {"companyLogo", R"("")"},
    {"welcomeMessage", R"("Bienvenue sur votre portail d'entreprise")"},
    {"contactEmail", R"("contact@intrasphere.com")"},
    {"displayName", R"("Utilisateur")"},
    {"email", R"("utilisateur@entreprise.com")"},
    {"bio", R"("")"},
    {"department", R"("Non spécifié")"},
    {"position", R"("Employé")"},
    {"phoneNumber", R"("")"},
    {"location", R"("")"},
    {"profilePicture", R"("")"},
    {"emailNotifications", "true"},
    {"pushNotifications", "false"},
    {"desktopNotifications", "true"},
    {"announcementNotifications", "true"},
    {"messageNotifications", "true"},
    {"eventReminders", "true"},
    {"documentUpdates", "false"},
    {"weeklyDigest", "true"},
    {"theme", R"("light")", " light dark auto "},
    {"language", R"("fr")", " fr en es de "},
    {"compactMode", "false"},
    {"showSidebar", "true"},
    {"animationsEnabled", "true"},
    {"colorScheme", R"("purple")", " purple blue green orange red "},
    {"fontSize", R"("medium")", " small medium large "},
    {"profileVisible", "true"},
    {"showOnlineStatus", "false"},
    {"allowDirectMessages", "true"},
    {"shareActivityStatus", "true"},
    {"showEmailInDirectory", "false"},
    {"allowProfilePicture", "true"},
    {"developerMode", "false"},
    {"betaFeatures", "false"},
    {"analyticsEnabled", "true"},
    {"autoSave", "true"},
    {"sessionTimeout", "60"},
};
static_assert(std::size(all_settings) == 38);

}  // namespace

std::span<const personal_setting> personal_settings() {
  return all_settings;
}

bool fits(const personal_setting& what, const json_value& value) {
  if (what.usual == "true" || what.usual == "false")
    return value.as_bool().has_value();
  if (what.usual.front() != '"') {
    const auto minutes = value.as_int64();
    return minutes && *minutes >= 15 && *minutes <= 480;
  }
  const auto text = value.as_string();
  return text && (what.words.empty() ||
                  (!text->empty() && text->find(' ') == std::string_view::npos &&
                   what.words.find(" " + std::string{*text} + " ") != std::string_view::npos));
}

}  // namespace stoa
