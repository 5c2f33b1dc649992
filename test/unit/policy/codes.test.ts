/** Each code once where it belongs and once where it does not: the smallest manifests that differ by its cause. */
import { describe, expect, it } from 'vitest';
import { analyse, type AnalyseOptions } from '../../../src/core/policy/analyse';
import { findingCodes, type Finding, type FindingCode } from '../../../src/core/policy/finding';
import { findingSentence, findingTitle } from '../../../src/core/words/findings';

const policy = (spec: string, name = 'shop', kind = 'CiliumNetworkPolicy'): string =>
  `apiVersion: cilium.io/v2\nkind: ${kind}\nmetadata: {name: ${name}}\nspec:\n  ${spec.trim().replaceAll('\n', '\n  ')}\n`;
const web = 'endpointSelector: {matchLabels: {app: web}}';
const ingress = (entry: string, from = 'fromEndpoints: [{matchLabels: {app: client}}]'): string =>
  `${web}\ningress:\n- ${from}\n  toPorts:\n  - ${entry.replaceAll('\n', '\n    ')}`;
const egress = (entry: string, to = 'toEndpoints: [{matchLabels: {app: db}}]'): string =>
  `${web}\negress:\n- ${to}\n  toPorts:\n  - ${entry.replaceAll('\n', '\n    ')}`;
const tcp = 'ports: [{port: "80", protocol: TCP}]';
const http = (rules: string): string => `${tcp}\nrules: {http: [${rules}]}`;
const get = '{method: GET}';
const dns = 'ports: [{port: "53", protocol: ANY}]\nrules: {dns: [{matchPattern: "*"}]}';
const tls = 'terminatingTLS: {secret: {namespace: a, name: b}}';

interface Case {
  readonly found: string;
  readonly not: string;
  /** What the marked key is. */
  readonly key: string;
  readonly severity: Finding['severity'];
  readonly reason?: string;
  readonly options?: AnalyseOptions;
}

const pathRules = (count: number): string =>
  Array.from({ length: count }, (_, at) => `{method: M${at}, path: /p${at}}`).join(', ');

