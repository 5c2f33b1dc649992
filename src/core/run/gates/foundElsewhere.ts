import type { Gate } from './gate';

/** Reasons that are found where they happen: in a tool's output, by a probe, by the bench. */
export const foundElsewhere: readonly Gate[] = [
  {
    code: 'edge-bucket',
    what: 'a percentile lies in the first or last bucket of the tool’s histogram, so it is not resolved',
    threshold: 'the width of the tool’s finest bucket, or the end of its histogram',
    todo: 'Measure at a lower rate where it is the last bucket; where it is the first, the tool cannot resolve it.',
  },
  {
    code: 'failed-requests',
    what: 'requests were not answered with 2xx',
    threshold: 'more than 0.1 % of the requests; the rest no longer stand for the load that was asked for',
    todo: 'Look at the status codes: a policy that denies, a server that is overloaded, a path that is not there.',
  },
  {
    code: 'rate-not-met',
    what: 'the load tool sent fewer requests a second than asked',
    threshold: 'below 98 % of the asked rate; its latencies are those of another load',
    todo: 'Ask for a lower rate, or give client and server more CPU.',
  },
  {
    code: 'clients-apart',
    what: 'the clients of one load did not run at the same time, or not with the same histogram',
    threshold: 'as the reason says',
    todo: 'Look at what delays the start of pods on the client’s nodes.',
  },
  {
    code: 'no-result',
    what: 'the load tool gave no result, or none of the figures that were asked for',
    threshold: 'any',
    todo: 'Read the tool’s own words in the sample’s raw output.',
  },
  {
    code: 'restarted',
    what: 'the server, the proxy or a pod of the datapath ended or restarted while the load ran',
    threshold: 'any',
    todo: 'Look at the events and the log of what restarted; raise its limits where it was killed for memory.',
  },
  {
    code: 'node-silent',
    what: 'the node of the server fell silent while the load ran',
    threshold: 'any: its kubelet no longer tells that the pod is ready, though its containers were',
    todo: 'Look at the node: its kubelet, its network, its load.',
  },
  {
    code: 'load-lost',
    what: 'the load’s own pod was deleted, moved or ended without a result',
    threshold: 'any',
    todo: 'Look at the events of the pod: quota, eviction, the node.',
  },
  {
    code: 'not-in-force',
    what: 'the setting to be measured was not in force, before or after the load',
    threshold: 'the time that a step’s probe gets',
    todo: 'Look at the policy and at the agent’s log; on a busy cluster, give it more time.',
  },
];
