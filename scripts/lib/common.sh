# shellcheck shell=bash
# What every script here needs: messages, ports, waiting.

die() {
  echo "${0##*/}: $*" >&2
  exit 1
}

note() {
  echo "==> $*"
}

# port_taken PORT: does anybody listen there on the loopback interface?
port_taken() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# is_port TEXT
is_port() {
  [[ $1 =~ ^[1-9][0-9]{0,4}$ ]] && (($1 <= 65535))
}

# await SECONDS WHAT PID LOG COMMAND...: runs COMMAND until it succeeds; ends everything, with one
# line that says why, when PID has ended or the time is over.
await() {
  local seconds=$1 what=$2 pid=$3 log=$4
  shift 4
  local deadline=$((SECONDS + seconds))
  until "$@" >/dev/null 2>&1; do
    kill -0 "$pid" 2>/dev/null || die "$what ended: $(last_line "$log") (all of it: $log)"
    ((SECONDS < deadline)) || die "$what did not answer within $seconds seconds; see $log"
    sleep 0.05
  done
}

last_line() {
  grep -v '^[[:space:]]*$' "$1" 2>/dev/null | tail -n 1
}

# private_directory NAME: below $STATE_DIR, for its owner alone.
private_directory() {
  (umask 077 && mkdir -p "$STATE_DIR/$1")
}

# can_reach USER PATH: may USER enter that directory?
can_reach() {
  setpriv --reuid="$1" --regid="$(id -g "$1")" --init-groups test -x "$2" 2>/dev/null
}
