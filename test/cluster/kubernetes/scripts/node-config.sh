# Writes a node's settings; sourced after settings.sh. In the node they are in /run/node.

write_node_config() { # NODE
  local folder=$RUN/$1/node file
  mkdir -p "$folder/cni"
  cp "$PKI/ca.crt" "$folder/"
  for file in kubeconfig crt key; do cp "$PKI/$1.$file" "$folder/kubelet.$file"; done
  cp "$PKI/kube-proxy.kubeconfig" "$folder/"
  cp "$PKI/netpol-$1.kubeconfig" "$folder/netpol.kubeconfig"
  containerd_config >"$folder/containerd.toml"
  cni_config "$1" >"$folder/cni/10-cluster.conflist"
  kubelet_config "$1" >"$folder/kubelet.yaml"
  # proxy-mode.sh may have changed the mode of what runs.
  [ -e "$folder/kube-proxy.yaml" ] || kube_proxy_config "$1" >"$folder/kube-proxy.yaml"
}

containerd_config() {
  cat <<'CONFIG'
version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs", "io.containerd.internal.v1.opt",
]
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "registry.local/pause:dev"
  restrict_oom_score_adj = true
  disable_apparmor = true
  disable_hugetlb_controller = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/run/node/cni"
CONFIG
}

cni_config() { # NODE
  cat <<CONFIG
{"cniVersion": "0.4.0", "name": "cluster", "plugins": [
  {"type": "ptp", "mtu": 1500, "ipam": {"type": "host-local",
    "ranges": [[{"subnet": "$(node_pods "$1")"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}
]}
CONFIG
}

kubelet_config() { # NODE
  cat <<CONFIG
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $(node_ip "$1")
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: /run/node/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: /run/node/kubelet.crt
tlsPrivateKeyFile: /run/node/kubelet.key
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
volumePluginDir: /var/lib/kubelet/volume-plugins
cgroupDriver: cgroupfs
failCgroupV1: false
failSwapOn: false
oomScoreAdj: 0
clusterDNS: [$DNS_IP]
clusterDomain: cluster.local
resolvConf: ""
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
evictionHard: {memory.available: 100Mi}
nodeStatusUpdateFrequency: 5s
nodeLeaseDurationSeconds: 12
shutdownGracePeriod: 0s
serializeImagePulls: false
CONFIG
}

kube_proxy_config() { # NODE
  cat <<CONFIG
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: $PROXY_MODE
clusterCIDR: $POD_CIDR
hostnameOverride: $1
clientConnection: {kubeconfig: /run/node/kube-proxy.kubeconfig}
metricsBindAddress: $(node_ip "$1"):10249
healthzBindAddress: $(node_ip "$1"):10256
oomScoreAdj: 0
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
CONFIG
}
