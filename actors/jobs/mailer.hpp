#pragma once

#include "actors/core/caf.hpp"
#include "actors/jobs/protocol.hpp"
#include "schema/moment.hpp"
#include "schema/outcome.hpp"

#include <cstdint>
#include <string>

namespace stoa {

/// The way out for mails.
struct mail_options {
  std::string url;  ///< `smtp://host:587`, `smtps://host`; empty: mails wait
  std::string user;
  std::string password;
  std::string from = "stoa@localhost";
  std::string authorities =
      {};  ///< file of the certificates that are believed; empty: the system's
};

/// A mail of plain text, and of HTML where there is some.
struct mail {
  std::string to;
  std::string subject;
  std::string text;
  std::string html;
};

/// Reads the payload of a job, and writes the letter that it may name, its times as they are told
/// in `zone`; `invalid` for an address or a subject with a line break.
[[nodiscard]] outcome<mail> read_mail(std::string_view payload);

/// The message as RFC 5322 has it: UTF-8, base64, lines of at most 76 characters; both forms of a
/// text are alternatives, the better one last. Its Message-ID is made of the job's number and of
/// when it was queued: the same for every attempt, so that a receiver can drop a second copy, and
/// no other mail's, also of a database before this one. It says that no person wrote it (RFC 3834,
/// 5), so that nothing answers by itself.
[[nodiscard]] std::string message_of(const mail& what, const std::string& from, const run_job& job,
                                     iso_time at);

/// Runs jobs of the kind `mail` over SMTP, one at a time. It blocks, hence it is detached. What a
/// server refuses for good is `invalid`; everything else is worth another attempt.
class mailer_state {
public:
  using protocol = worker_actor;
  static inline const char* name = "jobs.mailer";

  mailer_state(protocol::pointer self, mail_options options);
  protocol::behavior_type make_behavior();

private:
  [[nodiscard]] outcome<void> send(const run_job& job) const;

  protocol::pointer self_;
  mail_options options_;
};

}  // namespace stoa
