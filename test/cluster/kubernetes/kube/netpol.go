package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"sort"
	"strings"
	"syscall"
	"time"

	v1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelist "k8s.io/client-go/listers/core/v1"
	netlist "k8s.io/client-go/listers/networking/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

// netpol enforces networking.k8s.io/v1 NetworkPolicies for the pods of one node,
// IPv4 only. Addresses lie in ipsets; the rules lie in the mangle table's FORWARD
// hook, which every routed packet passes after Service addresses are rewritten and
// before kube-proxy's own filter rules can accept it. Open connections stay open,
// and traffic between a pod and its own node is never touched.
type netpol struct {
	node  string
	pods  corelist.PodLister
	nss   corelist.NamespaceLister
	pols  netlist.NetworkPolicyLister
	sets  map[string]ipset // as the kernel has them now
	rules string
}

type ipset struct {
	kind    string
	members map[string]bool
}

// want collects what the kernel should hold.
type want struct {
	sets    map[string]ipset
	in, out []string // allowing rules
}

func (w *want) set(kind string, members map[string]bool) string {
	var keys []string
	for m := range members {
		keys = append(keys, m)
	}
	sort.Strings(keys)
	// The name follows the content: sets are never changed, only added and dropped.
	name := fmt.Sprintf("np-%x", sha256.Sum256([]byte(kind+" "+strings.Join(keys, " "))))[:27]
	w.sets[name] = ipset{kind, members}
	return name
}

func podIP(p *v1.Pod) string {
	ip := net.ParseIP(p.Status.PodIP)
	if p.Spec.HostNetwork || ip == nil || ip.To4() == nil || p.Status.Phase == v1.PodSucceeded || p.Status.Phase == v1.PodFailed {
		return ""
	}
	return p.Status.PodIP
}

func selects(s *metav1.LabelSelector, l map[string]string) bool {
	sel, err := metav1.LabelSelectorAsSelector(s)
	return err == nil && sel.Matches(labels.Set(l))
}

// peers returns the pods that a peer of a policy in namespace ns stands for.
func (n *netpol) peers(ns string, peer netv1.NetworkPolicyPeer, pods []*v1.Pod) []*v1.Pod {
	var out []*v1.Pod
	for _, p := range pods {
		if peer.NamespaceSelector == nil {
			if p.Namespace != ns {
				continue
			}
		} else if o, err := n.nss.Get(p.Namespace); err != nil || !selects(peer.NamespaceSelector, o.Labels) {
			continue
		}
		if peer.PodSelector == nil || selects(peer.PodSelector, p.Labels) {
			out = append(out, p)
		}
	}
	return out
}

func addresses(pods []*v1.Pod) map[string]bool {
	m := map[string]bool{}
	for _, p := range pods {
		m[podIP(p)] = true
	}
	return m
}

// block turns a CIDR with exceptions into members of a hash:net set.
func block(b *netv1.IPBlock) map[string]bool {
	m := map[string]bool{}
	add := func(cidr, tail string) {
		ip, nw, err := net.ParseCIDR(cidr)
		if err != nil || ip.To4() == nil {
			return
		}
		if ones, _ := nw.Mask.Size(); ones == 0 { // ipset has no /0
			m["0.0.0.0/1"+tail], m["128.0.0.0/1"+tail] = true, true
			return
		}
		m[nw.String()+tail] = true
	}
	add(b.CIDR, "")
	for _, e := range b.Except {
		add(e, " nomatch")
	}
	return m
}

