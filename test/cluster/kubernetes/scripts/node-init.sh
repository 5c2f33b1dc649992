#!/bin/bash
# node-init.sh FOLDER NAME PAUSE: becomes the first process of a node. Runs in new mount, PID, UTS, IPC and cgroup
# namespaces; gives the node folders of its own, then turns into PAUSE. Nothing is mounted on a folder that would have to
# be made on the machine: removing one would take the mount away from the nodes of all other clusters too.
set -euo pipefail
folder=$1 name=$2 pause=$3
mount --make-rprivate /
mount -t proc proc /proc
hostname "$name"
mkdir -p "$folder"/{node,lib/kubelet,lib/containerd,lib/cni,log/pods,log/containers,sysctl}

# A sysfs that shows this node's network devices, and control groups that begin at the node's own: nothing in the node
# reaches the machine's.
umount -R -l /sys
mount -t sysfs sysfs /sys
mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
groups=$(cat /proc/self/cgroup) # before the moves below change it
while IFS=: read -r _ what _; do
  case $what in
    '') hierarchy=unified type=cgroup2 options=rw ;;
    name=*) hierarchy=${what#name=} type=cgroup options=none,$what ;;
    *) hierarchy=$what type=cgroup options=$what ;;
  esac
  mkdir "/sys/fs/cgroup/$hierarchy"
  mount -t $type -o "$options" "$hierarchy" "/sys/fs/cgroup/$hierarchy"
  echo 0 >"/sys/fs/cgroup/$hierarchy/system/cgroup.procs"
done <<<"$groups"
mount -t bpf bpf /sys/fs/bpf 2>/dev/null || true

# The kubelet insists on these kernel settings; a file over each satisfies it and leaves the machine as it is.
while read -r path value; do
  [ -e "/proc/sys/$path" ] || continue
  file=$folder/sysctl/${path//\//_}
  echo "$value" >"$file"
  mount --bind "$file" "/proc/sys/$path"
done <<'SETTINGS'
vm/overcommit_memory 1
vm/panic_on_oom 0
kernel/panic 10
kernel/panic_on_oops 1
kernel/keys/root_maxkeys 1000000
kernel/keys/root_maxbytes 25000000
kernel/unprivileged_bpf_disabled 1
kernel/timer_migration 0
SETTINGS

# What lies below these folders is the node's own from here on.
mount --bind "$folder/log" /var/log
mount --bind "$folder/lib" /var/lib
mount --make-rshared /var/lib
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/node /run/netns /run/lock
mount --bind "$folder/node" /run/node
touch "$folder/booted"
exec "$pause"
