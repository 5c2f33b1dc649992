import { describe, expect, test } from 'vitest';
import { iptablesPolicy, nftablesPolicy } from '../../../src/lab/policyRules';

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

describe('nftables policy', () => {
  test('none leaves no table behind', () => {
    expect(lines(nftablesPolicy('none', 8080, 'tproxy'))).toEqual([
      'add table ip cilium-bench-policy',
      'delete table ip cilium-bench-policy',
    ]);
  });

  test('L3/L4 lets the client to the port and drops the rest, where packets are forwarded', () => {
    const text = nftablesPolicy('l3l4', 9090, 'tproxy');
    expect(text).toContain('lab-policy ip saddr 10.80.1.10 ip daddr 10.80.2.0/24 tcp dport 9090 return');
    expect(
      lines(text)
        .filter((line) => line.includes('lab-policy'))
        .at(-2),
    ).toMatch(/ip daddr 10\.80\.2\.0\/24 drop$/);
    expect(text).toContain('hook forward');
    expect(text).not.toContain('tproxy to');
  });

  test('L3/L4 of every port lets the client in by TCP', () => {
    expect(nftablesPolicy('l3l4', null, 'tproxy')).toContain(
      'lab-policy ip saddr 10.80.1.10 ip daddr 10.80.2.0/24 ip protocol tcp return',
    );
    expect(iptablesPolicy('l3l4', null, 'tproxy')).toContain(
      '-A LAB-POLICY -s 10.80.1.10/32 -d 10.80.2.0/24 -p tcp -j RETURN\n',
    );
  });

  test.each([
    ['tproxy', 'tproxy to 127.0.0.1:10000 meta mark set 0x200 accept'],
    ['redirect', 'redirect to :10000'],
  ] as const)('L7 filters first, then brings connections to Envoy by %s', (redirect, expected) => {
    const rules = lines(nftablesPolicy('l7', 8080, redirect));
    const drop = rules.findIndex((line) => line.endsWith('drop'));
    const jump = rules.findIndex((line) => line.endsWith('jump lab-policy'));
    const toEnvoy = rules.findIndex((line) => line.includes(expected));
    expect(drop).toBeGreaterThan(0);
    expect(jump).toBeGreaterThan(drop);
    expect(toEnvoy).toBeGreaterThan(jump);
    // Answers of the server come in from its own side and are nobody's request.
    expect(rules[jump]).toContain('iifname != "to-server"');
  });
});

describe('iptables policy', () => {
  test.each([
    ['none', 'tproxy', ['*filter', 'COMMIT', '*mangle', 'COMMIT']],
    ['none', 'redirect', ['*filter', 'COMMIT', '*mangle', 'COMMIT', '*nat', 'COMMIT']],
  ] as const)('%s with %s empties every table it may have filled', (level, redirect, expected) => {
    expect(lines(iptablesPolicy(level, 8080, redirect))).toEqual(expected);
  });

  test('L3/L4', () => {
    expect(lines(iptablesPolicy('l3l4', 8080, 'tproxy'))).toEqual([
      '*filter',
      ':LAB-POLICY - [0:0]',
      '-A LAB-POLICY -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN',
      '-A LAB-POLICY -s 10.80.1.10/32 -d 10.80.2.0/24 -p tcp -m tcp --dport 8080 -j RETURN',
      '-A LAB-POLICY -d 10.80.2.0/24 -j DROP',
      '-A FORWARD -j LAB-POLICY',
      'COMMIT',
      '*mangle',
      'COMMIT',
    ]);
  });

  test('L7 filters before it hands over', () => {
    const rules = lines(iptablesPolicy('l7', 8080, 'tproxy'));
    const jump = rules.indexOf('-A PREROUTING ! -i to-server -j LAB-POLICY');
    const toEnvoy = rules.findIndex((line) => line.includes('-j TPROXY --on-port 10000'));
    expect(jump).toBeGreaterThan(0);
    expect(toEnvoy).toBe(jump + 1);
    expect(lines(iptablesPolicy('l7', 8080, 'redirect')).join('\n')).toContain(
      '-j REDIRECT --to-ports 10000',
    );
  });
});