// allow writes the rules of one "from" or "to" entry. own are the policy's pods;
// side is "src" for from, "dst" for to.
func (n *netpol) allow(w *want, ns string, own, all []*v1.Pod, side string, peers []netv1.NetworkPolicyPeer, ports []netv1.NetworkPolicyPort) []string {
	ownSide := map[string]string{"src": "dst", "dst": "src"}[side]
	base := fmt.Sprintf("-m set --match-set %s %s", w.set("hash:ip", addresses(own)), ownSide)
	type from struct {
		match string
		pods  []*v1.Pod
	}
	var froms []from
	if len(peers) == 0 {
		froms = []from{{"", all}}
	}
	for _, p := range peers {
		if p.IPBlock != nil {
			froms = append(froms, from{fmt.Sprintf(" -m set --match-set %s %s", w.set("hash:net", block(p.IPBlock)), side), all})
			continue
		}
		ps := n.peers(ns, p, all)
		froms = append(froms, from{fmt.Sprintf(" -m set --match-set %s %s", w.set("hash:ip", addresses(ps)), side), ps})
	}
	var out []string
	for _, f := range froms {
		if len(ports) == 0 {
			out = append(out, base+f.match)
		}
		for _, p := range ports {
			proto := v1.ProtocolTCP
			if p.Protocol != nil {
				proto = *p.Protocol
			}
			lp := strings.ToLower(string(proto))
			switch {
			case proto != v1.ProtocolTCP && proto != v1.ProtocolUDP:
				fmt.Printf("netpol: protocol %s is not supported, nothing is allowed by it\n", proto)
			case p.Port == nil:
				out = append(out, base+f.match+" -p "+lp)
			case p.Port.Type == intstr.Int:
				port := fmt.Sprint(p.Port.IntVal)
				if p.EndPort != nil {
					port = fmt.Sprintf("%d:%d", p.Port.IntVal, *p.EndPort)
				}
				out = append(out, base+f.match+" -p "+lp+" --dport "+port)
			default: // a name: the number comes from the pod that is addressed
				dst, m := own, map[string]bool{}
				if side == "dst" {
					dst = f.pods
				}
				for _, d := range dst {
					for _, c := range d.Spec.Containers {
						for _, cp := range c.Ports {
							cpp := cp.Protocol
							if cpp == "" {
								cpp = v1.ProtocolTCP
							}
							if cp.Name == p.Port.StrVal && cpp == proto {
								m[fmt.Sprintf("%s,%s:%d", podIP(d), lp, cp.ContainerPort)] = true
							}
						}
					}
				}
				out = append(out, base+f.match+fmt.Sprintf(" -m set --match-set %s dst,dst", w.set("hash:ip,port", m)))
			}
		}
	}
	return out
}

func (n *netpol) compute() (*want, string, error) {
	every, err := n.pods.List(labels.Everything())
	if err != nil {
		return nil, "", err
	}
	var all, local []*v1.Pod
	for _, p := range every {
		if podIP(p) != "" {
			all = append(all, p)
			if p.Spec.NodeName == n.node {
				local = append(local, p)
			}
		}
	}
	pols, err := n.pols.List(labels.Everything())
	if err != nil {
		return nil, "", err
	}
	sort.Slice(pols, func(i, j int) bool {
		return pols[i].Namespace+"/"+pols[i].Name < pols[j].Namespace+"/"+pols[j].Name
	})
	w := &want{sets: map[string]ipset{}}
	closedIn, closedOut := map[string]bool{}, map[string]bool{}
	for _, pol := range pols {
		var own []*v1.Pod
		for _, p := range local {
			if p.Namespace == pol.Namespace && selects(&pol.Spec.PodSelector, p.Labels) {
				own = append(own, p)
			}
		}
		if len(own) == 0 {
			continue
		}
		in, out := len(pol.Spec.PolicyTypes) == 0, len(pol.Spec.PolicyTypes) == 0 && len(pol.Spec.Egress) > 0
		for _, t := range pol.Spec.PolicyTypes {
			in, out = in || t == netv1.PolicyTypeIngress, out || t == netv1.PolicyTypeEgress
		}
		for a := range addresses(own) {
			if in {
				closedIn[a] = true
			}
			if out {
				closedOut[a] = true
			}
		}
		if in {
			for _, r := range pol.Spec.Ingress {
				w.in = append(w.in, n.allow(w, pol.Namespace, own, all, "src", r.From, r.Ports)...)
			}
		}
		if out {
			for _, r := range pol.Spec.Egress {
				w.out = append(w.out, n.allow(w, pol.Namespace, own, all, "dst", r.To, r.Ports)...)
			}
		}
	}
	var b strings.Builder
	b.WriteString("*mangle\n:NETPOL - [0:0]\n:NETPOL-OUT - [0:0]\n:NETPOL-IN - [0:0]\n:NETPOL-IN-ALLOW - [0:0]\n")
	b.WriteString("-A NETPOL -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN\n")
	if len(closedOut) > 0 {
		fmt.Fprintf(&b, "-A NETPOL -m set --match-set %s src -g NETPOL-OUT\n", w.set("hash:ip", closedOut))
	}
	b.WriteString("-A NETPOL -g NETPOL-IN\n")
	for _, r := range w.out {
		fmt.Fprintf(&b, "-A NETPOL-OUT %s -g NETPOL-IN\n", r)
	}
	b.WriteString("-A NETPOL-OUT -j DROP\n")
	if len(closedIn) > 0 {
		fmt.Fprintf(&b, "-A NETPOL-IN -m set --match-set %s dst -g NETPOL-IN-ALLOW\n", w.set("hash:ip", closedIn))
	}
	for _, r := range w.in {
		fmt.Fprintf(&b, "-A NETPOL-IN-ALLOW %s -j RETURN\n", r)
	}
	b.WriteString("-A NETPOL-IN-ALLOW -j DROP\nCOMMIT\n")
	return w, b.String(), nil
}

