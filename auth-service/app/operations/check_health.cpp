#include "app/operations/check_health.hpp"

namespace zenzefi::app {

CheckHealth::Output CheckHealth::run() {
  return {database_.ping().has_value(), cache_.ping().has_value()};
}

}  // namespace zenzefi::app
