# shellcheck shell=bash
# Redis, the auth service, the demonstration target and nginx. scripts/run sets what is read here.
# shellcheck disable=SC2154

start_redis() {
  local log=$STATE_DIR/log/redis.log conf=$STATE_DIR/redis/redis.conf
  command -v redis-server >/dev/null || die "there is no redis-server; run scripts/install-dependencies"
  private_directory redis
  # In a file, for arguments are seen by everybody on the machine.
  (umask 077 && {
    cat "$root/conf/redis.conf"
    printf 'port %s\ndir %s\nrequirepass %s\n' "$REDIS_PORT" "$STATE_DIR/redis" "$REDIS_PASSWORD"
  } >"$conf")
  start redis TERM "$log" redis-server "$conf"
  await 20 Redis "${pid_of[redis]}" "$log" redis_answers
}

redis_answers() {
  [[ $(REDISCLI_AUTH=$REDIS_PASSWORD redis-cli -h 127.0.0.1 -p "$REDIS_PORT" ping) == PONG ]]
}

start_service() {
  local log=$STATE_DIR/log/auth.log auth=$build/auth-service/zenzefi-auth
  "$auth" migrate up >>"$log" 2>&1 || die "migration failed: $(last_line "$log") (all of it: $log)"
  if [[ -n ${SUPERUSER_EMAIL:-} ]]; then
    "$auth" create-superuser >>"$log" 2>&1 || die "no administrator: $(last_line "$log") (all of it: $log)"
  fi
  start auth TERM "$log" "$auth" serve
  await 30 zenzefi-auth "${pid_of[auth]}" "$log" \
    curl --fail --silent --max-time 5 "http://127.0.0.1:$AUTH_PUBLIC_PORT/health"
}

# Only where nothing else is to be put behind the gateway.
start_target() {
  [[ -z ${ZENZEFI_TARGET_URL:-} ]] || return 0
  local log=$STATE_DIR/log/demo-target.log
  own_port DEMO_TARGET_PORT
  export ZENZEFI_TARGET_URL=http://127.0.0.1:$DEMO_TARGET_PORT
  start demo-target TERM "$log" "$build/demo/zenzefi-demo-target" --port "$DEMO_TARGET_PORT"
  await 20 "the demonstration target" "${pid_of[demo-target]}" "$log" port_taken "$DEMO_TARGET_PORT"
}

start_nginx() {
  local prefix=$STATE_DIR/nginx nginx
  nginx=$(PATH=$PATH:/usr/sbin:/sbin command -v nginx) ||
    die "there is no nginx; run scripts/install-dependencies"
  # Workers without root's rights, where such a user can reach their files.
  if ((EUID == 0)); then
    NGINX_USER=root
    ! can_reach www-data "$prefix" || NGINX_USER=www-data
    export NGINX_USER
  fi
  NGINX_MODULE=$build/nginx-module/ngx_http_access_token_module.so "$root/scripts/render-conf" "$prefix/conf"
  local command=("$nginx" -p "$prefix/" -c conf/nginx.conf -e error.log)
  "${command[@]}" -t -q 2>"$STATE_DIR/log/nginx-test.log" ||
    die "nginx refuses its configuration: $(grep -m 1 emerg "$STATE_DIR/log/nginx-test.log")"
  start nginx QUIT "$STATE_DIR/log/nginx.log" "${command[@]}"
  await 20 nginx "${pid_of[nginx]}" "$prefix/error.log" \
    curl --fail --silent --max-time 5 "http://127.0.0.1:$GATEWAY_PORT/health"
}
