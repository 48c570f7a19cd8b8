// Ends the wait for a server that has gone silent. libpq waits for an answer without a limit, and a
// time-out of the server's own is worth nothing when the server is stopped or the network drops
// packets.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>

namespace zenzefi::infra {

// Thread-safe. Outlives its watches.
class Watchdog {
 public:
  // While it lives, its socket is watched.
  class Watch {
   public:
    Watch(Watchdog& dog, std::uint64_t id) noexcept : dog_(&dog), id_(id) {}
    ~Watch() { stop(); }
    Watch(Watch&& other) noexcept;
    Watch& operator=(Watch&&) = delete;
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    // Returns true if the socket was shut down. Afterwards it is nobody's concern here.
    bool stop() noexcept;

   private:
    Watchdog* dog_;
    std::uint64_t id_;
  };

  explicit Watchdog(std::chrono::milliseconds patience);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // After `patience` the socket is shut down, so that whoever reads from it gets an end of file.
  // The watch must stop before the descriptor is closed.
  [[nodiscard]] Watch watch(int descriptor);

 private:
  struct Watched {
    int descriptor;
    std::chrono::steady_clock::time_point deadline;
  };

  void run();
  bool forget(std::uint64_t id) noexcept;

  const std::chrono::milliseconds patience_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, Watched> watched_;  // ids grow, so the first is the one due first
  std::uint64_t next_id_ = 1;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace zenzefi::infra
