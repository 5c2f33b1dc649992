package main

import (
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/u8proto"
)

// Why L7 rules do not restrict a peer that they name.
const (
	// The merged rules of a selector hold one that matches everything, written so or added because the same selector is
	// allowed at L4.
	matchAllRule = "l7-wildcard-rule"
	// Another selector that shares a peer is allowed the same port at L4.
	samePort = "l4-only-allow-same-port"
	// ... a range of ports around it.
	portRange = "l4-only-allow-port-range"
	// ... every port.
	everyPort = "l3-only-allow"
	// No policy asks for default deny, so Cilium adds a rule that allows everybody. Told apart from everyPort from 1.20 on.
	defaultAllow = "default-allow"
)

// shadowReasons compares the selectors with L7 rules of a filter with those that allow a shared peer at L4. Selectors and
// selections are Cilium's; see traffic.go for what is concluded from them.
func shadowReasons(r *repository, merged *resolved, filter *policy.L4Filter) []string {
	reasons := set{}
	for selector, entry := range filter.PerSelectorPolicies {
		if !entry.IsRedirect() || !entry.HasL7Rules() && len(entry.ServerNames) == 0 {
			continue
		}
		if matchesAll(entry) {
			reasons.add(matchAllRule)
		}
		for _, other := range merged.filters {
			reason := reasonOf(filter, entry, other)
			if reason == "" {
				continue
			}
			for otherSelector, otherEntry := range other.PerSelectorPolicies {
				isPlainAllow := otherEntry == nil || !isDeny(otherEntry) && !isPass(otherEntry) && !otherEntry.IsRedirect()
				if isPlainAllow && sharePeer(r, selector, otherSelector) {
					reasons.add(reason)
				}
			}
		}
	}
	return reasons.sorted()
}

// reasonOf is empty when the other filter says nothing about requests to the filter's ports.
func reasonOf(filter *policy.L4Filter, entry *policy.PerSelectorPolicy, other *policy.L4Filter) string {
	if other.Ingress != filter.Ingress || other.U8Proto != filter.U8Proto && other.U8Proto != u8proto.ANY {
		return ""
	}
	reason := ""
	switch {
	case other == filter:
		reason = samePort
	case entry.L7Parser == policy.ParserTypeDNS || other.PortName != "" || filter.PortName != "":
		return ""
	case isEveryPort(other):
		reason = everyPort
	// Of a range that ends below its beginning no proxy takes the rules.
	case other.Port <= filter.Port && other.EndPort >= filter.EndPort && other.EndPort >= filter.Port:
		reason = portRange
	default:
		return ""
	}
	if isDefaultTier(other) {
		return defaultAllow
	}
	return reason
}

// sharePeer leaves out the agent's own host, which pods let in whatever the policy says, and unions of samples: that some pod
// could carry the labels of two selectors is no reason to say that one shadows the other.
func sharePeer(r *repository, a, b policy.CachedSelector) bool {
	for _, peer := range r.parties {
		number := peer.identity.ID
		if number != identity.ReservedIdentityHost && !peer.combined && selects(a, number) && selects(b, number) {
			return true
		}
	}
	return false
}
