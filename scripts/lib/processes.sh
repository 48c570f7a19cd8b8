# shellcheck shell=bash
# The programs of one run: started apart from the terminal, known by pid, stopped in reverse order.

names=()
declare -A pid_of=() signal_of=() log_of=()

# start NAME SIGNAL LOG COMMAND...: SIGNAL is what asks it to end. It gets no Ctrl-C of the terminal's,
# for they must end one after the other.
start() {
  local name=$1 signal=$2 log=$3
  shift 3
  setsid -- "$@" >>"$log" 2>&1 </dev/null 9>&- &
  names+=("$name")
  pid_of[$name]=$!
  signal_of[$name]=$signal
  log_of[$name]=$log
  echo "$! $(start_time "$!")" >"$STATE_DIR/run/$name.pid"
}

# The kernel's name for one life of a pid: a number that is used again has another.
start_time() {
  sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

# stop_pid PID SIGNAL SECONDS
stop_pid() {
  local deadline=$((SECONDS + $3))
  kill "-$2" "$1" 2>/dev/null || return 0
  while kill -0 "$1" 2>/dev/null; do
    if ((SECONDS >= deadline)); then
      kill -KILL "$1" 2>/dev/null
      return 0
    fi
    sleep 0.02
  done
}

stop_all() {
  local index name
  for ((index = ${#names[@]} - 1; index >= 0; index--)); do
    name=${names[index]}
    stop_pid "${pid_of[$name]}" "${signal_of[$name]}" 20
    wait "${pid_of[$name]}" 2>/dev/null || true
    rm -f "$STATE_DIR/run/$name.pid"
  done
  names=()
}

# A run that was killed leaves its programs behind.
stop_leftovers() {
  local file pid born
  for file in "$STATE_DIR"/run/*.pid; do
    [[ -e $file ]] || continue
    read -r pid born <"$file" || true
    if [[ -n $born && $(start_time "$pid") == "$born" ]]; then
      note "stopping ${file##*/}, left behind by a run that was killed"
      stop_pid "$pid" TERM 20
    fi
    rm -f "$file"
  done
}

# Returns when one of the programs has ended, and says which.
watch_all() {
  local name
  wait -n "${pid_of[@]}" || true
  for name in "${names[@]}"; do
    kill -0 "${pid_of[$name]}" 2>/dev/null ||
      die "$name ended: $(last_line "${log_of[$name]}") (all of it: ${log_of[$name]})"
  done
}
