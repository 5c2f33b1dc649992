#!/bin/bash
# down.sh: ends what up.sh started and removes the cluster's namespaces, links, control groups and folder, as much of it
# as there is.
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
. "$SCRIPTS/processes.sh"

for node in $NODES; do
  for file in "$PIDS/$node".*; do
    name=${file##*/}
    ! pid=$(pid_of "$name") || wake "$pid" "$name"
  done
  # With the first process of a node the kernel ends all others and drops the node's mounts.
  stop "$node.init" KILL
  rm -f "$PIDS/$node".*
done
for name in metrics-server scheduler controller-manager apiserver etcd; do stop "$name" KILL; done

ip link del "${PREFIX}root" 2>/dev/null || true
for name in $NODES cp; do ip netns del "$PREFIX$name" 2>/dev/null || true; done

# A group can be removed shortly after its last process has gone.
groups_are_gone() {
  local hierarchy
  for hierarchy in /sys/fs/cgroup/*/; do
    [ ! -d "$hierarchy$GROUP" ] || find "$hierarchy$GROUP" -depth -type d -exec rmdir {} + 2>/dev/null || return 1
  done
}
wait_for 10 "the control groups $GROUP to empty" groups_are_gone || true
wait_for 10 "$RUN to be free" rm -rf "$RUN"
