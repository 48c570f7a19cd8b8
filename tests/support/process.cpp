#include "tests/support/process.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <system_error>

#include "tests/support/temp_dir.hpp"

namespace zenzefi::test {
namespace {

constexpr int kCannotStart = 127;

// All that the child needs after fork(), where it must not allocate: other threads may have been
// in malloc() at that moment.
struct Launch {
  std::vector<std::string> strings;
  std::vector<char*> argv;
  std::vector<char*> envp;
  const char* directory = nullptr;
  int output = -1;
  bool change_user = false;
  uid_t uid = 0;
  gid_t gid = 0;
  int death_signal = SIGKILL;
  pid_t parent = 0;
};

std::vector<char*> pointers(std::vector<std::string>& strings, std::size_t from) {
  std::vector<char*> result;
  for (std::size_t i = from; i < strings.size(); ++i) {
    result.push_back(strings[i].data());
  }
  result.push_back(nullptr);
  return result;
}

Environment merged_environment(const Environment& own) {
  Environment merged;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text{*entry};
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) {
      merged.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  for (const auto& [name, value] : own) {
    merged[name] = value;
  }
  return merged;
}

void choose_user(const std::string& user, Launch& launch) {
  if (user.empty() || ::geteuid() != 0) {
    return;
  }
  const passwd* entry = ::getpwnam(user.c_str());
  if (entry == nullptr) {
    throw std::runtime_error("no such user: " + user);
  }
  launch.change_user = true;
  launch.uid = entry->pw_uid;
  launch.gid = entry->pw_gid;
}

[[noreturn]] void become(const Launch& launch) {
  const bool ready =
      (!launch.change_user ||
       (::setgroups(0, nullptr) == 0 && ::setgid(launch.gid) == 0 && ::setuid(launch.uid) == 0)) &&
      // After the change of user, which would clear it.
      ::prctl(PR_SET_PDEATHSIG, launch.death_signal) == 0 && ::getppid() == launch.parent &&
      (launch.directory == nullptr || ::chdir(launch.directory) == 0) &&
      ::dup2(launch.output, STDOUT_FILENO) >= 0 && ::dup2(launch.output, STDERR_FILENO) >= 0;
  if (ready) {
    ::close_range(STDERR_FILENO + 1, ~0U, 0);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execvpe(launch.argv[0], launch.argv.data(), launch.envp.data());
  }
  static constexpr char kMessage[] = "cannot start the process\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kMessage, sizeof kMessage - 1);
  ::_exit(kCannotStart);
}

int exit_status(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

// The fields of /proc/PID/stat after the name, which may itself hold spaces and parentheses:
// state and parent's pid.
struct Stat {
  char state = 'X';
  pid_t parent = 0;
};

Stat stat_of(pid_t pid) {
  const std::string text = read_file("/proc/" + std::to_string(pid) + "/stat");
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos || name_end + 4 >= text.size()) {
    return {};
  }
  Stat stat{.state = text[name_end + 2], .parent = 0};
  std::from_chars(text.data() + name_end + 4, text.data() + text.size(), stat.parent);
  return stat;
}

}  // namespace

Process::Process(const ProcessOptions& options) {
  Launch launch;
  launch.strings = options.argv;
  for (const auto& [name, value] : merged_environment(options.environment)) {
    launch.strings.emplace_back(name).append("=").append(value);
  }
  launch.envp = pointers(launch.strings, options.argv.size());
  launch.argv = pointers(launch.strings, 0);
  launch.argv[options.argv.size()] = nullptr;
  launch.directory =
      options.working_directory.empty() ? nullptr : options.working_directory.c_str();
  launch.death_signal = options.death_signal;
  launch.parent = ::getpid();
  choose_user(options.user, launch);
  const std::string output = options.output.empty() ? "/dev/null" : options.output.string();
  launch.output = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (launch.output < 0) {
    throw std::system_error(errno, std::generic_category(), output);
  }
  pid_ = ::fork();
  if (pid_ == 0) {
    become(launch);
  }
  const int error = errno;
  ::close(launch.output);
  if (pid_ < 0) {
    throw std::system_error(error, std::generic_category(), "fork");
  }
}

Process::~Process() {
  if (running()) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
}

bool Process::running() {
  if (status_) {
    return false;
  }
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) == pid_) {
    status_ = exit_status(status);
  }
  return !status_;
}

void Process::signal(int number) const {
  if (!status_) {
    ::kill(pid_, number);
  }
}

std::optional<int> Process::wait(std::chrono::milliseconds deadline) {
  static_cast<void>(holds_within(deadline, [this] { return !running(); }));
  return status_;
}

int Process::stop(int number, std::chrono::milliseconds deadline) {
  signal(number);
  if (const auto status = wait(deadline)) {
    return *status;
  }
  ::kill(pid_, SIGKILL);
  static_cast<void>(wait());
  throw TimedOut("process " + std::to_string(pid_) + " did not end on signal " +
                 std::to_string(number));
}

Finished run(ProcessOptions options, std::chrono::milliseconds deadline) {
  const TempDir dir{"run"};
  options.output = dir / "output";
  Process process{options};
  const auto status = process.wait(deadline);
  if (!status) {
    throw TimedOut(options.argv.front() + " did not end: " + read_file(options.output));
  }
  return {.status = *status, .output = read_file(options.output)};
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
    const std::string name = entry.path().filename();
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error != std::errc{} || end != name.data() + name.size()) {
      continue;
    }
    const Stat stat = stat_of(pid);
    if (stat.parent == parent && stat.state != 'Z' && stat.state != 'X') {
      children.push_back(pid);
    }
  }
  std::sort(children.begin(), children.end());
  return children;
}

std::string command_line(pid_t pid) {
  std::string text = read_file("/proc/" + std::to_string(pid) + "/cmdline");
  std::replace(text.begin(), text.end(), '\0', ' ');
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

bool is_alive(pid_t pid) {
  const char state = stat_of(pid).state;
  return state != 'Z' && state != 'X';
}

}  // namespace zenzefi::test
