// The module's directives, as nginx wants them.
#pragma once

#include "ngx.hpp"

namespace zenzefi::gateway {

extern ngx_command_t commands[];

}  // namespace zenzefi::gateway
