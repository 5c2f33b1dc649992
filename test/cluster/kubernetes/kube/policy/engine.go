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

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
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
	announceLimit  = 2 * time.Second
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
	e := &engine{node: node, sources: newSources(objects, anything), tell: &announcer{node: node, objects: objects, any: anything, told: map[types.UID]string{}}}
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
		announced = e.announce(ctx, announced, verdicts)
		for e.sleep(ctx, tick.C, envoyTick.C) {
		}
	}
}

// announce returns whether it is known what this engine is. An API server that hangs must not keep the engine from its work.
func (e *engine) announce(ctx context.Context, announced bool, verdicts []Verdict) bool {
	ctx, cancel := context.WithTimeout(ctx, announceLimit)
	defer cancel()
	if !announced {
		err := e.tell.engine(ctx)
		announced = err == nil
		if err != nil {
			fmt.Fprintln(os.Stderr, "netpol: cannot say yet what this engine is:", err)
		}
	}
	if e.envoy != nil {
		e.tell.envoy(ctx, e.envoy.started())
	}
	e.tell.verdicts(ctx, verdicts)
	return announced
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

// sync brings the node to what holds now.
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
	closed, err := e.hold(plan, host)
	if err != nil {
		return plan.Verdicts, err
	}
	e.applied, e.working = plan, true
	fmt.Printf("%s netpol: %d redirects, %d connections closed, %.1f ms\n",
		time.Now().Format("15:04:05.000"), len(plan.Redirects), closed, time.Since(start).Seconds()*1e3)
	return plan.Verdicts, nil
}

// hold returns how many connections were closed. Envoy knows the rules before the first connection is sent there; where
// none is, nothing waits for it. Without Envoy the rules hold all the same: what should go there is dropped.
func (e *engine) hold(plan Plan, host []netip.Addr) (int, error) {
	var envoyProblem error
	tellEnvoy := func() {
		if e.envoy != nil {
			envoyProblem = e.envoy.apply(plan.Filters)
		}
	}
	if len(plan.Redirects) > 0 {
		tellEnvoy()
	}
	if err := applyRules(plan.Rules); err != nil {
		return 0, err
	}
	closed, err := closeStale(e.applied.Redirects, plan.Redirects, host)
	if err != nil {
		return closed, err
	}
	if len(plan.Redirects) == 0 {
		tellEnvoy()
	}
	return closed, envoyProblem
}
