#include "tools/waiting_mail.hpp"

#include "actors/jobs/job_rows.hpp"
#include "persistence/pg/session.hpp"
#include "schema/scope.hpp"

#include <fmt/format.h>

#include <iostream>

namespace stoa {

outcome<void> settle_waiting_mail(const std::string& owner, waiting_mail what) {
  auto session = pg::session::open(owner);
  if (!session)
    return std::move(session).error();
  if (auto scoped =
          session->run("select set_config('stoa.establishment', $1, false)", {platform_scope});
      !scoped)
    return std::move(scoped).error();
  auto waiting =
      session->run("select count(*) from jobs where state = 'waiting' and kind = 'mail'", {});
  if (!waiting)
    return std::move(waiting).error();
  const auto count = waiting->text(0, 0);
  if (count == "0")
    return {};
  if (what == waiting_mail::is_kept) {
    std::cout << fmt::format("mails that wait and are sent when a server runs: {}\n", count);
    return {};
  }
  const auto bury = bury_waiting_mail("it waited when the database was restored");
  if (auto done = session->run(std::string{bury.sql.view()}, bury.params); !done)
    return std::move(done).error();
  std::cout << fmt::format("mails that waited and are not sent: {} (--keep-mail keeps them)\n",
                           count);
  return {};
}

}  // namespace stoa
