// `zenzefi-auth payments`
#pragma once

#include "commands/command_line.hpp"
#include "infra/postgres/settings.hpp"

namespace zenzefi::commands {

[[nodiscard]] int note_refund(const NoteRefundCommand& command, infra::PostgresSettings settings);

}  // namespace zenzefi::commands
