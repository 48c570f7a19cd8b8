#include "limits/process_table.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <string_view>

namespace zenzefi::gateway {
namespace {

// Field 22 of /proc/PID/stat (proc(5)); 0 when it cannot be read.
std::uint32_t start_of(pid_t pid) noexcept {
  std::array<char, 32> path{};
  static_cast<void>(
      std::snprintf(path.data(), path.size(), "/proc/%d/stat", static_cast<int>(pid)));
  const int file = open(path.data(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return 0;
  }
  std::array<char, 512> buffer{};
  const ssize_t size = read(file, buffer.data(), buffer.size());
  close(file);
  std::string_view text{buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
  // Field 2, the name, is in parentheses and may hold anything; field 3 follows.
  constexpr int kFieldsBetween = 20;
  text.remove_prefix(std::min(text.size(), text.rfind(')') + 1));
  for (int i = 0; i < kFieldsBetween && !text.empty(); ++i) {
    text.remove_prefix(std::min(text.size(), text.find(' ') + 1));
  }
  std::uint64_t ticks = 0;
  std::from_chars(text.data(), text.data() + text.size(), ticks);
  return static_cast<std::uint32_t>(ticks);
}

}  // namespace

ProcessIdentity ProcessIdentity::of(pid_t pid) noexcept {
  return ProcessIdentity{static_cast<std::uint64_t>(pid) << 32 | start_of(pid)};
}

bool ProcessIdentity::is_gone() const noexcept {
  if (kill(pid(), 0) != 0 && errno == ESRCH) {
    return true;
  }
  const std::uint32_t start = start_of(pid());
  const auto known = static_cast<std::uint32_t>(bits_);
  return start != 0 && known != 0 && start != known;
}

std::optional<std::size_t> ProcessTable::join(ProcessIdentity self) noexcept {
  for (std::size_t place = 0; place < kCapacity; ++place) {
    std::uint64_t free = 0;
    if (!words_->processes[place].compare_exchange_strong(free, self.bits())) {
      continue;
    }
    std::uint64_t used = words_->ever_used.load();
    while (used <= place && !words_->ever_used.compare_exchange_weak(used, place + 1)) {
    }
    return place;
  }
  return std::nullopt;
}

void ProcessTable::leave(std::size_t place, ProcessIdentity self) noexcept {
  std::uint64_t expected = self.bits();
  words_->processes[place].compare_exchange_strong(expected, 0);
}

std::optional<ProcessIdentity> ProcessTable::at(std::size_t place) const noexcept {
  const std::uint64_t bits = words_->processes[place].load();
  return bits == 0 ? std::nullopt : std::optional{ProcessIdentity::from(bits)};
}

}  // namespace zenzefi::gateway
