import { describe, expect, it } from 'vitest';
import { importResults } from '../../../../src/core/result/import/importResults';
import type { SourceFile } from '../../../../src/core/result/import/source';
import type { Run } from '../../../../src/core/result/run';
import { parseRun } from '../../../../src/store/parseRun';
import { captive, folder, ofTool, origin } from './files';

const read = (...files: readonly SourceFile[]) => importResults(files, origin);
const only = (...files: readonly SourceFile[]): Omit<Run, 'id'> => {
  const { runs } = read(...files);
  const [first] = runs;
  if (runs.length !== 1 || !first) throw new Error(`${runs.length} runs`);
  return first.run;
};
const medians = (run: Omit<Run, 'id'>): Record<string, Record<string, number>> =>
  Object.fromEntries(
    run.variants.map(({ id, metrics }) => [
      id,
      Object.fromEntries(Object.entries(metrics).map(([metric, { median }]) => [metric, median])),
    ]),
  );
const json = (path: string, value: unknown): SourceFile => ({ path, text: JSON.stringify(value) });
const asJson = (file: SourceFile): Record<string, unknown> =>
  JSON.parse(file.text) as Record<string, unknown>;

describe('the result folder of the article’s script', () => {
  const { runs, leftOut } = read(...folder('article'));
  const run = (scenario: string, connections?: string): Omit<Run, 'id'> => {
    const found = runs.find(
      (one) => one.run.scenario === scenario && one.run.parameters['connections'] === connections,
    );
    if (!found) throw new Error(`no ${scenario}`);
    return found.run;
  };

  it('becomes a run of each scenario', () => {
    expect(runs.map((one) => one.run.title).sort()).toEqual([
      'HTTP requests a second',
      'Service scale, a connection a request',
      'Service scale, kept connections',
      'TCP and HTTP latency',
      'TCP throughput',
    ]);
  });

  it('keeps what the files say, as the tools say it', () => {
    expect(medians(run('throughput'))).toMatchObject({
      'pod-1': { throughputBitsPerSecond: expect.closeTo(12.35e9, -7) as number },
      'service-8': { throughputBitsPerSecond: expect.closeTo(15.54e9, -7) as number },
    });
    expect(medians(run('rps'))['service-short']).toEqual({ rps: expect.closeTo(4470.65, 1) as number });
    expect(medians(run('latency'))['rr-pod']).toEqual({
      rps: 19896.58,
      latencyP50Us: 46,
      latencyP90Us: 61,
      latencyP99Us: 104,
    });
    expect(medians(run('service-scale', 'short'))).toMatchObject({
      'cluster-0': { rps: expect.closeTo(4470.65, 1) as number, latencyP99Us: 380 },
      'cluster-1000': { rps: expect.closeTo(4386.6, 0) as number, latencyP99Us: 364 },
      'cluster-2000': { rps: expect.closeTo(3709.52, 1) as number, latencyP99Us: 449 },
    });
  });

  it('does not call pod to host network host to host: the script’s client is a pod', () => {
    const found = run('throughput').variants.find(({ id }) => id === 'pod-to-host-8');
    expect(found?.baseline).toBeNull();
    expect(found?.metrics.throughputBitsPerSecond?.load).toBeUndefined();
    expect(run('throughput').imported?.notes.join('\n')).not.toContain('do not say by which way');
  });

  it('makes up no interval and no verdict of one round', () => {
    for (const { run: one } of runs) {
      for (const { metrics } of one.variants)
        for (const summary of Object.values(metrics)) expect([summary.n, summary.ci95]).toEqual([1, null]);
      for (const effect of one.effects) {
        expect(effect).toMatchObject({ verdict: 'not-measured', percent: null, ci95: null });
        expect(effect.reason).toContain('only 1 of 1 round');
      }
    }
    expect(run('rps').effects).toHaveLength(1);
  });

  it('leaves out the percentile that one bucket of a millisecond holds, and says how wide the others are', () => {
    const http = medians(run('latency'))['http-service'];
    expect(Object.keys(http ?? {})).toEqual(['latencyP90Us', 'latencyP99Us']);
    expect(run('latency').notMeasured).toEqual([
      {
        what: expect.stringContaining('p50 latency') as string,
        reason: expect.stringContaining('first bucket') as string,
      },
    ]);
    expect(run('latency').imported?.notes.join('\n')).toMatch(/which is 1\s000\sµs wide/);
  });

  it('says where it comes from, on what it was measured and what it does not know', () => {
    const one = run('rps');
    expect(one.imported).toMatchObject({
      format: 'fortio',
      source: 'results',
      importedAt: origin.importedAt,
    });
    expect(one.target).toEqual({
      kind: 'kube',
      name: 'test',
      fingerprint: {
        clusterType: 'kubeproxy-iptables',
        kubernetesVersion: 'v1.34.4',
        nodes: 2,
        osImages: 'Debian GNU/Linux 12 (bookworm)',
        kernels: '6.18.44',
      },
    });
    expect(one.startedAt).toBe('2026-11-23T19:08:35.171Z');
    expect(one.tools).toEqual([{ name: 'fortio', version: '1.68.0', source: 'imported' }]);
  });

  it('keeps every file whole as the raw output of its sample', () => {
    const found = runs.find((one) => one.run.scenario === 'rps');
    const sample = found?.run.samples.find(({ variant }) => variant === 'pod-c64');
    const file = folder('article').find(({ path }) => path === 'rps/pod2pod_c64_r1.json');
    expect(found?.raw.get(sample?.raw ?? '')?.stdout).toBe(file?.text);
  });

  it('names what it left out', () => {
    expect(leftOut).toEqual([
      { file: 'resources/kubeproxy_cpu_mem.csv', reason: 'holds no reading: the cluster had no metrics API' },
      { file: 'service-scale/endpoints_per_svc.txt', reason: 'is of no format that is known' },
      { file: 'service-scale/scale_steps.txt', reason: 'is of no format that is known' },
    ]);
  });

  it('is found below any folder, beside another one', () => {
    const twice = ['a', 'deep/b'].flatMap((root) =>
      folder('article').map(({ path, text }) => ({ path: `${root}/${path}`, text })),
    );
    expect(read(...twice).runs).toHaveLength(10);
  });

  it('calls several rounds undecided: they were not taken in turn', () => {
    const rounds = folder('article').flatMap((file) =>
      [1, 2, 3].map((round) => ({ ...file, path: file.path.replace('_r1.', `_r${round}.`) })),
    );
    const found = read(...rounds).runs.find((one) => one.run.scenario === 'rps')?.run;
    expect(found?.parameters['rounds']).toBe('3');
    expect(found?.effects).toEqual([
      expect.objectContaining({
        verdict: 'inconclusive',
        reason: 'the settings were not measured in turn',
        n: 3,
      }),
    ]);
  });
});

