#!/bin/sh
# A stand-in for Cilium's agent: it answers as documented and is not Cilium. It has no datapath. Two things about it are as real
# as in Cilium: it reads its settings once, when its pod starts, and what it says of Hubble is what it read then.
#
# agent.sh build-config  resolves cilium-config and CiliumNodeConfigs for this node, as `cilium-dbg build-config` does (Cilium 1.16
#                        to 1.20, pkg/option/resolver/resolver.go: those that select the node, by name, the last one holds).
#                        It understands one kind of selector alone: `In` over kubernetes.io/hostname.
# agent.sh run           logs as the agent does at its start (pkg/hubble/cell/hubbleintegration.go at v1.19.4) and waits.
# bpftool --json map show|dump pinned .../cilium_lb4_services_v2: a map that has nine entries for each Service of the cluster, which
#                        is no number of Cilium's: who finds nine has counted.
# cilium-dbg status -o json, bpftool ... map show: the documented outputs in /stand-in.
set -eu
state=/tmp/cilium/config-map

api() {
  account=/var/run/secrets/kubernetes.io/serviceaccount
  wget -q -O - --no-check-certificate --header "Authorization: Bearer $(cat $account/token)" \
    "https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT$1"
}

# How many Services the cluster has.
services() {
  api '/api/v1/services?limit=1' | tr -d ' \n' | sed 's/.*"remainingItemCount":\([0-9]*\).*/\1 1/' | awk '{ print $1 + $2 }'
}

# The value that CiliumNodeConfigs set enable-hubble to for this node, in the order of their names; nothing where none does.
node_configs() {
  api "/apis/cilium.io/v2/namespaces/$CILIUM_K8S_NAMESPACE/ciliumnodeconfigs" | tr -d ' \n' |
    sed 's/{"apiVersion":"cilium.io\/v2","kind":"CiliumNodeConfig",/\n&/g' |
    awk -v node="$K8S_NODE_NAME" '
      !/"kind":"CiliumNodeConfig",/ { next }
      index($0, "\"key\":\"kubernetes.io/hostname\"") && index($0, "\"" node "\"") {
        if (match($0, /"enable-hubble":"[a-z]*"/)) {
          value = substr($0, RSTART + 17, RLENGTH - 18)
          match($0, /"name":"[^"]*"/)
          print substr($0, RSTART + 8, RLENGTH - 9), value
        }
      }' | sort | tail -n 1 | cut -d ' ' -f 2
}

case ${0##*/} in
  cilium-dbg)
    [ "$*" = 'status -o json' ] || { echo "the stand-in does not know: cilium-dbg $*" >&2; exit 1; }
    case $(cat $state/enable-hubble) in
      true) exec cat /stand-in/status-on.json ;;
      *) exec cat /stand-in/status-off.json ;;
    esac
    ;;
  bpftool)
    services=/sys/fs/bpf/tc/globals/cilium_lb4_services_v2
    case " $* " in
      *" map show pinned $services ") echo '{"id":34,"type":"hash","name":"cilium_lb4_serv","max_entries":65536}'; exit 0 ;;
      *" map dump pinned $services ")
        services | awk '{
          for (i = 0; i < 9 * $1; i++) printf "%s{\"key\":[\"0x0a\",\"%d\"],\"value\":[\"0x00\"]}", i ? "," : "[", i
          print "]"
        }'
        exit 0
        ;;
      *' map show '*) exec cat /stand-in/maps.json ;;
    esac
    echo '{"error":"the stand-in does not know this command"}'
    exit 255
    ;;
esac

case $1 in
  build-config)
    mkdir -p $state
    value=$(node_configs)
    echo "${value:-$HUBBLE_IN_CILIUM_CONFIG}" >$state/enable-hubble
    echo "enable-hubble=$(cat $state/enable-hubble) on $K8S_NODE_NAME"
    ;;
  run)
    echo 'time=2026-11-25T12:00:00Z level=info msg="A stand-in agent, documented output, not Cilium"'
    case $(cat $state/enable-hubble) in
      true) echo 'time=2026-11-25T12:00:01Z level=info msg="Starting local Hubble server" module=agent.controlplane.hubble address=unix:///var/run/cilium/hubble.sock' ;;
      *) echo 'time=2026-11-25T12:00:01Z level=info msg="Hubble server is disabled" module=agent.controlplane.hubble' ;;
    esac
    touch /tmp/cilium/ready
    trap 'exit 0' TERM
    while :; do sleep 1 & wait $!; done
    ;;
esac
