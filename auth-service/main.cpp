#include "commands/run.hpp"

int main(int argc, char** argv) {
  using namespace zenzefi::commands;
  const auto parsed = parse_command_line(argc, argv);
  if (const auto* exit = std::get_if<ExitStatus>(&parsed)) {
    return exit->status;
  }
  return run(std::get<Command>(parsed));
}
