//go:build cilium118

package main

import (
	"log/slog"

	"github.com/cilium/cilium/pkg/container/versioned"
	"github.com/cilium/cilium/pkg/endpoint/regeneration"
	"github.com/cilium/cilium/pkg/fqdn/re"
	"github.com/cilium/cilium/pkg/identity"
	ipcachetypes "github.com/cilium/cilium/pkg/ipcache/types"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/policy/api"
	"github.com/cilium/cilium/pkg/spanstat"
	"github.com/cilium/cilium/pkg/u8proto"
	cilium "github.com/cilium/proxy/go/cilium/api"
)

type noMetrics struct{}

func (noMetrics) AddRule(api.Rule) {}
func (noMetrics) DelRule(api.Rule) {}

// owner is the endpoint that a policy is resolved for.
type owner struct{ host bool }

func (owner) GetID() uint64                                     { return 1 }
func (owner) GetNamedPort(bool, string, u8proto.U8proto) uint16 { return 0 }
func (owner) PolicyDebug(string, ...any)                        {}
func (o owner) IsHost() bool                                    { return o.host }
func (owner) MapStateSize() int                                 { return 0 }
func (owner) RegenerateIfAlive(*regeneration.ExternalRegenerationMetadata) <-chan bool {
	done := make(chan bool)
	close(done)
	return done
}

// setExtendedIPProtocols: 1.18 has no such setting.
func setExtendedIPProtocols(bool) {}

// redirectMap names a proxy port for each redirect; any number but 0 does.
func redirectMap(selected policy.SelectorPolicy) map[string]uint16 {
	ports := map[string]uint16{}
	for filter, entry := range selected.RedirectFilters() {
		ports[policy.ProxyID(1, filter.Ingress, string(filter.Protocol), filter.Port, entry.Policy.GetListener())] = 10001
	}
	return ports
}

func subjectCache(policies *policy.Repository) *policy.SelectorCache {
	policies.GetSelectorCache().SetLocalIdentityNotifier(noNotifier{})
	return policies.GetSelectorCache()
}

type noNotifier struct{}

func (noNotifier) RegisterFQDNSelector(api.FQDNSelector) uint64   { return 0 }
func (noNotifier) UnregisterFQDNSelector(api.FQDNSelector) uint64 { return 0 }

func replaceRules(policies *policy.Repository, rules api.Rules, resource ipcachetypes.ResourceID) {
	policies.ReplaceByResource(rules, resource)
}

func computePolicy(policies *policy.Repository, id *identity.Identity) (policy.SelectorPolicy, error) {
	selected, _, err := policies.GetSelectorPolicy(id, 0, &statistics{}, 1)
	return selected, err
}

func filtersOf(merged *policy.EndpointPolicy) (filters []*policy.L4Filter) {
	keep := func(filter *policy.L4Filter) bool { filters = append(filters, filter); return true }
	merged.L4Policy.Ingress.PortRules.ForEach(keep)
	merged.L4Policy.Egress.PortRules.ForEach(keep)
	return filters
}

func enforced(merged *policy.EndpointPolicy) (ingress, egress bool) {
	return merged.IngressPolicyEnabled, merged.EgressPolicyEnabled
}

func selections(selector policy.CachedSelector) identity.NumericIdentitySlice {
	return selector.GetSelections(versioned.Latest())
}

func isDeny(entry *policy.PerSelectorPolicy) bool { return entry != nil && entry.IsDeny }

func isPass(*policy.PerSelectorPolicy) bool { return false }

func isDefaultTier(*policy.L4Filter) bool { return false }

func envoyRules(entry *policy.PerSelectorPolicy) *cilium.HttpNetworkPolicyRules {
	return entry.EnvoyHTTPRules
}

// statistics takes the times that the agent would report.
type statistics struct{ waiting, calculation spanstat.SpanStat }

func (s *statistics) WaitingForPolicyRepository() *spanstat.SpanStat { return &s.waiting }
func (s *statistics) SelectorPolicyCalculation() *spanstat.SpanStat  { return &s.calculation }

func init() {
	// Expressions of DNS names are compiled through a cache that must be there.
	if err := re.InitRegexCompileLRU(slog.New(slog.DiscardHandler), 1024); err != nil {
		panic(err)
	}
}

// otherKindMatchesAll asks the kinds of L7 rules that 1.20 removed.
func otherKindMatchesAll(entry *policy.PerSelectorPolicy) bool {
	for _, rule := range entry.Kafka {
		if rule.Role == "" && rule.APIKey == "" && rule.APIVersion == "" && rule.ClientID == "" && rule.Topic == "" {
			return true
		}
	}
	for _, rule := range entry.L7 {
		if len(rule) == 0 {
			return true
		}
	}
	return false
}
