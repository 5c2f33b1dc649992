import { describe, expect, it } from 'vitest';
import type { FoundTool } from '../../../src/lab/tools/foundTools';
import { isNewEnough } from '../../../src/lab/tools/goModule';
import { describeProvision, missingTools, toolsFor, type Machine } from '../../../src/lab/tools/missingTools';

const none = new Map<string, FoundTool>();
const machine = (programs: readonly string[], parts: Partial<Machine> = {}): Machine => ({
  platform: 'linux',
  arch: 'x64',
  has: (program) => programs.includes(program),
  ...parts,
});
const names = (tools: readonly { readonly name: string }[]): string[] => tools.map(({ name }) => name);
const debian = machine(['python3', 'apt-get', 'dpkg']);

describe('missingTools', () => {
  it('says what would be brought, from where and how large', () => {
    const { canBring } = missingTools(none, ['fortio', 'envoy', 'nft'], debian);
    expect(describeProvision(canBring)).toBe(
      "fortio 1.68.0, built from its Go module with Go from PyPI (100 MB); Envoy 1.40.0 from PyPI (37 MB); nft from Debian's packages (less than 1 MB)",
    );
  });

  it('brings no Go where there is one', () => {
    const { canBring } = missingTools(none, ['fortio'], machine(['go']));
    expect(describeProvision(canBring)).toBe('fortio 1.68.0, built from its Go module (30 MB)');
  });

  it.each<[string, Machine, string[]]>([
    ['a Mac', machine(['python3', 'go'], { platform: 'darwin' }), ['fortio', 'envoy', 'iperf3']],
    ['no Python and no apt', machine(['go']), ['envoy', 'iperf3']],
    [
      'an architecture without a wheel',
      machine(['python3', 'apt-get', 'dpkg'], { arch: 's390x' }),
      ['envoy'],
    ],
  ])('%s: says what cannot be brought and what to do', (_, here, expected) => {
    const { cannotBring } = missingTools(none, ['fortio', 'envoy', 'iperf3'], here);
    expect(names(cannotBring)).toEqual(expected);
    for (const { reason, todo } of cannotBring) expect(`${reason} ${todo}`).toMatch(/^\S.* \S.*\.$/);
  });

  it('never brings netperf, and needs no sockperf beside it', () => {
    expect(names(missingTools(none, ['netperf'], debian).canBring)).toEqual([]);
    const netperf = { name: 'netperf', path: '/n', version: '2.7.0', source: 'PATH' };
    const { canBring } = missingTools(new Map([['netperf', netperf]]), ['sockperf'], debian);
    expect(names(canBring)).toEqual([]);
  });
});

it('knows which tools a plan needs', () => {
  expect(toolsFor(['http', 'policy-l3l4', 'policy-l7'])).toEqual(['fortio', 'nft', 'envoy']);
});

it.each([
  ['go version go1.23.3 linux/amd64', true],
  ['go version go1.23.2 linux/amd64', false],
  ['go version go1.26 linux/arm64', true],
  ['go version go1.9.7 linux/amd64', false],
  ['command not found', false],
])('%s is new enough: %s', (words, expected) => {
  expect(isNewEnough(words, [1, 23, 3])).toBe(expected);
});
