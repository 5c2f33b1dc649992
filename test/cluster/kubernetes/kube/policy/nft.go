package policy

import (
	"fmt"
	"slices"
	"strings"
)

const (
	nftTable = "ip test-policy-engine"
	// Where Envoy listens, in each node's network.
	envoyPort = 10000
	// Marks as Cilium sets them (linux/defaults, MagicMarkIsToProxy, MagicMarkEgress): a packet on its way to Envoy, and a
	// connection that Envoy opened. The routing table is where packets of the first kind go.
	markMask     = 0xf00
	toEnvoyMark  = 0x200
	byEnvoyMark  = 0xb00
	envoyRouting = 2004
)

// nftRules is input for `nft -f -`: it replaces all rules of the engine in one step.
//
// Everything happens before routing and after kube-proxy has put a pod's address in the place of a Service's (dstnat,
// -100, in iptables and nftables mode alike). There alone both are known: whom the packet is for, and that it can still
// be handed to Envoy. What a node itself sends is never looked at.
func nftRules(groups []group) string {
	w := nftWriter{names: map[string]string{}}
	for _, g := range groups {
		w.group(g)
	}
	w.verdicts(egress, groups)
	w.verdicts(ingress, groups)
	toEnvoy := fmt.Sprintf("meta mark & %#x == %#x", markMask, toEnvoyMark)
	w.chain("prerouting",
		"type filter hook prerouting priority -90; policy accept;",
		// Both connections of Envoy have addresses of others, and their sockets are here. A first packet is asked anew: an old
		// socket in TIME_WAIT may have had the same ports.
		"meta l4proto tcp tcp flags & (syn | ack) != syn socket transparent 1 socket wildcard 0 "+setMark(toEnvoyMark)+" accept",
		`iifname "lo" accept`,
		"ct direction reply accept",
		"ct state related accept",
		"ip saddr vmap @egress-pods",
		"ip daddr vmap @ingress-pods",
		fmt.Sprintf("%s meta l4proto tcp tproxy to 127.0.0.1:%d accept", toEnvoy, envoyPort),
		"# Envoy is not there.",
		toEnvoy+" drop",
	)
	w.chain("input",
		"type filter hook input priority 0; policy accept;",
		"# Envoy takes what was redirected, and nobody else's connections.",
		fmt.Sprintf("tcp dport %d meta mark & %#x != %#x drop", envoyPort, markMask, toEnvoyMark),
	)
	w.chain("output",
		"type route hook output priority -150; policy accept;",
		"# What the node itself answers to Envoy under the address of a pod must not go to the pod.",
		fmt.Sprintf("meta mark & %#x == %#x ct mark set %#x", markMask, byEnvoyMark, byEnvoyMark),
		fmt.Sprintf("ct direction reply ct mark %#x %s", byEnvoyMark, setMark(toEnvoyMark)),
	)
	return fmt.Sprintf("table %s\ndelete table %s\ntable %s {\n%s%s}\n", nftTable, nftTable, nftTable, w.sets.String(), w.chains.String())
}

func setMark(mark int) string {
	return fmt.Sprintf("meta mark set meta mark & %#x | %#x", uint32(0xffffffff)&^markMask, mark)
}

type nftWriter struct {
	sets, chains strings.Builder
	names        map[string]string // of sets, by content
	usesEnvoy    bool
}

func (w *nftWriter) chain(name string, lines ...string) {
	fmt.Fprintf(&w.chains, "  chain %s {\n", name)
	for _, line := range lines {
		fmt.Fprintf(&w.chains, "    %s\n", line)
	}
	w.chains.WriteString("  }\n")
}

// set yields the name of a set of addresses.
func (w *nftWriter) set(addresses addressSet) string {
	content := strings.Join(addresses.elements(), ", ")
	name, ok := w.names[content]
	if !ok {
		name = fmt.Sprintf("addresses-%d", len(w.names)+1)
		w.names[content] = name
		fmt.Fprintf(&w.sets, "  set %s {\n    type ipv4_addr; flags interval;\n    elements = { %s }\n  }\n", name, content)
	}
	return name
}

// verdicts maps each pod to the chain of its group.
func (w *nftWriter) verdicts(d direction, groups []group) {
	var elements []string
	for _, g := range groups {
		if g.direction == d {
			for _, address := range g.own.addresses() {
				elements = append(elements, fmt.Sprintf("%s : jump %s", address, g.name))
			}
		}
	}
	fmt.Fprintf(&w.chains, "  map %s-pods {\n    type ipv4_addr : verdict;\n", d)
	if len(elements) > 0 {
		fmt.Fprintf(&w.chains, "    elements = { %s }\n", strings.Join(elements, ", "))
	}
	w.chains.WriteString("  }\n")
}

// group writes what holds for a group of pods: "return" goes on with the other direction.
func (w *nftWriter) group(g group) {
	otherwise := map[bool]string{true: "drop", false: "return"}[g.denies]
	var lines []string
	if ports := g.httpPorts(); len(ports) > 0 {
		w.http(g, ports, otherwise)
		lines = append(lines, fmt.Sprintf("tcp dport %s goto %s-http", portElements(ports), g.name))
	}
	for _, e := range g.entries {
		if e.Plain {
			lines = append(lines, w.entry(g, e, "return")...)
		}
	}
	w.chain(g.name, append(lines, otherwise)...)
}

// http writes the chain for ports that go through Envoy.
func (w *nftWriter) http(g group, ports []portSpan, otherwise string) {
	if !w.usesEnvoy {
		w.usesEnvoy = true
		w.chain("to-envoy", setMark(toEnvoyMark))
	}
	var lines []string
	for _, e := range g.entries {
		if e.reaches(ports...) {
			lines = append(lines, w.entry(g, e, "goto to-envoy")...)
		}
	}
	w.chain(g.name+"-http", append(lines, otherwise)...)
}

func (w *nftWriter) entry(g group, e entry, verdict string) []string {
	if len(e.Peers) == 0 {
		return nil
	}
	var match []string
	if !slices.Equal(e.Peers, everyAddress) {
		side := map[direction]string{ingress: "saddr", egress: "daddr"}[g.direction]
		match = append(match, fmt.Sprintf("ip %s @%s", side, w.set(e.Peers)))
	}
	if e.Protocol != "" {
		protocol := strings.ToLower(string(e.Protocol))
		if e.First == 0 && e.Last == 65535 {
			match = append(match, "meta l4proto "+protocol)
		} else {
			match = append(match, protocol+" dport "+portSpan{e.First, e.Last}.element())
		}
	}
	return []string{strings.Join(append(match, verdict), " ") + fmt.Sprintf(" comment %q", e.Policy[:min(len(e.Policy), 120)])}
}

func (p portSpan) element() string {
	if p.first == p.last {
		return fmt.Sprint(p.first)
	}
	return fmt.Sprintf("%d-%d", p.first, p.last)
}

func portElements(ports []portSpan) string {
	var out []string
	for _, p := range ports {
		out = append(out, p.element())
	}
	return "{ " + strings.Join(out, ", ") + " }"
}
