#include "config/settings.hpp"

#include <type_traits>

namespace stoa {
namespace {

enum class shown : std::uint8_t { yes, secret };

template <auto Member>
using type_of = std::remove_cvref_t<decltype(std::declval<settings>().*Member)>;

template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;

/// What a member holds once it is set.
template <class T>
struct value_of {
  using type = T;
};
template <class T>
struct value_of<std::optional<T>> {
  using type = T;
};

template <class T>
constexpr std::string_view unit_of() {
  if constexpr (std::is_same_v<T, bool>)
    return "yes or no";
  else if constexpr (std::is_same_v<T, std::uint32_t>)
    return "count";
  else if constexpr (std::is_same_v<T, byte_size>)
    return "bytes";
  else if constexpr (std::is_same_v<T, duration>)
    return "time";
  else if constexpr (std::is_same_v<T, std::filesystem::path>)
    return "folder";
  else if constexpr (std::is_same_v<T, log_format>)
    return "human or json";
  else if constexpr (std::is_same_v<T, metrics_readers>)
    return "open, loopback or off";
  else if constexpr (std::is_same_v<T, std::vector<site_setting>>)
    return "list of EDITION:PORT";
  else if constexpr (std::is_same_v<T, std::vector<front_setting>>)
    return "list of EDITION=FOLDER";
  else if constexpr (std::is_same_v<T, std::vector<cookie_setting>>)
    return "list of EDITION=NAME";
  else if constexpr (std::is_same_v<T, std::vector<rate_setting>>)
    return "list of NAME=COUNT/TIME";
  else if constexpr (std::is_same_v<T, std::vector<log_level_setting>>)
    return "list of AREA=LEVEL";
  else if constexpr (is_list<T>)
    return "list";
  else
    return "text";
}

/// The description of one member; its type says how it is spelled.
template <auto Member>
constexpr setting_key key(std::string_view name, std::string_view meaning, shown how = shown::yes) {
  return {
      .name = name,
      .unit = unit_of<typename value_of<type_of<Member>>::type>(),
      .meaning = meaning,
      .secret = how == shown::secret,
      .list = is_list<type_of<Member>>,
      .flag = std::is_same_v<type_of<Member>, bool>,
      .read = [](settings& into, std::string_view text) { return read_value(text, into.*Member); },
      .write = [](const settings& from) { return write_value(from.*Member); }};
}

using s = settings;

constexpr setting_key keys[] = {
    key<&s::site>("site", "an edition and the port it is served on; `@SLUG` names whom guests see"),
    key<&s::front>("front", "the folder with an edition's built front end"),
    key<&s::listen>("listen", "the address of the ports; 0.0.0.0 for everybody"),
    key<&s::public_url>("public_url",
                        "https://host that people reach the server at: for links in mails, and its"
                        " pages are the server's own"),
    key<&s::tls_certificate>("tls_certificate", "PEM file with the chain; empty: plain HTTP"),
    key<&s::tls_key>("tls_key", "PEM file with the key of tls_certificate"),
    key<&s::trusted_proxies>(
        "trusted_proxies",
        "addresses or CIDR blocks whose X-Forwarded headers, or Forwarded, count"),
    key<&s::allowed_origins>("allowed_origins",
                             "further origins whose pages may use the server's cookies"),
    key<&s::session_cookie>("session_cookie",
                            "other names of session cookies, for sites that share a host name;"
                            " `EDITION:PORT=NAME` of one site"),
    key<&s::members_only>("members_only",
                          "editions that show guests how to sign in, figures, announcements and"
                          " whether a certificate is good, and nothing else"),
    key<&s::demo>("demo",
                  "fill an empty database with the demo organisation, whose passwords everybody"
                  " knows; one that has other establishments is left alone"),
    key<&s::registration>("registration", "whether people may register themselves; else 403"),
    key<&s::metrics>("metrics",
                     "who may read `/metrics`: anybody, callers on this machine (a proxy here is"
                     " none when trusted_proxies names it), nobody; else 403 or 404"),
    key<&s::secret_key>("secret_key",
                        "signs tokens, 32 characters or more; empty: made once, kept in data",
                        shown::secret),
    key<&s::previous_secret_key>("previous_secret_key",
                                 "what secret_key was before: tokens it signed still hold",
                                 shown::secret),
    key<&s::data>("data", "database, files and keys; empty: /var/lib/stoa or ~/.local/share/stoa"),
    key<&s::uploads>("uploads", "files that people send; empty: `uploads` in data"),
    key<&s::s3_endpoint>("s3_endpoint",
                         "https://host of an S3-compatible store for an intranet's files instead;"
                         " empty: `uploads`"),
    key<&s::s3_region>("s3_region", "its region, as requests are signed for it"),
    key<&s::s3_bucket>("s3_bucket", "its bucket, which has to be there"),
    key<&s::s3_key>("s3_key", "the id of the key that requests are signed with"),
    key<&s::s3_secret>("s3_secret", "its secret", shown::secret),
    key<&s::s3_copies>("s3_copies",
                       "files of the store kept in `uploads` after they were read; then the ones"
                       " that were not read for the longest time go"),
    key<&s::clamd>(
        "clamd", "the clamd that reads what people send: a socket's path or host:port; away: 503"),
    key<&s::ephemeral>("ephemeral", "a temporary database, gone when the server stops"),
    key<&s::database_url>("database_url",
                          "PostgreSQL, for migrations (also DATABASE_URL); empty: a private one",
                          shown::secret),
    key<&s::app_database_url>("app_database_url",
                              "the same database as a role that owns nothing; empty: as stoa_app",
                              shown::secret),
    key<&s::postgres_programs>("postgres_programs", "where postgres and initdb are, if not found"),
    key<&s::database_connections>("database_connections", "pipelines kept open"),
    key<&s::database_in_flight>("database_in_flight", "transactions sent on each before waiting"),
    key<&s::database_queue>("database_queue", "transactions waiting; one more is answered 503"),
    key<&s::database_patience>("database_patience",
                               "how long a request waits for the database; then 503"),
    key<&s::io_threads>(
        "io_threads", "threads of sockets and of the actors they wake; 0: one for two processors"),
    key<&s::worker_threads>("worker_threads",
                            "threads of actors that timers and other threads wake"),
    key<&s::actor_metrics>("actor_metrics",
                           "measure mailboxes and times of sessions and the pool as well, not of"
                           " owners alone"),
    key<&s::http_head>("http_head", "request line and headers; more is answered 431"),
    key<&s::http_target>("http_target", "the request's target; more is answered 414"),
    key<&s::http_fields>("http_fields", "header fields; more are answered 431"),
    key<&s::http_body>(
        "http_body",
        "a body; more is answered 413, unless its route says otherwise; empty: 1MiB, on sites of"
        " `stacgate` 10MiB"),
    key<&s::http_head_time>("http_head_time",
                            "from the first byte to the end of the head; then 408"),
    key<&s::http_body_time>("http_body_time", "for the first 64KiB of a body; then 408"),
    key<&s::http_body_pace>("http_body_pace", "bytes per second of a longer body; slower is 408"),
    key<&s::http_answer_time>("http_answer_time", "for the answer to be made; then 504"),
    key<&s::http_write_time>("http_write_time", "without a byte taken by the client; then closed"),
    key<&s::http_keep_alive>("http_keep_alive", "idle between two requests; then closed"),
    key<&s::compress_above>("compress_above", "smaller bodies and messages go plain"),
    key<&s::compress_below>("compress_below", "bigger ones go plain: they would hold a thread"),
    key<&s::connections>("connections", "open in total; one more is answered 503 and closed"),
    key<&s::connections_per_address>("connections_per_address",
                                     "open from one address; one more is answered 429 and closed"),
    key<&s::rate_limits>("rate_limits", "whether routes count requests at all"),
    key<&s::rate>("rate",
                  "limits in place of a route's own (NAME: its operationId) or of all (`general`)"),
    key<&s::socket_message>("socket_message", "a WebSocket message; more closes it with 1009"),
    key<&s::outbox_frames>("outbox_frames",
                           "frames waiting for one socket; more close it with 1013"),
    key<&s::outbox_bytes>("outbox_bytes", "bytes waiting for one socket; more close it with 1013"),
    key<&s::socket_deflate>("socket_deflate", "offer permessage-deflate to WebSockets"),
    key<&s::socket_ping>("socket_ping", "a WebSocket silent for so long is pinged"),
    key<&s::socket_silence>("socket_silence", "and dropped after so long"),
    key<&s::stream_heartbeat>("stream_heartbeat", "between comments on a silent event stream"),
    key<&s::closing_time>("closing_time", "for a client to answer a close"),
    key<&s::owner_window>("owner_window",
                          "one owner's writes waiting to be saved; one more is answered 503"),
    key<&s::owner_idle>("owner_idle", "an owner that hears nothing for so long leaves"),
    key<&s::session_life>("session_life",
                          "from sign-in, whatever one does; then one signs in again"),
    key<&s::session_idle>("session_idle", "without a request; then one signs in again"),
    key<&s::hash_lanes>("hash_lanes", "passwords hashed at the same time, a thread each"),
    key<&s::hash_queue>("hash_queue", "passwords waiting to be hashed; one more is answered 503"),
    key<&s::sign_in_attempts>("sign_in_attempts",
                              "wrong passwords for an account from one address; then 429"),
    key<&s::sign_in_lock>("sign_in_lock", "after the first of them; then they are forgotten"),
    key<&s::smtp_url>("smtp_url",
                      "smtp://host:587 or smtps://host; empty: mails wait until their last moment"),
    key<&s::smtp_user>("smtp_user", "who signs in to the mail server"),
    key<&s::smtp_password>("smtp_password", "with which password", shown::secret),
    key<&s::mail_from>("mail_from", "the sender of mails"),
    key<&s::log>("log", "how log lines look"),
    key<&s::log_level>("log_level", "trace, debug, info, warning, error or off"),
    key<&s::log_levels>("log_levels", "other levels for single areas"),
    key<&s::log_queue>("log_queue", "lines waiting to be written; one more drops the oldest"),
    key<&s::drain_time>("drain_time", "for requests in flight when the server stops"),
};

}  // namespace

std::span<const setting_key> all_keys() {
  return keys;
}

}  // namespace stoa