func pipe(input string, name string, args ...string) error {
	c := exec.Command(name, args...)
	c.Stdin = strings.NewReader(input)
	var e bytes.Buffer
	c.Stderr = &e
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %v: %s", name, err, strings.TrimSpace(e.String()))
	}
	return nil
}

func (n *netpol) sync() error {
	start := time.Now()
	w, rules, err := n.compute()
	if err != nil {
		return err
	}
	if rules != n.rules {
		// New sets first, then the rules in one step, then the sets nobody names.
		var b strings.Builder
		for name, s := range w.sets {
			if _, ok := n.sets[name]; ok {
				continue
			}
			fmt.Fprintf(&b, "create %s %s family inet maxelem 1048576 -exist\n", name, s.kind)
			for m := range s.members {
				fmt.Fprintf(&b, "add %s %s -exist\n", name, m)
			}
		}
		if err := pipe(b.String(), "ipset", "restore"); err != nil {
			return err
		}
		if err := pipe(rules, "iptables-restore", "--noflush", "-w", "5"); err != nil {
			return err
		}
		b.Reset()
		for name := range n.sets {
			if _, ok := w.sets[name]; !ok {
				fmt.Fprintf(&b, "destroy %s\n", name)
			}
		}
		n.sets, n.rules = w.sets, rules
		if err := pipe(b.String(), "ipset", "restore"); err != nil {
			fmt.Println("netpol: stale sets stay:", err)
		}
		fmt.Printf("%s netpol: %d sets, %d allowing rules, %.1f ms\n", time.Now().Format("15:04:05.000"), len(w.sets), len(w.in)+len(w.out), time.Since(start).Seconds()*1e3)
	}
	if exec.Command("iptables", "-w", "5", "-t", "mangle", "-C", "FORWARD", "-j", "NETPOL").Run() != nil {
		return pipe("", "iptables", "-w", "5", "-t", "mangle", "-I", "FORWARD", "1", "-j", "NETPOL")
	}
	return nil
}

// clean takes the rules and sets away.
func clean() int {
	_ = pipe("", "iptables", "-w", "5", "-t", "mangle", "-D", "FORWARD", "-j", "NETPOL")
	_ = pipe("*mangle\n:NETPOL -\n:NETPOL-OUT -\n:NETPOL-IN -\n:NETPOL-IN-ALLOW -\n-X NETPOL\n-X NETPOL-OUT\n-X NETPOL-IN\n-X NETPOL-IN-ALLOW\nCOMMIT\n", "iptables-restore", "--noflush", "-w", "5")
	out, _ := exec.Command("ipset", "list", "-n").Output()
	for _, s := range strings.Fields(string(out)) {
		if strings.HasPrefix(s, "np-") {
			_ = pipe("", "ipset", "destroy", s)
		}
	}
	return 0
}

func runNetpol() int {
	fs := flag.NewFlagSet("netpol", flag.ExitOnError)
	kc := fs.String("kubeconfig", "", "how to reach the API server")
	node := fs.String("node", "", "this node's name")
	_ = fs.String("envoy", "", "the Envoy program, for HTTP rules; this engine has none")
	cl := fs.Bool("clean", false, "only remove all rules and sets")
	_ = fs.Parse(os.Args[1:])
	clean() // sets of an earlier life are not known here
	if *cl {
		return 0
	}
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	cfg, err := clientcmd.BuildConfigFromFlags("", *kc)
	must(err)
	f := informers.NewSharedInformerFactory(kubernetes.NewForConfigOrDie(cfg), 0)
	changed := make(chan struct{}, 1)
	poke := func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	h := cache.ResourceEventHandlerFuncs{AddFunc: func(any) { poke() }, UpdateFunc: func(any, any) { poke() }, DeleteFunc: func(any) { poke() }}
	for _, i := range []cache.SharedIndexInformer{f.Core().V1().Pods().Informer(), f.Core().V1().Namespaces().Informer(), f.Networking().V1().NetworkPolicies().Informer()} {
		_, err := i.AddEventHandler(h)
		must(err)
	}
	n := &netpol{node: *node, pods: f.Core().V1().Pods().Lister(), nss: f.Core().V1().Namespaces().Lister(), pols: f.Networking().V1().NetworkPolicies().Lister()}
	f.Start(ctx.Done())
	f.WaitForCacheSync(ctx.Done())
	tick := time.NewTicker(5 * time.Second)
	for {
		if err := n.sync(); err != nil {
			fmt.Fprintln(os.Stderr, "netpol:", err)
			time.Sleep(200 * time.Millisecond)
			poke()
		}
		select {
		case <-ctx.Done():
			return 0 // the rules stay as they are
		case <-changed:
			time.Sleep(5 * time.Millisecond) // events come in groups
		case <-tick.C:
		}
	}
}