const cases: Readonly<Partial<Record<FindingCode, readonly Case[]>>> = {
  'l7-http': [
    { found: policy(ingress(http(get))), not: policy(ingress(tcp)), key: 'http', severity: 'warning' },
  ],
  'l7-http-visibility': [
    { found: policy(ingress(http('{}'))), not: policy(ingress(http(get))), key: 'http', severity: 'warning' },
  ],
  'l7-dns': [{ found: policy(egress(dns)), not: policy(egress(tcp)), key: 'dns', severity: 'info' }],
  'l7-tls': [
    {
      found: policy(egress(`${tcp}\nserverNames: [a.example.com]`)),
      not: policy(egress(tcp)),
      key: 'serverNames',
      severity: 'warning',
      reason: 'serverNames',
    },
    {
      found: policy(egress(`${tcp}\n${tls}`)),
      not: policy(egress(tcp)),
      key: 'terminatingTLS',
      severity: 'warning',
      reason: 'terminatingTLS',
    },
  ],
  'l7-listener': [
    {
      found: policy(
        egress(`${tcp}\nlistener: {name: l, envoyConfig: {kind: CiliumClusterwideEnvoyConfig, name: c}}`),
      ),
      not: policy(egress(tcp)),
      key: 'listener',
      severity: 'warning',
    },
  ],
  'l7-kafka': [
    {
      found: policy(ingress(`${tcp}\nrules: {kafka: [{topic: a}]}`)),
      not: policy(ingress(`${tcp}\nrules: {kafka: []}`)),
      key: 'kafka',
      severity: 'warning',
      options: { version: '1.19' },
    },
  ],
  'l7-proto': [
    {
      found: policy(ingress(`${tcp}\nrules: {l7proto: memcache, l7: [{cmd: get}]}`)),
      not: policy(ingress(tcp)),
      key: 'l7proto',
      severity: 'warning',
      options: { version: '1.19' },
    },
  ],
  'l7-empty': [
    { found: policy(ingress(http(''))), not: policy(ingress(http(get))), key: 'http', severity: 'info' },
  ],
  'l7-shadowed': [
    {
      found: `${policy(ingress(http(get)))}---\n${policy(ingress(tcp, 'fromEndpoints: [{}]'), 'open')}`,
      not: `${policy(ingress(http(get)))}---\n${policy(ingress(tcp, 'fromEndpoints: [{matchLabels: {app: other}}]'), 'open')}`,
      key: 'http',
      severity: 'warning',
      reason: 'l4-only-allow-same-port',
    },
    {
      found: `${policy(ingress(http(get)))}---\n${policy(`${web}\ningress: [{fromEndpoints: [{matchLabels: {app: client}}]}]`, 'open')}`,
      not: `${policy(ingress(http(get)))}---\n${policy('endpointSelector: {matchLabels: {app: db}}\ningress: [{fromEndpoints: [{matchLabels: {app: client}}]}]', 'open')}`,
      key: 'http',
      severity: 'warning',
      reason: 'l3-only-allow',
    },
  ],
  'l7-double-proxy': [
    {
      found: `${policy(egress(http(get)))}---\n${policy(`endpointSelector: {matchLabels: {app: db}}\ningress:\n- fromEndpoints: [{matchLabels: {app: web}}]\n  toPorts: [{${tcp}, rules: {http: [${get}]}}]`, 'db')}`,
      not: `${policy(egress(http(get)))}---\n${policy(`endpointSelector: {matchLabels: {app: db}}\ningress:\n- fromEndpoints: [{matchLabels: {app: web}}]\n  toPorts: [{${tcp}}]`, 'db')}`,
      key: 'http',
      severity: 'warning',
    },
  ],
  'l7-wide-selector': [
    {
      found: policy(ingress(http(get)).replace(web, 'endpointSelector: {}')),
      not: policy(ingress(http(get))),
      key: 'endpointSelector',
      severity: 'warning',
      reason: 'empty',
    },
    {
      found: policy(
        ingress(http(get)).replace(
          web,
          'endpointSelector: {matchExpressions: [{key: app, operator: NotIn, values: [a]}]}',
        ),
      ),
      not: policy(egress(dns).replace(web, 'endpointSelector: {}')),
      key: 'endpointSelector',
      severity: 'info',
      reason: 'negative-only',
    },
  ],
  'l7-regex-cost': [
    {
      found: policy(ingress(http('{path: "/a.{900}.{900}"}'))),
      not: policy(ingress(http('{path: "/a.{9}"}'))),
      key: 'path',
      severity: 'warning',
      reason: 'large-program',
    },
    {
      found: policy(ingress(http('{path: ".*/admin"}'))),
      not: policy(ingress(http('{path: "/.*"}'))),
      key: 'path',
      severity: 'hint',
      reason: 'leading-any',
    },
    {
      found: policy(ingress(http('{path: /a}, {path: /b}, {path: /c}'))),
      not: policy(ingress(http('{path: /a}, {path: /b}, {path: /c, method: GET}'))),
      key: 'http',
      severity: 'hint',
      reason: 'repeated-rules',
    },
    {
      found: policy(ingress(http('{host: api.example.com}'))),
      not: policy(ingress(http('{host: "api[.]example[.]com"}'))),
      key: 'host',
      severity: 'hint',
      reason: 'unescaped-dot',
    },
  ],
  'l7-many-rules': [
    {
      found: policy(ingress(http(pathRules(51)))),
      not: policy(ingress(http(pathRules(50)))),
      key: 'http',
      severity: 'info',
    },
  ],
  'l7-rejected': [
    {
      found: policy(ingress(http(get).replace('TCP', 'UDP'))),
      not: policy(ingress(http(get))),
      key: 'rules',
      severity: 'error',
      reason: 'l7-on-udp',
    },
  ],
  'schema-refused': [
    {
      found: policy(ingress(`${tcp}\nrules: {}`)),
      not: policy(ingress(tcp)),
      key: 'rules',
      severity: 'error',
      reason: 'oneOf',
    },
    {
      found: policy(`${ingress(tcp)}\nnotes: x`),
      not: policy(`${ingress(tcp)}\ndescription: x`),
      key: 'notes',
      severity: 'warning',
      reason: 'pruned',
    },
  ],
  'l7-conflict': [
    {
      found: policy(
        `${egress(http(get))}\n- toEndpoints: [{matchLabels: {app: db}}]\n  toPorts: [{ports: [{port: "80", protocol: ANY}], rules: {dns: [{matchName: a.b}]}}]`,
      ),
      not: policy(
        `${egress(http(get))}\n- toEndpoints: [{matchLabels: {app: db}}]\n  toPorts: [{ports: [{port: "81", protocol: ANY}], rules: {dns: [{matchName: a.b}]}}]`,
      ),
      key: 'http',
      severity: 'error',
      reason: 'parsers',
    },
  ],
  'l7-pruned': [
    {
      found: policy(`${ingress(http(get))}\ningressDeny:\n- fromEndpoints: [{}]\n  toPorts: [{${tcp}}]`),
      not: policy(
        `${ingress(http(get))}\ningressDeny:\n- fromEndpoints: [{}]\n  toPorts: [{ports: [{port: "81", protocol: TCP}]}]`,
      ),
      key: 'http',
      severity: 'warning',
      reason: 'under-deny',
    },
    {
      found: policy(ingress(http(get)).replace('ingress:', 'ingressDeny:')),
      not: policy(ingress(tcp).replace('ingress:', 'ingressDeny:')),
      key: 'rules',
      severity: 'warning',
      reason: 'in-deny',
    },
  ],
  'allows-nothing': [
    {
      found: policy(ingress(tcp, 'fromEndpoints: []')),
      not: policy(ingress(tcp, 'fromEndpoints: [{}]')),
      key: 'fromEndpoints',
      severity: 'warning',
      reason: 'empty-peers',
    },
    {
      found: policy(ingress(`rules: {http: [${get}]}`)),
      not: policy(`${web}\ningress: [{}]`),
      key: 'rules',
      severity: 'warning',
      reason: 'no-ports',
    },
  ],
  'l7-disabled': [
    {
      found: policy(ingress(http(get))),
      not: policy(ingress(tcp)),
      key: 'rules',
      severity: 'error',
      reason: 'not-offered',
      options: { l7Proxy: { state: 'not-offered', target: 'gke-1' } },
    },
  ],
  'field-removed': [
    {
      found: policy(`${web}\ningress: [{fromRequires: [{matchLabels: {env: a}}]}]`),
      not: policy(`${web}\ningress: [{fromEndpoints: [{matchLabels: {env: a}}]}]`),
      key: 'fromRequires',
      severity: 'error',
      reason: 'fromRequires',
      options: { version: '1.19' },
    },
  ],
  'fqdn-without-dns': [
    {
      found: policy(`${web}\negress: [{toFQDNs: [{matchName: a.example.com}]}]`),
      not: `${policy(`${web}\negress: [{toFQDNs: [{matchName: a.example.com}]}]`)}---\n${policy(egress(dns), 'lookups')}`,
      key: 'toFQDNs',
      severity: 'warning',
    },
  ],
  'auth-required': [
    {
      found: policy(ingress(tcp, 'authentication: {mode: required}')),
      not: policy(ingress(tcp, 'authentication: {mode: disabled}')),
      key: 'authentication',
      severity: 'info',
    },
  ],
};

