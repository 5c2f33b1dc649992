#!/bin/bash
# proxy-mode.sh iptables|nftables: starts every kube-proxy anew in this mode, and keeps kubeadm's ConfigMap true.
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
. "$SCRIPTS/processes.sh"
. "$SCRIPTS/daemons.sh"
mode=${1:-}
[[ $mode = iptables || $mode = nftables ]] || { sed -n '2s/^# *//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
for node in $NODES; do
  stop "$node.kube-proxy"
  sed -i "s/^mode: .*/mode: $mode/" "$RUN/$node/node/kube-proxy.yaml"
  start "kube-proxy:$node"
done
for node in $NODES; do
  # Opened when the rules are in; /healthz of kube-proxy.
  wait_for 60 "kube-proxy of $node" in_net cp bash -c "exec 3<>/dev/tcp/$(node_ip "$node")/10256"
done
proxy_object "$mode"
