//go:build cilium120 || (!cilium118 && !cilium119)

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
	"github.com/cilium/cilium/pkg/u8proto"
	cilium "github.com/cilium/proxy/go/cilium/api"
)

type noMetrics struct{}

func (noMetrics) AddRule(types.PolicyEntry) {}
func (noMetrics) DelRule(types.PolicyEntry) {}

// owner is the endpoint that a policy is resolved for.
type owner struct{ host bool }

func (owner) GetID() uint64                                       { return 1 }
func (owner) GetIngressNamedPort(string, u8proto.U8proto) uint16  { return 0 }
func (owner) PolicyDebug(string, ...any)                          {}
func (o owner) IsHost() bool                                      { return o.host }
func (owner) PreviousMapStateSizes() (sizes policy.MapStateSizes) { return sizes }
func (owner) RegenerateIfAlive(*regeneration.ExternalRegenerationMetadata) <-chan bool {
	done := make(chan bool)
	close(done)
	return done
}

func setExtendedIPProtocols(on bool) { option.Config.EnableExtendedIPProtocols = on }

// redirectMap names a proxy port for each redirect; any number but 0 does.
func redirectMap(policy.SelectorPolicy) map[string]uint16 {
	return map[string]uint16{policy.FallbackRedirectID: 10001}
}

func subjectCache(policies *policy.Repository) *policy.SelectorCache {
	return policies.GetSubjectSelectorCache()
}

func replaceRules(policies *policy.Repository, rules api.Rules, resource ipcachetypes.ResourceID) {
	policies.ReplaceByResource(utils.RulesToPolicyEntries(rules), resource)
}

func computePolicy(policies *policy.Repository, id *identity.Identity) (policy.SelectorPolicy, error) {
	selected, _, err := policies.ComputeSelectorPolicy(id)
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

func isPass(entry *policy.PerSelectorPolicy) bool { return entry.IsPass() }

func isDefaultTier(filter *policy.L4Filter) bool { return filter.Tier == types.DefaultPolicy }

func envoyRules(entry *policy.PerSelectorPolicy) *cilium.HttpNetworkPolicyRules {
	return entry.EnvoyHTTPRules()
}

func otherKindMatchesAll(*policy.PerSelectorPolicy) bool { return false }
