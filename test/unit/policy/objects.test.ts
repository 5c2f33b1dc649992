import { describe, expect, it } from 'vitest';
import { analyse, type AnalyseOptions } from '../../../src/core/policy/analyse';
import type { Finding } from '../../../src/core/policy/finding';
import { findingSentence } from '../../../src/core/words/findings';
import { covered } from './fixtures';

interface Shown {
  readonly found: string;
  readonly reason: string | undefined;
  readonly severity: string;
}

/** Each finding with the text that it marks and the line that it stands on, from 1. */
function shown(text: string, options: AnalyseOptions = {}): readonly Shown[] {
  return analyse(text, options).findings.map((finding) => ({
    found: `${finding.code} ${covered(text, finding)}:${finding.range.start.line + 1}`,
    reason: finding.reason,
    severity: finding.severity,
  }));
}
const found = (text: string, options: AnalyseOptions = {}): readonly string[] =>
  shown(text, options).map((each) => each.found);
const ofCode = (text: string, code: string, options: AnalyseOptions = {}): readonly Finding[] =>
  analyse(text, options).findings.filter((finding) => finding.code === code);

/** In the shape of https://istio.io/latest/docs/reference/config/security/authorization-policy/. */
const authorization = (spec: string): string => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: httpbin
  namespace: foo
