import { expect, it } from 'vitest';
import { ciliumVersionFrom } from '../../../src/core/cluster/ciliumVersion';
import type { ClusterFacts } from '../../../src/core/cluster/clusterFacts';
import { known, unknown, type ClusterFact } from '../../../src/core/cluster/evidence';
import type { IstioMode } from '../../../src/core/cluster/istio';
import { judgedOn } from '../../../src/core/cluster/judgedOn';

interface Told {
  readonly version?: string;
  readonly l7?: boolean;
  readonly network?: string;
  readonly istio?: IstioMode;
}

const why = unknown('it may not be read');
const fact = <Value>(value: Value | null | undefined): ClusterFact<Value> =>
  value === undefined || value === null ? why : known(value);

function judged({ version, l7, network = 'cilium', istio }: Told) {
  const facts = {
    cilium: { version: fact(version === undefined ? null : ciliumVersionFrom(version)), l7Proxy: fact(l7) },
    cni: { network: known({ id: network }), companions: [], leftovers: [] },
    istio: { mode: fact(istio) },
  } as unknown as Pick<ClusterFacts, 'cilium' | 'cni' | 'istio'>;
  return judgedOn('prod', facts);
}

it.each<readonly [Told, ReturnType<typeof judgedOn>]>([
  [
    { version: '1.19.4', l7: true },
    { version: '1.19', l7Proxy: null, mesh: undefined },
  ],
  [{ version: '1.16.2' }, { version: null, l7Proxy: null, mesh: undefined }],
  [
    { version: '1.20.0', l7: false },
    { version: '1.20', l7Proxy: { state: 'off', target: 'prod' }, mesh: undefined },
  ],
  [
    { network: 'gke-dataplane-v2', version: '1.18.3-gke.1', l7: true },
    { version: '1.18', l7Proxy: { state: 'not-offered', target: 'prod' }, mesh: undefined },
  ],
  [{ istio: 'ambient' }, { version: null, l7Proxy: null, mesh: 'ambient' }],
  [{ istio: 'sidecar and ambient' }, { version: null, l7Proxy: null, mesh: undefined }],
  [{ istio: 'none' }, { version: null, l7Proxy: null, mesh: undefined }],
])('of %j policies are judged as %j', (told, expected) => {
  expect(judged(told)).toEqual(expected);
});

it('is as usual where Cilium is not here', () => {
  const none = {
    cilium: null,
    cni: { network: why, companions: [], leftovers: [] },
    istio: { mode: why },
  } as unknown as Pick<ClusterFacts, 'cilium' | 'cni' | 'istio'>;
  expect(judgedOn('prod', none)).toEqual({ version: null, l7Proxy: null, mesh: undefined });
});
