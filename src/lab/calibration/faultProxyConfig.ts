import type { Address } from '../../core/target';

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

const type = (name: string): Json => `type.googleapis.com/envoy.${name}`;
const socket = ({ host, port }: Address): Json => ({ socket_address: { address: host, port_value: port } });

/** Bootstrap of an Envoy that holds every request for so many milliseconds (0: none) and sends it on to one server. */
export function faultProxyBootstrap(
  listener: Address,
  admin: Address,
  upstream: Address,
  milliseconds: number,
): Json {
  const fault: readonly Json[] =
    milliseconds === 0
      ? []
      : [
          {
            name: 'envoy.filters.http.fault',
            typed_config: {
              '@type': type('extensions.filters.http.fault.v3.HTTPFault'),
              delay: { fixed_delay: `${milliseconds / 1000}s`, percentage: { numerator: 100 } },
            },
          },
        ];
  return {
    admin: { address: socket(admin) },
    static_resources: {
      listeners: [
        {
          name: 'fault',
          address: socket(listener),
          filter_chains: [
            {
              filters: [
                {
                  name: 'envoy.filters.network.http_connection_manager',
                  typed_config: {
                    '@type': type(
                      'extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
                    ),
                    stat_prefix: 'fault',
                    generate_request_id: false,
                    route_config: {
                      virtual_hosts: [
                        {
                          name: 'all',
                          domains: ['*'],
                          routes: [{ match: { prefix: '/' }, route: { cluster: 'server', timeout: '0s' } }],
                        },
                      ],
                    },
                    http_filters: [
                      ...fault,
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
          type: 'STATIC',
          connect_timeout: '2s',
          load_assignment: {
            cluster_name: 'server',
            endpoints: [{ lb_endpoints: [{ endpoint: { address: socket(upstream) } }] }],
          },
        },
      ],
    },
  };
}
