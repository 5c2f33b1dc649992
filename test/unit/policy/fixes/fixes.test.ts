import { describe, expect, it } from 'vitest';
import { analyse } from '../../../../src/core/policy/analyse';
import type { FindingCode } from '../../../../src/core/policy/finding';
import { applyEdits } from '../../../../src/core/policy/fixes/applyEdits';
import { fixAll } from '../../../../src/core/policy/fixes/fixAll';
import { fixesFor } from '../../../../src/core/policy/fixes/fixesFor';

/** A policy whose ingress is given, one rule; the lines are indented to their place. */
const policy = (rule: string): string => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: # who
  name: checkout
  namespace: shop
spec:
  endpointSelector:
    matchLabels:
      app: checkout
  ingress:
${rule.replace(/^/gm, '    ')}
  # the end
`;
const inJson = (toPorts: unknown): string =>
  `${JSON.stringify(
    {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { name: 'checkout' },
      spec: { endpointSelector: { matchLabels: { app: 'checkout' } }, ingress: [{ toPorts }] },
    },
    null,
    2,
  )}\n`;

const l7Rule = `- toPorts:
    - ports: [{ port: "80", protocol: TCP }]
      rules:
        http:
          - method: GET`;
const denying = (rules: string): string =>
  policy('- {}').replace(
    '  # the end',
    `  ingressDeny:
    - toPorts:
        - ports: [{ port: "80" }]${rules}
  # the end`,
  );
