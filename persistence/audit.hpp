#pragma once

#include "persistence/protocol.hpp"

#include <string>
#include <string_view>

namespace stoa {

/// Says who acts in this transaction, and from where. The database writes by itself which sensitive
/// rows were changed (0010_audit); it reads this when the transaction ends, so it may stand
/// anywhere.
[[nodiscard]] statement acting(const user_id& who, std::string_view address);

/// Whether the database watches changes of this table's rows, beside their removal.
[[nodiscard]] bool is_audited(std::string_view table);

/// What is to be answered for and is no change of a row that the database watches.
struct audit_note {
  std::string establishment;  ///< empty or `platform_scope`: the platform's own log
  user_id actor = {};         ///< empty: nobody is known
  std::string action = {};    ///< `sign_in`
  std::string kind = {};      ///< of the subject; empty for none
  std::string subject = {};
  std::string address = {};
};

/// Adds an entry to the log. Its place and hash are the database's; put it last in its transaction:
/// it holds the end of the establishment's log until the commit.
[[nodiscard]] statement audit(const audit_note& what);

}  // namespace stoa
