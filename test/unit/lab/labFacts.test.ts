import { describe, expect, test } from 'vitest';
import { labCapabilities } from '../../../src/lab/capabilities';
import { changeLog } from '../../../src/core/run/changeLog';
import { describeServices } from '../../../src/lab/describeServices';
import { distributionName, kernelOption } from '../../../src/lab/hostFacts';
import type { RuleLoader } from '../../../src/lab/loaders';
import { serverPorts } from '../../../src/lab/namespaceBench';
import type { FoundTools } from '../../../src/lab/tools/foundTools';
import { holderScript, wireScript } from '../../../src/lab/topology';

const toolsNamed = (...names: string[]): FoundTools =>
  new Map(names.map((name) => [name, { name, path: `/bin/${name}`, version: '1', source: 'PATH' }]));
const loader: RuleLoader = { kind: 'nft', version: '1', argv: [], env: {} };

describe('capabilities', () => {
  test('on loopback name the reason for what needs namespaces', () => {
    const { can, cannot } = labCapabilities({
      tools: toolsNamed('fortio', 'envoy'),
      namespaces: null,
      noNamespacesReason: 'no namespaces: macOS',
    });
    expect([...can].sort()).toEqual(['cpu-per-request', 'http', 'policy-l7']);
    expect(cannot.get('vxlan')).toBe('no namespaces: macOS');
    expect(cannot.get('stream')).toBe('iperf3 is not there');
  });

  test('tell a tool that is missing from one that does not work', () => {
    const filtering = {
      nft: null,
      iptables: null,
      policy: null,
      complaints: ['nft: Operation not supported'],
    };
    const { cannot } = labCapabilities({
      tools: toolsNamed('nft'),
      namespaces: { filtering, hasVxlan: false },
      noNamespacesReason: '',
    });
    expect(cannot.get('service-scale-nftables')).toBe(
      'nft does not work here (nft: Operation not supported)',
    );
    expect(cannot.get('service-scale-iptables')).toBe('iptables is not there');
    expect(cannot.get('vxlan')).toBe('this kernel has no VXLAN');
  });

  test('need no TPROXY for an L7 policy, but some way to Envoy', () => {
    const means = (redirect: 'redirect' | null) => ({
      tools: toolsNamed('envoy'),
      namespaces: {
        filtering: { nft: loader, iptables: null, policy: { loader, redirect }, complaints: [] },
        hasVxlan: true,
      },
      noNamespacesReason: '',
    });
    expect(labCapabilities(means('redirect')).can.has('policy-l7')).toBe(true);
    expect(labCapabilities(means(null)).can.has('policy-l7')).toBe(false);
    expect(labCapabilities(means(null)).can.has('policy-l3l4')).toBe(true);
  });
});

describe('facts of the host', () => {
  test('the distribution', () => {
    expect(distributionName('NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')).toBe(
      'Debian GNU/Linux 12 (bookworm)',
    );
    expect(distributionName(null)).toBeNull();
  });

  test.each([
    ['CONFIG_IRQ_TIME_ACCOUNTING=y\n', true],
    ['# CONFIG_IRQ_TIME_ACCOUNTING is not set\n', false],
    ['CONFIG_HAVE_IRQ_TIME_ACCOUNTING=y\n', null],
    [null, null],
  ])('an option in %j is %j', (config, expected) => {
    expect(kernelOption(config, 'IRQ_TIME_ACCOUNTING')).toBe(expected);
  });
});

describe('changes', () => {
  test('know what was there before, and are all undone in the end', () => {
    const log = changeLog({ policy: 'none' });
    expect(log.note('policy', 'l7')).toEqual({ what: 'policy', old: 'none', new: 'l7', undone: false });
    expect(log.note('policy', 'none')).toEqual({ what: 'policy', old: 'l7', new: 'none', undone: false });
    expect(log.undone().map(({ undone }) => undone)).toEqual([true, true]);
    expect(log.current('policy')).toBe('none');
  });

  test('say when Services did not go in at once', () => {
    expect(describeServices({ rules: 'nftables', count: 5000 }, 500)).toBe(
      '5000 Services besides the measured one, nftables, 500 in a transaction',
    );
    expect(describeServices({ rules: 'nftables', count: 0 }, 500)).toBe(
      '0 Services besides the measured one, nftables',
    );
  });
});

test.each([8080, 5201, 11_111, 12_865])('servers beside HTTP on %i have ports of their own', (httpPort) => {
  const ports = Object.values(serverPorts(httpPort));
  expect(new Set(ports).size).toBe(ports.length);
  expect(ports[0]).toBe(httpPort);
});

test('every here-document of the scripts is closed', () => {
  for (const script of [holderScript(), wireScript('vxlan'), wireScript('direct')]) {
    const opened = script.match(/<<END/g)?.length ?? 0;
    expect(opened).toBeGreaterThan(0);
    expect(script.match(/^END$/gm)).toHaveLength(opened);
  }
});
