/** Policies of the tests, with as little as a case needs. */
export interface Written {
  readonly ingress?: unknown;
  readonly egress?: unknown;
  readonly ingressDeny?: unknown;
  readonly egressDeny?: unknown;
  readonly [field: string]: unknown;
}

export const namespaced = (spec: Written): Readonly<Record<string, unknown>> => ({
  apiVersion: 'cilium.io/v2',
  kind: 'CiliumNetworkPolicy',
  metadata: { name: 'shop', namespace: 'shop' },
  spec: { endpointSelector: {}, ...spec },
});

export const onHost = (spec: Written): Readonly<Record<string, unknown>> => ({
  apiVersion: 'cilium.io/v2',
  kind: 'CiliumClusterwideNetworkPolicy',
  metadata: { name: 'nodes' },
  spec: { nodeSelector: {}, ...spec },
});

export const tcp = (port: string): unknown => ({ port, protocol: 'TCP' });
export const http = (entry: Readonly<Record<string, unknown>> = {}): unknown => ({
  ports: [tcp('80')],
  rules: { http: [{}] },
  ...entry,
});
export const entries = (...toPorts: readonly unknown[]): readonly unknown[] => [{ toPorts }];
