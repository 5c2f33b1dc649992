package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	v2 "github.com/cilium/cilium/pkg/k8s/apis/cilium.io/v2"
	"github.com/cilium/cilium/pkg/policy/api"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// manifest is one policy object of the input and what is known of it.
type manifest struct {
	answer Document
	object map[string]any
	// rules are what the agent puts into its repository; nil when it refuses the object.
	rules api.Rules
}

// readFile splits a text into documents as kubectl does. Lists are taken apart; what is no Cilium policy is left out.
func (j *judge) readFile(file File) []*manifest {
	var found []*manifest
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader([]byte(file.Text))))
	for number := 0; ; number++ {
		text, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return found
		}
		unreadable := func(err error) *manifest {
			return &manifest{answer: Document{File: file.Name, Document: number, Unreadable: err.Error()}}
		}
		if err != nil {
			return append(found, unreadable(err))
		}
		var value any
		asJSON, err := yaml.YAMLToJSON(text)
		if err == nil {
			err = kjson.UnmarshalCaseSensitivePreserveInts(asJSON, &value)
		}
		if err != nil {
			found = append(found, unreadable(err))
			continue
		}
		forEachObject(value, "", func(object map[string]any, item string) {
			kind, _ := object["kind"].(string)
			answer := Document{File: file.Name, Document: number, Item: item, Kind: kind}
			switch {
			case kind == v2.CNPKindDefinition || kind == v2.CCNPKindDefinition:
				found = append(found, j.readObject(object, answer))
			case isBareRule(object):
				answer.Kind, answer.Name = bareRule, "rule"
				found = append(found, &manifest{answer: answer, object: object})
			}
		})
	}
}

func forEachObject(value any, item string, visit func(map[string]any, string)) {
	switch value := value.(type) {
	case []any:
		for i, entry := range value {
			forEachObject(entry, fmt.Sprintf("%s[%d]", item, i), visit)
		}
	case map[string]any:
		kind, _ := value["kind"].(string)
		items, isList := value["items"].([]any)
		if !isList || !strings.HasSuffix(kind, "List") {
			visit(value, item)
			return
		}
		for i, entry := range items {
			// Items of a typed list may leave out what the list says.
			if object, ok := entry.(map[string]any); ok && object["kind"] == nil && kind != "List" {
				object["kind"] = strings.TrimSuffix(kind, "List")
				if object["apiVersion"] == nil {
					object["apiVersion"] = value["apiVersion"]
				}
			}
			forEachObject(entry, fmt.Sprintf("%s.items[%d]", item, i), visit)
		}
	}
}

// bareRule is the kind given to a rule in the agent's own form, which "cilium policy import" took: no object around it.
const bareRule = "(rule)"

func isBareRule(object map[string]any) bool {
	_, hasEndpoints := object["endpointSelector"]
	_, hasNodes := object["nodeSelector"]
	return object["kind"] == nil && object["apiVersion"] == nil && (hasEndpoints || hasNodes)
}

func (j *judge) readObject(object map[string]any, answer Document) *manifest {
	m := &manifest{answer: answer, object: object}
	metadata := mapOf(object["metadata"])
	m.answer.Name, _ = metadata["name"].(string)
	if answer.Kind == v2.CNPKindDefinition {
		m.answer.Namespace, _ = metadata["namespace"].(string)
		if m.answer.Namespace == "" {
			m.answer.Namespace = j.namespace
		}
	}
	if version, _ := object["apiVersion"].(string); version != "cilium.io/v2" {
		// So says the API server: an agent never sees such an object.
		m.answer.Refusal = fmt.Sprintf("api server: no matches for kind %q in version %q", answer.Kind, version)
	}
	return m
}

// accept decodes as the agent's client does (case-sensitive, unknown fields dropped) and runs Parse, which sanitises.
func (j *judge) accept(m *manifest) {
	if m.answer.Refusal != "" {
		return
	}
	rules, err := j.parse(m)
	if err != nil {
		m.answer.Refusal = err.Error()
		return
	}
	m.rules, m.answer.Accepted = rules, true
}

func (j *judge) parse(m *manifest) (rules api.Rules, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			rules, err = nil, fmt.Errorf("panic in Cilium: %v", cause)
		}
	}()
	asJSON, err := json.Marshal(m.object)
	if err != nil {
		return nil, err
	}
	if m.answer.Kind == bareRule {
		// Go's own decoding, which ignores the case of keys.
		var rule api.Rule
		if err := json.Unmarshal(asJSON, &rule); err != nil {
			return nil, fmt.Errorf("decode: %w", err)
		}
		return api.Rules{&rule}, rule.Sanitize()
	}
	if m.answer.Kind == v2.CNPKindDefinition {
		var decoded v2.CiliumNetworkPolicy
		if err := m.decode(asJSON, &decoded, &v2.CiliumNetworkPolicy{}); err != nil {
			return nil, err
		}
		decoded.Namespace = m.answer.Namespace
		return decoded.Parse(j.log, clusterName)
	}
	var decoded v2.CiliumClusterwideNetworkPolicy
	if err := m.decode(asJSON, &decoded, &v2.CiliumClusterwideNetworkPolicy{}); err != nil {
		return nil, err
	}
	decoded.Namespace = ""
	return decoded.Parse(j.log, clusterName)
}

// decode fills into, and lists the fields that the agent's types lack; scratch is an empty value of the same type.
func (m *manifest) decode(asJSON []byte, into, scratch any) error {
	if err := kjson.UnmarshalCaseSensitivePreserveInts(asJSON, into); err != nil {
		return fmt.Errorf("decode: %w", err)
	}
	if unknown, err := kjson.UnmarshalStrict(asJSON, scratch); err == nil {
		for _, field := range unknown {
			m.answer.UnknownFields = append(m.answer.UnknownFields, field.Error())
		}
	}
	return nil
}

// rawRules are the policy rules as written, each with the path that its keys begin with, in the order in which Parse returns them.
func (m *manifest) rawRules() (out []rawRule) {
	if m.answer.Kind == bareRule {
		return []rawRule{{"", m.object}}
	}
	if spec, ok := m.object["spec"].(map[string]any); ok {
		out = append(out, rawRule{"spec.", spec})
	}
	for i, spec := range listOf(m.object["specs"]) {
		out = append(out, rawRule{fmt.Sprintf("specs[%d].", i), mapOf(spec)})
	}
	return out
}

type rawRule struct {
	path string
	rule map[string]any
}

var directions = []string{"ingress", "egress", "ingressDeny", "egressDeny"}

func listOf(value any) []any         { list, _ := value.([]any); return list }
func mapOf(value any) map[string]any { fields, _ := value.(map[string]any); return fields }
