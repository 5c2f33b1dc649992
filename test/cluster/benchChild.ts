/** A process of its own that conducts a plan and tells the run after each sample: to be ended in the middle. */
import { conduct } from '../../src/core/run/conduct';
import { systemClock } from '../../src/store/systemClock';
import { memorySink } from '../unit/run/fakes';
import { clientBy, severalClientsPlan, shortPlan, testTarget } from './benchPlan';

async function main([kubeconfig = '', id = '', kind = '', text = '1']: readonly string[]): Promise<void> {
  const seconds = Number(text);
  const plan = kind === 'clients' ? severalClientsPlan(2, seconds) : shortPlan('aa', { seconds });
  const client = await clientBy(kubeconfig);
  const events = conduct(plan, testTarget(client), {
    id,
    sink: memorySink({
      sample: (run) => {
        process.stdout.write(`${JSON.stringify(run)}\n`);
        return Promise.resolve();
      },
    }),
    clock: systemClock,
    signal: new AbortController().signal,
  });
  while ((await events.next()).done !== true);
}

void main(process.argv.slice(2));
