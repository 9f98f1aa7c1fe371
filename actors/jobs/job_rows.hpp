#pragma once

#include "persistence/protocol.hpp"
#include "schema/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The statements of the table `jobs`. Nothing here is an actor.
namespace stoa {

/// A job that tells live sessions, by the hashes of their tokens, that they are over.
inline constexpr const char* end_sessions_job = "end_sessions";

/// A new job, to be run in the transaction that gives the reason: what is rolled back is not done.
[[nodiscard]] statement add_job(const std::optional<std::string>& establishment,
                                std::string_view kind, const std::string& payload);

/// A job that sends a mail of plain text.
[[nodiscard]] statement add_mail(const std::optional<std::string>& establishment,
                                 const std::string& to, const std::string& subject,
                                 const std::string& text);

/// A job that sends one of the letters (mail_letters.hpp) to a person with an address, in their
/// language. `facts` is a JSON object of texts beside the `name`. Notifications are sent to who
/// wants some; `always` is for what somebody asked for.
enum class letter_reach : bool { who_wants_it, always };
[[nodiscard]] statement add_letter(const user_id& to, std::string_view letter,
                                   const std::string& facts,
                                   letter_reach reach = letter_reach::who_wants_it);

/// Claims due jobs of these kinds for a while: id, establishment, kind, payload, attempts, when it
/// was queued (microseconds since 1970). Two nodes never claim the same one; a claim that is not
/// answered in time lapses. Jobs whose last moment is over are buried by the second statement
/// instead, whatever their kind.
[[nodiscard]] transaction claim_jobs(const std::vector<std::string>& kinds, std::size_t most);

/// What a letter said is not kept.
[[nodiscard]] transaction finish_job(std::int64_t id);
/// Plans the next attempt.
[[nodiscard]] transaction retry_job(std::int64_t id, std::uint32_t seconds,
                                    const std::string& error);
/// Gives it up; the row stays for whoever looks, without the link that a letter may hold.
[[nodiscard]] transaction bury_job(std::int64_t id, const std::string& error);

/// Gives up all jobs whose last moment is over, with that as the reason.
[[nodiscard]] statement bury_stale_jobs();
/// Gives up all mails that wait.
[[nodiscard]] statement bury_waiting_mail(const std::string& error);

/// Removes expired sessions, jobs done a week ago, and links to new passwords that are over;
/// buries what is too late, also where no worker runs.
[[nodiscard]] transaction clean_up();

}  // namespace stoa
