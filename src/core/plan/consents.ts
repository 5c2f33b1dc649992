/** What a run does only where a person agreed to it by name, since others on the cluster could notice it. */
export const consents = {
  'host-network': 'runs bench pods in the host network of their nodes',
  'agent-restart': 'restarts the Cilium agents of the bench nodes, and nothing else',
  'agent-exec': 'runs commands that only read in the Cilium agents of the bench nodes',
} as const;

export type Consent = keyof typeof consents;

export const consentNames = Object.keys(consents) as Consent[];
