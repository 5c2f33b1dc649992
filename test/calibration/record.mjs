// Takes A/A runs over as recorded noise: node test/calibration/record.mjs STORE NOTE > test/calibration/recorded/NAME.json
// STORE is a folder of complete or partial `aa` runs of one machine, NOTE says what else ran there meanwhile.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const [store, note] = process.argv.slice(2);
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
const runs = readdirSync(store)
  .filter((name) => /^\d{4}-\d\d-\d\d-aa-/.test(name))
  .map((name) => read(path.join(store, name, 'run.json')))
  .sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
const { kernel, cpuModel, cpuCount, memoryGiB, virtualization, fortioVersion, datapath } =
  runs[0].target.fingerprint;
const rounded = (values) =>
  Object.fromEntries(Object.entries(values).map(([metric, value]) => [metric, Number(value.toPrecision(6))]));

process.stdout.write(
  JSON.stringify({
    source:
      'cilium-bench run aa --target lab, scenario aa with its defaults, several runs one after the other',
    note,
    machine: { kernel, cpuModel, cpuCount, memoryGiB, virtualization, fortioVersion, datapath },
    runs: runs.map(({ id, profile, state, startedAt, endedAt, samples }) => ({
      id,
      profile,
      state,
      startedAt,
      endedAt,
      // In the order they were taken; the warm-up is left out.
      samples: samples
        .filter(({ block }) => block > 0)
        .map(({ load, startedAt, valid, values }) => ({ load, startedAt, valid, values: rounded(values) })),
    })),
  }),
);