/** Tested in objects.test.ts, with the kinds that they are about. */
const elsewhere: readonly FindingCode[] = [
  'annotation-dead',
  'service-l7-lb',
  'envoy-config',
  'istio-l7',
  'istio-l7-no-target',
  'istio-tcp-port',
];

it('has every code', () => {
  expect([...Object.keys(cases), ...elsewhere].sort()).toEqual([...findingCodes].sort());
});

const marked = (text: string, { range: { start, end } }: Finding): string =>
  (text.split('\n')[start.line] ?? '').slice(start.character, end.character);

describe.each(Object.entries(cases))('%s', (code, all) => {
  it.each(all)('is found where it belongs ($reason)', ({ found, key, severity, reason, options = {} }) => {
    const { findings } = analyse(found, options);
    const own = findings.filter((finding) => finding.code === code && finding.reason === reason);
    const [first] = own;
    expect(findings.map((finding) => `${finding.code} ${finding.reason ?? ''}`.trim())).toContain(
      `${code} ${reason ?? ''}`.trim(),
    );
    if (!first) return;
    expect([marked(found, first), first.severity]).toEqual([key, severity]);
    expect(`${findingTitle(first)} ${findingSentence(first)}`).not.toMatch(/undefined|null|\(\)| {2}/);
  });
  it.each(all)('and not where it does not ($reason)', ({ not, reason, options = {} }) => {
    const { findings } = analyse(not, options);
    expect(findings.filter((finding) => finding.code === code && finding.reason === reason)).toEqual([]);
    // Everything else about it is right.
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});
