#include "config/logging.hpp"
#include "net/node.hpp"
#include "tools/commands.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <csignal>
#include <ctime>
#include <iostream>
#include <memory>

namespace stoa {

namespace {

sigset_t ending_signals() {
  sigset_t out;
  sigemptyset(&out);
  sigaddset(&out, SIGINT);
  sigaddset(&out, SIGTERM);
  return out;
}

void show(const node& running) {
  std::cout << '\n';
  for (const auto& site : running.sites())
    std::cout << fmt::format("  {:<16} {}\n", site.edition, site.address);
  if (running.is_demo()) {
    std::cout << "\n  Demo accounts\n";
    for (const auto& site : running.sites())
      for (const auto& each : site.demo)
        std::cout << fmt::format("  {:<36} {:<12} {:<12} {}\n", each.email, each.password,
                                 each.role, each.establishment);
  }
  std::cout << "\n  Ctrl-C stops it.\n" << std::endl;
}

int serve(const settings& how) {
  // Blocked before any thread starts, so that every thread inherits it and this one collects them.
  const auto ending = ending_signals();
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  start_logging(how);
  auto started = node::start(
      how, [](const std::string& what) { std::cout << "stoa: " << what << " …" << std::endl; });
  if (!started) {
    stop_logging();
    return tell(started.error());
  }
  show(**started);
  int signal = 0;
  sigwait(&ending, &signal);
  std::cout << "stoa: draining …" << std::endl;
  (*started)->stop();
  stop_logging();
  std::cout << "stoa: stopped" << std::endl;
  return 0;
}

}  // namespace

void add_serve_command(CLI::App& to, job& what) {
  auto* command = to.add_subcommand("serve", "Runs the server until it is told to stop");
  auto options = std::make_shared<setting_options>(*command);
  command->callback([&what, options] {
    what = [options] {
      auto read = options->load();
      return read ? serve(read->values) : tell(read.error());
    };
  });
}

}  // namespace stoa
