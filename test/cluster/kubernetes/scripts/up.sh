#!/bin/bash
# up.sh: brings a cluster up; what already runs is left alone.
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
. "$SCRIPTS/processes.sh"
. "$SCRIPTS/daemons.sh"
. "$SCRIPTS/network.sh"
. "$SCRIPTS/node-config.sh"

keep_settings() {
  [ -e "$RUN/settings" ] || rm -rf "$LOGS"
  mkdir -p "$RUN" "$LOGS" "$PIDS"
  local name
  for name in KIT NODES PROXY_MODE POLICY METRICS ENVOY CONTROLLERS EMULATED; do
    printf 'CLUSTER_%s=%q\n' "$name" "${!name}"
  done >"$RUN/settings"
}

make_keys() {
  local node users=()
  for node in $NODES; do
    users+=(-node "$node=$(node_ip "$node")" -user "netpol-$node=netpol")
  done
  "$KUBE" pki -dir "$PKI" -cluster "bench-$NUMBER" -server "https://$CP_IP:$API_PORT" \
    -sans "kubernetes,kubernetes.default,kubernetes.default.svc,kubernetes.default.svc.cluster.local,localhost,127.0.0.1,$SERVICES.0.1,$CP_IP" \
    "${users[@]}" -cert "metrics=metrics-server.kube-system.svc,$CP_IP" \
    -user admin=admin:system/masters -user reader=reader -user no-exec=no-exec -user restricted=restricted \
    -user metrics-server=metrics-server -user kube-proxy=system/kube-proxy \
    -user controller-manager=system/kube-controller-manager -user scheduler=system/kube-scheduler
}

make_groups() { # NODE: its groups in every hierarchy of control groups
  local hierarchy group
  for hierarchy in /sys/fs/cgroup/*/; do
    for group in "$hierarchy$GROUP" "$hierarchy$GROUP/$1" "$hierarchy$GROUP/$1/system"; do
      mkdir -p "$group"
      case $hierarchy in
        */cpuset/)
          cat "${group%/*}/cpuset.cpus" >"$group/cpuset.cpus"
          cat "${group%/*}/cpuset.mems" >"$group/cpuset.mems"
          ;;
      esac
    done
    # All of a cluster is one group beside each process of the machine: with the share of one, its API server starves
    # where something else is busy.
    [ ! -e "$hierarchy$GROUP/cpu.shares" ] || echo 8192 >"$hierarchy$GROUP/cpu.shares"
  done
}

boot_node() { # NODE
  local folder=$RUN/$1 starter child
  ! node_init "$1" >/dev/null || return 0
  make_groups "$1"
  setsid nsenter --net="/run/netns/$PREFIX$1" -- sh -c "$JOIN" "/sys/fs/cgroup/*/$GROUP/$1/cgroup.procs" \
    unshare --cgroup --mount --pid --uts --ipc --fork --kill-child=KILL \
    "$SCRIPTS/node-init.sh" "$folder" "$1" "$KIT/bin/pause" </dev/null >>"$LOGS/$1.init.log" 2>&1 &
  starter=$!
  wait_for 20 "$1 to boot (see $LOGS/$1.init.log)" test -e "$folder/booted"
  rm -f "$folder/booted"
  child=$(cat "/proc/$starter/task/$starter/children")
  record "$1.init" "${child%% *}"
}

import_images() { # NODE
  local image mark
  for image in "$KIT"/images/*.tar; do
    mark=$RUN/$1/imported-$(basename "$image" .tar)
    [ ! -e "$mark" ] || continue
    in_node "$1" ctr -n k8s.io images import "$image" >>"$LOGS/$1.import.log" 2>&1
    touch "$mark"
  done
}

apply() { kubectl apply -f "$@" >>"$LOGS/apply.log"; }

register_node() { # NODE
  wait_for 60 "$1 to register" kubectl get node "$1"
  kubectl patch node "$1" -p "{\"spec\":{\"podCIDR\":\"$(node_pods "$1")\",\"podCIDRs\":[\"$(node_pods "$1")\"]}}" \
    >>"$LOGS/apply.log"
}

[ -x "$KUBE" ] || { say "CLUSTER_KIT names no kit: start the cluster with test/cluster/cluster.mjs."; exit 2; }
keep_settings
make_control_plane_network
plug_machine
for node in $NODES; do plug_node "$node"; done
for node in $NODES; do route_pods "$node"; done
make_keys
start etcd
start apiserver

# The nodes boot while the API server starts.
for node in $NODES; do
  boot_node "$node"
  write_node_config "$node"
  start_in_node "$node" containerd containerd --config /run/node/containerd.toml
done
for node in $NODES; do
  wait_for 30 "containerd of $node" in_node "$node" ctr version
  import_images "$node"
done

wait_for 120 "the API server (see $LOGS/apiserver.log)" kubectl get --raw /readyz
[ -z "$NODES$CONTROLLERS" ] || start controller-manager
[ -z "$NODES" ] || start scheduler
for node in $NODES; do
  start "kubelet:$node"
  [ "$PROXY_MODE" = none ] || start "kube-proxy:$node"
done
apply "$MANIFESTS/base.yaml" -f "$MANIFESTS/users.yaml" -f "$MANIFESTS/policy-engine.yaml"
[ -e "$RUN/definitions-applied" ] || {
  kubectl apply --server-side -f "$KIT/cilium-crds/" >>"$LOGS/apply.log" 2>&1 || { tail -3 "$LOGS/apply.log" >&2; exit 1; }
  touch "$RUN/definitions-applied"
}
[ -n "$NODES" ] || exit 0

sed "s/DNS_IP/$DNS_IP/" "$MANIFESTS/coredns.yaml" | apply -
proxy_object "$PROXY_MODE"
[ "$POLICY" = none ] || for node in $NODES; do start "netpol:$node"; done
[ "$METRICS" = no ] || {
  sed "s/CP_IP/$CP_IP/; s/CA_BUNDLE/$(base64 -w0 <"$PKI/ca.crt")/" "$MANIFESTS/metrics.yaml" | apply -
  # It ends at once without the rights that it has just been given.
  wait_for 20 "the rights of metrics-server" kubectl -n kube-system auth can-i get \
    configmap/extension-apiserver-authentication --as metrics-server
  start metrics-server
}
for node in $NODES; do register_node "$node"; done
kubectl wait --for=condition=Ready node --all --timeout=120s >&2
