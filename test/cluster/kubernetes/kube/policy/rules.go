// Package policy is the test cluster's policy engine. It enforces NetworkPolicy and CiliumNetworkPolicy for the pods of
// one node: addresses and ports by nftables, HTTP rules by an Envoy that nftables hands connections to. It is not Cilium.
package policy

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"

	v1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Snapshot is what the engine knows of the cluster.
type Snapshot struct {
	Node string
	// Addresses of the node itself, those of the pods' gateways with them.
	Host       []netip.Addr
	Pods       []*v1.Pod
	Namespaces map[string]*v1.Namespace
	Nodes      []*v1.Node
	APIServers []netip.Addr

	NetworkPolicies []*netv1.NetworkPolicy
	// CiliumNetworkPolicies and CiliumClusterwideNetworkPolicies.
	CiliumPolicies []*unstructured.Unstructured
	// Why this node cannot enforce HTTP rules; empty where it can.
	NoHTTP string
}

// Plan is what the node shall hold.
type Plan struct {
	// Input for `nft -f -`.
	Rules string
	// What Envoy is told for each direction: a DiscoveryResponse, by the name of the filter.
	Filters map[direction]string
	// Connections that go through Envoy.
	Redirects []Redirect
	// Cilium policies that were looked at, and why one is not enforced.
	Verdicts []Verdict
}

// Verdict: a policy is enforced whole, or not at all for the reason that Problem gives.
type Verdict struct {
	Policy  *unstructured.Unstructured
	Problem error
}

type direction string

const (
	ingress direction = "ingress"
	egress  direction = "egress"
)

// policyRules is one policy of either kind, in one direction.
type policyRules struct {
	name      string // kind, namespace and name, for people
	direction direction
	selects   func(*v1.Pod) bool
	// Whether what no policy allows is denied to the pods that this one selects.
	denies bool
	allows []allow
}

// allow lets peers reach ports; with HTTP rules, for the requests that one of them matches.
type allow struct {
	peers peers
	ports []port // none: every port and protocol
	http  []httpRule
}

// peers are addresses, and the pods among them, whose ports have names.
type peers struct {
	addresses addressSet
	pods      []*v1.Pod
}

// port has a name, or numbers from first to last.
type port struct {
	protocol    v1.Protocol
	name        string
	first, last uint16
}

// httpRule is an entry of `rules.http`: regular expressions (RE2) for the whole value. Source: Cilium,
// pkg/policy/api/http.go.
type httpRule struct {
	Path    string   `json:"path,omitempty"`
	Method  string   `json:"method,omitempty"`
	Host    string   `json:"host,omitempty"`
	Headers []string `json:"headers,omitempty"`
}

// entry is an allow for one pod, with names of ports looked up. Protocol is empty for every port and protocol.
type entry struct {
	Policy      string
	Peers       addressSet
	Protocol    v1.Protocol
	First, Last uint16
	HTTP        []httpRule
	Plain       bool // no HTTP rules
}

// group is pods that the same entries hold for, in one direction.
type group struct {
	name      string
	direction direction
	own       addressSet
	denies    bool
	entries   []entry
}

// Compute says what holds on the node.
func Compute(s Snapshot) Plan {
	policies, verdicts := readPolicies(s)
	groups := groupPods(s, policies)
	return Plan{
		Rules:     nftRules(groups),
		Filters:   map[direction]string{ingress: envoyFilter(ingress, groups), egress: envoyFilter(egress, groups)},
		Redirects: redirects(groups),
		Verdicts:  verdicts,
	}
}

func readPolicies(s Snapshot) ([]policyRules, []Verdict) {
	var all []policyRules
	c := newCluster(s)
	for _, p := range s.NetworkPolicies {
		all = append(all, networkPolicyRules(c, p)...)
	}
	var verdicts []Verdict
	for _, p := range s.CiliumPolicies {
		rules, err := ciliumPolicyRules(c, p, s.NoHTTP)
		verdicts = append(verdicts, Verdict{p, err})
		if err == nil {
			all = append(all, rules...)
		}
	}
	slices.SortStableFunc(all, func(a, b policyRules) int { return cmp.Compare(a.name, b.name) })
	return all, verdicts
}

// groupPods puts together the node's pods that the same holds for.
func groupPods(s Snapshot, policies []policyRules) []group {
	var groups []group
	for _, d := range []direction{egress, ingress} {
		byContent := map[string]int{}
		first := len(groups)
		for _, pod := range sortedPods(s.Pods) {
			if pod.Spec.NodeName != s.Node || !podAddress(pod).IsValid() {
				continue
			}
			selected, denies, entries := entriesOf(pod, d, policies)
			if !selected {
				continue
			}
			content, _ := json.Marshal([]any{denies, entries})
			index, known := byContent[string(content)]
			if !known {
				index = len(groups)
				byContent[string(content)] = index
				name := fmt.Sprintf("%s-%d", d, index-first+1)
				groups = append(groups, group{name: name, direction: d, denies: denies, entries: entries})
			}
			groups[index].own = groups[index].own.union(addressesOf(podAddress(pod)))
		}
	}
	return groups
}

