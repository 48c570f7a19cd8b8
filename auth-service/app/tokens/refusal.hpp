// Why an access token lets nobody pass.
#pragma once

namespace zenzefi::app {

enum class Refusal { kUnknown, kExpired, kRevoked };

}  // namespace zenzefi::app
