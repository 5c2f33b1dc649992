import { describe, expect, it } from 'vitest';
import { known } from '../../../src/core/cluster/evidence';
import type { Situation } from '../../../src/core/result/advice/advice';
import { adviseOn } from '../../../src/core/result/advice/registry';
import { bpfMemory } from '../../../src/core/scenario/bpfMemory';
import { hubble } from '../../../src/core/scenario/hubble';
import { policyOverhead } from '../../../src/core/scenario/policyOverhead';
import { rps } from '../../../src/core/scenario/rps';
import { serviceScale } from '../../../src/core/scenario/serviceScale';
import { throughput } from '../../../src/core/scenario/throughput';
import { adviceOfRun, withAdvice } from '../../../src/core/words/advice/adviceText';
import {
  adviceJson,
  adviceLines,
  adviceMarkdown,
  type TargetAdvice,
} from '../../../src/core/words/advice/report';
import { htmlReport } from '../../../src/core/words/htmlReport';
import { markdownReport } from '../../../src/core/words/markdownReport';
import { panelModelOf } from '../../../src/core/words/panelModelOf';
import { isPanelModel } from '../../../webview/messages';
import { clusterRun, facts, limits65536, situation } from '../result/advice/situations';
import { measuredPolicy, overheadValues, runOf, scaleValues, type ValueOf } from './runs';

const lab = { kind: 'lab', name: 'local lab' } as const;
const prod = { kind: 'kube', name: 'prod-eu-1' } as const;
const plain = (text: string): string => text.replaceAll('\u2009', ' ').replaceAll('\u202f', ' ');

function adviceFor(changes: Partial<Situation>, target: TargetAdvice['target'] = prod): TargetAdvice {
  const all = situation({ on: target.kind, ...changes });
  return { target, runs: all.runs.map(({ id }) => id), advised: adviseOn(all) };
}

/** The advice of one title, from its heading to the next. */
function paragraph(markdown: string, title: string): string {
  const [, rest = ''] = plain(markdown).split(`### ${title}\n\n`);
  return (rest.split('\n\n###')[0] ?? '').trim();
}

const iptables: ValueOf = ({ point }, metric) =>
  metric === 'rps'
    ? (({ 0: 12_000, 5000: 10_500, 10_000: 8000, 20_000: 6000, 30_000: 5000 } as Record<number, number>)[
        point?.x ?? 0
      ] ?? 1)
    : 100;
const scale = [
  clusterRun(serviceScale, iptables, {
    id: 'after',
    fingerprint: { kubeProxy: 'iptables', kubeProxyReplacedBy: null },
  }),
  clusterRun(serviceScale, (_, metric) => (metric === 'rps' ? 9000 : 100), { id: 'before' }),
];
const hubbleRun = clusterRun(
  hubble,
  ({ id }, metric) => (metric === 'rps' ? (id.startsWith('on') ? 16_000 : 20_000) : 200),
  { id: 'hubble' },
);

