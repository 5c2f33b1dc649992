package policy

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// object is a piece of Envoy's v3 API as JSON. Source: Envoy 1.40, api-v3.
type object map[string]any

func typeURL(name string) string { return "type.googleapis.com/envoy." + name }

const rbacType = "extensions.filters.http.rbac.v3.RBAC"

// envoyFilter is the DiscoveryResponse for the filter of one direction: an ALLOW list, of which one policy must match the
// connection and the request. Connections that this direction has no HTTP rules for pass: the other direction brought
// them here. That a peer may connect at all was seen to before.
func envoyFilter(d direction, groups []group) string {
	f := filter{direction: d, policies: object{}}
	f.addOthers(groups)
	for _, g := range groups {
		if ports := g.httpPorts(); g.direction == d && len(ports) > 0 {
			f.addGroup(g, ports)
		}
	}
	// encoding/json sorts keys: the same rules give the same text.
	content, _ := json.Marshal(f.policies)
	text, _ := json.Marshal(object{
		"version_info": fmt.Sprintf("%x", sha256.Sum256(content))[:16],
		"resources": []any{object{
			"@type": typeURL("config.core.v3.TypedExtensionConfig"),
			"name":  d,
			"typed_config": object{
				"@type": typeURL(rbacType),
				"rules": object{"action": "ALLOW", "policies": f.policies},
			},
		}},
	})
	return string(text)
}

type filter struct {
	direction direction
	policies  object
}

// match is a condition on a connection: its own side, its peer, its port, and more.
type match struct {
	own, peers addressSet
	ports      []portSpan
	notOwn     bool
	notPorts   bool
	request    object
}

// add writes the match in Envoy's words: what a connection goes to is permissions, where it comes from principals.
func (f *filter) add(name string, m match) {
	from, to := m.peers, m.own
	notFrom, notTo := false, m.notOwn
	if f.direction == egress {
		from, to, notFrom, notTo = m.own, m.peers, m.notOwn, false
	}
	var permissions []any
	if !slices.Equal(to, everyAddress) {
		permissions = append(permissions, not(notTo, "not_rule", anyOf("or_rules", "rules", prefixes("destination_ip", to))))
	}
	if m.ports != nil {
		var ports []any
		for _, p := range m.ports {
			// The end of Envoy's range is not in it.
			ports = append(ports, object{"destination_port_range": object{"start": p.first, "end": int(p.last) + 1}})
		}
		permissions = append(permissions, not(m.notPorts, "not_rule", anyOf("or_rules", "rules", ports)))
	}
	if m.request != nil {
		permissions = append(permissions, m.request)
	}
	permission := object{"any": true}
	if len(permissions) > 0 {
		permission = object{"and_rules": object{"rules": permissions}}
	}
	principal := object{"any": true}
	if !slices.Equal(from, everyAddress) {
		principal = not(notFrom, "not_id", anyOf("or_ids", "ids", prefixes("direct_remote_ip", from)))
	}
	key := fmt.Sprintf("%03d %s", len(f.policies), name)
	f.policies[key] = object{"permissions": []any{permission}, "principals": []any{principal}}
}

func not(negate bool, field string, o object) object {
	if negate {
		return object{field: o}
	}
	return o
}

// anyOf is true when one of the conditions is; Envoy refuses an empty list.
func anyOf(field, list string, of []any) object { return object{field: object{list: of}} }

func prefixes(field string, addresses addressSet) []any {
	var out []any
	for _, p := range addresses.prefixes() {
		out = append(out, object{field: object{"address_prefix": p.Addr().String(), "prefix_len": p.Bits()}})
	}
	return out
}

// addOthers lets pass what this direction has no HTTP rules for.
func (f *filter) addOthers(groups []group) {
	var subject addressSet
	for _, g := range groups {
		if ports := g.httpPorts(); g.direction == f.direction && len(ports) > 0 {
			subject = subject.union(g.own)
			f.add(g.name+": other ports", match{own: g.own, peers: everyAddress, ports: ports, notPorts: true})
		}
	}
	if len(subject) == 0 {
		f.add("no HTTP rules", match{own: everyAddress, peers: everyAddress})
		return
	}
	f.add("other pods", match{own: subject, notOwn: true, peers: everyAddress})
}

func (f *filter) addGroup(g group, ports []portSpan) {
	for _, e := range g.entries {
		if !e.reaches(ports...) || len(e.Peers) == 0 {
			continue
		}
		m := match{own: g.own, peers: e.Peers}
		if e.Protocol != "" {
			m.ports = []portSpan{{e.First, e.Last}}
		}
		if !e.Plain {
			m.request = requestMatch(e.HTTP)
		}
		f.add(g.name+": "+e.Policy, m)
	}
	if g.denies {
		return
	}
	// Peers that no rule speaks of are not denied, and come here when their own policy has HTTP rules.
	for _, p := range splitPorts(g, ports) {
		var spokenOf addressSet
		for _, e := range g.entries {
			if e.reaches(p) {
				spokenOf = spokenOf.union(e.Peers)
			}
		}
		if others := everyAddress.minus(spokenOf); len(others) > 0 {
			f.add(g.name+": other peers", match{own: g.own, peers: others, ports: []portSpan{p}})
		}
	}
}

// splitPorts cuts ranges where an entry begins or ends: each piece is reached by the same entries throughout.
func splitPorts(g group, ports []portSpan) []portSpan {
	cuts := map[int]bool{}
	for _, e := range g.entries {
		cuts[int(e.First)], cuts[int(e.Last)+1] = true, true
	}
	var out []portSpan
	for _, p := range ports {
		first := p.first
		for n := int(p.first) + 1; n <= int(p.last); n++ {
			if cuts[n] {
				out = append(out, portSpan{first, uint16(n - 1)})
				first = uint16(n)
			}
		}
		out = append(out, portSpan{first, p.last})
	}
	return out
}

// requestMatch: one of the rules must match; an empty rule matches every request.
func requestMatch(rules []httpRule) object {
	var out []any
	for _, r := range rules {
		var headers []any
		// `:path` holds the query string as well, as it does for Cilium. safe_regex matches the whole value.
		for _, pair := range [][2]string{{":path", r.Path}, {":method", r.Method}, {":authority", r.Host}} {
			if pair[1] != "" {
				headers = append(headers, object{"header": object{"name": pair[0], "string_match": object{"safe_regex": object{"regex": pair[1]}}}})
			}
		}
		for _, h := range r.Headers {
			headers = append(headers, object{"header": headerMatch(h)})
		}
		if len(headers) == 0 {
			return nil
		}
		out = append(out, object{"and_rules": object{"rules": headers}})
	}
	return anyOf("or_rules", "rules", out)
}

// headerMatch: `"Name: value"` must be equal, `"Name"` must be there. Source: Cilium 1.19, pkg/envoy, getHTTPRule.
func headerMatch(text string) object {
	name, value, ok := strings.Cut(text, " ")
	if !ok {
		return object{"name": text, "present_match": true}
	}
	return object{"name": strings.TrimRight(name, ":"), "string_match": object{"exact": value}}
}
