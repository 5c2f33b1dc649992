package policy

import (
	"context"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"os/signal"
	"reflect"
	"syscall"
	"time"

	v1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	// Events come in groups.
	settleTime = 5 * time.Millisecond
	// How often what the node holds is looked at again though nothing was heard.
	lookAgain      = 5 * time.Second
	lookAtEnvoy    = 200 * time.Millisecond
	firstRetryWait = 100 * time.Millisecond
	lastRetryWait  = 5 * time.Second
)

type engine struct {
	node    string
	envoy   *envoy // nil: none
	noHTTP  string
	sources *sources
	tell    *announcer

	applied Plan
	working bool // the node holds what was applied
}

// Run is the program: `kube netpol`. When it ends, the rules and Envoy stay as they are.
func Run() int {
	flags := flag.NewFlagSet("netpol", flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "how to reach the API server")
	node := flags.String("node", "", "this node's name")
	envoyProgram := flags.String("envoy", "", "the Envoy program; without it policies with HTTP rules are refused")
	folder := flags.String("folder", "/run/node/policy", "where Envoy's files and its socket lie")
	_ = flags.Parse(os.Args[1:])
	if err := serve(*kubeconfig, *node, *envoyProgram, *folder); err != nil {
		fmt.Fprintln(os.Stderr, "netpol:", err)
		return 1
	}
	return 0
}

func serve(kubeconfig, node, envoyProgram, folder string) error {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS, config.Burst = 50, 100
	objects, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	anything, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	if err := prepareNode(); err != nil {
		return err
	}
	e := &engine{node: node, sources: newSources(objects, anything), tell: &announcer{node, objects, anything, map[types.UID]string{}}}
	if envoyProgram == "" {
		e.noHTTP = "this cluster was started without Envoy, which HTTP rules need"
	} else if err := canRedirect(); err != nil {
		e.noHTTP = "HTTP rules need TPROXY in nftables: " + err.Error()
	} else if e.envoy, err = newEnvoy(envoyProgram, folder); err != nil {
		return err
	}
	if err := e.sources.start(ctx); err != nil {
		return err
	}
	e.loop(ctx)
	return nil
}

func (e *engine) loop(ctx context.Context) {
	tick, envoyTick := time.NewTicker(lookAgain), time.NewTicker(lookAtEnvoy)
	defer tick.Stop()
	defer envoyTick.Stop()
	announced, retryWait := false, firstRetryWait
	for ctx.Err() == nil {
		verdicts, err := e.sync()
		if err != nil {
			fmt.Fprintln(os.Stderr, "netpol:", err)
			e.sources.changed.poke()
			wait(ctx, retryWait)
			retryWait = min(2*retryWait, lastRetryWait)
		} else {
			retryWait = firstRetryWait
		}
		if !announced {
			err := e.tell.engine(ctx)
			announced = err == nil
			if err != nil {
				fmt.Fprintln(os.Stderr, "netpol: cannot say yet what this engine is:", err)
			}
		}
		e.tell.verdicts(ctx, verdicts)
		for e.sleep(ctx, tick.C, envoyTick.C) {
		}
	}
}