describe('the summary of the article’s script', () => {
  const summary = captive('article/benchmark-summary.json');
  const changed = (changes: object): SourceFile =>
    json('benchmark-summary.json', { ...asJson(summary), ...changes });

  it('gives the same figures as its folder where it stands alone', () => {
    const { runs } = read(summary);
    const alone = runs.map((one) => [one.run.title, medians(one.run)] as const);
    expect(alone).toHaveLength(5);
    expect(Object.fromEntries(alone)).toMatchObject({
      'TCP throughput': { 'pod-8': { throughputBitsPerSecond: 13.4e9 } },
      'HTTP requests a second': { 'service-c64': { rps: 20425 } },
      'Service scale, kept connections': {
        'cluster-0': { rps: 20425, latencyP99Us: 104 },
        'cluster-2000': { rps: 18715, latencyP99Us: 119 },
      },
    });
  });

  it('stands back where the folder has a file', () => {
    const samples = read(...folder('article')).runs.flatMap((one) => one.run.samples);
    const alone = read(...folder('article').filter(({ path }) => path !== 'benchmark-summary.json'));
    expect(samples).toHaveLength(alone.runs.flatMap((one) => one.run.samples).length);
  });

  it('does not take its p99 of 0.99 ms for a latency', () => {
    const { runs, leftOut } = read(changed({ latency: { http_p99_1k_qps_ms: 0.99 } }));
    expect(runs.some((one) => one.run.scenario === 'latency')).toBe(false);
    expect(leftOut).toEqual([
      expect.objectContaining({ reason: expect.stringContaining('1 ms wide') as string }),
    ]);
  });

  it('takes its Hubble for what it is, one setting twice, and says that no policy was checked', () => {
    const { runs } = read(
      changed({
        hubble: { with_hubble_qps: 99700, without_hubble_qps: 100000, overhead_pct: -0.3 },
        networkpolicy: { baseline_qps: 99985, l3l4_qps: 99965, l7_qps: 13883 },
      }),
    );
    expect(runs.some((one) => one.run.scenario === 'hubble')).toBe(false);
    const aa = runs.find((one) => one.run.scenario === 'aa')?.run;
    expect(aa?.imported?.notes.join('\n')).toContain('both are the same setting');
    const policy = runs.find((one) => one.run.scenario === 'policy-overhead')?.run;
    expect(policy?.variants.map(({ id }) => id)).toEqual(['none', 'l3l4', 'l7']);
    const notes = policy?.imported?.notes.join('\n');
    expect(notes).toContain('does not check that a policy is in force');
    expect(notes).toContain('refused ones too');
    expect(policy?.policy).toBeUndefined();
  });
});

