#include "actors/jobs/mailer.hpp"

#include "actors/core/ignore_answer.hpp"
#include "actors/jobs/mail_letters.hpp"
#include "schema/json.hpp"
#include "schema/text/local_time.hpp"

#include <curl/curl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <mutex>

namespace stoa {

namespace {

constexpr long most_seconds_for_mail = 60;
constexpr long most_seconds_to_relay = 15;

std::string base64(std::string_view bytes) {
  static constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t three = 0;
    for (std::size_t k = 0; k < 3; ++k)
      three = three << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out += i + k <= bytes.size() ? letters[three >> (18U - 6U * k) & 63U] : '=';
  }
  return out;
}

// RFC 2047: a subject as encoded words of at most 75 characters, split between characters.
std::string encoded_subject(std::string_view text) {
  constexpr std::size_t most = 45;  // bytes: 60 characters of base64 and the frame around them
  std::string out;
  while (!text.empty()) {
    auto end = std::min(most, text.size());
    while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U)
      --end;
    if (end == 0)
      end = std::min(most, text.size());
    out += (out.empty() ? "=?utf-8?B?" : "\r\n =?utf-8?B?") + base64(text.substr(0, end)) + "?=";
    text.remove_prefix(end);
  }
  return out;
}

void add_part(std::string& out, std::string_view type, std::string_view text) {
  out += fmt::format("Content-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
                     type);
  const auto body = base64(text);
  for (std::size_t i = 0; i < body.size(); i += 76)
    out.append(body, i, 76).append("\r\n");
}

bool one_line(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// What libcurl still has to read.
struct remaining {
  std::string_view text;
};

std::size_t give(char* into, std::size_t size, std::size_t count, void* from) {
  auto& rest = *static_cast<remaining*>(from);
  const auto part = std::min(size * count, rest.text.size());
  std::copy_n(rest.text.data(), part, into);
  rest.text.remove_prefix(part);
  return part;
}

// A 5 says: not this mail, now or later. But signing in is a matter between two servers, which
// somebody can set right; and a greeting is not about any mail.
bool refused_for_good(CURLcode end, long status, bool told_all) {
  constexpr long sign_in_first = 530;
  return status >= 500 && status <= 599 && status != sign_in_first &&
         (end == CURLE_SEND_ERROR || (end == CURLE_WEIRD_SERVER_REPLY && told_all));
}

// When something begins is kept as a moment: `2027-07-01 07:30 UTC`, or as ISO 8601 has it.
void tell_local_time(letter_facts& facts, std::string_view zone, std::string_view language) {
  const auto start = facts.find("start");
  if (start == facts.end())
    return;
  auto text = start->second;
  if (text.ends_with(" UTC"))
    text.replace(text.size() - 4, 4, "Z");
  if (const auto at = parse_iso(text))
    start->second = local_time(*at, zone, language);
}

}  // namespace

outcome<mail> read_mail(std::string_view payload) {
  auto read = json::parse(payload);
  if (!read)
    return read.error();
  const auto& said = read->root();
  mail out{std::string{said["to"].as_string().value_or("")},
           std::string{said["subject"].as_string().value_or("")},
           std::string{said["text"].as_string().value_or("")},
           {}};
  if (const auto letter = said["letter"].as_string()) {
    letter_facts facts;
    for (const auto [name, fact] : said["values"].members())
      facts.emplace(name, fact.as_string().value_or(""));
    const auto language = said["language"].as_string().value_or("");
    tell_local_time(facts, said["zone"].as_string().value_or(""), language);
    auto written = write_letter(*letter, language_named(language), facts);
    if (!written)
      return written.error();
    out.subject = std::move(written->subject);
    out.text = std::move(written->text);
    out.html = std::move(written->html);
  }
  // The address stands between < and >, so neither may be in it.
  if (out.to.find('@') == std::string::npos || !one_line(out.to) ||
      out.to.find_first_of("<> ,;") != std::string::npos)
    return fail(fault_code::invalid, "not an address for a mail");
  if (!one_line(out.subject))
    return fail(fault_code::invalid, "a subject has one line");
  return out;
}

std::string message_of(const mail& what, const std::string& from, const run_job& job, iso_time at) {
  const auto host = from.substr(std::min(from.find('@') + 1, from.size()));
  auto out = fmt::format(
      "From: <{}>\r\nTo: <{}>\r\nSubject: {}\r\nDate: {:%a, %d %b %Y %H:%M:%S} +0000\r\n"
      "Message-ID: <job-{}.{}@{}>\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n",
      from, what.to, encoded_subject(what.subject),
      fmt::gmtime(static_cast<std::time_t>(at.micros / 1'000'000)), job.id, job.made, host);
  if (what.html.empty()) {
    add_part(out, "text/plain", what.text);
    return out;
  }
  // No line of base64 begins with a dash, so none of the parts can end them.
  const auto mark = fmt::format("--=_job-{}", job.id);
  out += fmt::format("Content-Type: multipart/alternative; boundary=\"{}\"\r\n\r\n{}\r\n",
                     mark.substr(2), mark);
  add_part(out, "text/plain", what.text);
  out += mark + "\r\n";
  add_part(out, "text/html", what.html);
  out += mark + "--\r\n";
  return out;
}

mailer_state::mailer_state(protocol::pointer self, mail_options options)
    : self_(self), options_(std::move(options)) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

mailer_state::protocol::behavior_type mailer_state::make_behavior() {
  return {
      [this](const run_job& job) -> caf::result<void> {
        if (auto done = send(job); !done)
          return to_error(done.error());
        return {};
      },
  };
}

outcome<void> mailer_state::send(const run_job& job) const {
  const auto what = read_mail(job.payload);
  if (!what)
    return what.error();
  const auto message = message_of(*what, options_.from, job, now());
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> wire{curl_easy_init(),
                                                                 curl_easy_cleanup};
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> to{
      curl_slist_append(nullptr, ("<" + what->to + ">").c_str()), curl_slist_free_all};
  if (!wire || !to)
    return fail(fault_code::overloaded, "no memory for a mail");
  remaining rest{message};
  char reason[CURL_ERROR_SIZE] = "";
  auto* curl = wire.get();
  curl_easy_setopt(curl, CURLOPT_URL, options_.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  if (!options_.user.empty()) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, options_.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, options_.password.c_str());
  }
  // A password never travels in the clear; without one, encryption is taken where it is offered.
  curl_easy_setopt(curl, CURLOPT_USE_SSL,
                   static_cast<long>(options_.user.empty() ? CURLUSESSL_TRY : CURLUSESSL_ALL));
  if (!options_.authorities.empty())
    curl_easy_setopt(curl, CURLOPT_CAINFO, options_.authorities.c_str());
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, ("<" + options_.from + ">").c_str());
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to.get());
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
  curl_easy_setopt(curl, CURLOPT_READDATA, &rest);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore_answer);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, most_seconds_for_mail);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, most_seconds_to_relay);
  const auto end = curl_easy_perform(curl);
  if (end == CURLE_OK)
    return {};
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return fail(refused_for_good(end, status, rest.text.empty()) ? fault_code::invalid
                                                               : fault_code::unavailable,
              "the mail was not taken", reason[0] != '\0' ? reason : curl_easy_strerror(end));
}

}  // namespace stoa
