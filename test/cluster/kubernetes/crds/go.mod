// Pins the module whose custom resource definitions the cluster serves; nothing of it is compiled.
module cilium-bench/test/cluster/crds

go 1.26.0

require github.com/cilium/cilium v1.20.2
