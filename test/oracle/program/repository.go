package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"sync"

	envoypolicy "github.com/cilium/cilium/pkg/envoy/policy"
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/identity/identitymanager"
	ipcachetypes "github.com/cilium/cilium/pkg/ipcache/types"
	v2 "github.com/cilium/cilium/pkg/k8s/apis/cilium.io/v2"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/policy/api"
)

// repository is Cilium's own, with identities made up for the question.
type repository struct {
	log        *slog.Logger
	policies   *policy.Repository
	manager    identitymanager.IDManager
	identities identity.IdentityMap
	byLabels   map[string]*party
	// parties in the order in which they were made, reserved ones first.
	parties   []*party
	nextPod   identity.NumericIdentity
	nextLocal identity.NumericIdentity
}

// party is an identity that takes part in traffic.
type party struct {
	identity *identity.Identity
	host     bool
	// combined: its labels are the union of two samples.
	combined bool
	name     string
}

const (
	namespaceLabel = "io.kubernetes.pod.namespace"
	clusterLabel   = "io.cilium.k8s.policy.cluster"
)

// fqdnAddress stands for whatever a name resolved to.
var fqdnAddress = netip.MustParsePrefix("198.51.100.7/32")

func newRepository(log *slog.Logger) *repository {
	r := &repository{log: log, identities: identity.IdentityMap{}, byLabels: map[string]*party{},
		nextPod: 20000, nextLocal: identity.IdentityScopeLocal + 1}
	r.manager = identitymanager.NewIDManager(log)
	r.policies = policy.NewPolicyRepository(log, nil, secrets{},
		envoypolicy.NewEnvoyL7RulesTranslator(log, secrets{}), r.manager, noMetrics{})
	identity.IterateReservedIdentities(func(number identity.NumericIdentity, id *identity.Identity) {
		r.identities[number] = id.LabelArray
		r.parties = append(r.parties, &party{identity: id, name: nameOf(id)})
	})
	slices.SortFunc(r.parties, func(a, b *party) int { return int(a.identity.ID) - int(b.identity.ID) })
	return r
}

// secrets stands in for a cluster where every secret exists and is handed to Envoy by its own channel, never in the policy.
type secrets struct{}

func (secrets) GetTLSContext(_ context.Context, tls *api.TLSContext, _ string) (ca, public, private string, inline bool, err error) {
	name := ""
	if tls.Secret != nil {
		name = tls.Secret.Name
	}
	return "ca of " + name, "certificate of " + name, "key of " + name, true, nil
}

func (secrets) GetSecretString(context.Context, *api.Secret, string) (string, error) { return "", nil }
func (secrets) PolicySecretSyncEnabled() bool                                        { return true }
func (secrets) SecretsOnlyFromSecretsNamespace() bool                                { return true }
func (secrets) GetSecretSyncNamespace() string                                       { return "cilium-secrets" }

func (r *repository) add(number identity.NumericIdentity, set labels.Labels, host bool) *party {
	key := fmt.Sprint(host, set.String())
	if known := r.byLabels[key]; known != nil {
		return known
	}
	id := identity.NewIdentity(number, set)
	made := &party{identity: id, host: host, name: nameOf(id)}
	r.identities[number] = id.LabelArray
	r.byLabels[key] = made
	if i := slices.IndexFunc(r.parties, func(p *party) bool { return p.identity.ID == number }); i >= 0 {
		r.parties[i] = made
	} else {
		r.parties = append(r.parties, made)
	}
	return made
}

// isOwnCluster: what nearly everybody carries is left out of names.
func isOwnCluster(label labels.Label) bool {
	return label.Key == clusterLabel && label.Value == clusterName
}

func nameOf(id *identity.Identity) string {
	var names []string
	for _, label := range id.LabelArray {
		if !isOwnCluster(label) {
			names = append(names, label.String())
		}
	}
	slices.Sort(names)
	return strings.Join(names, ",")
}

