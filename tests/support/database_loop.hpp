#pragma once

#include "persistence/database.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <caf/execution_unit.hpp>

#include <thread>

namespace stoa::testing {

/// A thread with an Asio loop for a pool without an edge. Stop it after the pool has gone.
class database_loop final : public caf::execution_unit {
public:
  explicit database_loop(caf::actor_system& system);
  ~database_loop() override;
  database_loop(const database_loop&) = delete;
  database_loop& operator=(const database_loop&) = delete;

  [[nodiscard]] database_place place() noexcept { return {io_, *this}; }

  /// The pool runs here; everybody else goes to CAF's workers.
  void exec_later(caf::resumable* what) override;

private:
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

}  // namespace stoa::testing