// sleep returns false when there is something to do.
func (e *engine) sleep(ctx context.Context, tick, envoyTick <-chan time.Time) bool {
	select {
	case <-ctx.Done():
	case <-e.sources.changed:
		wait(ctx, settleTime)
	case <-tick:
		e.working = e.working && rulesAreThere()
	case <-envoyTick:
		if e.envoy == nil || e.envoy.running() {
			return true
		}
		e.working = false
	}
	return false
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// sync brings the node to what holds now. Envoy comes first: whatever is sent there, it knows what to do with.
func (e *engine) sync() ([]Verdict, error) {
	start := time.Now()
	host, err := hostAddresses()
	if err != nil {
		return nil, err
	}
	snapshot, err := e.sources.snapshot()
	if err != nil {
		return nil, err
	}
	snapshot.Node, snapshot.Host, snapshot.NoHTTP = e.node, host, e.noHTTP
	plan := Compute(snapshot)
	if e.working && plan.Rules == e.applied.Rules && reflect.DeepEqual(plan.Filters, e.applied.Filters) {
		return plan.Verdicts, nil
	}
	e.working = false
	var envoyProblem error
	if e.envoy != nil {
		// Without Envoy the rules hold all the same: what should go there is dropped.
		envoyProblem = e.envoy.apply(plan.Filters)
	}
	if err := applyRules(plan.Rules); err != nil {
		return plan.Verdicts, err
	}
	closed, err := closeStale(e.applied.Redirects, plan.Redirects, host)
	if err != nil {
		return plan.Verdicts, err
	}
	if envoyProblem != nil {
		return plan.Verdicts, envoyProblem
	}
	e.applied, e.working = plan, true
	fmt.Printf("%s netpol: %d redirects, %d connections closed, %.1f ms\n",
		time.Now().Format("15:04:05.000"), len(plan.Redirects), closed, time.Since(start).Seconds()*1e3)
	return plan.Verdicts, nil
}

// signalled holds at most one wake-up.
type signalled chan struct{}

func (s signalled) poke() {
	select {
	case s <- struct{}{}:
	default:
	}
}

// sources are watches of everything that rules are made of.
type sources struct {
	changed signalled
	all     informers.SharedInformerFactory
	servers informers.SharedInformerFactory // EndpointSlices of the API server alone
	cilium  dynamicinformer.DynamicSharedInformerFactory
}

func newSources(objects kubernetes.Interface, anything dynamic.Interface) *sources {
	return &sources{
		changed: make(signalled, 1),
		all:     informers.NewSharedInformerFactoryWithOptions(objects, 0, informers.WithTransform(withoutManagedFields)),
		servers: informers.NewSharedInformerFactoryWithOptions(objects, 0, informers.WithNamespace("default"),
			informers.WithTweakListOptions(func(o *metav1.ListOptions) { o.LabelSelector = "kubernetes.io/service-name=kubernetes" })),
		cilium: dynamicinformer.NewDynamicSharedInformerFactory(anything, 0),
	}
}

func withoutManagedFields(o any) (any, error) {
	if m, ok := o.(metav1.Object); ok {
		m.SetManagedFields(nil)
	}
	return o, nil
}

func (s *sources) start(ctx context.Context) error {
	watched := []cache.SharedIndexInformer{
		s.all.Core().V1().Pods().Informer(),
		s.all.Core().V1().Namespaces().Informer(),
		s.all.Networking().V1().NetworkPolicies().Informer(),
		s.servers.Discovery().V1().EndpointSlices().Informer(),
	}
	for _, resource := range policyResources {
		watched = append(watched, s.cilium.ForResource(resource).Informer())
	}
	every := cache.ResourceEventHandlerFuncs{
		AddFunc: func(any) { s.changed.poke() }, UpdateFunc: func(any, any) { s.changed.poke() }, DeleteFunc: func(any) { s.changed.poke() },
	}
	for _, w := range watched {
		if _, err := w.AddEventHandler(every); err != nil {
			return err
		}
	}
	// Nodes report every few seconds: nothing but their coming and going matters.
	_, err := s.all.Core().V1().Nodes().Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{AddFunc: every.AddFunc, DeleteFunc: every.DeleteFunc})
	if err != nil {
		return err
	}
	s.all.Start(ctx.Done())
	s.servers.Start(ctx.Done())
	s.cilium.Start(ctx.Done())
	s.all.WaitForCacheSync(ctx.Done())
	s.servers.WaitForCacheSync(ctx.Done())
	s.cilium.WaitForCacheSync(ctx.Done())
	return ctx.Err()
}

func (s *sources) snapshot() (Snapshot, error) {
	var out Snapshot
	var err error
	if out.Pods, err = s.all.Core().V1().Pods().Lister().List(labels.Everything()); err != nil {
		return out, err
	}
	if out.NetworkPolicies, err = s.all.Networking().V1().NetworkPolicies().Lister().List(labels.Everything()); err != nil {
		return out, err
	}
	if out.Nodes, err = s.all.Core().V1().Nodes().Lister().List(labels.Everything()); err != nil {
		return out, err
	}
	namespaces, err := s.all.Core().V1().Namespaces().Lister().List(labels.Everything())
	if err != nil {
		return out, err
	}
	out.Namespaces = map[string]*v1.Namespace{}
	for _, n := range namespaces {
		out.Namespaces[n.Name] = n
	}
	servers, err := s.servers.Discovery().V1().EndpointSlices().Lister().List(labels.Everything())
	if err != nil {
		return out, err
	}
	out.APIServers = endpointAddresses(servers)
	for _, resource := range policyResources {
		policies, err := s.cilium.ForResource(resource).Lister().List(labels.Everything())
		if err != nil {
			return out, err
		}
		for _, p := range policies {
			if u, ok := p.(*unstructured.Unstructured); ok {
				out.CiliumPolicies = append(out.CiliumPolicies, u)
			}
		}
	}
	return out, nil
}

func endpointAddresses(slices []*discoveryv1.EndpointSlice) []netip.Addr {
	var out []netip.Addr
	for _, s := range slices {
		for _, e := range s.Endpoints {
			for _, text := range e.Addresses {
				if a, err := netip.ParseAddr(text); err == nil {
					out = append(out, a)
				}
			}
		}
	}
	return out
}
