/** What is asked before and after a sample, to see that what it is taken under is in force. */
import type { PolicyLevel } from '../scenario/scenario';
import type { PolicyChoice } from './makePlan';
import type { Change, HttpRequest, PolicyObjects, Probe } from './plan';

/** What a plan asks to see whether its policy is in force. */
export interface PolicyProbes {
  readonly choice: PolicyChoice;
  /** What the policy refuses; the lab's rules keep out every other client. */
  readonly refused: Pick<PolicyObjects, 'admitsOthers' | 'decoy'>;
}

/** What a policy of peers and ports keeps out, asked by whom it keeps out; null where it keeps nothing out. */
export function refusedProbe(
  { choice: { allowed }, refused: { admitsOthers, decoy } }: PolicyProbes,
  expect: 200 | 'blocked',
): Probe | null {
  const asked = { kind: 'http', request: allowed, expect } as const;
  if (!admitsOthers) return { ...asked, from: 'other-client' };
  return decoy === undefined ? null : { ...asked, from: 'client', to: 'decoy' };
}

/** Of a policy without HTTP rules, in force (`blocked`) or gone: its own client passes, and what it keeps out does not. */
function portProbes(probes: PolicyProbes, expect: 200 | 'blocked'): Probe[] {
  const { allowed } = probes.choice;
  const refused = refusedProbe(probes, expect);
  return [{ kind: 'http', from: 'client', request: allowed, expect: 200 }, ...(refused ? [refused] : [])];
}

/** What shows that a change is in force, or that the policy before it is gone. */
export function probesAfter(change: Change, probes: PolicyProbes | null): Probe[] {
  if (change.what === 'services') return change.to ? [{ kind: 'services' }] : [];
  if (change.what === 'hubble') return [{ kind: 'hubble', expect: change.to }];
  if (change.what !== 'policy' || !probes) return [];
  if (probes.choice.policy.http.length === 0)
    return portProbes(probes, change.to === 'none' ? 200 : 'blocked');
  const { allowed, denied } = probes.choice;
  const { admitsOthers } = probes.refused;
  const client = (request: HttpRequest, expect: number): Probe => ({
    kind: 'http',
    from: 'client',
    request,
    expect,
  });
  const stranger = (expect: number | 'blocked'): Probe => ({
    kind: 'http',
    from: 'other-client',
    request: allowed,
    expect,
  });
  switch (change.to) {
    case 'none':
      return [client(denied ?? allowed, 200), stranger(200)];
    case 'l3l4':
      return [client(denied ?? allowed, 200), stranger(admitsOthers ? 200 : 'blocked')];
    case 'l7':
      return [
        client(allowed, 200),
        ...(denied ? [client(denied, 403)] : []),
        stranger(admitsOthers ? 200 : 'blocked'),
      ];
  }
}

/** Asked again after a sample: a policy that fell away under load would make it a lie. */
export function probeAgain(level: PolicyLevel, probes: PolicyProbes | null): Probe | null {
  if (!probes) return null;
  const { policy, denied } = probes.choice;
  if (level === 'l7' && denied) return { kind: 'http', from: 'client', request: denied, expect: 403 };
  return level === 'l3l4' && policy.http.length === 0 ? refusedProbe(probes, 'blocked') : null;
}
