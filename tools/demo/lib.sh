# shellcheck shell=bash
# What tools/demo/run and tools/demo/stop share; sourced, with root set to the check-out.

tools=$root/tools/demo
demo=$root/.cache/demo
work=$demo/work
log=$demo/commands.log

step='the start'
heading() {
  step=$1
  printf '\n== %s\n\n' "$step"
}

# tf FILTER ARGUMENT…: runs the command line, and prints what the sed script FILTER prints of its
# output; with VERBOSE, the whole output. Without, the log has the whole output.
tf() {
  local filter=$1 output=$demo/output code=0
  shift
  if [[ -n $verbose ]]; then
    printf '$ %s %s\n' "${cli##*/}" "$*"
    (cd "$work" && "$cli" "$@")
    return
  fi
  (cd "$work" && "$cli" "$@") >"$output" 2>&1 || code=$?
  { printf '$ %s %s\n' "${cli##*/}" "$*" && cat "$output"; } >>"$log"
  if ((code != 0)); then
    printf '$ %s %s\n' "${cli##*/}" "$*" >&2
    tail -n 40 "$output" >&2
    return "$code"
  fi
  sed -n "$filter" "$output"
}

# tf_fails ARGUMENT…: runs the command line, which has to fail, and prints its errors; with VERBOSE, all of it.
tf_fails() {
  local output=$demo/output
  printf '$ %s %s\n' "${cli##*/}" "$*" >>"$log"
  if (cd "$work" && "$cli" "$@" -json) >"$output" 2>&1; then
    cat "$output" >&2
    echo "demo: ${cli##*/} $* succeeded" >&2
    return 1
  fi
  cat "$output" >>"$log"
  [[ -z $verbose ]] || cat "$output"
  "$python" "$tools/errors.py" <"$output"
}

account() { "$python" "$tools/account.py" "$@"; }

# destroy_all destroys the unit, and fails if anything is left.
destroy_all() {
  heading '8. Destroy: the account is as it was before'
  tf '/^Destroy complete/p' destroy -input=false -auto-approve
  account left "$consumer"
}

# stop_emulator ends the emulator that the demo started and the stage before it, and only these.
stop_emulator() {
  stop_server stage "$demo/stage"
  stop_server emulator moto.server
  rm -f "$demo/env"
}

# stop_server NAME COMMAND ends the process of $demo/NAME.pid, if it runs the command.
stop_server() {
  local name=$1 file=$demo/$1.pid pid
  [[ -e $file ]] || return 0
  pid=$(<"$file")
  # The number may have gone to another process since.
  if [[ $(ps -o args= -p "$pid" 2>/dev/null) == *"$2"* ]]; then
    kill "$pid"
    for _ in {1..50}; do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    if kill -KILL "$pid" 2>/dev/null; then
      echo "demo: $name (process $pid) killed" >&2
    else
      echo "demo: $name (process $pid) stopped" >&2
    fi
  fi
  rm -f "$file"
}

# finish is the trap of EXIT: after a failure or an interrupt too, nothing is left running. With keep
# set, a run that succeeded leaves the emulator.
finish() {
  local code=$?
  trap '' INT TERM
  if ((code != 0)); then
    local what=failed file
    ((code != 130 && code != 143)) || what=interrupted
    printf '\ndemo: %s in %s\n' "$what" "$step" >&2
    for file in "$log" "$demo/emulator.log" "$demo/stage.log"; do
      [[ ! -s $file ]] || echo "demo: log: $file" >&2
    done
  fi
  if ((code != 0)) || [[ -z ${keep:-} ]]; then
    stop_emulator
  fi
  exit "$code"
}
