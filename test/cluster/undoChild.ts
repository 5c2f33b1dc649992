/** A run on the test cluster in a process of its own, which says each sample that it has stored. To be killed. */
import { conduct } from '../../src/core/run/conduct';
import type { RunSettings } from '../../src/kube/runSettings';
import { settingsToJson } from '../../src/kube/runSettingsJson';
import { createJournal } from '../../src/store/journal';
import { createRunStore } from '../../src/store/runStore';
import { systemClock } from '../../src/store/systemClock';
import { clientBy, settings, shortPlan, testTarget } from './benchPlan';

const [runId = '', store = '', folder = '', kubeconfig = '', scenario = '', over = '{}'] =
  process.argv.slice(2);
const chosen = { ...settings, ...(JSON.parse(over) as Partial<RunSettings>) };

async function run(): Promise<void> {
  const client = await clientBy(kubeconfig);
  const journal = createJournal({ folder, runId, store, now: new Date() });
  const resumption = {
    schemaVersion: 1,
    context: client.context,
    settings: settingsToJson(chosen),
  } as const;
  const events = conduct(shortPlan(scenario), testTarget(client, chosen), {
    id: runId,
    sink: createRunStore(store).sink(resumption),
    journal,
    clock: systemClock,
    signal: new AbortController().signal,
  });
  for await (const event of events) {
    if (event.kind === 'started' || event.kind === 'sample') process.stdout.write(`${event.kind}\n`);
  }
}

void run();
