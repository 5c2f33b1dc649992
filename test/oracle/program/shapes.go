package main

// Request is one line of input. Files of one request are one cluster: their accepted policies are merged.
type Request struct {
	ID    any    `json:"id,omitempty"`
	Files []File `json:"files"`
	// Namespace of namespaced policies that name none; "default" when empty.
	Namespace string `json:"namespace,omitempty"`
	// Options are switches of the agent, see setOptions.
	Options []string `json:"options,omitempty"`
	// Ask limits the answer to some of "schema", "redirects", "endpoints"; empty asks all three.
	Ask []string `json:"ask,omitempty"`
	// Selectors adds the merged policy of each peer selector to the ports of endpoints.
	Selectors bool `json:"selectors,omitempty"`
	// Flows are sampled requests to decide upon.
	Flows []Flow `json:"flows,omitempty"`
}

type File struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Flow is one sampled request. Port and protocol are those of the server.
type Flow struct {
	Subject   Party  `json:"subject"`
	Peer      Party  `json:"peer"`
	Direction string `json:"direction"`
	Port      uint16 `json:"port"`
	Protocol  string `json:"protocol"`
	HTTP      *HTTP  `json:"http,omitempty"`
	// DNS is the name that is looked up.
	DNS string `json:"dns,omitempty"`
	// ServerName is the name a TLS client sends (SNI).
	ServerName string `json:"serverName,omitempty"`
}

// Party is one of: a pod (namespace and labels), a host (labels of its node), an address (cidr), a name that resolved to an
// address (fqdn), a reserved entity such as "world".
type Party struct {
	Namespace string            `json:"namespace,omitempty"`
	Labels    map[string]string `json:"labels,omitempty"`
	Host      bool              `json:"host,omitempty"`
	CIDR      string            `json:"cidr,omitempty"`
	FQDN      string            `json:"fqdn,omitempty"`
	Entity    string            `json:"entity,omitempty"`
}

type HTTP struct {
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Host    string            `json:"host"`
	Headers map[string]string `json:"headers,omitempty"`
}

// Answer is one line of output.
type Answer struct {
	ID      any    `json:"id,omitempty"`
	Version string `json:"version"`
	// Error says why the rest was not answered. What documents hold is right even so: Cilium panics while it merges some.
	Error     string     `json:"error,omitempty"`
	Documents []Document `json:"documents"`
	// Peers are the sampled identities that the letters in a port's peers stand for, in their order.
	Peers     []string   `json:"peers,omitempty"`
	Endpoints []Endpoint `json:"endpoints,omitempty"`
	Decisions []Decision `json:"decisions,omitempty"`
}

// Document is one policy object.
type Document struct {
	File     string `json:"file"`
	Document int    `json:"document"`
	// Item is the place inside a list, e.g. ".items[1]".
	Item      string `json:"item,omitempty"`
	Kind      string `json:"kind,omitempty"`
	Name      string `json:"name,omitempty"`
	Namespace string `json:"namespace,omitempty"`
	// Unreadable says why the text is no object; nothing else is answered then.
	Unreadable string `json:"unreadable,omitempty"`
	Accepted   bool   `json:"accepted"`
	Refusal    string `json:"refusal,omitempty"`
	// UnknownFields are those that the agent's types lack.
	UnknownFields []string   `json:"unknownFields,omitempty"`
	Schema        *Schema    `json:"schema,omitempty"`
	Redirects     []Redirect `json:"redirects,omitempty"`
}

// Schema is what an API server says that has this version's definition.
type Schema struct {
	Accepted bool     `json:"accepted"`
	Faults   []string `json:"faults,omitempty"`
	// Pruned are the paths of unknown fields.
	Pruned []string `json:"pruned,omitempty"`
	// Preflight is the fault that "cilium preflight validate-cnp" names.
	Preflight string `json:"preflight,omitempty"`
}

// Redirect is the answer for one entry of toPorts alone.
type Redirect struct {
	// Path from the object or the bare rule down, e.g. "specs[0].egress[1].toPorts[0]".
	Path string `json:"path"`
	// To is the parser, e.g. "http"; empty when nothing is redirected.
	To string `json:"to"`
	// Ports that are redirected, e.g. "53/UDP".
	Ports []string `json:"ports,omitempty"`
	Error string   `json:"error,omitempty"`
}

// Endpoint is the merged policy of one sampled subject.
type Endpoint struct {
	Labels map[string]string `json:"labels"`
	Host   bool              `json:"host,omitempty"`
	// Combined: its labels are those of two subjects of the manifests together.
	Combined bool `json:"combined,omitempty"`
	// Error is why the merge failed: nothing of the new policy is in force on this endpoint.
	Error string `json:"error,omitempty"`
	// Ingress and Egress say whether the direction is enforced at all.
	Ingress bool   `json:"ingress"`
	Egress  bool   `json:"egress"`
	Ports   []Port `json:"ports,omitempty"`
}

type Port struct {
	Direction string `json:"direction"`
	// Port such as "80/TCP", "8000-8100/TCP", "web/TCP"; "0/ANY" is every port. An end that is written is there, whatever it is.
	Port     string `json:"port"`
	Redirect string `json:"redirect,omitempty"`
	// Peers has a letter for each of the answer's peers: d denied, a allowed past the proxy, o through the proxy and open,
	// r through the proxy and restricted, p through a listener of its own. Empty for a port without a number of its own.
	Peers string `json:"peers,omitempty"`
	// Shadow says why L7 rules of this port do not restrict some peer they name, see shadow.go.
	Shadow    []string         `json:"shadow,omitempty"`
	Selectors []SelectorPolicy `json:"selectors,omitempty"`
}

type SelectorPolicy struct {
	Selector       string `json:"selector"`
	Redirect       string `json:"redirect,omitempty"`
	Deny           bool   `json:"deny,omitempty"`
	MatchesAll     bool   `json:"matchesAll,omitempty"`
	Rules          int    `json:"rules,omitempty"`
	Authentication string `json:"authentication,omitempty"`
	Peers          int    `json:"peers"`
}

// Decision answers one flow.
type Decision struct {
	// L4 is "denied", "allowed" or "proxied".
	L4 string `json:"l4"`
	// Redirect is the parser when proxied.
	Redirect string `json:"redirect,omitempty"`
	// Verdict is "allowed", "denied" or "unknown": a parser or a secret that this program does not evaluate.
	Verdict string `json:"verdict"`
	// Rules are what the proxy matches; none when it lets all pass.
	Rules []string `json:"rules,omitempty"`
	Error string   `json:"error,omitempty"`
}
