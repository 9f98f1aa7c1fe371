#include "actors/jobs/mail_letters.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace stoa {

namespace {

/// A letter in one language: `{fact}` stands for a fact. A line whose facts are all empty is left
/// out; the button leads to the fact `link`.
struct letter_form {
  std::string_view subject;
  std::array<std::string_view, 4> lines;
  std::string_view button = {};
};

struct letter {
  std::string_view name;
  letter_form french;
  letter_form english;
};

constexpr letter known_letters[] = {
    {welcome_letter,
     {"Bienvenue sur IntraSphere",
      {"Bonjour {name},",
       "Un compte IntraSphere vient d'être créé pour vous. Vous y trouverez les annonces, les "
       "documents, les formations, la messagerie et le forum de votre entreprise.",
       "Votre identifiant : {username}",
       "Votre mot de passe vous est remis par la personne qui a créé le compte ; changez-le à "
       "votre première connexion."}},
     {"Welcome to IntraSphere",
      {"Hello {name},",
       "An IntraSphere account has been created for you. It holds your company's news, documents, "
       "trainings, messages and forum.",
       "Your user name: {username}",
       "Whoever created the account gives you its password; change it when you first sign in."}}},
    {registration_letter,
     {"Bienvenue sur IntraSphere",
      {"Bonjour {name},",
       "Votre compte IntraSphere est prêt. Vous y trouverez les annonces, les documents, les "
       "formations, la messagerie et le forum de votre entreprise.",
       "Votre identifiant : {username}"}},
     {"Welcome to IntraSphere",
      {"Hello {name},",
       "Your IntraSphere account is ready. It holds your company's news, documents, trainings, "
       "messages and forum.",
       "Your user name: {username}"}}},
    {password_reset_letter,
     {"Réinitialisation de votre mot de passe IntraSphere",
      {"Bonjour {name},",
       "Un nouveau mot de passe a été demandé pour votre compte. Ce lien permet de le choisir ; il "
       "sert une seule fois, dans les {minutes} minutes.",
       "Si vous n'avez rien demandé, ignorez ce message : votre mot de passe reste le même."},
      "Choisir un mot de passe"},
     {"Resetting your IntraSphere password",
      {"Hello {name},",
       "A new password was asked for your account. This link lets you choose it; it works once, "
       "within {minutes} minutes.",
       "If you did not ask for it, ignore this message: your password stays the same."},
      "Choose a password"}},
    {seat_taken_letter,
     {"IntraSphere - Inscription à une formation",
      {"Bonjour {name},", "Votre inscription à la formation « {training} » est confirmée.",
       "Début : {start}", "Lieu : {place}"}},
     {"IntraSphere - Training registration",
      {"Hello {name},", "Your registration for the training “{training}” is confirmed.",
       "Beginning: {start}", "Place: {place}"}}},
    {seat_freed_letter,
     {"IntraSphere - Une place s'est libérée",
      {"Bonjour {name},",
       "Une place s'est libérée : vous êtes maintenant inscrit à la formation « {training} ».",
       "Début : {start}", "Lieu : {place}"}},
     {"IntraSphere - A seat came free",
      {"Hello {name},", "A seat came free: you are now registered for the training “{training}”.",
       "Beginning: {start}", "Place: {place}"}}},
    {seat_left_letter,
     {"IntraSphere - Annulation d'une inscription",
      {"Bonjour {name},", "Votre inscription à la formation « {training} » est annulée."}},
     {"IntraSphere - Registration cancelled",
      {"Hello {name},", "Your registration for the training “{training}” is cancelled."}}},
    {notification_letter,
     {"IntraSphere - {type}", {"Bonjour {name},", "{content}"}, "Ouvrir IntraSphere"},
     {"IntraSphere - {type}", {"Hello {name},", "{content}"}, "Open IntraSphere"}},
};

enum class fact_spelling { text, one_line, html };

constexpr bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

void append(std::string& out, std::string_view fact, fact_spelling how) {
  for (const char c : fact) {
    if (how == fact_spelling::one_line && is_control(c))
      out += ' ';
    else if (how != fact_spelling::html)
      out += c;
    else if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\'')
      out += "&#39;";
    else if (c == '\n')
      out += "<br>";
    else if (!is_control(c))
      out += c;
  }
}

