import { clientBound } from './clientBound';
import { clientStalled } from './clientStalled';
import { clockStep } from './clockStep';
import { conntrackFull } from './conntrackFull';
import { cpuStolen } from './cpuStolen';
import { foundElsewhere } from './foundElsewhere';
import type { Gate, GateInput } from './gate';
import { machineSlower } from './machineSlower';
import { packetsDropped } from './packetsDropped';
import { portsExhausted } from './portsExhausted';
import type { Reason, ReasonCode } from './reasonCodes';
import { retransmits } from './retransmits';
import { throttled } from './throttled';

/** Every reason why a sample does not count, in the order in which they are told. */
export const gates: readonly Gate[] = [
  clientBound,
  clientStalled,
  throttled,
  cpuStolen,
  machineSlower,
  conntrackFull,
  portsExhausted,
  packetsDropped,
  retransmits,
  clockStep,
  ...foundElsewhere,
];

export function gateOf(code: string): Gate | undefined {
  return gates.find((gate) => gate.code === code);
}

export interface Judged {
  readonly reasons: readonly Reason[];
  /** Gates that the target tells nothing for. */
  readonly notJudged: readonly ReasonCode[];
}

/** What the gates say of one load. */
export function judgeGates(input: GateInput): Judged {
  const reasons: Reason[] = [];
  const notJudged: ReasonCode[] = [];
  for (const { code, judge } of gates) {
    const judgement = judge?.(input);
    if (judgement === 'not-judged') notJudged.push(code);
    else if (typeof judgement === 'object') reasons.push({ code, says: judgement.reason });
  }
  return { reasons, notJudged };
}