spec:
${spec.replace(/^/gm, '  ')}
`;
const selector = 'selector:\n  matchLabels:\n    app: httpbin\n';
/** https://istio.io/latest/docs/ambient/usage/waypoint/: a namespace that takes part, and one with sidecars. */
const ambient =
  'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: foo\n  labels:\n    istio.io/dataplane-mode: ambient\n---\n';
const sidecar =
  'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: foo\n  labels:\n    istio-injection: enabled\n---\n';

describe('istio-l7', () => {
  it.each([
    ['methods', 'rules:\n- to:\n  - operation:\n      methods: ["GET"]', 'methods:10'],
    ['notPaths', 'rules:\n- to:\n  - operation:\n      notPaths: ["/healthz"]', 'notPaths:10'],
    ['hosts', 'rules:\n- to:\n  - operation: {hosts: ["example.com"]}', 'hosts:9'],
    [
      'requestPrincipals',
      'rules:\n- from:\n  - source:\n      requestPrincipals: ["*"]',
      'requestPrincipals:10',
    ],
    ['remoteIpBlocks', 'rules:\n- from:\n  - source: {remoteIpBlocks: ["10.0.0.0/8"]}', 'remoteIpBlocks:9'],
    ['when', 'rules:\n- when:\n  - key: request.headers[x-token]\n    values: ["a"]', 'key:9'],
    ['CUSTOM', 'action: CUSTOM\nprovider:\n  name: oauth2-proxy\nrules:\n- {}', 'action:7'],
  ])('marks %s', (_, spec, place) => {
    expect(found(authorization(spec))).toContain(`istio-l7 ${place}`);
  });
  it.each([
    [
      'principals, namespaces and ports',
      'rules:\n- from:\n  - source:\n      principals: ["a/ns/b/sa/c"]\n      namespaces: ["d"]\n  to:\n  - operation:\n      ports: ["8080"]',
    ],
    [
      'conditions that ztunnel knows',
      'rules:\n- when:\n  - key: source.ip\n    values: ["10.0.0.1"]\n  - key: destination.port\n    values: ["80"]',
    ],
    ['empty lists', 'rules:\n- to:\n  - operation:\n      methods: []'],
    ['a rule for everything', 'action: ALLOW\nrules:\n- {}'],
    ['no rules, which denies', '{}'],
  ])('says nothing of %s', (_, spec) => {
    expect(found(authorization(spec))).toEqual([]);
  });
  it('is one finding of a policy, with its other conditions, ports, pods and the number of rules', () => {
    const text = authorization(
      `${selector}rules:\n- to:\n  - operation:\n      methods: ["GET"]\n      paths: ["/a"]\n      ports: ["8080"]\n- to:\n  - operation:\n      ports: ["9090"]\n- when:\n  - key: request.auth.claims[role]\n    values: ["x"]\n  to:\n  - operation:\n      ports: ["8081"]\n`,
    );
    const [finding, ...others] = ofCode(text, 'istio-l7');
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      rules: 2,
      ports: ['8080', '8081'],
      endpoints: ['app=httpbin'],
      direction: 'ingress',
      detail: { fields: 'methods, paths, request.auth.claims[role]', action: 'ALLOW' },
      policy: { kind: 'AuthorizationPolicy', name: 'httpbin', namespace: 'foo' },
    });
    expect(finding?.related?.map(({ range, document }) => [range.start.line + 1, document])).toEqual([
      [14, 0],
      [20, 0],
    ]);
  });
  it("is a waypoint's work where one is named, and a warning then", () => {
    const target = (kind: string): string =>
      authorization(
        `targetRefs:\n- kind: ${kind}\n  group: ""\n  name: reviews\nrules:\n- to:\n  - operation:\n      methods: ["GET"]`,
      );
    expect(shown(target('Service'))).toEqual([
      { found: 'istio-l7 methods:14', reason: 'waypoint', severity: 'warning' },
    ]);
    // A Gateway may be a waypoint or an ingress; which one, the text may say.
    expect(shown(target('Gateway'))[0]?.reason).toBe('mode-unknown');
    const gateway = (className: string): string =>
      `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata:\n  name: reviews\n  namespace: foo\nspec:\n  gatewayClassName: ${className}\n---\n`;
    expect(shown(gateway('istio-waypoint') + target('Gateway'))[0]?.reason).toBe('waypoint');
    expect(shown(gateway('istio') + target('Gateway'))).toMatchObject([
      { reason: 'gateway', severity: 'info' },
    ]);
  });
  it('costs a gateway nothing more, and an Envoy beside the pods little', () => {
    const rules = 'rules:\n- to:\n  - operation:\n      methods: ["GET"]';
    const gateway = authorization(`selector:\n  matchLabels:\n    istio: ingressgateway\n${rules}`);
    expect(shown(ambient + gateway)).toMatchObject([{ reason: 'gateway', severity: 'info' }]);
    expect(shown(sidecar + authorization(selector + rules))).toMatchObject([
      { reason: 'sidecar', severity: 'info' },
    ]);
  });
  it('is about the tokens of a RequestAuthentication', () => {
    const text = (spec: string): string =>
      `apiVersion: security.istio.io/v1beta1\nkind: RequestAuthentication\nmetadata:\n  name: jwt\nspec:\n${spec}`;
    expect(found(text('  jwtRules:\n  - issuer: https://issuer.example.com\n'))).toEqual([
      'istio-l7-no-target spec:5',
      'istio-l7 jwtRules:6',
    ]);
    expect(found(text('  jwtRules: []\n'))).toEqual([]);
  });
  it('leaves policies of other meshes alone', () => {
    const text = authorization('rules:\n- to:\n  - operation:\n      methods: ["GET"]');
    expect(found(text.replace('security.istio.io/v1', 'policy.linkerd.io/v1alpha1'))).toEqual([]);
  });
});

describe('istio-l7-no-target', () => {
  const withMethods = (action: string, more = ''): string =>
    authorization(
      `${selector}action: ${action}\nrules:\n- to:\n  - operation:\n      methods: ["GET"]\n${more}`,
    );
  const ports = '      ports: ["8080"]\n';
  const l4 = '- from:\n  - source:\n      namespaces: ["a"]\n';

  it.each([
    ['an ALLOW of HTTP alone denies everything', withMethods('ALLOW'), 'denies-all'],
    ['an ALLOW with other rules loses some', withMethods('ALLOW', l4), 'rules-dropped'],
    ['a DENY denies whole ports', withMethods('DENY', ports), 'denies-more'],
    ['a DENY of HTTP alone is not enforced', withMethods('DENY'), 'not-enforced'],
    [
      'nor is one whose other half is about HTTP alone',
      withMethods('DENY', '  from:\n  - source:\n      namespaces: ["a"]\n'),
      'not-enforced',
    ],
    [
      'nor is one that asks for a token alone, whatever its ports',
      authorization(
        `${selector}action: DENY\nrules:\n- from:\n  - source:\n      requestPrincipals: ["*"]\n  to:\n  - operation:\n      ports: ["8080"]`,
      ),
      'not-enforced',
    ],
    ['CUSTOM does not reach ztunnel', withMethods('CUSTOM'), 'not-enforced'],
  ])('%s', (_, text, reason) => {
    expect(ofCode(text, 'istio-l7-no-target')).toMatchObject([{ reason, severity: 'warning' }]);
    expect(ofCode(text, 'istio-l7-no-target').map((finding) => covered(text, finding))).toEqual(['selector']);
  });
  it('is an error where ambient mode is known, and not said where sidecars are', () => {
    expect(ofCode(ambient + withMethods('ALLOW'), 'istio-l7-no-target')).toMatchObject([
      { severity: 'error' },
    ]);
    expect(ofCode(withMethods('ALLOW'), 'istio-l7-no-target', { mesh: 'ambient' })).toMatchObject([
      { severity: 'error', detail: { mode: 'ambient' } },
    ]);
    expect(ofCode(sidecar + withMethods('ALLOW'), 'istio-l7-no-target')).toEqual([]);
    // What the text says of the namespace goes before what is said of the cluster.
    expect(ofCode(sidecar + withMethods('ALLOW'), 'istio-l7-no-target', { mesh: 'ambient' })).toEqual([]);
  });
  it('is not said of a policy with a target, nor where a template may name one', () => {
    const refs = (value: string): string =>
      authorization(`targetRefs:${value}\nrules:\n- to:\n  - operation:\n      methods: ["GET"]`);
    expect(ofCode(refs('\n- kind: Service\n  name: a'), 'istio-l7-no-target')).toEqual([]);
    expect(ofCode(refs(' {{ toYaml .Values.refs | nindent 4 }}'), 'istio-l7-no-target')).toEqual([]);
    expect(ofCode(refs(' []'), 'istio-l7-no-target')).toHaveLength(1);
    expect(
      ofCode(
        authorization(
          'targetRef:\n  kind: Service\n  name: a\nrules:\n- to:\n  - operation: {methods: ["GET"]}',
        ),
        'istio-l7-no-target',
      ),
    ).toEqual([]);
  });
});

describe('istio-tcp-port', () => {
  /** https://istio.io/latest/docs/tasks/security/authorization/authz-tcp/ */
  const onPort = (port: string, action = 'ALLOW'): string =>
    authorization(
      `${selector}action: ${action}\nrules:\n- to:\n  - operation:\n      methods: ["GET"]\n      ports: ["${port}"]`,
    );
  const service = (port: string, labels = 'app: httpbin'): string =>
    `apiVersion: v1\nkind: Service\nmetadata:\n  name: echo\n  namespace: foo\nspec:\n  selector:\n    ${labels}\n  ports:\n  - port: 80\n    targetPort: 9000\n    ${port}\n---\n`;

  it('is said of ports of server-first protocols, unless a Service calls them HTTP', () => {
    const text = onPort('3306');
    expect(ofCode(text, 'istio-tcp-port')).toMatchObject([
      { reason: 'server-first', ports: ['3306'], severity: 'warning' },
    ]);
    expect(ofCode(text, 'istio-tcp-port').map((finding) => covered(text, finding))).toEqual(['methods']);
    expect(ofCode(service('name: http').replace('9000', '3306') + text, 'istio-tcp-port')).toEqual([]);
  });
  it.each([['name: tcp-echo'], ['name: mysql'], ['appProtocol: tls'], ['name: web\n    appProtocol: tcp']])(
    'is said of a port that a Service declares by %s',
    (declared) => {
      expect(ofCode(service(declared) + onPort('9000'), 'istio-tcp-port')).toMatchObject([
        { reason: 'declared', ports: ['9000'], document: 1 },
      ]);
    },
  );
  it.each([
    ['HTTP', service('name: http-web')],
    ['gRPC, whatever its name', service('name: tcp\n    appProtocol: grpc')],
    ['nothing', service('name: web')],
    ['TCP, for other pods', service('name: tcp', 'app: other')],
    ['TCP, in another namespace', service('name: tcp').replace('namespace: foo', 'namespace: bar')],
  ])('is not said where a Service says %s', (_, text) => {
    expect(ofCode(text + onPort('9000'), 'istio-tcp-port')).toEqual([]);
  });
  it('says what becomes of an ALLOW and of a DENY', () => {
    const sentence = (action: string): string =>
      ofCode(onPort('3306', action), 'istio-tcp-port').map(findingSentence).join();
    expect(sentence('ALLOW')).toContain('the rule never matches');
    expect(sentence('DENY')).toContain('denies all connections');
  });
});

describe('envoy-config', () => {
  /** https://docs.cilium.io/en/stable/network/servicemesh/envoy-traffic-management/ */
  const config = (services: string, kind = 'CiliumClusterwideEnvoyConfig'): string =>
    `apiVersion: cilium.io/v2\nkind: ${kind}\nmetadata:\n  name: envoy-lb-listener\nspec:\n${services}  backendServices:\n    - name: echo-service-2\n      namespace: default\n  resources:\n    - "@type": type.googleapis.com/envoy.config.listener.v3.Listener\n      name: envoy-lb-listener\n`;
  it('marks the Services whose traffic it takes', () => {
    const text = config(
      '  services:\n    - name: echo-service-1\n      namespace: default\n      ports: [80, 8080]\n',
    );
    expect(found(text)).toEqual(['envoy-config services:6']);
    expect(analyse(text).findings).toMatchObject([
      { severity: 'warning', ports: ['80', '8080'], rules: 1, detail: { services: 'echo-service-1' } },
    ]);
    expect(found(config('  services:\n    - name: a\n', 'CiliumEnvoyConfig'))).toEqual([
      'envoy-config services:6',
    ]);
  });
  it('says that one without Services takes none by itself', () => {
    expect(shown(config(''))).toEqual([
      { found: 'envoy-config resources:9', reason: 'listener', severity: 'info' },
    ]);
  });
  it('says nothing of one that is empty, and of references to one', () => {
    expect(
      found('apiVersion: cilium.io/v2\nkind: CiliumEnvoyConfig\nmetadata:\n  name: a\nspec: {}\n'),
    ).toEqual([]);
    expect(found('kind: Other\nspec:\n  envoyConfig:\n    kind: CiliumEnvoyConfig\n    name: a\n')).toEqual(
      [],
    );
  });
  /** https://docs.cilium.io/en/stable/network/servicemesh/gateway-api/http/ */
  const gateway = (className: string): string =>
    `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata:\n  name: my-gateway\nspec:\n  gatewayClassName: ${className}\n  listeners:\n  - protocol: HTTP\n    port: 80\n    name: web-gw\n`;
  it('marks a Gateway of class cilium as what it is made into', () => {
    expect(shown(gateway('cilium'))).toEqual([
      { found: 'envoy-config gatewayClassName:6', reason: 'gateway', severity: 'info' },
    ]);
    expect(analyse(gateway('cilium')).findings[0]?.ports).toEqual(['80']);
    expect(found(`${gateway('nginx')}# cilium.io\n`)).toEqual([]);
    expect(found(gateway('cilium').replace('gateway.networking.k8s.io', 'networking.istio.io'))).toEqual([]);
  });
  /** https://docs.cilium.io/en/stable/network/servicemesh/http/ */
  const ingress = (annotations: string, spec: string): string =>
    `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: basic-ingress\n${annotations}spec:\n${spec}  rules:\n  - http:\n      paths:\n      - path: /details\n`;
  it('marks an Ingress of class cilium, whose annotation goes before the field', () => {
    const annotation = (name: string): string => `  annotations:\n    kubernetes.io/ingress.class: ${name}\n`;
    expect(found(ingress('', '  ingressClassName: cilium\n'))).toEqual(['envoy-config ingressClassName:6']);
    expect(found(ingress(annotation('cilium'), ''))).toEqual(['envoy-config kubernetes.io/ingress.class:6']);
    expect(found(ingress(annotation('nginx'), '  ingressClassName: cilium\n'))).toEqual([]);
    expect(found(ingress('', '  ingressClassName: nginx\n  # not cilium\n'))).toEqual([]);
  });
});