describe('single files', () => {
  it('reads fortio, with the way it went left open', () => {
    const run = only(ofTool('fortio-saturated.json'));
    expect(run.scenario).toBe('rps');
    expect(Object.values(run.variants[0]?.metrics ?? {}).map(({ load }) => load)).toEqual([undefined]);
    expect(run.imported?.notes.join('\n')).toContain('do not say by which way');
  });

  it('counts no answer of fortio’s but 2xx, and calls a sample with refused ones invalid', () => {
    const run = only(ofTool('fortio-403.json'));
    const [sample] = run.samples;
    expect(sample?.valid).toBe(false);
    expect(sample?.invalidReasons.join()).toContain('status 403');
    expect([run.state, run.stateReason]).toEqual(['failed', 'None of its samples is valid.']);
  });

  it('takes names that differ in the round alone for one setting', () => {
    const file = captive('article/throughput/pod2pod_8stream_r1.json');
    const run = only(
      { ...file, path: 'x_r1.json' },
      { ...file, path: 'x_r2.json' },
      { ...file, path: 'y.json' },
    );
    expect(run.variants.map(({ id, metrics }) => [id, metrics.throughputBitsPerSecond?.n])).toEqual([
      ['x', 2],
      ['y', 1],
    ]);
  });

  it('reads netperf’s CSV, keys and values, and table', () => {
    const crr = { ...captive('article/latency/tcp_crr_r1.txt'), path: 'tcp_crr.txt' };
    const { runs, leftOut } = read(crr, captive('netperf-keyval.txt'), captive('netperf-stream.txt'));
    expect(leftOut).toEqual([]);
    expect(Object.assign({}, ...runs.map((one) => medians(one.run)))).toEqual({
      'tcp-crr': { rps: 4602.73, latencyP50Us: 207, latencyP90Us: 263, latencyP99Us: 380 },
      'netperf-keyval': { rps: 19896.581, latencyP50Us: 46, latencyP90Us: 61, latencyP99Us: 104 },
      'netperf-stream': { throughputBitsPerSecond: 13402.51e6 },
    });
    expect(runs[0]?.run.imported?.notes.join('\n')).toContain('the time of the import stands');
  });

  it('reads a report of cilium connectivity perf: megabits, ways that ours are named after', () => {
    const { runs, leftOut } = read(captive('cilium-perf.json'));
    expect(Object.assign({}, ...runs.map((one) => medians(one.run)))).toEqual({
      'rr-pod': { rps: 21350.4, latencyP50Us: 44, latencyP90Us: 60, latencyP99Us: 101 },
      'crr-pod': { latencyP50Us: 190, latencyP90Us: 240, latencyP99Us: 371 },
      'pod-1': { throughputBitsPerSecond: 9411.2e6 },
      'host-to-pod-same-node-stream': { throughputBitsPerSecond: 9840.7e6 },
    });
    expect(leftOut.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('dataItems[5] is of netperf-UDP_STREAM'),
      expect.stringContaining('dataItems[6] is no figure of a test'),
    ]);
    expect(runs[0]?.run.imported?.notes.join('\n')).toContain('one sample of each test');
  });

  it('reads k8s-netperf, and says that its figures are means', () => {
    const { runs, leftOut } = read(captive('k8s-netperf.json'), captive('k8s-netperf.csv'));
    expect(Object.assign({}, ...runs.map((one) => medians(one.run)))).toEqual({
      'pod-1-1024-netperf': { throughputBitsPerSecond: 9310.5e6 },
      'service-2-8192-netperf': { throughputBitsPerSecond: 9022.25e6 },
      'rr-host-1-1-netperf': { rps: 22114.2, latencyP99Us: 88 },
      'crr-pod-1-1024-netperf-same-node': { rps: 4410.1, latencyP99Us: 402 },
    });
    expect(leftOut).toEqual([
      expect.objectContaining({
        file: 'k8s-netperf.json',
        reason: expect.stringContaining('UDP_STREAM') as string,
      }),
      expect.objectContaining({ file: 'k8s-netperf.csv', line: 4 }),
    ]);
    expect(runs[0]?.run.imported?.notes.join('\n')).toContain('mean of 3 samples');
  });

  it('reads bpftool’s list of maps', () => {
    const text = JSON.stringify([
      {
        id: 1,
        type: 'lru_hash',
        name: 'cilium_ct4_glo',
        bytes_key: 14,
        bytes_value: 56,
        max_entries: 131072,
        bytes_memlock: 12_000_000,
        flags: 0,
      },
    ]);
    const run = only({ path: 'bpf_map_info.json', text });
    expect([run.scenario, medians(run)]).toEqual([
      'bpf-memory',
      { 'as-found': { bpfMemoryBytes: 12_000_000 } },
    ]);
  });
});

