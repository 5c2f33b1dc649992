package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/policy/api"
)

// cluster is the accepted policies of one request, merged. Each set of node labels has a repository of its own, since an
// agent has one host identity.
type cluster struct {
	judge     *judge
	manifests []*manifest
	samples   *samples
	flows     []Flow
	pods      *repository
	hosts     map[string]*repository
}

func (j *judge) mergedCluster(manifests []*manifest, flows []Flow) *cluster {
	c := &cluster{judge: j, manifests: manifests, samples: j.sampleManifests(manifests), flows: flows,
		hosts: map[string]*repository{}}
	c.pods = c.repository(nil)
	return c
}

func (c *cluster) repository(hostLabels map[string]string) *repository {
	r := newRepository(c.judge.log)
	if hostLabels != nil {
		r.host(hostLabels)
	}
	for _, pairs := range c.samples.subjects {
		r.pod(pairs)
	}
	for _, pairs := range c.samples.peers {
		r.pod(pairs)
	}
	for _, cidr := range c.samples.cidrs {
		r.cidr(cidr)
	}
	for _, selector := range c.samples.fqdns {
		r.fqdn(selector)
	}
	for _, pairs := range slices.Concat(c.samples.combinedSubjects, c.samples.combinedPeers) {
		if known := len(r.parties); r.pod(pairs) != nil && len(r.parties) > known {
			r.parties[known].combined = true
		}
	}
	for _, flow := range c.flows {
		r.party(flow.Peer)
		if !flow.Subject.Host {
			r.party(flow.Subject)
		}
	}
	r.learnIdentities()
	for i, m := range c.manifests {
		if m.answer.Accepted {
			// Two files may hold the same name: each is a policy of its own here.
			name := fmt.Sprintf("%s-%d", m.answer.Name, i)
			r.addRules(m.rules.DeepCopy(), m.answer.Kind, m.answer.Namespace, name)
		}
	}
	return r
}

func (c *cluster) hostRepository(hostLabels map[string]string) *repository {
	key := fmt.Sprint(hostLabels) // fmt prints maps sorted by key
	if c.hosts[key] == nil {
		if hostLabels == nil {
			hostLabels = map[string]string{}
		}
		c.hosts[key] = c.repository(hostLabels)
	}
	return c.hosts[key]
}

// party finds or makes the identity that a flow names; nil when it names none.
func (r *repository) party(p Party) *party {
	switch {
	case p.Entity != "":
		for _, known := range r.parties {
			if known.identity.IsReserved() && known.identity.ID.String() == p.Entity {
				return known
			}
		}
		return nil
	case p.CIDR != "":
		return r.cidr(p.CIDR)
	case p.FQDN != "":
		return r.fqdn(&api.FQDNSelector{MatchName: p.FQDN})
	case p.Host:
		i := slices.IndexFunc(r.parties, func(known *party) bool { return known.identity.ID == identity.ReservedIdentityHost })
		return r.parties[i]
	default:
		pairs := maps.Clone(p.Labels)
		if pairs == nil {
			pairs = map[string]string{}
		}
		if p.Namespace != "" {
			pairs[namespaceLabel] = p.Namespace
		}
		return r.pod(pairs)
	}
}

func (c *cluster) endpoints(withSelectors bool) (peers []string, out []Endpoint) {
	for _, p := range c.pods.parties {
		peers = append(peers, p.name)
	}
	for _, pairs := range c.samples.subjects {
		out = append(out, endpointOf(c.pods, c.pods.pod(pairs), withSelectors))
	}
	for _, pairs := range c.samples.combinedSubjects {
		out = append(out, endpointOf(c.pods, c.pods.pod(pairs), withSelectors))
	}
	for _, pairs := range c.samples.hosts {
		r := c.hostRepository(pairs)
		out = append(out, endpointOf(r, r.party(Party{Host: true}), withSelectors))
	}
	return peers, out
}

func endpointOf(r *repository, subject *party, withSelectors bool) (answer Endpoint) {
	answer = Endpoint{Labels: map[string]string{}, Host: subject.host, Combined: subject.combined}
	for _, label := range subject.identity.LabelArray {
		if !isOwnCluster(label) {
			answer.Labels[label.Source+":"+label.Key] = label.Value
		}
	}
	defer func() {
		if cause := recover(); cause != nil {
			answer.Error = fmt.Sprint("panic in Cilium: ", cause)
		}
	}()
	merged, err := r.resolve(subject)
	if err != nil {
		answer.Error = err.Error()
		return answer
	}
	answer.Ingress, answer.Egress = merged.ingress, merged.egress
	for _, filter := range merged.filters {
		answer.Ports = append(answer.Ports, portOf(r, merged, filter, withSelectors))
	}
	return answer
}
