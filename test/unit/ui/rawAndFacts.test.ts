import { describe, expect, it } from 'vitest';
import type { RawOutput } from '../../../src/core/result/run';
import type { FoundTool } from '../../../src/lab/tools/foundTools';
import { rawText } from '../../../src/ui/panel/rawText';
import { headlineText } from '../../../src/ui/tree/headline';
import { labFacts } from '../../../src/ui/tree/labFacts';

const raw: RawOutput = { argv: ['fortio', 'load'], exitCode: 0, stdout: '{"a": 1}\n', stderr: '' };

describe('raw output as a document', () => {
  it('is the JSON that the tool wrote, unchanged', () => {
    expect(rawText(raw)).toEqual({ extension: 'json', text: '{"a": 1}\n' });
  });

  it.each<[string, RawOutput]>([
    ['text', { ...raw, stdout: 'sockperf: ready' }],
    ['a complaint beside it', { ...raw, stderr: 'timed out' }],
    ['a failure', { ...raw, exitCode: 1 }],
    ['a process that was ended', { ...raw, exitCode: null }],
  ])('shows all of it for %s', (_what, output) => {
    const { extension, text } = rawText(output);
    expect(extension).toBe('txt');
    for (const part of ['$ fortio load', 'exit code', output.stdout, output.stderr])
      expect(text).toContain(part);
  });
});

describe('what is known of the lab', () => {
  const tool = (name: string, version: string): [string, FoundTool] => [
    name,
    { name, version, path: `/usr/bin/${name}`, source: 'PATH' },
  ];

  it('shows the load tools beside its name, and each tool with its place', () => {
    const { summary, facts } = labFacts(
      new Map([tool('fortio', '1.68.0'), tool('envoy', '1.40.0'), tool('nft', '1.0.9')]),
      {
        cannot: new Map(),
      },
    );
    expect(summary).toBe('fortio 1.68.0 · envoy 1.40.0');
    expect(facts.map(({ name, value, evidence }) => [name, value, evidence])).toContainEqual([
      'nft',
      '1.0.9 · PATH',
      '/usr/bin/nft',
    ]);
  });

  it('says what cannot be measured and why', () => {
    const { summary, facts } = labFacts(new Map(), {
      cannot: new Map([['vxlan', 'this kernel has no VXLAN']]),
    });
    expect(summary).toBe('no load tools yet');
    expect(facts).toEqual([
      { name: 'VXLAN', value: 'not measured, because this kernel has no VXLAN', level: 'missing' },
    ]);
  });
});

describe('the headline of a run', () => {
  const effect = {
    metric: 'rps',
    variant: 'l7',
    baseline: 'none',
    percent: -67,
    ci95: null,
    verdict: 'worse',
    noisePercent: null,
    n: 3,
  } as const;

  it('is its strongest effect', () => {
    const text = headlineText({
      headline: { effect, variant: { id: 'l7', label: 'L7' } },
      samples: { valid: 14, invalid: 1 },
    });
    expect(text).toBe('−67\u2009% RPS · L7 · 1 invalid');
  });

  it('is the number of samples where nothing was compared', () => {
    expect(headlineText({ headline: null, samples: { valid: 1, invalid: 0 } })).toBe('1 valid sample');
  });
});
