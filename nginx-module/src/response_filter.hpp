// What happens when a response is about to be sent.
#pragma once

namespace zenzefi::gateway {

// Once for each configuration that counts usage or connections: an upgrade to a WebSocket is noted,
// and what the request's end will look at is fetched while the response is written.
void filter_responses() noexcept;

}  // namespace zenzefi::gateway
