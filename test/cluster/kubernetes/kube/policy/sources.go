package policy

import (
	"context"
	"net/netip"

	v1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

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