describe('advice in Markdown', () => {
  it('says where the curves cross, how sure that is, and what to do with as many Services as are planned', () => {
    const text = (services: number) =>
      paragraph(adviceMarkdown(adviceFor({ runs: scale, planned: { services } })), 'What serves Services');
    expect(text(25_000)).toMatchInlineSnapshot(`
      "iptables and Cilium cross at about 8 000 Services (7 900 to 8 100): below it iptables has more requests a second, above it Cilium. For the 25 000 Services that are planned, switch from iptables to Cilium.

      - Confidence: medium, because it holds two runs against each other, and runs differ by more than their rounds tell.
      - Stands on: requests a second, “Cilium, 5 000 Services”: 9 011/s (8 953/s to 9 068/s), 5 rounds, run before.
      - Stands on: requests a second, “iptables, 5 000 Services”: 10 513/s (10 446/s to 10 580/s), 5 rounds, run after.
      - Stands on: requests a second, “Cilium, 10 000 Services”: 9 011/s (8 953/s to 9 068/s), 5 rounds, run before.
      - Stands on: requests a second, “iptables, 10 000 Services”: 8 010/s (7 958/s to 8 061/s), 5 rounds, run after.
      - What would change it: clients that keep their connections: a Service is looked up once for each of them; the number of Services passing 8 000."
    `);
    expect(text(60_000).split('\n')[0]).toMatchInlineSnapshot(
      `"iptables and Cilium cross at about 8 000 Services (7 900 to 8 100): below it iptables has more requests a second, above it Cilium. The 60 000 Services that are planned are past what was measured (0 to 30 000 Services). If the curves go on as they do, switch from iptables to Cilium."`,
    );
    expect(text(8000).split('\n')[0]).toMatchInlineSnapshot(
      `"iptables and Cilium cross at about 8 000 Services (7 900 to 8 100): below it iptables has more requests a second, above it Cilium. For the 8 000 Services that are planned, neither is known to be ahead."`,
    );
  });

  it('says what Hubble and an overlay cost', () => {
    const overlay = runOf(throughput, (variant, metric) =>
      metric === 'throughputBitsPerSecond' ? (variant.setting.wire === 'vxlan' ? 7e9 : 10e9) : 1,
    );
    expect(paragraph(adviceMarkdown(adviceFor({ runs: [hubbleRun] })), 'Hubble')).toMatchInlineSnapshot(`
      "Hubble brings 20.0 % fewer requests a second (−20.7 to −19.3). Turn it off where its flows are not needed.

      - Confidence: high, because it rests on 5 rounds or more and stands outside the noise.
      - Stands on: requests a second, “Hubble on” against “Hubble off”: −20.0 % (−20.7 to −19.3), 5 rounds, run hubble.
      - Stands on: requests a second, “Hubble on, a connection a request” against “Hubble off, a connection a request”: −20.0 % (−20.7 to −19.3), 5 rounds, run hubble.
      - What would change it: a need for its flows: to see what a policy drops, for one; traffic that is far below what the nodes can do: then latency and CPU count, not requests a second; another version of Cilium."
    `);
    expect(
      paragraph(adviceMarkdown(adviceFor({ runs: [overlay] }, lab)), 'Native routing or overlay').split(
        '\n',
      )[0],
    ).toMatchInlineSnapshot(
      `"An overlay brings 30 % less throughput (−33 to −27) against native routing. Choose native routing where the network allows both."`,
    );
  });

  it('says how large maps must be, and whether addresses suffice', () => {
    const told = facts({
      cilium: { limits: limits65536 },
      headroom: {
        serviceAddresses: known([{ cidr: '10.0.0.0/16', used: 41, capacity: 65_534 }], {
          object: 'ServiceCIDR kubernetes',
          said: 'spec.cidrs: 10.0.0.0/16',
        }),
      },
    });
    const markdown = adviceMarkdown(adviceFor({ facts: told, planned: { services: 30_000, endpoints: 4 } }));
    expect(paragraph(markdown, 'Load-balancing maps')).toMatchInlineSnapshot(`
      "30 000 Services of one port and 4 endpoints take 6 entries of the service map each, as reckoned. The service map needs 180 000 entries and holds 65 536: set bpf-lb-service-map-max to 262144. The backend map needs 120 000 entries and holds 65 536: set bpf-lb-service-backend-map-max to 262144. That leaves a fifth free or more, restarts the agents and makes their maps anew. What the service map takes of memory is not known, because no run has read the BPF maps (cilium-bench run bpf-memory).

      - Confidence: medium, because entries or endpoints are reckoned, not counted.
      - Stands on: 30 000 Services planned.
      - Stands on: 4 endpoints of each planned.
      - Stands on: room of the service map: 65536 (ConfigMap kube-system/cilium-config: bpf-lb-map-max: 65536).
      - Stands on: room of the backend map: 65536 (ConfigMap kube-system/cilium-config: bpf-lb-map-max: 65536).
      - Stands on: room of the reverse NAT map: 65536 (ConfigMap kube-system/cilium-config: bpf-lb-map-max: 65536).
      - What would change it: Services with more ports, node ports or load-balancer addresses: each takes entries of its own; a service-scale run that may read the map: it counts what a Service takes; more than 34 952 Services of this kind."
    `);
    expect(paragraph(markdown, 'Service addresses').split('\n')[0]).toMatchInlineSnapshot(
      `"10.0.0.0/16 has 65 534 addresses, and 30 000 Services take 46 % of them: enough."`,
    );
  });

  it('says which nodes limit the figures', () => {
    const run = clusterRun(rps, () => 1, { id: 'bound', fingerprint: { instanceTypes: 't3.large' } });
    const samples = run.samples.map((sample) => ({
      ...sample,
      valid: false,
      invalidReasons: ['the client used 99 % of its 2 cores, so it measured itself'],
    }));
    expect(
      paragraph(adviceMarkdown(adviceFor({ runs: [{ ...run, samples }] })), 'Nodes that limit the figures'),
    ).toMatchInlineSnapshot(`
      "The client ran out of CPU in 60 of 60 samples: they tell of the client, not of the network, and are left out. Give the client more CPU, or use several. t3.large (AWS T, burstable) has CPU on credit or shared: figures fall once it is used up. Measure on instances with CPU of their own.

      - Confidence: medium, because an instance type is known by its name alone.
      - Stands on: the client ran out of CPU in 60 of 60 samples, run bound.
      - Stands on: instance type: t3.large (fingerprint of run bound).
      - What would change it: a client with more CPU, or several clients (--set clients=2 of rps); CPU steal and credits of the nodes, which no run reads yet."
    `);
  });

  it('says why nothing is advised, and how to measure it', () => {
    const quiet = clusterRun(hubble, () => 100, { id: 'quiet' });
    const cancelled = { ...scale[0], id: 'stopped', state: 'cancelled' as const } as (typeof scale)[number];
    expect(paragraph(adviceMarkdown(adviceFor({ runs: [quiet, cancelled] })), 'Not advised'))
      .toMatchInlineSnapshot(`
        "- **What serves Services:** No run can be stood on: stopped was cancelled. Make one: cilium-bench run service-scale --context prod-eu-1.
        - **Native routing or overlay:** No run of throughput, latency or rps is kept of this target. Make one: cilium-bench run throughput --context prod-eu-1.
        - **L7 policies:** No policies were read. Name manifests with --policies.
        - **Load-balancing maps:** How many Services are planned is not known. Say it with --services.
        - **Hubble:** The change in requests a second of “Hubble on” is within noise (a change of 3.3 % would have been seen) in run quiet. Nothing is advised from that.
        - **Nodes that limit the figures:** No sample was spoiled by its client, and no node is known to run on credit.
        - **Service addresses:** The Service network is not known. Ask the cluster with --context."
      `);
  });

  it('keeps what a manifest, a context or a label says text', () => {
    const hostile = '</script>|`*# @team <b>\n| a |';
    const label = {
      ...hubbleRun,
      variants: hubbleRun.variants.map((variant) => ({ ...variant, label: hostile })),
    };
    const markdown = adviceMarkdown(adviceFor({ runs: [label] }, { kind: 'kube', name: hostile }));
    expect(markdown).not.toContain('<b>');
    expect(markdown).not.toContain('\n| a');
    expect(markdown).not.toMatch(/--context [^N]/);
  });
});

