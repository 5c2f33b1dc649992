import { writeFileSync } from 'node:fs';
import { CannotRunHere } from './host/debian.mjs';

/** The file that the runner reads the counts from; undefined when started by hand. */
function outcomeFile() {
  const at = process.argv.indexOf('--counts');
  return at < 0 ? undefined : process.argv[at + 1];
}

/**
 * Runs a tier and says how it went: `{passed, failed, skipped}`, or `{cannotRun}` with the reason. Ends the process with
 * 1 when something failed; a tier that breaks off writes no counts, which the runner takes for a failure.
 */
export async function writeOutcome(runTier) {
  const file = outcomeFile();
  const write = (outcome) => (file ? writeFileSync(file, JSON.stringify(outcome)) : console.log(outcome));
  try {
    const counts = await runTier();
    write(counts);
    process.exit(counts.failed > 0 ? 1 : 0);
  } catch (error) {
    if (error instanceof CannotRunHere) {
      write({ cannotRun: error.message });
      process.exit(0);
    }
    console.error(error);
    process.exit(1);
  }
}
