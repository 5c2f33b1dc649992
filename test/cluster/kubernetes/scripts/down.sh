#!/bin/bash
# down.sh: ends a cluster and removes its namespaces, links, control groups and folder, as much of it as there is. What
# belongs to it is told by its prefix, so that nothing is left when its records are lost. Its logs are kept.
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"

# A signal to a stopped process waits, but not this one. With the first process of a node the kernel ends all others
# and drops the node's mounts.
is_empty() { # NAMESPACE
  local pids
  pids=$(ip netns pids "$1")
  [ -n "$pids" ] || return 0
  kill -KILL $pids 2>/dev/null || true
  return 1
}
groups_are_gone() {
  local hierarchy
  for hierarchy in /sys/fs/cgroup/*/; do
    [ ! -d "$hierarchy$GROUP" ] || find "$hierarchy$GROUP" -depth -type d -exec rmdir {} + 2>/dev/null || return 1
  done
}

for file in "/run/netns/$PREFIX"*; do
  [ -e "$file" ] || continue
  wait_for 20 "the processes in ${file##*/} to end" is_empty "${file##*/}"
done
ip link del "${PREFIX}root" 2>/dev/null || true
for file in "/run/netns/$PREFIX"*; do
  [ ! -e "$file" ] || ip netns del "${file##*/}"
done
# A group can be removed shortly after its last process has gone.
wait_for 10 "the control groups $GROUP to empty" groups_are_gone
wait_for 10 "$RUN to be free" rm -rf "$RUN"
