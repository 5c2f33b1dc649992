package policy

import (
	"fmt"
	"net/netip"
	"slices"

	v1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// networkPolicyRules reads a networking.k8s.io/v1 NetworkPolicy. What a rule says of SCTP or IPv6 allows nothing here.
func networkPolicyRules(c cluster, p *netv1.NetworkPolicy) []policyRules {
	base := policyRules{
		name:   fmt.Sprintf("NetworkPolicy %s/%s", p.Namespace, p.Name),
		denies: true,
		selects: func(pod *v1.Pod) bool {
			return pod.Namespace == p.Namespace && selects(&p.Spec.PodSelector, pod.Labels)
		},
	}
	var out []policyRules
	// Without policyTypes the API server has filled them in.
	if slices.Contains(p.Spec.PolicyTypes, netv1.PolicyTypeIngress) {
		rules := base
		rules.direction = ingress
		for _, r := range p.Spec.Ingress {
			rules.allows = append(rules.allows, networkPolicyAllow(c, p.Namespace, r.From, r.Ports))
		}
		out = append(out, rules)
	}
	if slices.Contains(p.Spec.PolicyTypes, netv1.PolicyTypeEgress) {
		rules := base
		rules.direction = egress
		// Traffic between a pod and its own node is always allowed; from the node it is not looked at in the first place.
		rules.allows = []allow{{peers: peers{addresses: c.host}}}
		for _, r := range p.Spec.Egress {
			rules.allows = append(rules.allows, networkPolicyAllow(c, p.Namespace, r.To, r.Ports))
		}
		out = append(out, rules)
	}
	return out
}

func networkPolicyAllow(c cluster, namespace string, from []netv1.NetworkPolicyPeer, ports []netv1.NetworkPolicyPort) allow {
	var a allow
	if len(from) == 0 {
		a.peers = c.peersAt(everyAddress)
	}
	for _, f := range from {
		next := networkPolicyPeers(c, namespace, f)
		a.peers.addresses = a.peers.addresses.union(next.addresses)
		a.peers.pods = append(a.peers.pods, next.pods...)
	}
	for _, p := range ports {
		a.ports = append(a.ports, networkPolicyPort(p))
	}
	return a
}

func networkPolicyPeers(c cluster, namespace string, peer netv1.NetworkPolicyPeer) peers {
	if peer.IPBlock != nil {
		return c.peersAt(block(peer.IPBlock.CIDR, peer.IPBlock.Except))
	}
	return c.peersWhere(func(pod *v1.Pod) bool {
		if peer.NamespaceSelector == nil && pod.Namespace != namespace {
			return false
		}
		return (peer.NamespaceSelector == nil || selects(peer.NamespaceSelector, c.namespaceLabels(pod.Namespace))) &&
			(peer.PodSelector == nil || selects(peer.PodSelector, pod.Labels))
	})
}

func networkPolicyPort(p netv1.NetworkPolicyPort) port {
	out := port{protocol: v1.ProtocolTCP, last: 65535}
	if p.Protocol != nil {
		out.protocol = *p.Protocol
	}
	switch {
	case p.Port == nil:
	case p.Port.Type == intstr.String:
		out.name = p.Port.StrVal
	default:
		out.first, out.last = uint16(p.Port.IntVal), uint16(p.Port.IntVal)
		if p.EndPort != nil {
			out.last = uint16(*p.EndPort)
		}
	}
	return out
}

// block is empty for what is not IPv4.
func block(cidr string, except []string) addressSet {
	prefix, err := netip.ParsePrefix(cidr)
	if err != nil {
		return nil
	}
	set := prefixAddresses(prefix)
	for _, e := range except {
		if hole, err := netip.ParsePrefix(e); err == nil {
			set = set.minus(prefixAddresses(hole))
		}
	}
	return set
}

func selects(s *metav1.LabelSelector, l map[string]string) bool {
	selector, err := metav1.LabelSelectorAsSelector(s)
	return err == nil && selector.Matches(labels.Set(l))
}
