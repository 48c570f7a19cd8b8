# Headers and build settings of the nginx the module is for, as the package nginx-dev has them:
# target zenzefi_nginx.
set(NGINX_SOURCE_DIR /usr/share/nginx/src CACHE PATH "nginx's headers and configure script")

if(NOT EXISTS ${NGINX_SOURCE_DIR}/configure)
  message(FATAL_ERROR "No nginx headers in ${NGINX_SOURCE_DIR}: install nginx-dev, or set NGINX_SOURCE_DIR")
endif()

# ngx_auto_config.h decides the signature by which nginx knows a module as its own, so it must come
# from the flags that nginx itself was configured with. configure writes into its own directory:
# it gets one of links.
set(nginx_build ${CMAKE_CURRENT_BINARY_DIR}/nginx)
set(nginx_stamp ${nginx_build}/objs/configured)
file(SHA256 ${NGINX_SOURCE_DIR}/src/core/nginx.h nginx_version_hash)
set(nginx_identity "${NGINX_SOURCE_DIR} ${nginx_version_hash}")
if(EXISTS ${NGINX_SOURCE_DIR}/conf_flags)
  file(SHA256 ${NGINX_SOURCE_DIR}/conf_flags nginx_flags_hash)
  string(APPEND nginx_identity " ${nginx_flags_hash}")
endif()
if(EXISTS ${nginx_stamp})
  file(READ ${nginx_stamp} nginx_configured)
endif()
if(NOT nginx_configured STREQUAL nginx_identity)
  message(STATUS "Configuring nginx's headers")
  execute_process(
    COMMAND bash ${CMAKE_CURRENT_LIST_DIR}/configure-nginx ${NGINX_SOURCE_DIR} ${nginx_build}
    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
  file(WRITE ${nginx_stamp} "${nginx_identity}")
endif()

add_library(zenzefi_nginx INTERFACE)
target_include_directories(
  zenzefi_nginx SYSTEM
  INTERFACE ${nginx_build}/objs
            ${NGINX_SOURCE_DIR}/src/core
            ${NGINX_SOURCE_DIR}/src/event
            ${NGINX_SOURCE_DIR}/src/event/modules
            ${NGINX_SOURCE_DIR}/src/os/unix
            ${NGINX_SOURCE_DIR}/src/http
            ${NGINX_SOURCE_DIR}/src/http/modules
            ${NGINX_SOURCE_DIR}/src/http/v2)
