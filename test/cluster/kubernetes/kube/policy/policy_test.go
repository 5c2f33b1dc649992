package policy

import (
	"encoding/json"
	"flag"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

var update = flag.Bool("update", false, "write what is computed as what is expected")

// testCluster is testdata/cluster.yaml.
type testCluster struct {
	Pods []struct {
		Name, Namespace, Node, IP string
		Labels                    map[string]string
		Ports                     []v1.ContainerPort
	}
	Namespaces map[string]map[string]string
	Nodes      map[string]string
	Host       []netip.Addr
	APIServers []netip.Addr
}

func readCluster(t *testing.T) Snapshot {
	t.Helper()
	var c testCluster
	read(t, "testdata/cluster.yaml", &c)
	s := Snapshot{Node: "node-b", Host: c.Host, APIServers: c.APIServers, Namespaces: map[string]*v1.Namespace{}}
	for name, labels := range c.Namespaces {
		s.Namespaces[name] = &v1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}
	}
	for name, address := range c.Nodes {
		s.Nodes = append(s.Nodes, &v1.Node{
			ObjectMeta: metav1.ObjectMeta{Name: name},
			Status:     v1.NodeStatus{Addresses: []v1.NodeAddress{{Type: v1.NodeInternalIP, Address: address}}},
		})
	}
	for _, p := range c.Pods {
		s.Pods = append(s.Pods, &v1.Pod{
			ObjectMeta: metav1.ObjectMeta{Name: p.Name, Namespace: p.Namespace, Labels: p.Labels},
			Spec:       v1.PodSpec{NodeName: p.Node, Containers: []v1.Container{{Ports: p.Ports}}},
			Status:     v1.PodStatus{PodIP: p.IP, Phase: v1.PodRunning},
		})
	}
	return s
}

func read(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalStrict(text, into); err != nil {
		t.Fatal(file, err)
	}
}

// addPolicies takes documents of either kind.
func addPolicies(t *testing.T, s *Snapshot, text string) {
	t.Helper()
	for _, document := range strings.Split(text, "\n---\n") {
		var o map[string]any
		if err := yaml.Unmarshal([]byte(document), &o); err != nil {
			t.Fatal(err)
		}
		if o["kind"] != "NetworkPolicy" {
			s.CiliumPolicies = append(s.CiliumPolicies, &unstructured.Unstructured{Object: o})
			continue
		}
		var p netv1.NetworkPolicy
		if err := yaml.UnmarshalStrict([]byte(document), &p); err != nil {
			t.Fatal(err)
		}
		s.NetworkPolicies = append(s.NetworkPolicies, &p)
	}
}

// Every testdata/*.policy.yaml beside what the node then holds. `go test ./policy -update` writes it anew.
func TestRules(t *testing.T) {
	files, err := filepath.Glob("testdata/*.policy.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no policies to test with", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".policy.yaml"), func(t *testing.T) {
			s := readCluster(t)
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			addPolicies(t, &s, string(text))
			plan := Compute(s)
			for _, v := range plan.Verdicts {
				if v.Problem != nil {
					t.Error(v.Policy.GetName(), v.Problem)
				}
			}
			base := strings.TrimSuffix(file, ".policy.yaml")
			compare(t, base+".nft", plan.Rules)
			if len(plan.Redirects) > 0 {
				compare(t, base+".envoy.txt", envoyPolicies(t, plan, egress)+envoyPolicies(t, plan, ingress))
			}
		})
	}
}

// envoyPolicies writes what Envoy allows in one direction, a policy a line.
func envoyPolicies(t *testing.T, plan Plan, d direction) string {
	t.Helper()
	var response struct {
		Resources []struct {
			Name   string
			Config struct {
				Rules struct {
					Action   string
					Policies map[string]json.RawMessage
				}
			} `json:"typed_config"`
		}
	}
	if err := json.Unmarshal([]byte(plan.Filters[d]), &response); err != nil {
		t.Fatal(err)
	}
	filter := response.Resources[0]
	lines := []string{filter.Name + " " + filter.Config.Rules.Action}
	for _, name := range slices.Sorted(maps.Keys(filter.Config.Rules.Policies)) {
		lines = append(lines, name, "  "+string(filter.Config.Rules.Policies[name]))
	}
	return strings.Join(lines, "\n") + "\n"
}

