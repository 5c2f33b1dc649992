# How each daemon is started; sourced after processes.sh. Daemons of a node are named NAME:NODE.

# start NAME[:NODE]: unless it runs.
start() {
  local node=${1#*:}
  case ${1%%:*} in
    etcd) start_in_control_plane etcd env GOGC=300 "$KUBE" etcd -data-dir "$RUN/etcd" ;;
    apiserver) start_apiserver ;;
    controller-manager)
      start_in_control_plane controller-manager "$KUBE" kube-controller-manager \
        --kubeconfig="$PKI/controller-manager.kubeconfig" --leader-elect=false \
        --service-account-private-key-file="$PKI/sa.key" --root-ca-file="$PKI/ca.crt" \
        --use-service-account-credentials=true --node-monitor-grace-period=16s \
        --cluster-signing-cert-file="$PKI/ca.crt" --cluster-signing-key-file="$PKI/ca.key" \
        --allocate-node-cidrs=false --cluster-cidr="$POD_CIDR" --service-cluster-ip-range="$SERVICE_CIDR" \
        ${EMULATED:+--emulated-version="$EMULATED"}
      ;;
    scheduler)
      start_in_control_plane scheduler "$KUBE" kube-scheduler \
        --kubeconfig="$PKI/scheduler.kubeconfig" --leader-elect=false ${EMULATED:+--emulated-version="$EMULATED"}
      ;;
    metrics-server)
      start_in_control_plane metrics-server "$KIT/bin/metrics-server" \
        --kubeconfig="$PKI/metrics-server.kubeconfig" \
        --authentication-kubeconfig="$PKI/metrics-server.kubeconfig" \
        --authorization-kubeconfig="$PKI/metrics-server.kubeconfig" \
        --bind-address="$CP_IP" --secure-port=4443 --tls-cert-file="$PKI/metrics.crt" \
        --tls-private-key-file="$PKI/metrics.key" --metric-resolution=10s --kubelet-request-timeout=5s \
        --kubelet-certificate-authority="$PKI/ca.crt" --kubelet-preferred-address-types=InternalIP
      ;;
    kubelet)
      start_in_node "$node" kubelet "$KUBE" kubelet --config=/run/node/kubelet.yaml \
        --kubeconfig=/run/node/kubelet.kubeconfig --hostname-override="$node" --node-ip="$(node_ip "$node")" \
        --node-labels="topology.kubernetes.io/zone=$(node_zone "$node"),topology.kubernetes.io/region=lab,node.kubernetes.io/instance-type=lab"
      ;;
    kube-proxy) start_in_node "$node" kube-proxy "$KUBE" kube-proxy --config=/run/node/kube-proxy.yaml ;;
    netpol)
      start_in_node "$node" netpol "$KUBE" netpol -kubeconfig /run/node/netpol.kubeconfig -node "$node" \
        ${ENVOY:+-envoy "$ENVOY"}
      ;;
    *) say "There is no daemon $1."; return 1 ;;
  esac
}

start_apiserver() {
  local few=()
  # Without a controller manager nobody makes the service accounts that pods ask for.
  [ -n "$NODES$CONTROLLERS" ] || few=(--disable-admission-plugins=ServiceAccount)
  start_in_control_plane apiserver env GOGC=200 "$KUBE" kube-apiserver "${few[@]}" \
    ${EMULATED:+--emulated-version="$EMULATED"} \
    --etcd-servers=http://127.0.0.1:2379 --advertise-address="$CP_IP" --bind-address=0.0.0.0 \
    --secure-port="$API_PORT" --service-cluster-ip-range="$SERVICE_CIDR" --allow-privileged=true \
    --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction \
    --client-ca-file="$PKI/ca.crt" --tls-cert-file="$PKI/apiserver.crt" \
    --tls-private-key-file="$PKI/apiserver.key" \
    --kubelet-client-certificate="$PKI/apiserver-kubelet.crt" \
    --kubelet-client-key="$PKI/apiserver-kubelet.key" --kubelet-certificate-authority="$PKI/ca.crt" \
    --kubelet-preferred-address-types=InternalIP \
    --service-account-issuer=https://kubernetes.default.svc --service-account-key-file="$PKI/sa.pub" \
    --service-account-signing-key-file="$PKI/sa.key" --enable-aggregator-routing=true \
    --requestheader-client-ca-file="$PKI/front/ca.crt" --requestheader-allowed-names=front-proxy \
    --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group \
    --requestheader-extra-headers-prefix=X-Remote-Extra- \
    --proxy-client-cert-file="$PKI/front/client.crt" --proxy-client-key-file="$PKI/front/client.key"
}

# proxy_object MODE: keeps the ConfigMap that kubeadm makes, for programs that read kube-proxy's mode there.
proxy_object() {
  local first=${NODES%% *}
  if [ "$1" = none ]; then
    kubectl -n kube-system delete configmap kube-proxy --ignore-not-found >>"$LOGS/apply.log"
    return
  fi
  kubectl -n kube-system create configmap kube-proxy --dry-run=client -o yaml --from-literal=config.conf="$(
    sed "s/^mode: .*/mode: $1/; s/^hostnameOverride: .*/hostnameOverride: \"\"/; s/ $(node_ip "$first"):/ 0.0.0.0:/" \
      "$RUN/$first/node/kube-proxy.yaml"
  )" | kubectl apply -f - >>"$LOGS/apply.log"
}
