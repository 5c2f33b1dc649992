package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
)

// These types are all that is enforced of a CiliumNetworkPolicy: a field that is not here refuses the whole policy.
// Source: the CustomResourceDefinition of Cilium 1.20.
type ciliumSpec struct {
	EndpointSelector  *metav1.LabelSelector
	Ingress           []ciliumIngress
	Egress            []ciliumEgress
	EnableDefaultDeny struct{ Ingress, Egress *bool }

	// For people and for Hubble; they change no traffic.
	Description, Labels, Log json.RawMessage
}

type ciliumIngress struct {
	FromEndpoints []metav1.LabelSelector
	FromEntities  []string
	FromCIDR      []string
	FromCIDRSet   []ciliumBlock
	ToPorts       []ciliumPorts
}

type ciliumEgress struct {
	ToEndpoints []metav1.LabelSelector
	ToEntities  []string
	ToCIDR      []string
	ToCIDRSet   []ciliumBlock
	ToPorts     []ciliumPorts
}

// ciliumRule is a rule of either direction.
type ciliumRule struct {
	endpoints []metav1.LabelSelector
	entities  []string
	cidrs     []string
	blocks    []ciliumBlock
	ports     []ciliumPorts
}

type ciliumBlock struct {
	CIDR   string
	Except []string
}

type ciliumPorts struct {
	Ports []struct {
		Port     string
		EndPort  int
		Protocol string
	}
	Rules struct{ HTTP []httpRule }
}

// ciliumPolicyRules reads `spec` and `specs`. An error says why the policy is not enforced, none of it;
// noHTTP is that reason for HTTP rules.
func ciliumPolicyRules(c cluster, p *unstructured.Unstructured, noHTTP string) ([]policyRules, error) {
	var specs []any
	if spec, ok := p.Object["spec"]; ok && spec != nil {
		specs = append(specs, spec)
	}
	if more, ok := p.Object["specs"].([]any); ok {
		specs = append(specs, more...)
	}
	if len(specs) == 0 {
		return nil, errors.New("it has neither spec nor specs")
	}
	reader := ciliumReader{cluster: c, namespace: p.GetNamespace(), noHTTP: noHTTP}
	name := strings.TrimPrefix(p.GetNamespace()+"/"+p.GetName(), "/")
	var out []policyRules
	for _, spec := range specs {
		rules, err := reader.specRules(spec)
		if err != nil {
			return nil, err
		}
		for _, r := range rules {
			r.name = p.GetKind() + " " + name
			out = append(out, r)
		}
	}
	return out, nil
}

// ciliumReader reads policies of a namespace; with none, those of the whole cluster.
type ciliumReader struct {
	cluster
	namespace string
	noHTTP    string
}

func (r ciliumReader) specRules(from any) ([]policyRules, error) {
	text, err := json.Marshal(from)
	if err != nil {
		return nil, err
	}
	var spec ciliumSpec
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&spec); err != nil {
		if _, field, ok := strings.Cut(err.Error(), "unknown field "); ok {
			return nil, fmt.Errorf("%s is not enforced by the test cluster's policy engine", field)
		}
		return nil, err
	}
	if spec.EndpointSelector == nil {
		return nil, errors.New("it has no endpointSelector")
	}
	own, err := r.selector(*spec.EndpointSelector)
	if err != nil {
		return nil, err
	}
	selects := func(pod *v1.Pod) bool {
		return (r.namespace == "" || pod.Namespace == r.namespace) && own.Matches(r.ciliumLabels(pod))
	}
	if len(spec.Ingress)+len(spec.Egress) == 0 {
		return nil, errors.New("it has no rule")
	}
	var out []policyRules
	if len(spec.Ingress) > 0 {
		rules := policyRules{direction: ingress, selects: selects, denies: orTrue(spec.EnableDefaultDeny.Ingress)}
		for _, i := range spec.Ingress {
			rules.allows, err = r.appendAllows(rules.allows, ciliumRule{i.FromEndpoints, i.FromEntities, i.FromCIDR, i.FromCIDRSet, i.ToPorts})
			if err != nil {
				return nil, err
			}
		}
		out = append(out, rules)
	}
	if len(spec.Egress) > 0 {
		rules := policyRules{direction: egress, selects: selects, denies: orTrue(spec.EnableDefaultDeny.Egress)}
		for _, e := range spec.Egress {
			rules.allows, err = r.appendAllows(rules.allows, ciliumRule{e.ToEndpoints, e.ToEntities, e.ToCIDR, e.ToCIDRSet, e.ToPorts})
			if err != nil {
				return nil, err
			}
		}
		out = append(out, rules)
	}
	return out, nil
}

func orTrue(b *bool) bool { return b == nil || *b }

func (r ciliumReader) appendAllows(allows []allow, rule ciliumRule) ([]allow, error) {
	peers, err := r.peers(rule)
	if err != nil {
		return nil, err
	}
	if len(rule.ports) == 0 {
		return append(allows, allow{peers: peers}), nil
	}
	for _, p := range rule.ports {
		ports, http, err := ciliumPortRule(p)
		if err != nil {
			return nil, err
		}
		if http != nil && r.noHTTP != "" {
			return nil, errors.New(r.noHTTP)
		}
		allows = append(allows, allow{peers, ports, http})
	}
	return allows, nil
}

