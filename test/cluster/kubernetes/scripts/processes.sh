# Starting, finding and ending the cluster's processes; sourced after settings.sh. A record is "PID STARTTIME", so that a
# PID that is used anew is never taken for ours. Processes of a node are recorded as NODE.NAME.

# start_time PID: in clock ticks since boot, field 22 of /proc/PID/stat (proc(5)); fails for what is gone or a zombie. A
# zombie whose other threads still end keeps its sockets open, and is not gone.
start_time() {
  local pid=$1 stat
  stat=$(cat "/proc/$pid/stat" 2>/dev/null) || return 1
  set -- ${stat##*) }
  [ "$1" != Z ] || [ "$(ls "/proc/$pid/task" 2>/dev/null | wc -l)" -gt 1 ] || return 1
  echo "${20}"
}
record() { mkdir -p "$PIDS"; echo "$2 $(start_time "$2")" >"$PIDS/$1"; }
# pid_of RECORD: fails unless it runs.
pid_of() {
  local pid started
  [ -s "$PIDS/$1" ] || return 1
  read -r pid started <"$PIDS/$1"
  [ "$(start_time "$pid")" = "$started" ] || return 1
  echo "$pid"
}
# wake PID RECORD: lets a stopped process go on. The nsenter above a node's daemon stops with it and must go on too, or
# nobody reaps the daemon.
wake() {
  local parent
  kill -CONT "$1" 2>/dev/null || true
  case $2 in *.*) ;; *) return 0 ;; esac
  parent=$(awk '/^PPid/ { print $2 }' "/proc/$1/status" 2>/dev/null || true)
  [ "${parent:-1}" -le 1 ] || kill -CONT "$parent" 2>/dev/null || true
}
# stop RECORD [SIGNAL]: ends a process and waits until it is gone; by force after 8 s.
stop() {
  local pid i
  pid=$(pid_of "$1") || { rm -f "$PIDS/$1"; return 0; }
  kill -"${2:-TERM}" "$pid" 2>/dev/null || true
  wake "$pid" "$1"
  for i in $(seq 100); do
    pid_of "$1" >/dev/null || break
    [ "$i" != 80 ] || kill -KILL "$pid" 2>/dev/null || true
    sleep 0.1
  done
  rm -f "$PIDS/$1"
}

# start_in_control_plane NAME COMMAND...
start_in_control_plane() {
  local name=$1
  shift
  ! pid_of "$name" >/dev/null || return 0
  setsid nsenter --net="/run/netns/${PREFIX}cp" -- "$@" </dev/null >>"$LOGS/$name.log" 2>&1 &
  record "$name" $!
}

# The first process of a node, seen from outside. All of a node's namespaces are its.
node_init() { pid_of "$1.init"; }
# in_node NODE COMMAND...: in all namespaces of the node.
in_node() {
  local init
  init=$(node_init "$1") || { say "Node $1 does not run."; return 1; }
  shift
  nsenter -t "$init" -m -u -i -n -p -C -- "$@"
}
# Joins the control groups that $0 names, then becomes the command.
JOIN='for file in $0; do echo 0 >"$file"; done; exec "$@"'
# start_in_node NODE NAME COMMAND...: a daemon in the node's namespaces and its group "system". nsenter forks to enter
# the PID namespace, so that the daemon is the child of what is started here.
start_in_node() {
  local node=$1 name=$2 init entered daemon i
  shift 2
  ! pid_of "$node.$name" >/dev/null || return 0
  init=$(node_init "$node")
  setsid nsenter -t "$init" -m -u -i -n -p -C -- sh -c "$JOIN" "/sys/fs/cgroup/*/system/cgroup.procs" "$@" \
    </dev/null >>"$LOGS/$node.$name.log" 2>&1 &
  entered=$!
  for i in $(seq 100); do
    daemon=$(cat "/proc/$entered/task/$entered/children" 2>/dev/null || true)
    [ -z "$daemon" ] || { record "$node.$name" "${daemon%% *}"; return 0; }
    sleep 0.05
  done
  say "$name did not start on $node."
  return 1
}
