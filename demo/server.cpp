#include "demo/server.hpp"

#include <boost/asio/error.hpp>
#include <chrono>
#include <memory>
#include <utility>

#include "demo/connection.hpp"

namespace zenzefi::demo {

using boost::asio::ip::tcp;
using boost::system::error_code;

Server::Server(boost::asio::io_context& context, const tcp::endpoint& endpoint)
    : acceptor_(context, endpoint), retry_(context) {}

tcp::endpoint Server::endpoint() const {
  return acceptor_.local_endpoint();
}

void Server::start() {
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (!error) {
      std::make_shared<Connection>(std::move(socket))->start();
      start();
      return;
    }
    // Out of descriptors, most likely: trying again at once would only spin.
    retry_.expires_after(std::chrono::milliseconds(100));
    retry_.async_wait([this](error_code cancelled) {
      if (!cancelled) {
        start();
      }
    });
  });
}

}  // namespace zenzefi::demo
