package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cilium/cilium/pkg/fqdn/matchpattern"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/u8proto"
	cilium "github.com/cilium/proxy/go/cilium/api"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
)

// decide answers one flow: Cilium's lookup for L4, and behind a redirect the rules that Cilium hands to its proxies.
func (c *cluster) decide(flow Flow) (answer Decision) {
	defer func() {
		if cause := recover(); cause != nil {
			answer = Decision{Verdict: "unknown", Error: fmt.Sprint("panic in Cilium: ", cause)}
		}
	}()
	seen, err := c.trafficOf(flow)
	if err != nil {
		return Decision{Verdict: "unknown", Error: err.Error()}
	}
	switch {
	case seen.denied:
		return Decision{L4: "denied", Verdict: "denied"}
	case !seen.proxied:
		return Decision{L4: "allowed", Verdict: "allowed"}
	}
	answer = Decision{L4: "proxied", Redirect: seen.parser, Verdict: "denied"}
	if seen.open || seen.listener && len(seen.entries) == 0 {
		answer.Verdict = "allowed"
		return answer
	}
	for _, entry := range seen.entries {
		answer.Rules = append(answer.Rules, rulesOf(entry)...)
		switch entryVerdict(entry, flow) {
		case yes:
			answer.Verdict = "allowed"
		case unknown:
			if answer.Verdict == "denied" {
				answer.Verdict = "unknown"
			}
		}
	}
	slices.Sort(answer.Rules)
	return answer
}

func (c *cluster) trafficOf(flow Flow) (traffic, error) {
	protocol, err := u8proto.ParseProtocol(flow.Protocol)
	if err != nil {
		return traffic{}, err
	}
	if flow.Direction != "ingress" && flow.Direction != "egress" {
		return traffic{}, fmt.Errorf("there is no direction %q", flow.Direction)
	}
	r := c.pods
	if flow.Subject.Host {
		r = c.hostRepository(flow.Subject.Labels)
	}
	subject, peer := r.party(flow.Subject), r.party(flow.Peer)
	if subject == nil || peer == nil {
		return traffic{}, errors.New("the subject or the peer names nobody")
	}
	merged, err := r.resolve(subject)
	if err != nil {
		return traffic{}, err
	}
	return merged.traffic(flow.Direction == "ingress", flow.Port, protocol, peer), nil
}

type verdict int

const (
	no verdict = iota
	unknown
	yes
)

func entryVerdict(entry *policy.PerSelectorPolicy, flow Flow) verdict {
	if len(entry.ServerNames) > 0 && flow.ServerName == "" {
		return unknown
	}
	if len(entry.ServerNames) > 0 && !matchesServerName(entry, flow.ServerName) {
		return no
	}
	if entry.L7Rules.Len() == 0 || matchesAll(entry) {
		return yes
	}
	if rules := envoyRules(entry); rules != nil {
		if flow.HTTP == nil {
			return unknown
		}
		return anyRule(rules.GetHttpRules(), *flow.HTTP)
	}
	if len(entry.DNS) > 0 {
		if flow.DNS == "" {
			return unknown
		}
		return dnsVerdict(entry, flow.DNS)
	}
	return unknown
}

func anyRule(rules []*cilium.HttpNetworkPolicyRule, request HTTP) verdict {
	best := no
	for _, rule := range rules {
		best = max(best, ruleVerdict(rule, request))
	}
	return best
}

func ruleVerdict(rule *cilium.HttpNetworkPolicyRule, request HTTP) verdict {
	result := yes
	for _, header := range rule.GetHeaders() {
		result = min(result, headerVerdict(header, request))
	}
	for _, match := range rule.GetHeaderMatches() {
		// Every other action lets the request pass, changed or logged.
		if match.GetMismatchAction() != cilium.HeaderMatch_FAIL_ON_MISMATCH {
			continue
		}
		if _, ok := valueOf(match.GetName(), request); !ok {
			return no
		}
		// The value comes from a secret.
		result = min(result, unknown)
	}
	return result
}

func headerVerdict(matcher *route.HeaderMatcher, request HTTP) verdict {
	value, ok := valueOf(matcher.GetName(), request)
	matched := ok
	if text := matcher.GetStringMatch(); text != nil {
		if pattern := text.GetSafeRegex(); pattern != nil {
			// Envoy asks for a match of the whole value. Sanitize compiled the expression already.
			matched = ok && regexp.MustCompile(`\A(?:`+pattern.GetRegex()+`)\z`).MatchString(value)
		} else {
			matched = ok && value == text.GetExact()
		}
	} else if !matcher.GetPresentMatch() {
		return unknown
	}
	if matched != matcher.GetInvertMatch() {
		return yes
	}
	return no
}

func valueOf(name string, request HTTP) (string, bool) {
	switch name = strings.ToLower(name); name {
	case ":method":
		return request.Method, true
	case ":path":
		return request.Path, true
	case ":authority", "host":
		return request.Host, true
	}
	for header, value := range request.Headers {
		if strings.ToLower(header) == name {
			return value, true
		}
	}
	return "", false
}

func dnsVerdict(entry *policy.PerSelectorPolicy, name string) verdict {
	asked := strings.ToLower(strings.TrimSuffix(name, ".")) + "."
	for _, rule := range entry.DNS {
		for _, pattern := range []string{rule.MatchName, rule.MatchPattern} {
			if pattern == "" {
				continue
			}
			if regexp.MustCompile(matchpattern.ToAnchoredRegexp(matchpattern.Sanitize(pattern))).MatchString(asked) {
				return yes
			}
		}
	}
	return no
}

func rulesOf(entry *policy.PerSelectorPolicy) (out []string) {
	names := ""
	if len(entry.ServerNames) > 0 {
		names = "serverNames " + strings.Join(serverNames(entry), ", ")
		out = append(out, names)
	}
	for _, rule := range entry.HTTP {
		words := []string{"http"}
		for _, part := range [][2]string{{"method", rule.Method}, {"path", rule.Path}, {"host", rule.Host}} {
			if part[1] != "" {
				words = append(words, part[0]+"="+part[1])
			}
		}
		for _, header := range rule.Headers {
			words = append(words, "header="+header)
		}
		for _, match := range rule.HeaderMatches {
			words = append(words, fmt.Sprintf("header=%s:%s%s", match.Name, match.Value, match.Mismatch))
		}
		out = append(out, strings.Join(words, " "))
	}
	for _, rule := range entry.DNS {
		out = append(out, "dns "+rule.MatchName+rule.MatchPattern)
	}
	return out
}

func serverNames(entry *policy.PerSelectorPolicy) (names []string) {
	for name := range entry.ServerNames {
		names = append(names, string(name))
	}
	slices.Sort(names)
	return names
}

// matchesServerName: names match whole; in a pattern * is one label and ** is one or more, as in the API's documentation.
func matchesServerName(entry *policy.PerSelectorPolicy, asked string) bool {
	for _, name := range serverNames(entry) {
		pattern := regexp.QuoteMeta(strings.ToLower(name))
		pattern = strings.ReplaceAll(pattern, `\*\*`, `[-a-z0-9_.]+`)
		pattern = strings.ReplaceAll(pattern, `\*`, `[-a-z0-9_]+`)
		if regexp.MustCompile(`\A` + pattern + `\z`).MatchString(strings.ToLower(asked)) {
			return true
		}
	}
	return false
}
