# shellcheck shell=bash
# The settings of `make run`: the environment's, else safe defaults; secrets are made once and kept.

# secret NAME BYTES FORMAT: what $STATE_DIR/secrets/NAME holds; made now if it is not there.
secret() {
  local file=$STATE_DIR/secrets/$1
  if [[ ! -s $file ]]; then
    (umask 077 && openssl rand "-$3" "$2" >"$file.new" && mv "$file.new" "$file")
  fi
  tr -d '\n' <"$file"
}

# inner_port: a free port that follows from GATEWAY_PORT, so that checkouts side by side do not meet.
next_port=0
inner_port() {
  local base=$((10000 + GATEWAY_PORT % 400 * 5))
  for ((; next_port < 2000; next_port++)); do
    local candidate=$((10000 + (base - 10000 + next_port) % 2000))
    if ! port_taken "$candidate"; then
      port=$candidate
      next_port=$((next_port + 1))
      return
    fi
  done
  die "no free port between 10000 and 11999"
}

# own_port NAME: the port in that variable, which must be free then, or a free one.
own_port() {
  if [[ -n ${!1:-} ]]; then
    is_port "${!1}" || die "$1 is '${!1}', which is no port"
    ! port_taken "${!1}" || die "port ${!1} is taken; set $1 to another one"
    return
  fi
  local port
  inner_port
  export "$1=$port"
}

check_gateway_port() {
  export GATEWAY_PORT=${GATEWAY_PORT:-8080}
  is_port "$GATEWAY_PORT" || die "GATEWAY_PORT is '$GATEWAY_PORT', which is no port"
  ! port_taken "$GATEWAY_PORT" ||
    die "port $GATEWAY_PORT is taken; try GATEWAY_PORT=$((GATEWAY_PORT + 1)) make run"
}

# An address in the environment means a server that is already there.
load_settings() {
  private_postgres=yes
  private_redis=yes
  [[ -z ${POSTGRES_SERVER:-} ]] || private_postgres=
  [[ -z ${REDIS_HOST:-} ]] || private_redis=

  own_port AUTH_PUBLIC_PORT
  own_port AUTH_INTERNAL_PORT
  if [[ -n $private_postgres ]]; then
    own_port POSTGRES_PORT
    POSTGRES_PASSWORD=${POSTGRES_PASSWORD:-$(secret postgres_password 24 hex)}
    export POSTGRES_SERVER=127.0.0.1 POSTGRES_USER=zenzefi POSTGRES_DB=zenzefi POSTGRES_PASSWORD
  fi
  if [[ -n $private_redis ]]; then
    own_port REDIS_PORT
    REDIS_PASSWORD=${REDIS_PASSWORD:-$(secret redis_password 24 hex)}
    export REDIS_HOST=127.0.0.1 REDIS_PASSWORD
  fi
  SECRET_KEY=${SECRET_KEY:-$(secret secret_key 48 base64)}
  TOKEN_ENCRYPTION_KEY=${TOKEN_ENCRYPTION_KEY:-$(secret token_encryption_key 32 base64)}
  export SECRET_KEY TOKEN_ENCRYPTION_KEY
  # On this machine and without TLS, browsers would not send a Secure cookie.
  export COOKIE_SECURE=${COOKIE_SECURE:-false} PAYMENT_PROVIDER=${PAYMENT_PROVIDER-demo}
}
