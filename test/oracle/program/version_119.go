//go:build cilium119

package main

import (
	"github.com/cilium/cilium/pkg/endpoint/regeneration"
	"github.com/cilium/cilium/pkg/identity"
	ipcachetypes "github.com/cilium/cilium/pkg/ipcache/types"
	"github.com/cilium/cilium/pkg/option"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/policy/api"
	"github.com/cilium/cilium/pkg/policy/types"
	"github.com/cilium/cilium/pkg/policy/utils"
	"github.com/cilium/cilium/pkg/spanstat"
	"github.com/cilium/cilium/pkg/u8proto"
	cilium "github.com/cilium/proxy/go/cilium/api"
)

type noMetrics struct{}

func (noMetrics) AddRule(types.PolicyEntry) {}
func (noMetrics) DelRule(types.PolicyEntry) {}

// owner is the endpoint that a policy is resolved for.
type owner struct{ host bool }

func (owner) GetID() uint64                                     { return 1 }
func (owner) GetNamedPort(bool, string, u8proto.U8proto) uint16 { return 0 }
func (owner) PolicyDebug(string, ...any)                        {}
func (o owner) IsHost() bool                                    { return o.host }
func (owner) PreviousMapState() *policy.MapState                { return nil }
func (owner) RegenerateIfAlive(*regeneration.ExternalRegenerationMetadata) <-chan bool {
	done := make(chan bool)
	close(done)
	return done
}

func setExtendedIPProtocols(on bool) { option.Config.EnableExtendedIPProtocols = on }

// redirectMap names a proxy port for each redirect; any number but 0 does.
func redirectMap(selected policy.SelectorPolicy) map[string]uint16 {
	ports := map[string]uint16{}
	for filter, entry := range selected.RedirectFilters() {
		ports[policy.ProxyID(1, filter.Ingress, string(filter.Protocol), filter.Port, entry.Policy.GetListener())] = 10001
	}
	return ports
}

func subjectCache(policies *policy.Repository) *policy.SelectorCache {
	return policies.GetSubjectSelectorCache()
}

func replaceRules(policies *policy.Repository, rules api.Rules, resource ipcachetypes.ResourceID) {
	policies.ReplaceByResource(utils.RulesToPolicyEntries(rules), resource)
}

func computePolicy(policies *policy.Repository, id *identity.Identity) (policy.SelectorPolicy, error) {
	selected, _, err := policies.GetSelectorPolicy(id, 0, &statistics{}, 1)
	return selected, err
}

func filtersOf(merged *policy.EndpointPolicy) (filters []*policy.L4Filter) {
	for filter := range merged.SelectorPolicy.L4Policy.Ingress.PortRules.Filters() {
		filters = append(filters, filter)
	}
	for filter := range merged.SelectorPolicy.L4Policy.Egress.PortRules.Filters() {
		filters = append(filters, filter)
	}
	return filters
}

func enforced(merged *policy.EndpointPolicy) (ingress, egress bool) {
	return merged.SelectorPolicy.IngressPolicyEnabled, merged.SelectorPolicy.EgressPolicyEnabled
}

func selections(selector policy.CachedSelector) identity.NumericIdentitySlice {
	return selector.GetSelections()
}

func isDeny(entry *policy.PerSelectorPolicy) bool { return entry.IsDeny() }

func isPass(entry *policy.PerSelectorPolicy) bool { return entry.GetVerdict() == types.Pass }

func isDefaultTier(*policy.L4Filter) bool { return false }

func envoyRules(entry *policy.PerSelectorPolicy) *cilium.HttpNetworkPolicyRules {
	return entry.EnvoyHTTPRules()
}

// statistics takes the times that the agent would report.
type statistics struct{ waiting, calculation spanstat.SpanStat }

func (s *statistics) WaitingForPolicyRepository() *spanstat.SpanStat { return &s.waiting }
func (s *statistics) SelectorPolicyCalculation() *spanstat.SpanStat  { return &s.calculation }

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