// peers: without a peer a rule with ports is for everybody, and one without ports for nobody; so is an empty list.
func (r ciliumReader) peers(rule ciliumRule) (peers, error) {
	kinds := 0
	for _, there := range []bool{rule.endpoints != nil, rule.entities != nil, rule.cidrs != nil, rule.blocks != nil} {
		if there {
			kinds++
		}
	}
	switch {
	case kinds > 1:
		return peers{}, errors.New("one rule combines endpoints, entities, CIDR and CIDRSet, which Cilium refuses")
	case kinds == 0 && len(rule.ports) > 0:
		return r.peersAt(everyAddress), nil
	}
	var set addressSet
	for _, e := range rule.endpoints {
		next, err := r.endpoints(e)
		if err != nil {
			return peers{}, err
		}
		set = set.union(next)
	}
	for _, e := range rule.entities {
		next, err := r.entity(e)
		if err != nil {
			return peers{}, err
		}
		set = set.union(next)
	}
	for _, cidr := range rule.cidrs {
		rule.blocks = append(rule.blocks, ciliumBlock{CIDR: cidr})
	}
	for _, b := range rule.blocks {
		next, err := b.addresses()
		if err != nil {
			return peers{}, err
		}
		set = set.union(next.minus(everyAddress.minus(r.outside())))
	}
	return r.peersAt(set), nil
}

// endpoints are pods of the policy's namespace unless the selector speaks of namespaces. Source: Cilium,
// pkg/k8s/apis/cilium.io/utils/utils.go, getEndpointSelector.
func (r ciliumReader) endpoints(s metav1.LabelSelector) (addressSet, error) {
	selector, err := r.selector(s)
	if err != nil {
		return nil, err
	}
	anywhere := r.namespace == ""
	requirements, _ := selector.Requirements()
	for _, requirement := range requirements {
		key := requirement.Key()
		anywhere = anywhere || key == namespaceLabel || strings.HasPrefix(key, namespaceLabelsPrefix)
	}
	return r.peersWhere(func(pod *v1.Pod) bool {
		return (anywhere || pod.Namespace == r.namespace) && selector.Matches(r.ciliumLabels(pod))
	}).addresses, nil
}

// selector takes the sources `k8s:` and `any:` off the keys: all labels here come from Kubernetes.
func (r ciliumReader) selector(s metav1.LabelSelector) (labels.Selector, error) {
	plain := metav1.LabelSelector{MatchLabels: map[string]string{}}
	for key, value := range s.MatchLabels {
		name, err := labelName(key)
		if err != nil {
			return nil, err
		}
		plain.MatchLabels[name] = value
	}
	for _, e := range s.MatchExpressions {
		name, err := labelName(e.Key)
		if err != nil {
			return nil, err
		}
		e.Key = name
		plain.MatchExpressions = append(plain.MatchExpressions, e)
	}
	return metav1.LabelSelectorAsSelector(&plain)
}

func labelName(key string) (string, error) {
	source, name, ok := strings.Cut(key, ":")
	if !ok {
		return key, nil
	}
	if source != "k8s" && source != "any" {
		return "", fmt.Errorf("label %q is not one of Kubernetes", key)
	}
	return name, nil
}

func (b ciliumBlock) addresses() (addressSet, error) {
	for _, cidr := range append([]string{b.CIDR}, b.Except...) {
		if _, err := netip.ParsePrefix(cidr); err != nil {
			if _, err := netip.ParseAddr(cidr); err != nil {
				return nil, fmt.Errorf("%q is not a CIDR", cidr)
			}
		}
	}
	cidr := b.CIDR
	if a, err := netip.ParseAddr(cidr); err == nil { // fromCIDR and toCIDR take an address too
		cidr = netip.PrefixFrom(a, a.BitLen()).String()
	}
	return block(cidr, b.Except), nil
}

// ciliumPortRule reads an entry of toPorts. Source of what Cilium refuses: pkg/policy/api/rule_validation.go.
func ciliumPortRule(rule ciliumPorts) ([]port, []httpRule, error) {
	if len(rule.Ports) == 0 {
		return nil, nil, errors.New("an entry of toPorts has no ports")
	}
	http := rule.Rules.HTTP
	if http != nil && len(http) == 0 {
		return nil, nil, errors.New("an empty list of HTTP rules is not enforced by the test cluster's policy engine")
	}
	for _, h := range http {
		for _, pattern := range []string{h.Path, h.Method, h.Host} {
			if _, err := regexp.Compile(pattern); err != nil {
				return nil, nil, fmt.Errorf("an HTTP rule cannot be read: %w", err)
			}
		}
	}
	var ports []port
	for _, p := range rule.Ports {
		var protocols []v1.Protocol
		switch p.Protocol {
		case "TCP", "UDP":
			protocols = []v1.Protocol{v1.Protocol(p.Protocol)}
		case "", "ANY":
			protocols = []v1.Protocol{v1.ProtocolTCP, v1.ProtocolUDP}
		default:
			return nil, nil, fmt.Errorf("protocol %s is not enforced by the test cluster's policy engine", p.Protocol)
		}
		if http != nil && (p.Protocol != "TCP" || p.Port == "0") {
			return nil, nil, errors.New("HTTP rules need protocol TCP and a port other than 0")
		}
		for _, protocol := range protocols {
			out, err := ciliumPort(p.Port, p.EndPort)
			if err != nil {
				return nil, nil, err
			}
			out.protocol = protocol
			ports = append(ports, out)
		}
	}
	return ports, http, nil
}

func ciliumPort(text string, end int) (port, error) {
	n, err := strconv.Atoi(text)
	switch {
	case text == "":
		return port{}, errors.New("a port is empty")
	case err != nil:
		return port{name: text}, nil
	case n < 0 || n > 65535 || end > 65535 || end != 0 && end < n:
		return port{}, fmt.Errorf("port %s to %d is out of range", text, end)
	case n == 0:
		return port{last: 65535}, nil
	}
	return port{first: uint16(n), last: uint16(max(n, end))}, nil
}