std::string_view fact_of(const letter_facts& facts, std::string_view name) {
  const auto found = facts.find(name);
  return found == facts.end() ? std::string_view{} : std::string_view{found->second};
}

// The line with its facts, each put in once and not read again; empty when it has facts and all of
// them are empty.
std::string filled(std::string_view line, const letter_facts& facts, fact_spelling how) {
  std::string out;
  bool asks = false;
  bool told = false;
  while (!line.empty()) {
    const auto open = line.find('{');
    append(out, line.substr(0, open), how);
    if (open == std::string_view::npos)
      break;
    const auto close = line.find('}', open);
    const auto fact = fact_of(facts, line.substr(open + 1, close - open - 1));
    asks = true;
    told = told || !fact.empty();
    append(out, fact, how);
    line.remove_prefix(close + 1);
  }
  return asks && !told ? std::string{} : out;
}

std::string on_one_line(std::string_view text) {
  std::string out;
  append(out, text, fact_spelling::one_line);
  return out;
}

bool is_address(std::string_view link) {
  return link.starts_with("https://") || link.starts_with("http://");
}

std::string as_text(const letter_form& form, const letter_facts& facts) {
  std::string out;
  for (const auto& line : form.lines)
    if (auto said = filled(line, facts, fact_spelling::text); !said.empty())
      out += said + "\n\n";
  if (const auto link = fact_of(facts, "link"); !form.button.empty() && !link.empty()) {
    out.append(form.button).append(": ").append(on_one_line(link)).append("\n\n");
  }
  out += "-- \nIntraSphere\n";
  return out;
}

// Styles stand in the elements: many mail programs drop style sheets, and pictures are not loaded.
std::string as_html(const letter_form& form, const letter_facts& facts, mail_language language) {
  std::string title;
  append(title, filled(form.subject, facts, fact_spelling::one_line), fact_spelling::html);
  std::string out = "<!DOCTYPE html>\n<html lang=\"";
  out += language == mail_language::english ? "en" : "fr";
  out +=
      "\"><head><meta charset=\"utf-8\"><title>" + title +
      "</title></head>\n<body style=\"margin:0;padding:24px;background:#f3f4f6;"
      "font-family:Arial,sans-serif;color:#1f2937\">\n<div style=\"max-width:560px;margin:0 auto;"
      "padding:24px;background:#ffffff;border-radius:8px\">\n"
      "<h1 style=\"margin-top:0;font-size:20px;color:#7c3aed\">IntraSphere</h1>\n";
  for (const auto& line : form.lines)
    if (const auto said = filled(line, facts, fact_spelling::html); !said.empty())
      out += "<p>" + said + "</p>\n";
  if (const auto link = fact_of(facts, "link"); !form.button.empty() && is_address(link)) {
    std::string address;
    append(address, on_one_line(link), fact_spelling::html);
    out += "<p><a href=\"" + address +
           "\" style=\"display:inline-block;padding:10px 18px;background:#7c3aed;color:#ffffff;"
           "border-radius:6px;text-decoration:none\">";
    out.append(form.button).append("</a></p>\n<p style=\"font-size:12px\">" + address + "</p>\n");
  }
  out += "</div>\n</body></html>\n";
  return out;
}

}  // namespace

mail_language language_named(std::string_view name) noexcept {
  return name == "en" ? mail_language::english : mail_language::french;
}

outcome<written_letter> write_letter(std::string_view name, mail_language language,
                                     const letter_facts& facts) {
  const auto* found = std::find_if(std::begin(known_letters), std::end(known_letters),
                                   [&](const auto& each) { return each.name == name; });
  if (found == std::end(known_letters))
    return fail(fault_code::not_found, "no letter is called " + std::string{name});
  const auto& form = language == mail_language::english ? found->english : found->french;
  auto subject = filled(form.subject, facts, fact_spelling::one_line);
  if (subject.empty())
    subject = "IntraSphere";
  return written_letter{std::move(subject), as_text(form, facts), as_html(form, facts, language)};
}

}  // namespace stoa
