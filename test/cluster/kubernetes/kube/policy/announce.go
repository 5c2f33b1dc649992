package policy

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"

	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
)

const (
	// What the engine is, for everybody who quotes figures of it: the nodes' annotation and the ConfigMap in kube-system.
	engineKey = "test-policy-engine"
	engineIs  = "nftables+Envoy, not Cilium"
	// When the node's Envoy was started, as an annotation of the node: who measures through it sees whether it restarted.
	envoyKey = engineKey + "-envoy"
)

var policyResources = map[string]schema.GroupVersionResource{
	"CiliumNetworkPolicy":            {Group: "cilium.io", Version: "v2", Resource: "ciliumnetworkpolicies"},
	"CiliumClusterwideNetworkPolicy": {Group: "cilium.io", Version: "v2", Resource: "ciliumclusterwidenetworkpolicies"},
}

// announcer tells the cluster what the engine is and what it makes of policies.
type announcer struct {
	node    string
	objects kubernetes.Interface
	any     dynamic.Interface
	told    map[types.UID]string // verdict told of each policy
	started string               // start told of Envoy
}

func (a *announcer) annotate(ctx context.Context, key, value string) error {
	patch, _ := json.Marshal(object{"metadata": object{"annotations": object{key: value}}})
	_, err := a.objects.CoreV1().Nodes().Patch(ctx, a.node, types.MergePatchType, patch, metav1.PatchOptions{})
	return err
}

// envoy tells when Envoy was started; nothing where none runs.
func (a *announcer) envoy(ctx context.Context, started string) {
	if started == "" || started == a.started {
		return
	}
	if err := a.annotate(ctx, envoyKey, started); err != nil {
		fmt.Fprintln(os.Stderr, "netpol: Envoy's start could not be told:", err)
		return
	}
	a.started = started
}

func (a *announcer) engine(ctx context.Context) error {
	if err := a.annotate(ctx, engineKey, engineIs); err != nil {
		return err
	}
	configMap := &v1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: engineKey, Namespace: "kube-system"},
		Data:       map[string]string{"engine": engineIs},
	}
	_, err := a.objects.CoreV1().ConfigMaps("kube-system").Create(ctx, configMap, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		_, err = a.objects.CoreV1().ConfigMaps("kube-system").Update(ctx, configMap, metav1.UpdateOptions{})
	}
	return err
}

// verdicts writes the condition Valid of each policy, and an event for one that is not enforced. All nodes come to the
// same verdict; each tells it once.
func (a *announcer) verdicts(ctx context.Context, verdicts []Verdict) {
	known := map[types.UID]bool{}
	for _, v := range verdicts {
		known[v.Policy.GetUID()] = true
		verdict := fmt.Sprint(v.Policy.GetGeneration(), v.Problem)
		if a.told[v.Policy.GetUID()] == verdict {
			continue
		}
		if err := a.verdict(ctx, v); err != nil && !apierrors.IsNotFound(err) {
			fmt.Fprintln(os.Stderr, "netpol: the verdict on", v.Policy.GetName(), "could not be told:", err)
			continue
		}
		a.told[v.Policy.GetUID()] = verdict
	}
	for uid := range a.told {
		if !known[uid] {
			delete(a.told, uid)
		}
	}
}

func (a *announcer) verdict(ctx context.Context, v Verdict) error {
	if v.Problem != nil {
		if err := a.warn(ctx, v); err != nil {
			return err
		}
	}
	conditions, changed := withCondition(v)
	if !changed {
		return nil
	}
	patch, _ := json.Marshal(object{"status": object{"conditions": conditions}})
	_, err := a.any.Resource(policyResources[v.Policy.GetKind()]).Namespace(v.Policy.GetNamespace()).
		Patch(ctx, v.Policy.GetName(), types.MergePatchType, patch, metav1.PatchOptions{}, "status")
	return err
}

// withCondition yields the policy's conditions with ours among them, and whether that changes them.
func withCondition(v Verdict) ([]any, bool) {
	valid := object{"type": "Valid", "status": "True", "reason": "Enforced", "message": "Enforced by " + engineIs + "."}
	if v.Problem != nil {
		valid["status"], valid["reason"] = "False", "NotEnforced"
		valid["message"] = fmt.Sprintf("Not enforced, none of it: %s.", v.Problem)
	}
	old, _, _ := unstructured.NestedSlice(v.Policy.Object, "status", "conditions")
	conditions := []any{}
	for _, c := range old {
		condition, _ := c.(map[string]any)
		if condition["type"] != "Valid" {
			conditions = append(conditions, c)
		} else if condition["status"] == valid["status"] && condition["message"] == valid["message"] {
			return old, false
		}
	}
	valid["lastTransitionTime"] = metav1.Now()
	return append(conditions, valid), true
}

func (a *announcer) warn(ctx context.Context, v Verdict) error {
	hash := fnv.New32a()
	fmt.Fprint(hash, v.Policy.GetUID(), v.Policy.GetGeneration(), v.Problem)
	namespace := v.Policy.GetNamespace()
	if namespace == "" {
		namespace = metav1.NamespaceDefault
	}
	now := metav1.Now()
	_, err := a.objects.CoreV1().Events(namespace).Create(ctx, &v1.Event{
		// All nodes would say the same: the first one does.
		ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("%s.%x", v.Policy.GetName(), hash.Sum32()), Namespace: namespace},
		InvolvedObject: v1.ObjectReference{
			APIVersion: v.Policy.GetAPIVersion(), Kind: v.Policy.GetKind(), Namespace: v.Policy.GetNamespace(),
			Name: v.Policy.GetName(), UID: v.Policy.GetUID(), ResourceVersion: v.Policy.GetResourceVersion(),
		},
		Type: v1.EventTypeWarning, Reason: "PolicyNotEnforced", Message: fmt.Sprintf("Not enforced, none of it: %s.", v.Problem),
		Source:         v1.EventSource{Component: engineKey},
		FirstTimestamp: now, LastTimestamp: now, Count: 1,
	}, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}
