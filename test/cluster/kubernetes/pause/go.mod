module cilium-bench/test/cluster/pause

go 1.24
