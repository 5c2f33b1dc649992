/* The words that generated policies are made of: few of each kind, so that policies of a set meet, and the hard ones often. */

export const labels: readonly (readonly [string, string])[] = [
  ['app', 'web'],
  ['app', 'client'],
  ['app', 'db'],
  ['k8s-app', 'kube-dns'],
  ['tier', 'front'],
  ['tier', 'back'],
  ['k8s:app', 'web'],
  ['any:app', 'client'],
  ['k8s:io.kubernetes.pod.namespace', 'kube-system'],
  ['k8s:io.cilium.k8s.namespace.labels.team', 'ops'],
  ['io.cilium.k8s.policy.cluster', 'default'],
];
export const hardLabels: readonly (readonly [string, string])[] = [
  ['reserved:host', ''],
  ['reserved:world', ''],
  ['reserved:none', ''],
  ['any.app', 'client'],
  ['cidr:10.0.0.0/8', ''],
  ['container:id', 'x'],
  ['io.kubernetes.pod.namespace', 'other'],
  ['app', 'with space'],
  ['app', 'a'.repeat(64)],
  ['', 'empty-key'],
  ['bad key!', 'x'],
  ['app.kubernetes.io/name', 'shop'],
  [`${'p'.repeat(254)}/name`, 'x'],
];

export const namespaces = ['shop', 'shop', 'shop', 'kube-system'] as const;
export const nodeLabels: readonly (readonly [string, string])[] = [
  ['role', 'worker'],
  ['node-role.kubernetes.io/control-plane', ''],
];

export const entities = [
  'world',
  'cluster',
  'all',
  'host',
  'remote-node',
  'kube-apiserver',
  'ingress',
  'health',
  'init',
  'unmanaged',
  'none',
  'world-ipv4',
  'world-ipv6',
] as const;
export const hardEntities = ['World', 'everything', '', 'kube-dns'] as const;

export const cidrs = [
  '10.0.0.0/8',
  '10.96.0.10/32',
  '192.0.2.0/24',
  '0.0.0.0/0',
  '2001:db8::/32',
  '::/0',
] as const;
export const hardCidrs = [
  '10.0.0.1',
  '10.0.0.1/8',
  '300.0.0.0/8',
  '10.0.0.0/33',
  '10.0.0.0/',
  '',
  'fe80::1%eth0/64',
  '::ffff:10.0.0.1/96',
  '010.0.0.0/8',
  '2001:db8::1',
] as const;

export const names = [
  'api.example.com',
  'a.example.com',
  'example.com.',
  'API.Example.Com',
  'kube-dns.kube-system.svc',
] as const;
export const hardNames = [
  '*.example.com',
  'bad name',
  'a'.repeat(256),
  '',
  'under_score.example.com',
  'exa$mple.com',
  '-',
] as const;
export const patterns = [
  '*',
  '*.example.com',
  'a*.example.com',
  '**.example.com',
  '*.*.example.com',
] as const;
export const hardPatterns = [
  '**',
  '***.example.com',
  'a[b]',
  '(',
  ' ',
  '',
  '*.Example.COM.',
  'x{1001}',
  '..',
  '*example*',
] as const;

/** Methods, paths, hosts: expressions that Cilium compiles. */
export const expressions = [
  '/public',
  '/v1/.*',
  '/a|/b',
  '^/x$',
  '/items/[0-9]+',
  '(?i)/case',
  '.*',
  '\\d{3}',
] as const;
export const hardExpressions = [
  '/a(b',
  '/a)b',
  '[a-',
  '(?=x)y',
  '(?!x)y',
  '(a)\\1',
  '\\C',
  'a{1001}',
  'a{1000}',
  '(a{1000}){2}',
  'a**',
  'a{2}{3}',
  '*a',
  '(?P<n>a)',
  '(?<n>a)',
  '(?P=n)',
  '\\p{Greek}',
  '\\pX',
  '[[:alpha:]]',
  '[[:word:]]',
  '[[:nope:]]',
  '\\Qa(b\\E',
  '\\z',
  '\\Z',
  '[z-a]',
  'x{2,1}',
  '\\8',
  '(?s:.)',
  '(?x)a',
  '(?>a)',
  'a++',
  '\\u0041',
  '\\x{110000}',
  '[^]',
  '\\',
  '(?i',
  '()',
  '|',
  'a{,3}',
  '{',
  'é+',
] as const;
export const methods = ['GET', 'POST', 'GET|HEAD', 'get', '.*'] as const;
export const hosts = ['api.example.com', '.*\\.example\\.com', 'a_b(['] as const;
export const headers = ['X-Key', 'X-Key: true', 'X-Key 1', 'X-Key:1', ''] as const;

export const protocols = ['TCP', 'TCP', 'TCP', 'UDP', 'ANY', 'SCTP'] as const;
export const hardProtocols = [
  'tcp',
  'Tcp',
  'udp',
  'ICMP',
  'ICMPv6',
  'VRRP',
  'IGMP',
  'GRE',
  'ESP',
  'any',
  '',
  'HTTP',
  'TCP ',
] as const;

export const ports = ['80', '80', '443', '53', '8080', '9092'] as const;
export const namedPorts = ['web', 'dns', 'Web', 'http-alt'] as const;
export const hardPorts = [
  '0',
  '65535',
  '65536',
  '-1',
  '080',
  '0x50',
  '1e2',
  '',
  ' 80',
  'a'.repeat(16),
  'a-name-of-15chr',
  '1-2',
  'web_1',
  'a--b',
  '-web',
  '80web',
  '999999999999',
  '+80',
] as const;