const pod = (annotations: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web${annotations}\nspec: {}\n`;
const mesh = (target: string): string => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: shop
spec:
  ${target}
  rules:
    - to:
        - operation: { methods: [GET] }
`;

function fixed(text: string, code: FindingCode, id: string, number = 0): string | undefined {
  const finding = analyse(text).findings.find((one) => one.code === code);
  if (!finding) throw new Error(`the text has no ${code}`);
  const fix = fixesFor(text, finding).filter((one) => one.id === id)[number];
  return fix && applyEdits(text, fix.edits);
}

interface Case {
  readonly code: FindingCode;
  readonly id: string;
  readonly before: string;
  readonly after: string;
  readonly number?: number;
}

const cases: Readonly<Record<string, Case>> = {
  'an empty list goes with its rules, and its comment': {
    code: 'l7-empty',
    id: 'drop-empty-rules',
    before: policy(`- toPorts:
    - ports:
        - port: "80" # web
          protocol: TCP
      rules:
        http: [] # none`),
    after: policy(`- toPorts:
    - ports:
        - port: "80" # web
          protocol: TCP`),
  },
  'an empty list that stands first leaves the dash to the next key': {
    code: 'l7-empty',
    id: 'drop-empty-rules',
    before: policy(`- toPorts:
    - rules: { http: [] }
      ports:
        - port: "80"`),
    after: policy(`- toPorts:
    - ports:
        - port: "80"`),
  },
  'rules that allow every request go': {
    code: 'l7-http-visibility',
    id: 'drop-visibility',
    before: policy(`- toPorts:
    - ports: [{ port: "80", protocol: TCP }]
      rules:
        http:
          - {}`),
    after: policy(`- toPorts:
    - ports: [{ port: "80", protocol: TCP }]`),
  },
  'one port keeps the rules, the other gets an entry of its own': {
    code: 'l7-http',
    id: 'own-port-entry',
    before: policy(`- toPorts:
    - ports:
        - port: "80" # web
          protocol: TCP
        - port: "9090" # metrics
          protocol: TCP
      rules:
        http:
          - method: GET # reads`),
    after: policy(`- toPorts:
    - ports:
        - port: "80" # web
          protocol: TCP
      rules:
        http:
          - method: GET # reads
    - ports:
        - port: "9090" # metrics
          protocol: TCP`),
  },
  'the other port can keep them, too, where the ports come last': {
    code: 'l7-http',
    id: 'own-port-entry',
    number: 1,
    before: policy(`- toPorts:
    - rules:
        http:
          - method: GET
      ports:
        - port: "80"
          protocol: TCP
        - port: "9090"
          protocol: TCP`),
    after: policy(`- toPorts:
    - rules:
        http:
          - method: GET
      ports:
        - port: "9090"
          protocol: TCP
    - ports:
        - port: "80"
          protocol: TCP`),
  },
  'L4 takes the place of L7 rules, in JSON': {
    code: 'l7-http',
    id: 'replace-by-l4',
    before: inJson([{ ports: [{ port: '80', protocol: 'TCP' }], rules: { http: [{ method: 'GET' }] } }]),
    after: inJson([{ ports: [{ port: '80', protocol: 'TCP' }] }]),
  },
  'rules that differ in one field become one': {
    code: 'l7-regex-cost',
    id: 'merge-repeated',
    before: policy(`- toPorts:
    - ports:
        - port: "80"
          protocol: TCP
      rules:
        http:
          - method: GET
            path: /a
          - method: POST
            path: /b|/c
          # the third
          - path: /d
            method: GET
          - method: GET
            path: "(?i)/e" # any case`),
    after: policy(`- toPorts:
    - ports:
        - port: "80"
          protocol: TCP
      rules:
        http:
          - method: GET
            path: '(/a|/d|(?:(?i)/e))'
          - method: POST
            path: /b|/c
          # the third`),
  },
  'rules in brackets as well': {
    code: 'l7-regex-cost',
    id: 'merge-repeated',
    before: policy(`- toPorts:
    - ports: [{ port: "80", protocol: TCP }]
      rules: { http: [{ path: "/a" }, { path: "/b" }, { method: "GET", path: "/c" }, { path: "/d" }] }`),
    after: policy(`- toPorts:
    - ports: [{ port: "80", protocol: TCP }]
      rules: { http: [{ path: "(/a|/b|/d)" }, { method: "GET", path: "/c" }] }`),
  },
  'dots of a name are escaped': {
    code: 'l7-regex-cost',
    id: 'escape-dots',
    before: policy(`- toPorts:
    - ports: [{ port: "80", protocol: TCP }]
      rules:
        http:
          - host: shop.example.com # ours`),
    after: policy(`- toPorts:
    - ports: [{ port: "80", protocol: TCP }]
      rules:
        http:
          - host: 'shop\\.example\\.com' # ours`),
  },
  'a port gets the protocol that its rules need': {
    code: 'l7-rejected',
    id: 'add-protocol',
    before: policy(`- toPorts:
    - ports:
        - port: "80" # web
        - { port: "81" }
      rules:
        http: [{ method: GET }]`),
    after: policy(`- toPorts:
    - ports:
        - port: "80" # web
          protocol: TCP
        - { port: "81", protocol: TCP }
      rules:
        http: [{ method: GET }]`),
  },
  'a field gets its case': {
    code: 'schema-refused',
    id: 'right-case',
    before: policy(`- toports:
    - ports:
        - port: "80"`),
    after: policy(`- toPorts:
    - ports:
        - port: "80"`),
  },
  'rules under a deny go': {
    code: 'l7-pruned',
    id: 'drop-denied-rules',
    before: denying('\n          rules: { http: [{ method: GET }] }'),
    after: denying(''),
  },
  'an empty selector gets a label to fill in': {
    code: 'l7-wide-selector',
    id: 'narrow-selector',
    before: policy(l7Rule).replace(/endpointSelector:[^]*(?= {2}ingress)/, 'endpointSelector: {}\n'),
    after: policy(l7Rule).replace('app: checkout', 'app: name'),
  },
  'a selector that only says what pods must not be gets one before': {
    code: 'l7-wide-selector',
    id: 'narrow-selector',
    before: policy(l7Rule).replace(
      'matchLabels:\n      app: checkout',
      'matchExpressions: # not those\n      - { key: app, operator: NotIn, values: [db] }',
    ),
    after: policy(l7Rule).replace(
      'app: checkout',
      'app: name\n    matchExpressions: # not those\n      - { key: app, operator: NotIn, values: [db] }',
    ),
  },
  'and in braces as well': {
    code: 'l7-wide-selector',
    id: 'narrow-selector',
    before: policy(l7Rule).replace(
      /endpointSelector:[^]*(?= {2}ingress)/,
      'endpointSelector: { matchExpressions: [{ key: app, operator: DoesNotExist }] }\n',
    ),
    after: policy(l7Rule).replace(
      /endpointSelector:[^]*(?= {2}ingress)/,
      'endpointSelector: { matchLabels: { app: name }, matchExpressions: [{ key: app, operator: DoesNotExist }] }\n',
    ),
  },
  'a dead annotation goes, and the list with it': {
    code: 'annotation-dead',
    id: 'drop-annotation',
    before: pod("\n  annotations:\n    policy.cilium.io/proxy-visibility: '<Ingress/80/TCP/HTTP>'"),
    after: pod(''),
  },
  'a dead annotation beside others goes alone': {
    code: 'annotation-dead',
    id: 'drop-annotation',
    before: pod("\n  annotations:\n    a: b\n    policy.cilium.io/proxy-visibility: '<Ingress/80/TCP/HTTP>'"),
    after: pod('\n  annotations:\n    a: b'),
  },
  'a policy of the mesh is attached to a Service': {
    code: 'istio-l7-no-target',
    id: 'waypoint-target',
    before: mesh('selector:\n    matchLabels: { app: shop }'),
    after: mesh('targetRefs:\n  - kind: Service\n    group: ""\n    name: name'),
  },
};

describe.each(Object.entries(cases))('%s', (_, { code, id, before, after, number }) => {
  it('as written', () => {
    expect(fixed(before, code, id, number)).toBe(after);
  });
  it('with CRLF line ends', () => {
    const crlf = (text: string): string => text.replaceAll('\n', '\r\n');
    expect(fixed(crlf(before), code, id, number)).toBe(crlf(after));
  });
  it('below another document', () => {
    const above = 'kind: Service # é\n---\n';
    expect(fixed(above + before, code, id, number)).toBe(above + after);
  });
});

const idsOf = (text: string, code: FindingCode): readonly string[] => {
  const finding = analyse(text).findings.find((one) => one.code === code);
  return finding ? fixesFor(text, finding).map(({ id }) => id) : ['no finding'];
};

describe('where a fix cannot be done cleanly', () => {
  it.each([
    ['an anchor', policy(l7Rule.replace('rules:', 'rules: &rules')) + '---\n' + policy(l7Rule)],
    ['a template', policy(l7Rule).replace('name: checkout', 'name: {{ .Release.Name }}')],
    [
      'a port by name that DNS rules may be for as well',
      policy(l7Rule).replace(
        '  ingress:',
        `  egress:
    - toPorts:
        - ports: [{ port: "53", protocol: ANY }]
          rules: { dns: [{ matchPattern: "*" }] }
        - ports: [{ port: web, protocol: TCP }]
          rules: { http: [{ method: GET }] }
  ingress:`,
      ),
    ],
    ['rules beside a listener of TLS', policy(`${l7Rule}\n      terminatingTLS: { secret: { name: tls } }`)],
  ])('there is none but the comment: %s', (_, text) => {
    expect(idsOf(text, 'l7-http')).toEqual(['ignore']);
  });

  it('rules that change headers stay', () => {
    const rule = l7Rule.replace('- method: GET', '- headerMatches: [{ name: X, value: y, mismatch: ADD }]');
    expect(idsOf(policy(rule), 'l7-http')).toEqual(['ignore']);
  });

  it('the only rule of a direction is not removed: its absence would allow everything', () => {
    const text = policy(l7Rule);
    const finding = analyse(text).findings.find(({ code }) => code === 'l7-http');
    if (!finding) throw new Error('no finding');
    const shadowed = {
      ...finding,
      code: 'l7-shadowed' as const,
      related: [{ document: 0, range: finding.range, policy: finding.policy }],
    };
    expect(fixesFor(text, shadowed).map(({ id }) => id)).not.toContain('remove-shadowing');
  });

  it('an expression that begins with anything stays: nothing shorter matches the same', () => {
    const rule = l7Rule.replace('- method: GET', '- path: ".*/items"');
    expect(idsOf(policy(rule), 'l7-regex-cost')).toEqual(['ignore']);
  });

  it('a selector with an empty list of labels is its author’s to fill', () => {
    const text = policy(l7Rule).replace(
      'matchLabels:\n      app: checkout',
      'matchLabels: {}\n    matchExpressions: [{ key: app, operator: DoesNotExist }]',
    );
    expect(idsOf(text, 'l7-wide-selector')).toEqual(['ignore']);
  });

  it('JSON has no comments', () => {
    const text = inJson([{ ports: [{ port: '80', protocol: 'TCP' }], rules: { http: [{ method: 'GET' }] } }]);
    expect(idsOf(text, 'l7-http')).toEqual(['replace-by-l4']);
  });
});

describe('what a fix loses', () => {
  const losses = (text: string, code: FindingCode): readonly (string | null)[] => {
    const finding = analyse(text).findings.find((one) => one.code === code);
    return finding ? fixesFor(text, finding).map(({ loses }) => loses) : [];
  };
  it('is said of rules that go', () => {
    expect(losses(policy(l7Rule), 'l7-http')[0]).toMatch(/Nothing checks methods, paths.*port 80\./);
  });
  it('is said where a refused policy is taken then', () => {
    const text = policy(l7Rule.replace('protocol: TCP', 'protocol: ANY'));
    expect(losses(text, 'l7-rejected')[0]).toMatch(/was refused/);
  });
  it('is nothing for an empty list', () => {
    expect(losses(policy(l7Rule.replace(/http:[^]*/, 'http: []')), 'l7-empty')[0]).toBeNull();
  });
});

describe('fixing all', () => {
  it('changes nothing enforced, and what it leaves has no harmless fix', () => {
    const text = [
      cases['an empty list goes with its rules, and its comment']?.before,
      policy(l7Rule),
      cases['rules that differ in one field become one']?.before,
      denying('\n          rules: { http: [{ method: GET }] }'),
    ].join('---\n');
    const expected = [
      cases['an empty list goes with its rules, and its comment']?.after,
      policy(l7Rule),
      cases['rules that differ in one field become one']?.after,
      denying(''),
    ].join('---\n');
    expect(fixAll(text)).toBe(expected);
    expect(fixAll(expected)).toBe(expected);
  });

  it('leaves what is not shown', () => {
    const text = denying('\n          rules: { http: [{ method: GET }] }');
    expect(fixAll(text, undefined, () => [])).toBe(text);
  });
});
