package main

import (
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/u8proto"
)

// traffic is what becomes of one peer's packets to or from one port. L4 is Cilium's own lookup. What a proxy does with
// them is this program's reading of cilium/proxy (network_policy.cc) and pkg/fqdn/dnsproxy: a request passes when any rule
// for its peer and port lets it pass.
type traffic struct {
	denied, proxied bool
	// open: some rule lets everything pass.
	open bool
	// entries hold the L7 rules that are matched when it is not open.
	entries []*policy.PerSelectorPolicy
	// listener: only a listener of a CiliumEnvoyConfig is in the way.
	listener bool
	parser   string
}

func (m *resolved) traffic(ingress bool, port uint16, protocol u8proto.U8proto, peer *party) (t traffic) {
	if ingress && !m.ingress || !ingress && !m.egress {
		return traffic{}
	}
	if protocol == u8proto.ANY {
		protocol = u8proto.TCP
	}
	key := policy.EgressKey()
	if ingress {
		key = policy.IngressKey()
	}
	found, _, _ := m.policy.Lookup(key.WithIdentity(peer.identity.ID).WithPortProto(protocol, port))
	if found.IsDeny() {
		return traffic{denied: true}
	}
	if !found.IsRedirectEntry() {
		return traffic{}
	}
	t.proxied = true
	t.parser = m.parserFor(ingress, port, protocol, peer)
	for _, filter := range m.filters {
		if filter.Ingress != ingress || !covers(filter, port) || filter.U8Proto != protocol && filter.U8Proto != u8proto.ANY {
			continue
		}
		// The DNS proxy knows the rules of its own port only. Envoy is told those of ranges and of every port, too.
		if t.parser == string(policy.ParserTypeDNS) && filter.Port != port {
			continue
		}
		for selector, entry := range filter.PerSelectorPolicies {
			if isDeny(entry) || isPass(entry) || !selects(selector, peer.identity.ID) {
				continue
			}
			switch {
			case entry.IsRedirect() && entry.Listener != "":
				t.listener = true
			case letsAllPass(entry):
				t.open = true
			default:
				t.entries = append(t.entries, entry)
			}
		}
	}
	return t
}

// letsAllPass: an allow without L7 rules and names, or with a rule that matches everything.
func letsAllPass(entry *policy.PerSelectorPolicy) bool {
	if entry == nil || !entry.IsRedirect() {
		return true
	}
	return len(entry.ServerNames) == 0 && (entry.L7Rules.Len() == 0 || matchesAll(entry))
}

// parserFor is the parser of the narrowest filter that redirects the peer.
func (m *resolved) parserFor(ingress bool, port uint16, protocol u8proto.U8proto, peer *party) string {
	var parsers set
	narrowest := 1 << 17
	for _, filter := range m.filters {
		if filter.Ingress != ingress || !covers(filter, port) || filter.U8Proto != protocol && filter.U8Proto != u8proto.ANY {
			continue
		}
		width := int(max(filter.Port, filter.EndPort)) - int(filter.Port)
		if isEveryPort(filter) {
			width = 1 << 16
		}
		for selector, entry := range filter.PerSelectorPolicies {
			if !entry.IsRedirect() || !selects(selector, peer.identity.ID) || width > narrowest {
				continue
			}
			if width < narrowest {
				narrowest, parsers = width, set{}
			}
			parsers.add(string(entry.L7Parser))
		}
	}
	return parsers.joined()
}

func (t traffic) letter() string {
	switch {
	case t.denied:
		return "d"
	case !t.proxied:
		return "a"
	case t.open:
		return "o"
	case t.listener && len(t.entries) == 0:
		return "p"
	default:
		return "r"
	}
}