func (r *repository) pod(pairs map[string]string) *party {
	set := labels.Labels{}
	for key, value := range pairs {
		set[key] = labels.NewLabel(key, value, labels.LabelSourceK8s)
	}
	if _, ok := set[clusterLabel]; !ok {
		set[clusterLabel] = labels.NewLabel(clusterLabel, clusterName, labels.LabelSourceK8s)
	}
	r.nextPod++
	return r.add(r.nextPod, set, false)
}

// host is the one host identity of an agent: a repository has one at most, with the labels of its node.
func (r *repository) host(pairs map[string]string) *party {
	set := labels.Labels{labels.IDNameHost: labels.NewLabel(labels.IDNameHost, "", labels.LabelSourceReserved)}
	for key, value := range pairs {
		set[key] = labels.NewLabel(key, value, labels.LabelSourceK8s)
	}
	return r.add(identity.ReservedIdentityHost, set, true)
}

// cidr makes the identity that an agent keeps for a prefix or an address; nil when it is neither.
func (r *repository) cidr(text string) *party {
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		address, err := netip.ParseAddr(text)
		if err != nil {
			return nil
		}
		prefix = netip.PrefixFrom(address, address.BitLen())
	}
	r.nextLocal++
	return r.add(r.nextLocal, labels.GetCIDRLabels(prefix.Masked()), false)
}

// name makes an address that was learnt for the selector, as the DNS proxy does.
func (r *repository) fqdn(selector *api.FQDNSelector) *party {
	set := labels.GetCIDRLabels(fqdnAddress)
	label := selector.IdentityLabel()
	set[label.Key] = label
	r.nextLocal++
	return r.add(r.nextLocal, set, false)
}

// learnIdentities tells Cilium's selector caches of the parties, before any rule is added.
func (r *repository) learnIdentities() {
	var done sync.WaitGroup
	r.policies.GetSelectorCache().UpdateIdentities(r.identities, nil, &done)
	if subjects := subjectCache(r.policies); subjects != r.policies.GetSelectorCache() {
		subjects.UpdateIdentities(r.identities, nil, &done)
	}
	done.Wait()
}

func (r *repository) addRules(rules api.Rules, kind, namespace, name string) {
	resource := ipcachetypes.ResourceKindCNP
	if kind != v2.CNPKindDefinition {
		resource, namespace = ipcachetypes.ResourceKindCCNP, ""
	}
	replaceRules(r.policies, rules, ipcachetypes.NewResourceID(resource, namespace, name))
}

// resolved is the merged policy of one party.
type resolved struct {
	policy          *policy.EndpointPolicy
	filters         []*policy.L4Filter
	ingress, egress bool
}

func (r *repository) resolve(subject *party) (*resolved, error) {
	r.manager.Add(subject.identity)
	selected, err := computePolicy(r.policies, subject.identity)
	if err != nil {
		return nil, err
	}
	out := &resolved{policy: selected.DistillPolicy(r.log, owner{host: subject.host}, redirectMap(selected))}
	out.filters = filtersOf(out.policy)
	out.ingress, out.egress = enforced(out.policy)
	slices.SortStableFunc(out.filters, func(a, b *policy.L4Filter) int {
		if a.Ingress != b.Ingress {
			if a.Ingress {
				return -1
			}
			return 1
		}
		if a.Port != b.Port {
			return int(a.Port) - int(b.Port)
		}
		return strings.Compare(filterPort(a), filterPort(b))
	})
	return out, nil
}

// filterPort: Cilium keeps 80 and 80-80 apart, takes ends below their beginning, and
// keeps one filter of a name whatever end is written with it.
func filterPort(filter *policy.L4Filter) string {
	port := fmt.Sprint(filter.Port)
	if filter.PortName != "" {
		port = filter.PortName
	} else if filter.EndPort != 0 {
		port += fmt.Sprint("-", filter.EndPort)
	}
	return port + "/" + string(filter.Protocol)
}
