#!/bin/bash
# fault.sh WHAT on|off: breaks one thing (on) or mends it (off); returns when that is done.
#   apiserver, etcd, controller-manager, scheduler, metrics-server   killed, started again
#   kubelet:NODE, kube-proxy:NODE, netpol:NODE                       the same
#   hang-NAME[:NODE]   the same daemons, stopped in place (SIGSTOP)
#   link:NODE          the node's cable is dead: no API server, no other node
#   pods:NODE          traffic between pods of this node and of others is lost, the node stays Ready
#   history            etcd forgets all states but the present one; there is nothing to mend
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
. "$SCRIPTS/processes.sh"
. "$SCRIPTS/daemons.sh"
. "$SCRIPTS/network.sh"
[ $# = 2 ] && [[ $2 = on || $2 = off ]] || { sed -n '2,8s/^# *//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
what=$1 node=${1#*:}
case $what in *:*) node_number "$node" >/dev/null ;; esac

# record_of NAME[:NODE]
record_of() { case $1 in *:*) echo "${1#*:}.${1%%:*}" ;; *) echo "$1" ;; esac; }
lose_pods() {
  local other
  for other in $NODES; do
    [ "$other" = "$node" ] || in_net "$node" ip route replace blackhole "$(node_pods "$other")"
  done
}
find_pods() {
  local other
  for other in $NODES; do
    [ "$other" = "$node" ] || in_net "$node" ip route del blackhole "$(node_pods "$other")" 2>/dev/null || true
  done
  route_pods "$node"
}

case $what/$2 in
  link:*/on) in_net cp ip link set "p-$node" down ;;
  link:*/off) in_net cp ip link set "p-$node" up ;;
  pods:*/on) lose_pods ;;
  pods:*/off) find_pods ;;
  history/on) in_net cp "$KUBE" etcd -compact ;;
  history/off) ;;
  hang-*/*)
    record=$(record_of "${what#hang-}")
    pid=$(pid_of "$record") || { say "${what#hang-} does not run."; exit 1; }
    if [ "$2" = on ]; then kill -STOP "$pid"; else wake "$pid" "$record"; fi
    ;;
  */on)
    pid_of "$(record_of "$what")" >/dev/null || { say "$what does not run."; exit 1; }
    stop "$(record_of "$what")" KILL
    ;;
  */off) start "$what" ;;
esac
case $what/$2 in
  apiserver/off | hang-apiserver/off) wait_for 120 "the API server" kubectl get --raw /readyz ;;
esac
