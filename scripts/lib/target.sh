# shellcheck shell=bash
# What the nginx set-ups need to know about the target, from ZENZEFI_TARGET_URL.

# Exports TARGET_SCHEME, _HOST (as in Host), _ADDRESS (with its port), _ORIGIN, _ORIGIN_REGEX,
# _WS_SCHEME, _AUTHORIZATION (a value for proxy_set_header) and _TLS (directives).
export_target() {
  local url=${ZENZEFI_TARGET_URL%/}
  [[ $url =~ ^(https?)://((\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:([0-9]+))?)$ ]] ||
    die "ZENZEFI_TARGET_URL is '$ZENZEFI_TARGET_URL', but must be http(s)://host[:port], without a path"
  TARGET_SCHEME=${BASH_REMATCH[1]}
  TARGET_HOST=${BASH_REMATCH[2]}
  local name=${BASH_REMATCH[3]} port=${BASH_REMATCH[5]}
  TARGET_WS_SCHEME=ws
  TARGET_TLS=
  if [[ $TARGET_SCHEME == https ]]; then
    TARGET_WS_SCHEME=wss
    TARGET_TLS="proxy_ssl_server_name on; proxy_ssl_name $name;"
    TARGET_TLS+=" proxy_ssl_verify on; proxy_ssl_verify_depth 4;"
    TARGET_TLS+=" proxy_ssl_trusted_certificate ${ZENZEFI_TARGET_CA_FILE:-/etc/ssl/certs/ca-certificates.crt};"
    port=${port:-443}
  fi
  TARGET_ADDRESS=$name:${port:-80}
  TARGET_ORIGIN=$TARGET_SCHEME://$TARGET_HOST
  TARGET_ORIGIN_REGEX=${TARGET_ORIGIN//./\\.}
  TARGET_ORIGIN_REGEX=${TARGET_ORIGIN_REGEX//[/\\[}
  TARGET_ORIGIN_REGEX=${TARGET_ORIGIN_REGEX//]/\\]}
  TARGET_AUTHORIZATION=$(target_authorization)
  export TARGET_SCHEME TARGET_HOST TARGET_ADDRESS TARGET_ORIGIN TARGET_ORIGIN_REGEX \
    TARGET_WS_SCHEME TARGET_AUTHORIZATION TARGET_TLS
}

# The gateway's own credentials for the target, or those the client sent.
target_authorization() {
  if [[ -z ${ZENZEFI_BASIC_AUTH_USER:-} ]]; then
    echo "\$http_authorization"
    return
  fi
  echo "\"Basic $(printf '%s:%s' "$ZENZEFI_BASIC_AUTH_USER" "${ZENZEFI_BASIC_AUTH_PASSWORD:-}" | base64 -w 0)\""
}
