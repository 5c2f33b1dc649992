# Settings and names of one cluster; the other scripts source it. testCluster.mjs sets the variables CLUSTER_...; what
# up.sh was told is kept in the cluster's folder and holds for every script until the cluster is down.
set -euo pipefail
SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
MANIFESTS=${SCRIPTS%/*}/manifests

NUMBER=${CLUSTER_NUMBER:-0}
RUN=${CLUSTER_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/cilium-bench-tests/cluster}/run/$NUMBER
[ ! -e "$RUN/settings" ] || . "$RUN/settings"
KIT=${CLUSTER_KIT:-}                        # folder of what was built
NODES=${CLUSTER_NODES-node-a node-b}        # empty: etcd and the API server, and what CONTROLLERS says
CONTROLLERS=${CLUSTER_CONTROLLERS:-}        # yes: a controller manager also where there are no nodes
PROXY_MODE=${CLUSTER_PROXY_MODE:-iptables}  # iptables, nftables, none
POLICY=${CLUSTER_POLICY:-netpol}            # netpol, none
METRICS=${CLUSTER_METRICS:-yes}             # yes, no
EMULATED=${CLUSTER_EMULATED:-}              # the version that the control plane behaves as; empty: its own
ENVOY=${CLUSTER_ENVOY:-}                    # the program that enforces HTTP rules of policies; empty: none does

PREFIX=cb$NUMBER-                           # of namespaces, links and control groups
GROUP=${PREFIX%-}
NET=10.$((90 + 3 * NUMBER)) PODS=10.$((91 + 3 * NUMBER)) SERVICES=10.$((92 + 3 * NUMBER))
ROOT_IP=$NET.0.1 CP_IP=$NET.0.10 API_PORT=6443 DNS_IP=$SERVICES.0.10
POD_CIDR=$PODS.0.0/16 SERVICE_CIDR=$SERVICES.0.0/16

KUBE=$KIT/bin/kube
PKI=$RUN/pki PIDS=$RUN/pids
LOGS=$RUN.logs # beside it, so that they outlive the cluster
export KUBECONFIG=$PKI/admin.kubeconfig

# node_number NODE: 1 for the first.
node_number() {
  local i=0 n
  for n in $NODES; do
    i=$((i + 1))
    [ "$n" != "$1" ] || { echo $i; return; }
  done
  say "There is no node $1."
  return 1
}
node_ip()   { echo "$NET.0.$((10 + $(node_number "$1")))"; }
node_pods() { echo "$PODS.$(node_number "$1").0/24"; }
node_zone() { local letters=abcdefgh; echo "zone-${letters:$(($(node_number "$1") - 1)):1}"; }

# in_net NAME COMMAND...: in the network of a node, or in the control plane's (cp).
in_net()  { local name=$1; shift; nsenter --net="/run/netns/$PREFIX$name" -- "$@"; }
kubectl() { "$KUBE" kubectl "$@"; }
say()     { echo "[$(date +%T)] $*" >&2; }

# wait_for SECONDS WHAT COMMAND...: until the command succeeds.
wait_for() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || { say "Gave up waiting for $what."; return 1; }
    sleep 0.1
  done
}
