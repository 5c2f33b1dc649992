/** A process that works with a journal: begins one and waits to be killed, or tries to take one over when it is told to. */
import { createInterface } from 'node:readline';
import { createJournal, takeJournal } from '../../../src/store/journal';
import { listJournals } from '../../../src/store/journalListing';
import { aChange, aRunId } from './journals';

const [what, folder = ''] = process.argv.slice(2);
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

async function take(): Promise<void> {
  const [found] = (await listJournals(folder)).journals;
  if (!found) throw new Error('There is no journal.');
  say('ready');
  await new Promise<void>((resolve) =>
    createInterface({ input: process.stdin }).once('line', () => {
      resolve();
    }),
  );
  try {
    await takeJournal(found, { isSure: false, now: new Date() });
    say('taken');
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
  }
}

async function begin(): Promise<void> {
  const journal = createJournal({ folder, runId: aRunId, store: '/runs', now: new Date() });
  await journal.begin(aChange());
  say('begun');
}

void (what === 'take' ? take() : begin());
// Alive until it is killed.
setInterval(() => undefined, 1_000);