func sortedPods(pods []*v1.Pod) []*v1.Pod {
	return slices.SortedFunc(slices.Values(pods), func(a, b *v1.Pod) int { return podAddress(a).Compare(podAddress(b)) })
}

func entriesOf(pod *v1.Pod, d direction, policies []policyRules) (selected, denies bool, entries []entry) {
	for _, p := range policies {
		if p.direction != d || !p.selects(pod) {
			continue
		}
		selected, denies = true, denies || p.denies
		for _, a := range p.allows {
			for _, e := range a.entries(pod, d) {
				e.Policy = p.name
				entries = append(entries, e)
			}
		}
	}
	return selected, denies, entries
}

func (a allow) entries(own *v1.Pod, d direction) []entry {
	e := entry{Peers: a.peers.addresses, HTTP: a.http, Plain: a.http == nil}
	if len(a.ports) == 0 {
		return []entry{e}
	}
	var out []entry
	for _, p := range a.ports {
		e := e
		e.Protocol, e.First, e.Last = p.protocol, p.first, p.last
		switch {
		case p.name == "":
			out = append(out, e)
		case d == ingress:
			for _, number := range containerPorts(own, p) {
				e.First, e.Last = number, number
				out = append(out, e)
			}
		default: // the pod that is addressed says what the name stands for
			out = append(out, e.byPeersPort(a.peers.pods, p)...)
		}
	}
	return out
}

func (e entry) byPeersPort(pods []*v1.Pod, p port) []entry {
	byNumber := map[uint16][]*v1.Pod{}
	for _, pod := range pods {
		for _, number := range containerPorts(pod, p) {
			byNumber[number] = append(byNumber[number], pod)
		}
	}
	var out []entry
	for number, pods := range byNumber {
		e.First, e.Last, e.Peers = number, number, podAddresses(pods)
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b entry) int { return cmp.Compare(a.First, b.First) })
	return out
}

func containerPorts(pod *v1.Pod, p port) []uint16 {
	var out []uint16
	for _, container := range pod.Spec.Containers {
		for _, c := range container.Ports {
			protocol := cmp.Or(c.Protocol, v1.ProtocolTCP)
			if c.Name == p.name && protocol == p.protocol {
				out = append(out, uint16(c.ContainerPort))
			}
		}
	}
	return out
}

// portSpan is a range of TCP ports, both ends included.
type portSpan struct{ first, last uint16 }

// httpPorts are the ports that go through Envoy: whoever asks, and whatever else allows it.
func (g group) httpPorts() []portSpan {
	var out []portSpan
	for _, e := range g.entries {
		if !e.Plain {
			out = append(out, portSpan{e.First, e.Last})
		}
	}
	slices.SortFunc(out, func(a, b portSpan) int { return cmp.Compare(a.first, b.first) })
	merged := out[:0]
	for _, p := range out {
		if n := len(merged); n > 0 && int(p.first) <= int(merged[n-1].last)+1 {
			merged[n-1].last = max(merged[n-1].last, p.last)
		} else {
			merged = append(merged, p)
		}
	}
	return merged
}

// reaches says whether the entry allows some port of these over TCP.
func (e entry) reaches(ports ...portSpan) bool {
	return slices.ContainsFunc(ports, func(p portSpan) bool {
		return e.Protocol == "" || e.Protocol == v1.ProtocolTCP && e.First <= p.last && p.first <= e.Last
	})
}

// Redirect: TCP connections between these addresses, to these ports, go through Envoy.
type Redirect struct {
	from, to addressSet
	ports    []portSpan
}

func redirects(groups []group) []Redirect {
	var out []Redirect
	for _, g := range groups {
		if ports := g.httpPorts(); len(ports) > 0 {
			var allowed addressSet
			for _, e := range g.entries {
				if e.reaches(ports...) {
					allowed = allowed.union(e.Peers)
				}
			}
			if g.direction == ingress {
				out = append(out, Redirect{allowed, g.own, ports})
			} else {
				out = append(out, Redirect{g.own, allowed, ports})
			}
		}
	}
	return out
}

// Holds says whether a connection goes through Envoy.
func (r Redirect) Holds(from netip.Addr, to netip.AddrPort) bool {
	return r.from.contains(from) && r.to.contains(to.Addr()) &&
		slices.ContainsFunc(r.ports, func(p portSpan) bool { return p.first <= to.Port() && to.Port() <= p.last })
}
