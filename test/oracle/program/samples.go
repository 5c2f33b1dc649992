package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cilium/cilium/pkg/policy/api"
)

// Limits of what is sampled, so that many selectors do not make the answer grow by their square.
const (
	mostCombinedPeers    = 24
	mostCombinedSubjects = 12
	mostReadings         = 16
)

// samples are label sets and addresses that the selectors of manifests tell apart.
type samples struct {
	subjects []map[string]string
	hosts    []map[string]string
	peers    []map[string]string
	// Unions of two of subjects, and of two of peers.
	combinedSubjects []map[string]string
	combinedPeers    []map[string]string
	cidrs            []string
	fqdns            []*api.FQDNSelector
}

// sampleManifests derives, from each selector as written, one label set that it selects, and of each two sets that can be
// had together the union: a pod that two selectors share is where rules meet.
func (j *judge) sampleManifests(manifests []*manifest) *samples {
	s := &samples{}
	for _, m := range manifests {
		if !m.answer.Accepted {
			continue
		}
		namespace := j.namespaceOf(m)
		for _, raw := range m.rawRules() {
			s.addRule(raw.rule, namespace, m.answer.Namespace != "")
		}
		s.peers = appendNew(s.peers, map[string]string{"oracle-stranger": "true", namespaceLabel: namespace})
	}
	s.combinedSubjects = unions(s.subjects, mostCombinedSubjects)
	s.combinedPeers = unions(s.peers, mostCombinedPeers)
	return s
}

func (s *samples) addRule(rule map[string]any, namespace string, isNamespaced bool) {
	if selector, ok := rule["endpointSelector"].(map[string]any); ok {
		for _, pairs := range labelsFor(selector) {
			if isNamespaced || pairs[namespaceLabel] == "" {
				pairs[namespaceLabel] = namespace
			}
			s.subjects = appendNew(s.subjects, pairs)
		}
	}
	if selector, ok := rule["nodeSelector"].(map[string]any); ok {
		for _, pairs := range labelsFor(selector) {
			s.hosts = appendNew(s.hosts, pairs)
		}
	}
	for _, direction := range directions {
		for _, entry := range listOf(rule[direction]) {
			s.addPeers(mapOf(entry), namespace)
		}
	}
}

func (s *samples) addPeers(entry map[string]any, namespace string) {
	for _, key := range []string{"fromEndpoints", "toEndpoints", "fromRequires", "toRequires"} {
		for _, selector := range listOf(entry[key]) {
			for _, pairs := range labelsFor(mapOf(selector)) {
				if pairs[namespaceLabel] == "" {
					pairs[namespaceLabel] = namespace
				}
				s.peers = appendNew(s.peers, pairs)
			}
		}
	}
	for _, key := range []string{"fromCIDR", "toCIDR"} {
		for _, cidr := range listOf(entry[key]) {
			s.cidrs = append(s.cidrs, fmt.Sprint(cidr))
		}
	}
	for _, key := range []string{"fromCIDRSet", "toCIDRSet"} {
		for _, set := range listOf(entry[key]) {
			if cidr, ok := mapOf(set)["cidr"].(string); ok {
				s.cidrs = append(s.cidrs, cidr)
			}
			for _, except := range listOf(mapOf(set)["except"]) {
				s.cidrs = append(s.cidrs, fmt.Sprint(except))
			}
		}
	}
	for _, written := range listOf(entry["toFQDNs"]) {
		selector := &api.FQDNSelector{}
		selector.MatchName, _ = mapOf(written)["matchName"].(string)
		selector.MatchPattern, _ = mapOf(written)["matchPattern"].(string)
		s.fqdns = append(s.fqdns, selector)
	}
}

// labelsFor gives labels of a pod that a selector as written selects, where one exists; several where the selector names a label
// twice, as app and any:app: Cilium takes one of the two at random. Empty: it asks for a reserved label, which pods do not
// carry. Keys lose the prefix of their source.
func labelsFor(selector map[string]any) (sets []map[string]string) {
	for _, pairs := range matchLabelsOf(selector) {
		for _, written := range listOf(selector["matchExpressions"]) {
			expression := mapOf(written)
			key := withoutSource(fmt.Sprint(expression["key"]))
			switch fmt.Sprint(expression["operator"]) {
			case "In":
				if values := listOf(expression["values"]); len(values) > 0 {
					pairs[key] = fmt.Sprint(values[0])
				}
			case "Exists":
				pairs[key] = "sample"
			}
		}
		for key := range pairs {
			if strings.HasPrefix(key, "reserved:") {
				return nil
			}
		}
		if name := pairs["io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name"]; name != "" {
			pairs[namespaceLabel] = name
		}
		sets = appendNew(sets, pairs)
	}
	return sets
}

// matchLabelsOf is one set, and further ones where a key is written in several ways, with each of its values.
func matchLabelsOf(selector map[string]any) []map[string]string {
	sets := []map[string]string{{}}
	written := mapOf(selector["matchLabels"])
	for _, key := range slices.Sorted(maps.Keys(written)) {
		plain, value := withoutSource(key), fmt.Sprint(written[key])
		for _, pairs := range slices.Clone(sets) {
			if _, ok := pairs[plain]; ok && len(sets) < mostReadings {
				other := maps.Clone(pairs)
				other[plain] = value
				sets = appendNew(sets, other)
				continue
			}
			pairs[plain] = value
		}
	}
	return sets
}

func withoutSource(key string) string {
	return strings.TrimPrefix(strings.TrimPrefix(key, "k8s:"), "any:")
}

// unions are of two sets each, and none is among the sets already.
func unions(sets []map[string]string, most int) (made []map[string]string) {
	base := sets[:min(len(sets), most)]
	for i, a := range base {
		for _, b := range base[:i] {
			if union := unionOf(a, b); union != nil && !contains(sets, union) {
				made = appendNew(made, union)
			}
		}
	}
	return made
}

// unionOf is nil when a key would need two values.
func unionOf(a, b map[string]string) map[string]string {
	union := maps.Clone(a)
	for key, value := range b {
		if other, ok := union[key]; ok && other != value {
			return nil
		}
		union[key] = value
	}
	return union
}

func contains(sets []map[string]string, one map[string]string) bool {
	return slices.ContainsFunc(sets, func(other map[string]string) bool { return maps.Equal(one, other) })
}

func appendNew(sets []map[string]string, one map[string]string) []map[string]string {
	if contains(sets, one) {
		return sets
	}
	return append(sets, one)
}
