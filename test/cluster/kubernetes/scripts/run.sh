#!/bin/bash
# run.sh kubectl ARGUMENT...            kubectl as the administrator
# run.sh node NODE COMMAND...           a command in all namespaces of a node
# run.sh pod NAMESPACE POD COMMAND...   one of the machine's own programs in the network of a pod
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
. "$SCRIPTS/processes.sh"
[ $# -ge 2 ] || { sed -n '2,4s/^# *//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
what=$1
shift
case $what in
  kubectl) kubectl "$@" ;;
  node) in_node "$@" ;;
  pod)
    read -r node id <<<"$(kubectl -n "$1" get pod "$2" -o jsonpath='{.spec.nodeName} {.status.containerStatuses[0].containerID}')"
    pid=$(in_node "$node" ctr -n k8s.io tasks ls | awk -v id="${id#*//}" '$1 == id { print $2 }')
    [ -n "$pid" ] || { say "Pod $2 does not run."; exit 1; }
    shift 2
    in_node "$node" nsenter -t "$pid" -n -- "$@"
    ;;
  *) sed -n '2,4s/^# *//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac
