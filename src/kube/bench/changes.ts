import { calibrationText } from '../../core/cluster/calibration';
import type { Change, Plan } from '../../core/plan/plan';
import { Problem } from '../../core/problem';
import type { ChangeRecord } from '../../core/result/run';
import { changeLog } from '../../core/run/changeLog';
import type { ChangeResult } from '../../core/target';
import type { Parts } from './parts';
import { putPolicyInForce } from './policies';
import type { BenchSpace } from './space';

export interface Changes {
  make(change: Change, signal: AbortSignal): Promise<ChangeResult>;
  /** All of them, in order. */
  records(): readonly ChangeRecord[];
}

function notPrepared(what: string): never {
  throw new Problem('target', `The bench is not prepared to change ${what}.`, 'Make the plan again.');
}

/** The changes that a plan asks for, on a cluster. */
export function createChanges(space: BenchSpace, plan: Plan, parts: Parts): Changes {
  const records: ChangeRecord[] = [];
  const log = changeLog({ wire: 'direct', policy: 'none', services: 'none' });
  const make = async (change: Change, signal: AbortSignal): Promise<ChangeResult> => {
    switch (change.what) {
      case 'wire':
        return { record: log.note('wire', change.to) };
      case 'policy':
        await putPolicyInForce(space, plan, change.to, signal);
        return { record: log.note('policy', change.to) };
      case 'services': {
        const { services } = parts;
        if (services === null) return notPrepared('the number of Services');
        const count = change.to?.count ?? 0;
        const { seconds } = await services.to(count, signal);
        const measured = services.calibration();
        const each =
          measured !== null && 'entriesEach' in measured ? calibrationText(measured.entriesEach) : '';
        const record = log.note(
          'services',
          count === 0 ? 'none' : `${count} Services besides the measured one${each}`,
        );
        return { record, programmingSeconds: seconds };
      }
      case 'hubble': {
        const record = await (parts.hubble ?? notPrepared('Hubble')).to(change.to, signal);
        parts.restartsExpected();
        return { record };
      }
    }
  };
  return {
    async make(change, signal) {
      const result = await make(change, signal);
      records.push(result.record);
      return result;
    },
    records: () => records,
  };
}
