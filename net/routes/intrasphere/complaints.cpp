#include "net/routes/intrasphere/invalid.hpp"
#include "net/routes/intrasphere/routes.hpp"
#include "schema/intranet.hpp"
#include "schema/json_writer.hpp"

namespace stoa::intrasphere {

namespace {

task<void> check_assignee(call_ptr c, std::optional<user_id> who) {
  if (!who)
    co_return;
  auto found = co_await caught(person_of(c, *who));
  if (!found && found.error().code != fault_code::not_found)
    throw fault_error(std::move(found.error()));
  if (!found || !found->is_active)
    throw refuse(fault_code::invalid, "Assigned user not found");
}

task<void> submit(call_ptr c, std::shared_ptr<complaint_row> row) {
  row->submitter = c->who.user;
  row->status = "open";
  co_await check_assignee(c, row->assigned_to);
}

task<void> handle(call_ptr c, std::shared_ptr<const complaint_row>,
                  std::shared_ptr<change_of<complaint_row>> what) {
  co_await check_assignee(c, what->values.assigned_to);
}

// Each of these addresses changes one thing, which has to be said.
json hear_only(json_value body, std::string_view name) {
  std::string text;
  json_writer out{text};
  out.begin_object();
  if (const auto value = body.find(name)) {
    out.key(name);
    value->write(out);
  }
  out.end_object();
  return good(json::parse(text));
}
json hear_assignee(const call&, json_value body) {
  return hear_only(body, "assignedToId");
}
json hear_status(const call&, json_value body) {
  return hear_only(body, "status");
}
task<void> handle_status(call_ptr, std::shared_ptr<const complaint_row>,
                         std::shared_ptr<change_of<complaint_row>> what) {
  if ((what->which & fields_of<&complaint_row::status>()).none())
    throw invalid("Invalid complaint data", {{"status", "status is required"}});
  co_return;
}

// The staff sees all complaints; of the others, those whom it concerns.
task<void> tell_complaint(call_ptr c, act what, std::shared_ptr<const complaint_row> row) {
  if (what == act::remove)
    co_return;
  std::vector<user_id> people{row->submitter};
  if (row->assigned_to)
    people.push_back(*row->assigned_to);
  publish(*c, "complaint", to_json(*row, intrasphere_dialect), notice_reach::staff,
          std::move(people));
}

const resource& complaints() {
  static const auto one = [] {
    deviations<complaint_row> how;
    how.drafted = submit;
    how.changing = handle;
    how.done = tell_complaint;
    resource_options more;
    more.limits = sorted_by("-createdAt");
    return resource::of<complaint_row>("/api/complaints", "complaint", intrasphere_dialect, how,
                                       more);
  }();
  return one;
}

resource one_change(decltype(deviations<complaint_row>::heard) heard,
                    decltype(deviations<complaint_row>::changing) changing) {
  deviations<complaint_row> how;
  how.heard = heard;
  how.changing = changing;
  how.done = tell_complaint;
  resource_options more;
  more.acts = act::change;
  return resource::of<complaint_row>("/api/complaints", "complaint", intrasphere_dialect, how,
                                     more);
}
const resource& assignments() {
  static const auto one = one_change(hear_assignee, handle);
  return one;
}
const resource& statuses() {
  static const auto one = one_change(hear_status, handle_status);
  return one;
}

std::vector<sql::equal> submitted_by_me(const call& c) {
  std::vector<sql::equal> out;
  out.push_back({"submitter_id", c.who.user.value});
  return out;
}

const resource& my_complaints() {
  static const auto one = [] {
    deviations<complaint_row> how;
    how.only = submitted_by_me;
    resource_options more;
    more.acts = act::list;
    more.limits = sorted_by("-createdAt");
    return resource::of<complaint_row>("/api/complaints/my", "complaint", intrasphere_dialect, how,
                                       more);
  }();
  return one;
}

}  // namespace

std::span<const endpoint> complaint_routes() {
  static const auto all =
      table({complaints().rows(),
             my_complaints().rows(),
             {
                 assignments().row(verb::put, "/api/complaints/{id}/assign", act::change),
                 assignments().row(verb::patch, "/api/complaints/{id}/assign", act::change),
                 statuses().row(verb::put, "/api/complaints/{id}/status", act::change),
                 statuses().row(verb::patch, "/api/complaints/{id}/status", act::change),
             }});
  return all;
}

}  // namespace stoa::intrasphere
