const documents = 244;
const lines = 10_000;

function ciliumPolicy(number: number): readonly string[] {
  return [
    'apiVersion: cilium.io/v2',
    'kind: CiliumNetworkPolicy',
    'metadata:',
    `  name: service-${number}`,
    `  namespace: team-${number % 12}`,
    'spec:',
    '  endpointSelector:',
    '    matchLabels:',
    `      app: service-${number}`,
    '  ingress:',
    '    - fromEndpoints:',
    '        - matchLabels:',
    `            app: service-${(number * 7) % documents}`,
    '      toPorts:',
    '        - ports:',
    '            - port: "8080"',
    '              protocol: TCP',
    ...(number % 3 === 0
      ? [
          '          rules:',
          '            http:',
          '              - method: GET',
          `                path: /v1/items/${number}`,
        ]
      : []),
    '  egress:',
    '    - toEndpoints:',
    '        - matchLabels:',
    '            k8s:io.kubernetes.pod.namespace: kube-system',
    '            k8s-app: kube-dns',
    '      toPorts:',
    '        - ports:',
    '            - port: "53"',
    '              protocol: ANY',
    '          rules:',
    '            dns:',
    '              - matchPattern: "*"',
  ];
}

function istioPolicy(number: number): readonly string[] {
  return [
    'apiVersion: security.istio.io/v1',
    'kind: AuthorizationPolicy',
    'metadata:',
    `  name: service-${number}`,
    `  namespace: team-${number % 12}`,
    'spec:',
    '  selector:',
    '    matchLabels:',
    `      app: service-${number}`,
    '  rules:',
    '    - to:',
    '        - operation:',
    '            methods: ["GET"]',
  ];
}

/**
 * A manifest of 10,000 lines in 244 documents: mostly Cilium policies, a third of them with HTTP rules, filled up with entries as
 * a generated file has them.
 */
export function longManifest(): string {
  const perDocument = Math.floor(lines / documents);
  return Array.from({ length: documents }, (_, number) => {
    const policy = number % 10 === 9 ? istioPolicy(number) : ciliumPolicy(number);
    const missing = Math.max(perDocument - policy.length - 1, 0);
    const filling = Array.from({ length: missing }, (_, at) =>
      number % 10 === 9 ? `            # ${at}` : `              - matchName: host-${at}.example.com`,
    );
    return [...policy, ...filling].join('\n');
  }).join('\n---\n');
}

/** A policy in a file of its own, one of thousands in a workspace. */
export const policyFile = (number: number): string => `${ciliumPolicy(number).join('\n')}\n`;
