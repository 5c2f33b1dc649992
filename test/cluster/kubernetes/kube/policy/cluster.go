package policy

import (
	"fmt"
	"net/netip"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// cluster answers what policies ask: who has which labels, and who has which address.
type cluster struct {
	pods       []*v1.Pod // with an address of their own
	namespaces map[string]*v1.Namespace

	host, remoteNodes, apiServers, allPods addressSet
}

func newCluster(s Snapshot) cluster {
	c := cluster{namespaces: s.Namespaces, host: addressesOf(s.Host...), apiServers: addressesOf(s.APIServers...)}
	for _, p := range sortedPods(s.Pods) {
		if podAddress(p).IsValid() {
			c.pods = append(c.pods, p)
		}
	}
	c.allPods = podAddresses(c.pods)
	for _, n := range s.Nodes {
		for _, a := range n.Status.Addresses {
			ip, err := netip.ParseAddr(a.Address)
			switch {
			case err != nil || a.Type != v1.NodeInternalIP:
			case n.Name == s.Node:
				c.host = c.host.union(addressesOf(ip))
			default:
				c.remoteNodes = c.remoteNodes.union(addressesOf(ip))
			}
		}
	}
	return c
}

// peersAt are the pods of a set of addresses, with all else in it.
func (c cluster) peersAt(addresses addressSet) peers {
	p := peers{addresses: addresses}
	for _, pod := range c.pods {
		if addresses.contains(podAddress(pod)) {
			p.pods = append(p.pods, pod)
		}
	}
	return p
}

func (c cluster) peersWhere(matches func(*v1.Pod) bool) peers {
	var p peers
	for _, pod := range c.pods {
		if matches(pod) {
			p.pods = append(p.pods, pod)
		}
	}
	p.addresses = podAddresses(p.pods)
	return p
}

// outside is what Cilium knows by address alone: neither a pod nor a node (policy-cidr-match-mode unset).
func (c cluster) outside() addressSet {
	return everyAddress.minus(c.allPods.union(c.host, c.remoteNodes))
}

// entity is one that Cilium names. Source: docs.cilium.io, Layer 3 policies, "Entities based".
func (c cluster) entity(name string) (addressSet, error) {
	switch name {
	case "all":
		return everyAddress, nil
	case "world":
		return c.outside(), nil
	case "cluster":
		return c.allPods.union(c.host, c.remoteNodes, c.apiServers), nil
	case "host":
		return c.host, nil
	case "remote-node":
		return c.remoteNodes, nil
	case "kube-apiserver":
		return c.apiServers, nil
	}
	return nil, fmt.Errorf("entity %q is not known to the test cluster", name)
}

func (c cluster) namespaceLabels(name string) map[string]string {
	if n := c.namespaces[name]; n != nil {
		return n.Labels
	}
	return nil
}

// Labels that Cilium gives every pod besides its own. Source: Cilium, pkg/k8s/apis/cilium.io/const.go.
const (
	namespaceLabel        = "io.kubernetes.pod.namespace"
	namespaceLabelsPrefix = "io.cilium.k8s.namespace.labels."
	serviceAccountLabel   = "io.cilium.k8s.policy.serviceaccount"
	clusterLabel          = "io.cilium.k8s.policy.cluster"
)

func (c cluster) ciliumLabels(pod *v1.Pod) labels.Set {
	set := labels.Set{}
	for key, value := range c.namespaceLabels(pod.Namespace) {
		set[namespaceLabelsPrefix+key] = value
	}
	for key, value := range pod.Labels {
		set[key] = value
	}
	set[namespaceLabel] = pod.Namespace
	set[serviceAccountLabel] = pod.Spec.ServiceAccountName
	set[clusterLabel] = "default"
	return set
}