describe('service-l7-lb', () => {
  /** https://docs.cilium.io/en/stable/network/servicemesh/envoy-load-balancing/ */
  const service = (annotation: string): string =>
    `apiVersion: v1\nkind: Service\nmetadata:\n  name: echo-service\n  annotations:\n    ${annotation}\nspec:\n  ports:\n  - port: 8080\n`;
  it('marks the annotation', () => {
    const text = service('service.cilium.io/lb-l7: enabled');
    expect(shown(text)).toEqual([
      { found: 'service-l7-lb service.cilium.io/lb-l7:6', reason: 'lb-l7', severity: 'warning' },
    ]);
    expect(analyse(text).findings[0]).toMatchObject({
      ports: ['8080'],
      policy: { kind: 'Service', name: 'echo-service' },
    });
  });
  it('marks a delegation to a proxy of somebody else', () => {
    expect(shown(service('service.cilium.io/proxy-delegation: delegate-if-local'))).toMatchObject([
      { found: 'service-l7-lb service.cilium.io/proxy-delegation:6', reason: 'proxy-delegation' },
    ]);
    expect(found(service('service.cilium.io/proxy-delegation: none'))).toEqual([]);
  });
  it('says nothing of a Service that is not balanced so, and of other kinds of Service', () => {
    expect(found(service('service.cilium.io/lb-l7: disabled'))).toEqual([]);
    expect(found(service('service.cilium.io/lb-l7-algorithm: random'))).toEqual([]);
    expect(found(service('service.cilium.io/lb-l7: {{ .Values.l7 }}'))).toEqual([]);
    expect(
      found(service('service.cilium.io/lb-l7: enabled').replace('v1', 'serving.knative.dev/v1')),
    ).toEqual([]);
  });
  it('says that another value does nothing', () => {
    expect(shown(service('service.cilium.io/lb-l7: "true"'))).toEqual([
      { found: 'annotation-dead service.cilium.io/lb-l7:6', reason: 'value', severity: 'info' },
    ]);
  });
});

