package main

import (
	"slices"
	"strings"

	"github.com/cilium/cilium/pkg/fqdn/matchpattern"
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/u8proto"
)

func portOf(r *repository, merged *resolved, filter *policy.L4Filter, withSelectors bool) Port {
	answer := Port{Direction: directionOf(filter), Port: filterPort(filter)}
	parsers := set{}
	for selector, entry := range filter.PerSelectorPolicies {
		if entry.IsRedirect() {
			parsers.add(string(entry.L7Parser))
		}
		if withSelectors {
			answer.Selectors = append(answer.Selectors, selectorPolicy(r, selector, entry))
		}
	}
	slices.SortFunc(answer.Selectors, func(a, b SelectorPolicy) int { return strings.Compare(a.Selector, b.Selector) })
	answer.Redirect = parsers.joined()
	answer.Shadow = shadowReasons(r, merged, filter)
	if port, ok := merged.ownPort(filter); ok {
		var letters strings.Builder
		for _, peer := range r.parties {
			letters.WriteString(merged.traffic(filter.Ingress, port, filter.U8Proto, peer).letter())
		}
		answer.Peers = letters.String()
	}
	return answer
}

func directionOf(filter *policy.L4Filter) string {
	if filter.Ingress {
		return "ingress"
	}
	return "egress"
}

func selectorPolicy(r *repository, selector policy.CachedSelector, entry *policy.PerSelectorPolicy) SelectorPolicy {
	answer := SelectorPolicy{Selector: selector.String(), Deny: isDeny(entry), MatchesAll: matchesAll(entry)}
	if entry != nil {
		answer.Rules = entry.L7Rules.Len()
		if entry.IsRedirect() {
			answer.Redirect = string(entry.L7Parser)
		}
		if entry.Authentication != nil {
			answer.Authentication = string(entry.Authentication.Mode)
		}
	}
	for _, peer := range r.parties {
		if selects(selector, peer.identity.ID) {
			answer.Peers++
		}
	}
	return answer
}

func selects(selector policy.CachedSelector, number identity.NumericIdentity) bool {
	return selector.IsWildcard() || slices.Contains(selections(selector), number)
}

// matchesAll tells whether the merged L7 rules hold one that any request matches, written so or added by the merge.
func matchesAll(entry *policy.PerSelectorPolicy) bool {
	if entry == nil {
		return false
	}
	for _, rule := range entry.HTTP {
		if rule.Path == "" && rule.Method == "" && rule.Host == "" && len(rule.Headers) == 0 && len(rule.HeaderMatches) == 0 {
			return true
		}
	}
	for _, rule := range entry.DNS {
		if rule.MatchPattern != "" && matchpattern.ToUnAnchoredRegexp(matchpattern.Sanitize(rule.MatchPattern)) == matchpattern.MatchAllUnAnchoredPattern {
			return true
		}
	}
	return otherKindMatchesAll(entry)
}

// isEveryPort tells a filter of all ports from one of a named port and one of an ICMP type, which have no number either.
func isEveryPort(filter *policy.L4Filter) bool {
	return filter.Port == 0 && filter.PortName == "" && filter.U8Proto != u8proto.ICMP && filter.U8Proto != u8proto.ICMPv6
}

func covers(filter *policy.L4Filter, port uint16) bool {
	if isEveryPort(filter) {
		return true
	}
	return filter.Port != 0 && filter.Port <= port && port <= max(filter.Port, filter.EndPort)
}

// ownPort is a port that no narrower filter of the direction and protocol covers: what the filter itself does is seen there.
func (m *resolved) ownPort(filter *policy.L4Filter) (uint16, bool) {
	if filter.U8Proto == u8proto.ICMP || filter.U8Proto == u8proto.ICMPv6 || filter.Port == 0 && !isEveryPort(filter) {
		return 0, false
	}
	width := func(f *policy.L4Filter) int {
		if isEveryPort(f) {
			return 1 << 16
		}
		return int(max(f.Port, f.EndPort)) - int(f.Port)
	}
	first, last := filter.Port, max(filter.Port, filter.EndPort)
	if isEveryPort(filter) {
		first, last = 1, 65535
	}
	for port := int(first); port <= int(last); port++ {
		isNarrower := func(other *policy.L4Filter) bool {
			return other != filter && other.Ingress == filter.Ingress && !isEveryPort(other) && covers(other, uint16(port)) &&
				(other.U8Proto == filter.U8Proto || filter.U8Proto == u8proto.ANY) && width(other) < width(filter)
		}
		if !slices.ContainsFunc(m.filters, isNarrower) {
			return uint16(port), true
		}
	}
	return 0, false
}
