/** What the article's script does that bears upon its figures (`static/scripts/network-benchmark.sh` of imroc/tke-guide, 2026-08). */
const always =
  'The script measures one setting after the other and never in turn: what changes meanwhile on the nodes looks like an effect.';

const byScenario: Readonly<Record<string, readonly string[]>> = {
  aa: [
    'The script calls these two Hubble on and Hubble off. Its switch, hubble-disable, is no setting of Cilium: both are the same setting, and what lies between them is noise.',
  ],
  'policy-overhead': [
    'The script does not check that a policy is in force: it sends no request that an L7 policy must refuse.',
  ],
  throughput: [
    'What goes from a pod to a host’s network is called node level by the script; its client is a pod.',
  ],
  'service-scale': [
    'The latencies are netperf’s, to the address of the pod: they do not go through a Service. The requests a second do.',
    'The script waits a fixed time after it makes Services and asks none of them: whether all were in force is not known.',
  ],
};

export function articleNotes(scenario: string): readonly string[] {
  return [...(Object.hasOwn(byScenario, scenario) ? (byScenario[scenario] ?? []) : []), always];
}