func compare(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; computed:\n%s", file, got)
	}
}

// The same objects in another order give the same rules: they must not be loaded anew for nothing.
func TestOrderDoesNotMatter(t *testing.T) {
	text, err := os.ReadFile("testdata/union.policy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := readCluster(t)
	addPolicies(t, &s, string(text))
	first := Compute(s)
	slices.Reverse(s.Pods)
	slices.Reverse(s.Nodes)
	slices.Reverse(s.CiliumPolicies)
	slices.Reverse(s.NetworkPolicies)
	second := Compute(s)
	if first.Rules != second.Rules || first.Filters[ingress] != second.Filters[ingress] || first.Filters[egress] != second.Filters[egress] {
		t.Error("the order of objects changes the rules")
	}
}

// What is not enforced refuses the whole policy, with a reason, and leaves no rule behind.
func TestRefused(t *testing.T) {
	const head = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
	const one = "endpointSelector: {matchLabels: {app: server}}, "
	for what, c := range map[string]struct{ spec, reason string }{
		"nothing":           {"", "neither spec nor specs"},
		"no rule":           {"spec: {endpointSelector: {}, ingress: []}", "no rule"},
		"host policy":       {"spec: {nodeSelector: {}, ingress: [{}]}", `"nodeSelector"`},
		"deny":              {"spec: {" + one + "ingressDeny: [{}]}", `"ingressDeny"`},
		"requires":          {"spec: {" + one + "ingress: [{fromRequires: [{}]}]}", `"fromRequires"`},
		"names":             {"spec: {" + one + "egress: [{toFQDNs: [{matchName: a.b}]}]}", `"toFQDNs"`},
		"services":          {"spec: {" + one + "egress: [{toServices: [{}]}]}", `"toServices"`},
		"icmp":              {"spec: {" + one + "ingress: [{icmps: [{}]}]}", `"icmps"`},
		"kafka":             {"spec: {" + one + "ingress: [{toPorts: [{ports: [{port: '1', protocol: TCP}], rules: {kafka: [{}]}}]}]}", `"kafka"`},
		"l7proto":           {"spec: {" + one + "ingress: [{toPorts: [{ports: [{port: '1', protocol: TCP}], rules: {l7proto: x}}]}]}", `"l7proto"`},
		"dns":               {"spec: {" + one + "egress: [{toPorts: [{ports: [{port: '53', protocol: UDP}], rules: {dns: [{}]}}]}]}", `"dns"`},
		"listener":          {"spec: {" + one + "ingress: [{toPorts: [{ports: [{port: '1'}], listener: {}}]}]}", `"listener"`},
		"TLS":               {"spec: {" + one + "egress: [{toPorts: [{ports: [{port: '1'}], originatingTLS: {}}]}]}", `"originatingTLS"`},
		"server names":      {"spec: {" + one + "egress: [{toPorts: [{ports: [{port: '1'}], serverNames: [a]}]}]}", `"serverNames"`},
		"header matches":    {"spec: {" + one + "ingress: [{toPorts: [{ports: [{port: '1', protocol: TCP}], rules: {http: [{headerMatches: [{}]}]}}]}]}", `"headerMatches"`},
		"CIDR group":        {"spec: {" + one + "ingress: [{fromCIDRSet: [{cidrGroupRef: a}]}]}", `"cidrGroupRef"`},
		"authentication":    {"spec: {" + one + "ingress: [{authentication: {mode: required}}]}", `"authentication"`},
		"entity":            {"spec: {" + one + "ingress: [{fromEntities: [health]}]}", `"health"`},
		"label source":      {"spec: {" + one + "ingress: [{fromEndpoints: [{matchLabels: {'reserved:host': ''}}]}]}", `"reserved:host"`},
		"operator":          {"spec: {" + one + "ingress: [{fromEndpoints: [{matchExpressions: [{key: a, operator: Near}]}]}]}", "Near"},
		"two kinds of peer": {"spec: {" + one + "ingress: [{fromEntities: [all], fromCIDR: [1.2.3.4/32]}]}", "combines"},
		"CIDR":              {"spec: {" + one + "ingress: [{fromCIDR: [1.2.3.4.5/32]}]}", "1.2.3.4.5/32"},
		"SCTP":              {"spec: {" + one + "ingress: [{toPorts: [{ports: [{port: '1', protocol: SCTP}]}]}]}", "SCTP"},
		"no ports":          {"spec: {" + one + "ingress: [{toPorts: [{}]}]}", "no ports"},
		"port":              {"spec: {" + one + "ingress: [{toPorts: [{ports: [{port: '70000'}]}]}]}", "70000"},
		"range":             {"spec: {" + one + "ingress: [{toPorts: [{ports: [{port: '9', endPort: 8}]}]}]}", "9 to 8"},
		"HTTP over any":     {"spec: {" + one + "ingress: [{toPorts: [{ports: [{port: '80'}], rules: {http: [{}]}}]}]}", "protocol TCP"},
		"HTTP on port 0":    {"spec: {" + one + "ingress: [{toPorts: [{ports: [{port: '0', protocol: TCP}], rules: {http: [{}]}}]}]}", "port other than 0"},
		"no HTTP rules":     {"spec: {" + one + "ingress: [{toPorts: [{ports: [{port: '80', protocol: TCP}], rules: {http: []}}]}]}", "empty list"},
		"pattern":           {"spec: {" + one + "ingress: [{toPorts: [{ports: [{port: '80', protocol: TCP}], rules: {http: [{path: '('}]}}]}]}", "missing closing )"},
		"one of two specs":  {"specs: [{" + one + "ingress: [{fromEntities: [all]}]}, {" + one + "egressDeny: [{}]}]", `"egressDeny"`},
	} {
		t.Run(what, func(t *testing.T) {
			s := readCluster(t)
			empty := Compute(s)
			addPolicies(t, &s, head+c.spec)
			plan := Compute(s)
			if len(plan.Verdicts) != 1 || plan.Verdicts[0].Problem == nil {
				t.Fatal("not refused")
			}
			if problem := plan.Verdicts[0].Problem.Error(); !strings.Contains(problem, c.reason) {
				t.Errorf("the reason is %q, which does not speak of %s", problem, c.reason)
			}
			if plan.Rules != empty.Rules {
				t.Errorf("rules of a refused policy:\n%s", plan.Rules)
			}
		})
	}
}

func TestWithoutEnvoyHTTPRulesAreRefused(t *testing.T) {
	text, err := os.ReadFile("testdata/http-ingress.policy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := readCluster(t)
	s.NoHTTP = "no Envoy here"
	addPolicies(t, &s, string(text))
	plan := Compute(s)
	if problem := plan.Verdicts[0].Problem; problem == nil || problem.Error() != "no Envoy here" {
		t.Error("refused with", problem)
	}
	if strings.Contains(plan.Rules, "8080") {
		t.Error("the policy is half enforced")
	}
}

func TestRedirects(t *testing.T) {
	text, err := os.ReadFile("testdata/http-ingress.policy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := readCluster(t)
	addPolicies(t, &s, string(text))
	held := func(from, to string) bool {
		for _, r := range Compute(s).Redirects {
			if r.Holds(netip.MustParseAddr(from), netip.MustParseAddrPort(to)) {
				return true
			}
		}
		return false
	}
	for _, c := range []struct {
		from, to string
		want     bool
	}{
		{"10.91.1.2", "10.91.2.2:8080", true},
		{"10.91.1.2", "10.91.2.2:8081", false},
		{"10.91.1.2", "10.91.2.5:8080", false},
		{"10.91.1.4", "10.91.2.2:8080", false},
	} {
		if got := held(c.from, c.to); got != c.want {
			t.Errorf("%s to %s through Envoy: %t", c.from, c.to, got)
		}
	}
}
