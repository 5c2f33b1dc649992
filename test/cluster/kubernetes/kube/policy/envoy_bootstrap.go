package policy

import "encoding/json"

// Files in the engine's folder, which is the same for Envoy.
const (
	bootstrapFile = "envoy.json"
	adminSocket   = "envoy.sock"
)

func filterFile(d direction) string { return string(d) + ".json" }

// envoyBootstrap never changes while Envoy runs: the rules come from files beside it, and hold for the next request of
// every open connection. A request must pass the filters of both directions: a connection between two pods of one node
// comes here once.
func envoyBootstrap(folder string) string {
	text, _ := json.MarshalIndent(object{
		"node":  object{"id": "policy", "cluster": "policy"},
		"admin": object{"address": object{"pipe": object{"path": folder + "/" + adminSocket, "mode": 0o600}}},
		"static_resources": object{
			"listeners": []any{envoyListener(folder)},
			"clusters":  []any{envoyCluster()},
		},
	}, "", " ")
	return string(text)
}

func envoyListener(folder string) object {
	return object{
		"name": "policy",
		// Any address: to a listener of one address every connection would seem to be for that.
		"address":     object{"socket_address": object{"address": "0.0.0.0", "port_value": envoyPort}},
		"transparent": true,
		"listener_filters": []any{object{
			// What goes on keeps the address of who asked.
			"name": "envoy.filters.listener.original_src",
			"typed_config": object{
				"@type": typeURL("extensions.filters.listener.original_src.v3.OriginalSrc"),
				"mark":  byEnvoyMark,
			},
		}},
		"filter_chains": []any{object{"filters": []any{
			object{
				// To the very pod that kube-proxy chose. The listener filter original_dst would ask the kernel, which answers with
				// the Service's address, and kube-proxy would choose again.
				"name": "envoy.filters.network.set_filter_state",
				"typed_config": object{
					"@type": typeURL("extensions.filters.network.set_filter_state.v3.Config"),
					"on_new_connection": []any{object{
						"object_key":    "envoy.network.transport_socket.original_dst_address",
						"format_string": object{"text_format_source": object{"inline_string": "%DOWNSTREAM_LOCAL_ADDRESS%"}},
					}},
				},
			},
			object{"name": "envoy.filters.network.http_connection_manager", "typed_config": connectionManager(folder)},
		}}},
	}
}

func connectionManager(folder string) object {
	return object{
		"@type":               typeURL("extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"),
		"stat_prefix":         "policy",
		"generate_request_id": false,
		"upgrade_configs":     []any{object{"upgrade_type": "websocket"}},
		"route_config": object{"virtual_hosts": []any{object{
			"name": "all", "domains": []any{"*"},
			"routes": []any{object{"match": object{"prefix": "/"}, "route": object{
				"cluster": "destination", "timeout": "0s",
				// A policy that comes to the other side resets open connections; the one that asks must not see that.
				"retry_policy": object{"retry_on": "reset,connect-failure", "num_retries": 1},
			}}},
		}}},
		"http_filters": []any{
			discoveredFilter(folder, egress),
			discoveredFilter(folder, ingress),
			object{
				"name":         "envoy.filters.http.router",
				"typed_config": object{"@type": typeURL("extensions.filters.http.router.v3.Router")},
			},
		},
		// As Cilium's Envoy words it.
		"local_reply_config": object{"mappers": []any{object{
			"filter": object{"status_code_filter": object{"comparison": object{
				"op": "EQ", "value": object{"default_value": 403, "runtime_key": "not-set"},
			}}},
			"body": object{"inline_string": "Access denied\r\n"},
		}}},
	}
}

func discoveredFilter(folder string, d direction) object {
	return object{
		"name": d,
		"config_discovery": object{
			"type_urls": []any{typeURL(rbacType)},
			"config_source": object{
				"resource_api_version": "V3",
				"path_config_source": object{
					"path":              folder + "/" + filterFile(d),
					"watched_directory": object{"path": folder},
				},
			},
			// Nothing passes before the rules are there.
			"default_config": object{"@type": typeURL(rbacType), "rules": object{"action": "ALLOW"}},
		},
	}
}

func envoyCluster() object {
	return object{
		"name":            "destination",
		"type":            "ORIGINAL_DST",
		"lb_policy":       "CLUSTER_PROVIDED",
		"connect_timeout": "2s",
		// Envoy's default of 1024 would answer 503 to a load of more connections.
		"circuit_breakers": object{"thresholds": []any{object{
			"max_connections": 100_000, "max_pending_requests": 100_000, "max_requests": 100_000,
		}}},
		"typed_extension_protocol_options": object{
			"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": object{
				"@type": typeURL("extensions.upstreams.http.v3.HttpProtocolOptions"),
				"use_downstream_protocol_config": object{
					"http_protocol_options": object{}, "http2_protocol_options": object{},
				},
			},
		},
	}
}
