#include "net/routes/stoa/row_notes.hpp"

#include "net/routes/editions.hpp"
#include "schema/groups.hpp"
#include "schema/notices.hpp"
#include "schema/people.hpp"

namespace stoa::stoa_api {

namespace {

using enum row_note::count;

constexpr std::string_view done_words = "message:string! success:boolean!";
constexpr std::string_view new_establishment =
    "name:string! slug:string description:string logo:string domain:string settings:object";
constexpr std::string_view branding =
    "id:string establishmentId:string! logoUrl:string faviconUrl:string primaryColor:string!"
    " secondaryColor:string! accentColor:string! customCss:string navigationConfig:object!"
    " footerConfig:object! isActive:boolean! createdAt:string! updatedAt:string!";
constexpr std::string_view branding_change =
    "logoUrl:string faviconUrl:string primaryColor:string secondaryColor:string accentColor:string"
    " customCss:string navigationConfig:object footerConfig:object isActive:boolean";
constexpr std::string_view user_change =
    "firstName:string lastName:string username:string email:string phoneNumber:string"
    " department:string position:string bio:string profileImageUrl:string preferences:object"
    " metadata:object role:string isActive:boolean password:string currentPassword:string"
    " establishmentId:string";
constexpr std::string_view group_more =
    "currentMembers:integer! isMember:boolean! memberRole:string members:array";
constexpr std::string_view group_query =
    "search:string status:string mine:boolean courseId:string establishmentId:string page:integer"
    " limit:integer";
constexpr std::string_view group_wish =
    "name:string description:string maxMembers:integer isPublic:boolean tags:array courseId:string"
    " scheduledDate:string endDate:string meetingUrl:string settings:object status:string";
constexpr std::string_view new_group =
    "name:string! description:string maxMembers:integer isPublic:boolean tags:array courseId:string"
    " scheduledDate:string endDate:string meetingUrl:string settings:object establishmentId:string";
constexpr std::string_view member_more = "lastActive:string! isActive:boolean! user:object!";
constexpr std::string_view board_change = "data:any title:string isActive:boolean";
constexpr std::string_view groups = "/api/study-groups";

const row_note stacgate_notes[] = {
    {verb::post, "/api/auth/login", {}, &user_entity, {}, one, "email:string! password:string!"},
    {verb::post, "/api/auth/logout", {}, nullptr, "message:string!"},
    {verb::get, "/api/auth/logout", {}, nullptr, {}, redirect},
    {verb::post,
     "/api/auth/register",
     {},
     &user_entity,
     {},
     one,
     "email:string! password:string! establishmentId:string! firstName:string lastName:string"
     " username:string"},
    {verb::get, "/api/auth/user", {}, &user_entity},
    {verb::get,
     "/api/auth/permissions",
     {},
     nullptr,
     "role:string! establishmentId:string canManageUsers:boolean! canCreateUsers:boolean!"
     " canManageCourses:boolean! canManageEstablishments:boolean!"
     " canManageOwnEstablishment:boolean! canManageAllEstablishments:boolean!"
     " canViewAnalytics:boolean! canManageSystem:boolean! canEditProfile:boolean!"
     " canAccessHelp:boolean! canCollaborate:boolean! permissions:array!"},
    {verb::get, "/api/login", {}, nullptr, {}, redirect},
    {verb::get, "/api/callback", {}, nullptr, {}, redirect},
    {verb::get, "/api/logout", {}, nullptr, {}, redirect},
    {verb::get, "/api/establishments", {}, &establishment_entity, "stats:object!", many},
    {verb::post,
     "/api/establishments",
     {},
     &establishment_entity,
     "stats:object!",
     one,
     new_establishment},
    {verb::get, "/api/establishments/slug/{slug}", {}, &establishment_entity, "stats:object!"},
    {verb::get, "/api/establishments/{id}", {}, &establishment_entity, "stats:object!"},
    {verb::put,
     "/api/establishments/{id}",
     {},
     &establishment_entity,
     "stats:object!",
     one,
     "name:string slug:string description:string logo:string domain:string settings:object"
     " isActive:boolean"},
    {verb::patch,
     "/api/establishments/{id}",
     {},
     &establishment_entity,
     "stats:object!",
     one,
     "name:string slug:string description:string logo:string domain:string settings:object"
     " isActive:boolean"},
    {verb::get,
     "/api/establishments/{slug}/content/{pageType}",
     {},
     nullptr,
     "content:array isCustomized:boolean pageName:string pageTitle:string layout:object"},
    {verb::get,
     "/api/establishment-content/{slug}/{page}",
     {},
     nullptr,
     "heroTitle:string! heroDescription:string! establishmentSlug:string! pageName:string!"
     " content:object! isActive:boolean! lastModified:string!"},
    {verb::get, "/api/establishments/{id}/branding", {}, nullptr, branding},
    {verb::put,
     "/api/admin/establishments/{id}/branding",
     {},
     nullptr,
     branding,
     one,
     branding_change},
    {verb::get,
     "/api/users",
     "role:string isActive:string search:string establishmentId:string page:integer limit:integer",
     &user_entity,
     {},
     many},
    {verb::get, "/api/users/{id}", {}, &user_entity},
    {verb::put, "/api/users/{id}", {}, &user_entity, {}, one, user_change},
    {verb::patch, "/api/users/{id}", {}, &user_entity, {}, one, user_change},
    {verb::get, groups, group_query, &group_entity, group_more, many},
    {verb::post, groups, {}, &group_entity, group_more, one, new_group},
    {verb::get, "/api/study-groups/establishment/{establishmentId}",
     "search:string status:string mine:boolean courseId:string page:integer limit:integer",
     &group_entity, group_more, many},
    {verb::get, "/api/study-groups/{id}", {}, &group_entity, group_more},
    {verb::put, "/api/study-groups/{id}", {}, &group_entity, group_more, one, group_wish},
    {verb::remove, "/api/study-groups/{id}", {}, nullptr, done_words},
    {verb::post,
     "/api/study-groups/{id}/join",
     {},
     &member_entity,
     member_more,
     one,
     "action:string"},
    {verb::remove, "/api/study-groups/{id}/join", {}, nullptr, done_words},
    {verb::get, "/api/study-groups/{id}/members", {}, &member_entity, member_more, many},
    {verb::patch,
     "/api/study-groups/{id}/members/{userId}",
     {},
     &member_entity,
     member_more,
     one,
     "role:string!"},
    {verb::remove, "/api/study-groups/{id}/members/{userId}", {}, nullptr, done_words},
    {verb::get, "/api/study-groups/{id}/messages", "limit:integer before:string", &message_entity,
     "sender:object!", many},
    {verb::post,
     "/api/study-groups/{id}/messages",
     {},
     &message_entity,
     "sender:object!",
     one,
     "content:string! type:string metadata:object replyToId:string"},
    {verb::patch,
     "/api/study-groups/{id}/messages/{messageId}",
     {},
     &message_entity,
     "sender:object!",
     one,
     "content:string!"},
    {verb::remove, "/api/study-groups/{id}/messages/{messageId}", {}, nullptr, done_words},
    {verb::get, "/api/study-groups/{id}/whiteboards", {}, &board_entity, {}, many},
    {verb::post,
     "/api/study-groups/{id}/whiteboards",
     {},
     &board_entity,
     {},
     one,
     "title:string name:string data:any"},
    {verb::patch, "/api/study-groups/whiteboards/{id}", {}, &board_entity, {}, one, board_change},
    {verb::put, "/api/whiteboards/{id}", {}, &board_entity, {}, one, "data:any!"},
    {verb::get,
     "/api/notifications",
     "unread:boolean type:string page:integer limit:integer",
     &notification_entity,
     {},
     many},
    {verb::get, "/api/notifications/unread-count", {}, nullptr, "count:integer!"},
    {verb::get,
     "/api/notifications/summary",
     {},
     nullptr,
     "total:integer! unread:integer! byType:object!"},
    {verb::get,
     "/api/notifications/by-type/{type}",
     "limit:integer",
     &notification_entity,
     {},
     many},
    {verb::patch, "/api/notifications/{id}/read", {}, &notification_entity},
    {verb::post,
     "/api/notifications/mark-read",
     {},
     nullptr,
     "markedCount:integer!",
     one,
     "notificationIds:array all:boolean"},
    {verb::post,
     "/api/notifications/bulk",
     {},
     &notification_entity,
     {},
     many,
     "notifications:array!"},
    {verb::remove, "/api/notifications/{id}", {}, nullptr, done_words},
};

constexpr std::string_view room_words =
    "id:string! stream:string! kind:string! name:string! isPublic:boolean! archived:boolean!"
    " last:integer! members:array! topic:string createdAt:string";
constexpr std::string_view posted_words = "stream:string! seq:integer! id:string! at:string!";

const row_note native_notes[] = {
    {verb::get,
     "/api/health",
     {},
     nullptr,
     "status:string! version:string! time:string! timestamp:string!"},
    {verb::get, "/api/ready", {}, nullptr, "status:string! connections:integer! waiting:integer!"},
    {verb::get,
     "/api/v1/me",
     {},
     nullptr,
     "id:string! name:string! role:string! session:string! establishment:string"},
    {verb::get, "/api/v1/rooms", "open:boolean limit:integer offset:integer", nullptr,
     "rooms:array!"},
    {verb::post,
     "/api/v1/rooms",
     {},
     nullptr,
     room_words,
     one,
     "name:string! topic:string isPublic:boolean members:array"},
    {verb::get, "/api/v1/rooms/{room}", {}, nullptr, room_words},
    {verb::patch, "/api/v1/rooms/{room}", {}, nullptr, room_words},
    {verb::post, "/api/v1/rooms/{room}/members", {}, nullptr, room_words},
    {verb::patch, "/api/v1/rooms/{room}/members/{user}", {}, nullptr, room_words},
    {verb::remove, "/api/v1/rooms/{room}/members/{user}", {}, nullptr, room_words},
    {verb::post, "/api/v1/direct", {}, nullptr, room_words, one, "user:string!"},
    {verb::get, "/api/v1/rooms/{room}/messages",
     "before:integer after:integer limit:integer thread:string", nullptr,
     "stream:string! last:integer! events:array! replies:integer"},
    {verb::post,
     "/api/v1/rooms/{room}/messages",
     {},
     nullptr,
     posted_words,
     one,
     "text:string! key:string type:string metadata:object replyTo:string thread:string"
     " mentions:array"},
    {verb::patch,
     "/api/v1/rooms/{room}/messages/{message}",
     {},
     nullptr,
     posted_words,
     one,
     "text:string! key:string"},
    {verb::remove,
     "/api/v1/rooms/{room}/messages/{message}",
     {},
     nullptr,
     posted_words,
     one,
     "key:string"},
    {verb::get, "/api/v1/rooms/{room}/search", "q:string! limit:integer", nullptr,
     "messages:array!"},
    {verb::get, "/api/v1/search/messages", "q:string! limit:integer", nullptr, "messages:array!"},
    {verb::get,
     "/api/v1/boards/{board}",
     {},
     nullptr,
     "id:string! group:string! title:string! isActive:boolean! data:any! lastSeq:integer!"
     " createdAt:string! updatedAt:string!"},
    {verb::get, "/events", "stream:string! after:string"},
};

}  // namespace

std::span<const row_note> notes_of(const edition& speaks) {
  if (&speaks == &stacgate_edition)
    return stacgate_notes;
  return {};
}

std::span<const row_note> shared_notes() {
  return native_notes;
}

const row_note* note_of(const edition& speaks, const endpoint& row) {
  for (const auto all : {notes_of(speaks), shared_notes()})
    for (const auto& each : all)
      if (each.method == row.method && each.path == row.path)
        return &each;
  return nullptr;
}

}  // namespace stoa::stoa_api
