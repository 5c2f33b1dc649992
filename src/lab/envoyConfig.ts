import type { HttpRule } from '../core/policy/policyUnderTest';
import { Problem } from '../core/problem';

/** The part of Envoy's v3 API that the lab uses, as JSON. */
type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

type EnvoyAddress = { readonly host: string; readonly port: number } | { readonly path: string };

export interface EnvoyChoices {
  readonly rules: readonly HttpRule[];
  readonly listener: { readonly host: string; readonly port: number };
  readonly admin: EnvoyAddress;
  /** Where requests go: to the address the client meant (behind a redirect), or to one server. */
  readonly upstream: 'original-destination' | { readonly host: string; readonly port: number };
  /** Each request is held for so many milliseconds. */
  readonly heldMs?: number;
}

const type = (name: string): Json => `type.googleapis.com/envoy.${name}`;

function address(to: EnvoyAddress): Json {
  return 'path' in to
    ? { pipe: { path: to.path, mode: 0o600 } }
    : { socket_address: { address: to.host, port_value: to.port } };
}

/** Envoy matches a `safe_regex` (RE2) against the whole value, as Cilium's rules ask. */
const wholeMatch = (name: string, regex: string): Json => ({ name, string_match: { safe_regex: { regex } } });

/** `"Name: value"` must be equal, `"Name"` must be there (Cilium `pkg/envoy/xds_server.go`, getHTTPRule, 1.19). */
function headerMatch(text: string): Json {
  const space = text.indexOf(' ');
  if (space < 0) return { name: text, present_match: true };
  const name = text.slice(0, space).replace(/:+$/, '');
  return { name, string_match: { exact: text.slice(space + 1) } };
}

/** The header matches of one HTTP rule: all of them must hold. An empty rule allows every request. */
export function ruleMatch(rule: HttpRule): Json {
  const headers = [
    // `:path` holds the query string as well, as it does for Cilium.
    ...(rule.path ? [wholeMatch(':path', rule.path)] : []),
    ...(rule.method ? [wholeMatch(':method', rule.method)] : []),
    ...(rule.host ? [wholeMatch(':authority', rule.host)] : []),
    ...(rule.headers ?? []).map(headerMatch),
  ];
  return { prefix: '/', ...(headers.length > 0 ? { headers } : {}) };
}

function held(milliseconds: number): readonly Json[] {
  if (milliseconds === 0) return [];
  const delay = { fixed_delay: `${milliseconds / 1000}s`, percentage: { numerator: 100 } };
  return [
    {
      name: 'envoy.filters.http.fault',
      typed_config: { '@type': type('extensions.filters.http.fault.v3.HTTPFault'), delay },
    },
  ];
}

/**
 * Envoy's bootstrap: requests that a rule allows go on, the rest is answered 403 as Cilium's Envoy answers it. Without
 * Cilium's own filters there is no access log to the agent: what this costs is the least that an L7 policy costs.
 */
export function envoyBootstrap({ rules, listener, admin, upstream, heldMs = 0 }: EnvoyChoices): Json {
  const redirected = upstream === 'original-destination';
  const routes = [
    ...rules.map((rule) => ({ match: ruleMatch(rule), route: { cluster: 'server', timeout: '0s' } })),
    {
      match: { prefix: '/' },
      direct_response: { status: 403, body: { inline_string: 'Access denied\r\n' } },
    },
  ];
  return {
    admin: { address: address(admin) },
    static_resources: {
      listeners: [
        {
          name: 'policy',
          address: address(listener),
          ...(redirected
            ? {
                // What TPROXY delivers has a foreign destination address.
                transparent: true,
                listener_filters: [
                  {
                    name: 'envoy.filters.listener.original_dst',
                    typed_config: {
                      '@type': type('extensions.filters.listener.original_dst.v3.OriginalDst'),
                    },
                  },
                ],
              }
            : {}),
          filter_chains: [
            {
              filters: [
                {
                  name: 'envoy.filters.network.http_connection_manager',
                  typed_config: {
                    '@type': type(
                      'extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
                    ),
                    stat_prefix: 'policy',
                    generate_request_id: false,
                    route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes }] },
                    http_filters: [
                      ...held(heldMs),
                      {
                        name: 'envoy.filters.http.router',
                        typed_config: { '@type': type('extensions.filters.http.router.v3.Router') },
                      },
                    ],
                  },
                },
              ],
            },
          ],
        },
      ],
      clusters: [
        {
          name: 'server',
          connect_timeout: '2s',
          // Envoy's default of 1024 would answer 503 to a load of more connections.
          circuit_breakers: {
            thresholds: [{ max_connections: 100_000, max_pending_requests: 100_000, max_requests: 100_000 }],
          },
          ...(redirected
            ? { type: 'ORIGINAL_DST', lb_policy: 'CLUSTER_PROVIDED' }
            : {
                type: 'STATIC',
                load_assignment: {
                  cluster_name: 'server',
                  endpoints: [{ lb_endpoints: [{ endpoint: { address: address(upstream) } }] }],
                },
              }),
        },
      ],
    },
  };
}

/** What RE2 says of a pattern it cannot read (`re2/re2.cc`, code_to_str). */
const patternError =
  /(?:invalid (?:escape sequence|character class(?: range)?|perl operator|named capture group|repetition size|UTF-8)|missing [\])]|unexpected \)|trailing \\|(?:no argument for|bad) repetition operator)[^\n']*/;

/** The problem behind Envoy's last words, where it is a pattern of the policy; else null. */
export function patternProblem(stderr: string): Problem | null {
  const error = patternError.exec(stderr)?.[0].trim();
  if (error === undefined) return null;
  return new Problem(
    'usage',
    `Envoy cannot read a regular expression in the policy's HTTP rules (${error}).`,
    'Correct it: Envoy reads RE2 syntax, which has no look-around and no back-references.',
  );
}
