package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/policy/api"
)

const subjectKey = "oracle-subject"

// redirects asks about each entry of toPorts alone: its rule is cut down to that entry, selects one made-up subject in a
// fresh repository, and is resolved for it. So a clash with another entry does not hide the answer.
func (j *judge) redirects(m *manifest) {
	for number, raw := range m.rawRules() {
		for _, direction := range directions {
			for i, rule := range listOf(raw.rule[direction]) {
				for k := range listOf(mapOf(rule)["toPorts"]) {
					answer := Redirect{Path: fmt.Sprintf("%s%s[%d].toPorts[%d]", raw.path, direction, i, k)}
					if m.answer.Accepted && number < len(m.rules) {
						j.redirectOf(m, cutDown(m.rules[number], direction, i, k), &answer)
					}
					m.answer.Redirects = append(m.answer.Redirects, answer)
				}
			}
		}
	}
}

// cutDown keeps one entry of toPorts of a rule. A nil result: Parse left the entry out.
func cutDown(rule *api.Rule, direction string, i, k int) *api.Rule {
	source := rule.DeepCopy()
	one := &api.Rule{Labels: source.Labels, EnableDefaultDeny: source.EnableDefaultDeny}
	selector := api.NewESFromLabels(labels.NewLabel(subjectKey, "true", labels.LabelSourceK8s))
	if source.NodeSelector.LabelSelector != nil {
		one.NodeSelector = selector
	} else {
		one.EndpointSelector = selector
	}
	switch direction {
	case "ingress":
		if i >= len(source.Ingress) || k >= len(source.Ingress[i].ToPorts) {
			return nil
		}
		one.Ingress = source.Ingress[i : i+1]
		one.Ingress[0].ToPorts = one.Ingress[0].ToPorts[k : k+1]
	case "egress":
		if i >= len(source.Egress) || k >= len(source.Egress[i].ToPorts) {
			return nil
		}
		one.Egress = source.Egress[i : i+1]
		one.Egress[0].ToPorts = one.Egress[0].ToPorts[k : k+1]
	case "ingressDeny":
		if i >= len(source.IngressDeny) || k >= len(source.IngressDeny[i].ToPorts) {
			return nil
		}
		one.IngressDeny = source.IngressDeny[i : i+1]
		one.IngressDeny[0].ToPorts = one.IngressDeny[0].ToPorts[k : k+1]
	case "egressDeny":
		if i >= len(source.EgressDeny) || k >= len(source.EgressDeny[i].ToPorts) {
			return nil
		}
		one.EgressDeny = source.EgressDeny[i : i+1]
		one.EgressDeny[0].ToPorts = one.EgressDeny[0].ToPorts[k : k+1]
	}
	return one
}

func (j *judge) redirectOf(m *manifest, one *api.Rule, answer *Redirect) {
	defer func() {
		if cause := recover(); cause != nil {
			answer.Error = fmt.Sprint("panic in Cilium: ", cause)
		}
	}()
	if one == nil {
		answer.Error = "left out by Parse"
		return
	}
	r := newRepository(j.log)
	pairs := map[string]string{subjectKey: "true"}
	var subject *party
	if one.NodeSelector.LabelSelector != nil {
		subject = r.host(pairs)
	} else {
		pairs[namespaceLabel] = j.namespaceOf(m)
		subject = r.pod(pairs)
	}
	r.learnIdentities()
	r.addRules(api.Rules{one}, m.answer.Kind, m.answer.Namespace, m.answer.Name)
	merged, err := r.resolve(subject)
	if err != nil {
		answer.Error = err.Error()
		return
	}
	parsers := set{}
	for _, filter := range merged.filters {
		for _, entry := range filter.PerSelectorPolicies {
			if entry.IsRedirect() {
				parsers.add(string(entry.L7Parser))
				if port := filterPort(filter); !slices.Contains(answer.Ports, port) {
					answer.Ports = append(answer.Ports, port)
				}
			}
		}
	}
	slices.Sort(answer.Ports)
	answer.To = parsers.joined()
}

// namespaceOf is where the pods of a policy are; those of clusterwide policies are put into the default one.
func (j *judge) namespaceOf(m *manifest) string {
	if m.answer.Namespace == "" {
		return j.namespace
	}
	return m.answer.Namespace
}

type set map[string]bool

func (s set) add(word string) { s[word] = true }

func (s set) sorted() []string {
	var words []string
	for word := range s {
		words = append(words, word)
	}
	slices.Sort(words)
	return words
}

func (s set) joined() string { return strings.Join(s.sorted(), "+") }