describe('advice on a terminal', () => {
  it('fits its width, with and without colour', () => {
    const advice = adviceFor({ runs: [...scale, hubbleRun], planned: { services: 25_000 } });
    const lines = adviceLines(advice, { width: 60, colour: false });
    expect(Math.max(...lines.map((line) => Array.from(line).length))).toBeLessThanOrEqual(60);
    const coloured = adviceLines(advice, { width: 60, colour: true });
    // eslint-disable-next-line no-control-regex
    expect(coloured.map((line) => line.replace(/\u001b\[\d+m/g, ''))).toEqual(lines);
  });

  it('says that nothing can be advised', () => {
    expect(adviceLines(adviceFor({}), { width: 80, colour: false }).slice(0, 3).map(plain)).toEqual([
      'Advice for prod-eu-1, from 0 runs',
      '',
      'Nothing can be advised yet.',
    ]);
  });
});

describe('advice as JSON', () => {
  it('has what is advised with its figures apart from what is not, with the reason', () => {
    const document = JSON.parse(adviceJson(adviceFor({ runs: [hubbleRun] }), { services: 5 })) as Record<
      string,
      unknown
    >;
    expect(Object.keys(document)).toEqual([
      'schemaVersion',
      'target',
      'runs',
      'planned',
      'advice',
      'notAdvised',
    ]);
    expect(document).toMatchObject({
      target: prod,
      runs: ['hubble'],
      planned: { services: 5 },
      advice: [
        {
          code: 'hubble',
          what: { stance: 'off' },
          confidence: { level: 'high' },
          basis: [{ run: 'hubble', metric: 'rps', n: 5 }, {}],
        },
      ],
    });
    expect(JSON.stringify(document['notAdvised'])).toContain('"code":"service-rules"');
  });
});

describe('the advice of a run', () => {
  const run = runOf(serviceScale, scaleValues);

  it('stands in its Markdown, its HTML and its panel, under the answer', () => {
    const advice = adviceOfRun(run);
    expect(advice.map(({ title }) => title)).toEqual(['What serves Services']);
    const markdown = markdownReport(run, { timeZone: 'UTC', advice });
    expect(plain(markdown)).toMatch(
      /### Advice\n+- \*\*What serves Services\.\*\* iptables and nftables cross at /,
    );
    expect(markdown.indexOf('### Advice')).toBeLessThan(markdown.indexOf('### How sure'));
    expect(markdown).toContain('<summary>What the advice stands on</summary>');
    const model = withAdvice(panelModelOf(run), run);
    expect(isPanelModel(JSON.parse(JSON.stringify(model)))).toBe(true);
    expect(isPanelModel({ ...model, advice: [{ title: 'x' }] })).toBe(false);
    const html = htmlReport(model, { script: '', style: '' });
    expect(html).toContain(
      '<h2>Advice</h2><p><strong>What serves Services.</strong> iptables and nftables cross',
    );
  });

  it('is not there where the run gives reason for none, and says so where it was meant to', () => {
    expect(adviceOfRun(clusterRun(bpfMemory, () => 90e6))).toEqual([]);
    expect(adviceOfRun(runOf(policyOverhead, overheadValues, { policy: measuredPolicy }))).toEqual([]);
    expect(withAdvice(panelModelOf(run), { ...run, scenario: 'aa' })).toEqual(panelModelOf(run));
    const [advice] = adviceOfRun({ ...run, state: 'cancelled' });
    expect(advice?.text).toBe(
      'Not advised. No run can be stood on: 2026-11-23-run-x7 was cancelled. Make one: cilium-bench run service-scale.',
    );
    const [alike] = adviceOfRun(clusterRun(hubble, () => 100));
    expect(alike?.text).toMatch(
      /^Not advised\. The change in requests a second of “Hubble on” is within noise/,
    );
  });
});
