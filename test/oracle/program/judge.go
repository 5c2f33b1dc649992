package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"

	"github.com/cilium/cilium/pkg/option"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/policy/api"
)

const clusterName = "default"

type judge struct {
	log       *slog.Logger
	schemas   *schemas
	namespace string
}

func newJudge() (*judge, error) {
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	loaded, err := loadSchemas(log)
	if err != nil {
		return nil, fmt.Errorf("the definitions in the module: %w", err)
	}
	// As an agent does when it starts: the entity "cluster" selects nobody before.
	api.InitEntities(clusterName)
	return &judge{log: log, schemas: loaded}, nil
}

func (j *judge) answerLine(line []byte) (answer Answer) {
	var request Request
	if err := json.Unmarshal(line, &request); err != nil {
		return Answer{Version: ciliumVersion(), Error: err.Error(), Documents: []Document{}}
	}
	return j.answer(request)
}

func (j *judge) answer(request Request) (answer Answer) {
	defer func() {
		if cause := recover(); cause != nil {
			answer.Error = fmt.Sprint("panic in Cilium: ", cause)
		}
	}()
	answer = Answer{ID: request.ID, Version: ciliumVersion(), Documents: []Document{}}
	if err := setOptions(request.Options); err != nil {
		answer.Error = err.Error()
		return answer
	}
	j.namespace = request.Namespace
	if j.namespace == "" {
		j.namespace = "default"
	}
	asks := func(what string) bool { return len(request.Ask) == 0 || slices.Contains(request.Ask, what) }
	var manifests []*manifest
	for _, file := range request.Files {
		manifests = append(manifests, j.readFile(file)...)
	}
	for _, m := range manifests {
		if m.answer.Unreadable != "" || m.object == nil {
			continue
		}
		if asks("schema") {
			m.answer.Schema = j.schemas.check(m.answer.Kind, m.object)
		}
		j.accept(m)
		if asks("redirects") {
			j.redirects(m)
		}
	}
	for _, m := range manifests {
		answer.Documents = append(answer.Documents, m.answer)
	}
	if asks("endpoints") || len(request.Flows) > 0 {
		c := j.mergedCluster(manifests, request.Flows)
		if asks("endpoints") {
			answer.Peers, answer.Endpoints = c.endpoints(request.Selectors)
		}
		for _, flow := range request.Flows {
			answer.Decisions = append(answer.Decisions, c.decide(flow))
		}
	}
	return answer
}

// setOptions puts the agent's settings to their defaults, then applies the switches. The host firewall is on, so that
// clusterwide policies of hosts are judged.
func setOptions(switches []string) error {
	policy.SetPolicyEnabled(option.DefaultEnforcement)
	config := option.Config
	config.EnableIPv4, config.EnableIPv6 = true, true
	config.EnableL7Proxy = true
	config.EnableICMPRules = true
	config.EnableNonDefaultDenyPolicies = true
	config.EnableHostFirewall = true
	config.EnableNodeSelectorLabels = false
	setExtendedIPProtocols(false)
	for _, name := range switches {
		switch name {
		case "no-host-firewall":
			config.EnableHostFirewall = false
		case "no-l7-proxy":
			config.EnableL7Proxy = false
		case "no-icmp-rules":
			config.EnableICMPRules = false
		case "no-non-default-deny":
			config.EnableNonDefaultDenyPolicies = false
		case "node-selector-labels":
			config.EnableNodeSelectorLabels = true
		case "extended-ip-protocols":
			setExtendedIPProtocols(true)
		default:
			return fmt.Errorf("there is no option %q", name)
		}
	}
	return nil
}
