# The cluster's cables: a bridge in the control plane's network namespace; the machine and every node hang on it.
# Sourced after settings.sh.

make_control_plane_network() {
  [ ! -e "/run/netns/${PREFIX}cp" ] || return 0
  ip netns add "${PREFIX}cp"
  in_net cp ip link set lo up
  in_net cp ip link add br0 type bridge
  in_net cp ip link set br0 up
  in_net cp ip addr add "$CP_IP/24" dev br0
  in_net cp sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
}

# The machine itself, so that tests reach the API server and NodePorts.
plug_machine() {
  [ ! -e "/sys/class/net/${PREFIX}root" ] || return 0
  ip link add "${PREFIX}root" type veth peer name p-root netns "${PREFIX}cp"
  in_net cp ip link set p-root master br0 up
  ip addr add "$ROOT_IP/24" dev "${PREFIX}root"
  ip link set "${PREFIX}root" up
}

plug_node() {
  local node=$1
  [ ! -e "/run/netns/$PREFIX$node" ] || return 0
  ip netns add "$PREFIX$node"
  ip link add eth0 netns "$PREFIX$node" type veth peer name "p-$node" netns "${PREFIX}cp"
  in_net cp ip link set "p-$node" master br0 up
  in_net "$node" ip link set lo up
  in_net "$node" ip addr add "$(node_ip "$node")/24" dev eth0
  in_net "$node" ip link set eth0 up
  in_net "$node" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
  # A Service's address needs some route before it is rewritten; the control plane drops what is not.
  in_net "$node" ip route add default via "$CP_IP"
  in_net cp ip route add "$(node_pods "$node")" via "$(node_ip "$node")"
  ip route add "$(node_pods "$node")" via "$(node_ip "$node")"
}

# route_pods NODE: to the pods of all other nodes.
route_pods() {
  local other
  for other in $NODES; do
    [ "$other" = "$1" ] || in_net "$1" ip route replace "$(node_pods "$other")" via "$(node_ip "$other")"
  done
}