describe('annotation-dead', () => {
  const visibility = 'policy.cilium.io/proxy-visibility: "<Egress/53/UDP/DNS>"';
  /** https://docs.cilium.io/en/v1.15/observability/visibility/ */
  it.each([
    [
      'a pod',
      `apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  annotations:\n    ${visibility}\n`,
      'Pod p',
      6,
    ],
    [
      'a pod template',
      `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\nspec:\n  template:\n    metadata:\n      annotations:\n        ${visibility}\n`,
      'Deployment d',
      9,
    ],
    [
      'a job template, by its older name',
      `apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: c\nspec:\n  jobTemplate:\n    spec:\n      template:\n        metadata:\n          annotations:\n            io.cilium.proxy-visibility: a\n`,
      'CronJob c',
      11,
    ],
    ['the values of a chart', `podAnnotations:\n  ${visibility}\n`, ' ', 2],
    ['a kustomization', `commonAnnotations:\n  ${visibility}\n`, ' ', 2],
    [
      'a JSON patch',
      `- op: add\n  path: /metadata/annotations/policy.cilium.io~1proxy-visibility\n  value: a\n`,
      ' ',
      2,
    ],
  ])('is found on %s', (_, text, owner, line) => {
    const [finding, ...others] = analyse(text).findings;
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: 'annotation-dead', severity: 'info', detail: { since: '1.17' } });
    expect(`${finding?.policy.kind} ${finding?.policy.name}`).toBe(owner);
    expect(finding?.range.start.line).toBe(line - 1);
  });
  it.each([
    [
      'annotations that Cilium reads',
      'metadata:\n  annotations:\n    policy.cilium.io/no-track-port: "53"\n',
    ],
    ['a label of the name', `metadata:\n  labels:\n    ${visibility}\n`],
    ['prose', 'data:\n  note: policy.cilium.io/proxy-visibility is gone\n'],
  ])('says nothing of %s', (_, text) => {
    expect(found(`kind: Pod\n${text}`)).toEqual([]);
  });
});

describe('NetworkPolicies', () => {
  it('are counted, and never have a finding', () => {
    const text =
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: a\nspec:\n  podSelector: {}\n  ingress:\n  - ports:\n    - port: 80\n';
    expect(analyse(text)).toMatchObject({ policies: 1, findings: [] });
    expect(analyse(text.replace('networking.k8s.io', 'crd.projectcalico.org'))).toMatchObject({
      policies: 0,
    });
  });
});
