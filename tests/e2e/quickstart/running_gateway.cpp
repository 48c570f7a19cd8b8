#include "tests/e2e/quickstart/running_gateway.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <stdexcept>

#include "tests/e2e/quickstart/readme.hpp"
#include "tests/support/build_paths.hpp"
#include "tests/support/temp_dir.hpp"

namespace zenzefi::test {
namespace {

pid_t parent_of(pid_t process) {
  std::ifstream status{"/proc/" + std::to_string(process) + "/status"};
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("PPid:")) {
      return std::stoi(line.substr(5));
    }
  }
  throw std::runtime_error("no process " + std::to_string(process));
}

}  // namespace

RunningGateway::RunningGateway(const std::filesystem::path& state, std::uint16_t port,
                               const Environment& settings)
    : state_{state}, output_{state.string() + ".output"}, environment_{settings} {
  environment_["STATE_DIR"] = state.string();
  environment_["GATEWAY_PORT"] = std::to_string(port);
  std::filesystem::remove(output_);
  if (build_root() != source_root() / "build/release") {
    environment_["BUILD_DIR"] = build_root().string();
  }
  process_.emplace(
      ProcessOptions{.argv = {"bash", "-euo", "pipefail", "-c", quickstart_block("server")},
                     .environment = environment_,
                     .working_directory = source_root(),
                     .output = output_,
                     .death_signal = SIGTERM});
  start_time_ = await(
      "make run to be up",
      [this] {
        if (!process_->running()) {
          throw std::runtime_error("make run ended: " + output());
        }
        return output().find("Ctrl-C") != std::string::npos;
      },
      std::chrono::minutes{5});
}

RunningGateway::~RunningGateway() {
  try {
    stop();
  } catch (const std::exception& error) {
    ADD_FAILURE() << "while make run was stopped: " << error.what();
  }
}

std::string RunningGateway::output() const {
  return read_file(output_);
}

std::string RunningGateway::suggestion() const {
  const std::string text = output();
  const std::size_t begin = text.find("curl -");
  if (begin == std::string::npos) {
    throw std::runtime_error("make run suggests nothing: " + text);
  }
  return text.substr(begin, text.find('\n', begin) - begin);
}

std::map<std::string, pid_t> RunningGateway::programs() const {
  std::map<std::string, pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator{state_ / "run"}) {
    if (entry.path().extension() == ".pid") {
      std::ifstream{entry.path()} >> found[entry.path().stem().string()];
    }
  }
  return found;
}

void RunningGateway::stop() {
  const std::map<std::string, pid_t> started = programs();
  process_->stop(SIGTERM, std::chrono::seconds{60});
  // make may end before those it passed the signal on to.
  for (const auto& [name, pid] : started) {
    await(
        "the end of " + name, [pid = pid] { return !is_alive(pid); }, std::chrono::seconds{60});
  }
}

void RunningGateway::kill() {
  ::kill(parent_of(programs().at("nginx")), SIGKILL);
  static_cast<void>(process_->wait());
}

Finished RunningGateway::shell(const std::string& script) const {
  return run({.argv = {"bash", "-euo", "pipefail", "-c", script}, .environment = environment_},
             std::chrono::seconds{60});
}

}  // namespace zenzefi::test
