# shellcheck shell=bash
# A private PostgreSQL below $STATE_DIR. scripts/run sets what is read here.
# shellcheck disable=SC2154

# PostgreSQL refuses to run as root. Where the user postgres can reach the files it is that user;
# elsewhere (a checkout in /root) root takes that user's number in a user namespace of its own.
postgres_as=()
choose_postgres_user() {
  ((EUID == 0)) || return 0
  id postgres >/dev/null 2>&1 || die "there is no user postgres; is the package postgresql installed?"
  if can_reach postgres "$STATE_DIR"; then
    postgres_as=(setpriv --reuid=postgres --regid=postgres --init-groups)
    chown -R postgres:postgres "$STATE_DIR/postgres"
  elif unshare --user --map-user=postgres --map-group=postgres true 2>/dev/null; then
    postgres_as=(unshare --user --map-user=postgres --map-group=postgres)
    chown -R root:root "$STATE_DIR/postgres"
  else
    die "PostgreSQL does not run as root, and the user postgres cannot enter $STATE_DIR; set STATE_DIR"
  fi
}

start_postgres() {
  local bin data=$STATE_DIR/postgres/data log=$STATE_DIR/log/postgres.log
  bin=$(find /usr/lib/postgresql -path '*/bin/postgres' 2>/dev/null | sort -V | tail -n 1)
  [[ -n $bin ]] || die "there is no PostgreSQL; run scripts/install-dependencies"
  bin=${bin%/postgres}
  private_directory postgres
  choose_postgres_user
  [[ -s $data/PG_VERSION && -e $STATE_DIR/postgres/complete ]] || create_cluster "$bin" "$data"
  start postgres INT "$log" "${postgres_as[@]}" "$bin/postgres" -D "$data" -p "$POSTGRES_PORT" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=100 \
    -c timezone=UTC -c log_timezone=UTC
  await 60 PostgreSQL "${pid_of[postgres]}" "$log" \
    "$bin/pg_isready" --quiet --host 127.0.0.1 --port "$POSTGRES_PORT"
  create_database
}

# create_cluster BIN DATA: whole or not at all.
create_cluster() {
  local words
  note "creating a PostgreSQL cluster in $STATE_DIR/postgres"
  rm -rf "$2"
  words=$STATE_DIR/postgres/password
  secret postgres_superuser_password 24 hex >"$words"
  ((EUID != 0)) || chown --reference="$STATE_DIR/postgres" "$words"
  (cd "$STATE_DIR/postgres" && "${postgres_as[@]}" "$1/initdb" --pgdata="$2" --username=postgres \
    --pwfile="$words" --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8) \
    >"$STATE_DIR/log/initdb.log" 2>&1 ||
    die "initdb failed: $(last_line "$STATE_DIR/log/initdb.log")"
  rm -f "$words"
  touch "$STATE_DIR/postgres/complete"
}

# as_superuser: SQL from standard input, without what it says.
as_superuser() {
  PGPASSWORD=$(secret postgres_superuser_password 24 hex) psql --no-psqlrc --quiet --tuples-only \
    --no-align --set ON_ERROR_STOP=1 --host 127.0.0.1 --port "$POSTGRES_PORT" --username postgres \
    postgres
}

# The role's password follows the setting; psql quotes what \gexec runs by format().
create_database() {
  as_superuser <<SQL || die "cannot create the database; see $STATE_DIR/log/postgres.log"
\\getenv password POSTGRES_PASSWORD
SELECT 'CREATE ROLE zenzefi LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'zenzefi') \\gexec
SELECT format('ALTER ROLE zenzefi PASSWORD %L', :'password') \\gexec
SELECT 'CREATE DATABASE zenzefi OWNER zenzefi' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'zenzefi') \\gexec
SQL
}