describe('what cannot be taken over', () => {
  const reasonOf = (file: SourceFile) => {
    const { runs, leftOut } = read(file);
    expect(runs).toEqual([]);
    expect(leftOut).toHaveLength(1);
    return leftOut[0];
  };
  const fortio = (changes: object): SourceFile =>
    json('f.json', { ...asJson(ofTool('fortio-saturated.json')), ...changes });

  it.each<[string, SourceFile, string]>([
    ['nothing', { path: 'a', text: ' \n' }, 'is empty'],
    ['prose', { path: 'a', text: 'hello' }, 'of no format that is known'],
    ['other JSON', { path: 'a', text: '{"a": [1]}' }, 'of no format that is known'],
    ['a failed iperf3', ofTool('iperf3_error.json'), 'Connection refused'],
    ['UDP', captive('iperf3_udp.json'), 'UDP'],
    ['an error of fortio', fortio({ ActualDuration: 0 }), 'holds no result'],
    ['no connections', fortio({ NumThreads: -1 }), 'how many connections'],
    ['a rate that is none', fortio({ RequestedQPS: 'NaN' }), 'at which rate'],
    ['netperf without a banner', { path: 'a', text: 'P99_LATENCY=3\n' }, 'no banner'],
    ['netperf that measured nothing', { path: 'a', text: 'TCP STREAM TEST from a to b\n' }, 'no figures'],
  ])('names %s', (_, file, reason) => {
    expect(reasonOf(file)?.reason).toContain(reason);
  });

  it.each<[string, string, number, string]>([
    ['NaN', '{\n "a": 1,\n "b": NaN\n}', 3, '"NaN'],
    ['a cut', '{\n "a": [1,\n  2', 3, 'cut short'],
    ['a cut text', '{\n "a": "be', 2, 'cut short'],
    ['a comma too much', '[1,\n2,\n]', 3, 'cannot stand here'],
    ['a missing colon', '{"a"\n 1}', 2, 'cannot stand here'],
    ['something behind', '{}\n{}', 2, 'cannot stand here'],
    ['a line break in a text', '{"a": "b\nc"}', 1, 'cannot stand here'],
    ['a bad escape', '["\\x"]', 1, 'cannot stand here'],
    ['a leading zero', '[\n01]', 2, 'cannot stand here'],
  ])('says in which line JSON goes wrong: %s', (_, text, line, reason) => {
    const found = reasonOf({ path: 'a.json', text });
    expect(found?.line).toBe(line);
    expect(found?.reason).toContain(reason);
  });

  it.each([1e308, -1, 0, Number.MAX_VALUE])('refuses a throughput of %d bits a second', (bits) => {
    const file = captive('article/throughput/pod2pod_single_r1.json');
    const text = file.text.replace(/("sum_received"[^}]*"bits_per_second":\s*)[\d.]+/, `$1${bits}`);
    expect(text).not.toBe(file.text);
    const { runs, leftOut } = read({ path: 'x.json', text });
    expect(runs).toEqual([]);
    expect(leftOut.map(({ reason }) => reason).join()).toMatch(/cannot be|no received bytes/);
  });

  it('refuses figures of a summary that cannot be', () => {
    const summary = {
      ...asJson(captive('article/benchmark-summary.json')),
      rps: { svc_c64: { qps: [-1, 1e308, 'x', null, 20000] } },
    };
    const { runs, leftOut } = read(json('s.json', summary));
    const rps = runs.find((one) => one.run.scenario === 'rps')?.run;
    expect(rps?.samples.map(({ block, values }) => [block, values.rps])).toEqual([[5, 20000]]);
    expect(leftOut.filter(({ reason }) => reason.includes('requests/s, which cannot be'))).toHaveLength(2);
  });

  it('keeps a hostile name as text, short and in one line', () => {
    const name = `=HYPERLINK("x")<script>alert(1)</script>\u202e\n../../${'é'.repeat(500)}.json`;
    const { runs } = read({ ...ofTool('fortio-saturated.json'), path: name });
    const run = { ...runs[0]?.run, id: 'x' };
    expect(parseRun(JSON.stringify(run))).toMatchObject({ ok: true });
    const [variant] = runs[0]?.run.variants ?? [];
    expect(variant?.id).toMatch(/^[a-z0-9-]{1,40}$/);
    expect(variant?.label).not.toMatch(/[\u202e\n]/);
    expect((variant?.label ?? '').length).toBeLessThan(140);
  });

  it('ends with so many samples, and says how many more there were', () => {
    const item = { data: { Perc50: 44 }, unit: 'us' };
    const dataItems = Array.from({ length: 5000 }, (_, index) => ({
      ...item,
      labels: { node: 'other-node', scenario: `s${index}`, test_type: 'netperf-TCP_RR' },
    }));
    const { runs, leftOut } = read(json('p.json', { version: 'v1', dataItems }));
    expect(runs[0]?.run.samples).toHaveLength(500);
    expect(leftOut).toEqual([
      expect.objectContaining({ reason: expect.stringContaining('4500 figures more') as string }),
    ]);
  });
});
