import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  calibrationShape,
  referenceTo,
  type Calibration,
  type CalibrationResult,
} from '../../../src/core/calibration/calibration';
import { hasShape } from '../../../src/core/shape';
import type { Target } from '../../../src/core/target';
import {
  calibrationId,
  calibrationOf,
  keepCalibration,
  newestCalibration,
  readCalibration,
} from '../../../src/store/calibrations';
import { defaultCalibrationsFolder } from '../../../src/store/runsFolder';

const machine = { kernel: 'Linux 6.18', cpuModel: 'A', cpuCount: 2, labVersion: 1, fortioVersion: '1.68.0' };
const measured: CalibrationResult = {
  id: 'errors-10pc',
  title: 'a server that fails',
  unit: '%',
  source: 'fortio',
  reading: 10.2,
  n: 3,
  ci95: [9.5, 10.9],
  truth: [10, 10],
  errorPercent: 2,
  covered: true,
  control: null,
};
const results: readonly CalibrationResult[] = [
  measured,
  { ...measured, id: 'off', covered: false, control: 3 },
  {
    ...measured,
    ...{ id: 'not', reading: null, n: 0, ci95: null, truth: null, errorPercent: null, covered: null },
    reason: 'the kernel has no such thing',
  },
];

function aCalibration(at: string, parts: Partial<Calibration> = {}): Calibration {
  return {
    schemaVersion: 1,
    id: calibrationId(new Date(at)),
    startedAt: at,
    endedAt: at,
    rounds: 3,
    loadAverage: [0.5, 1.5],
    fingerprint: machine,
    tools: [{ name: 'fortio', version: '1.68.0', source: 'PATH' }],
    results,
    ...parts,
  };
}

const older = aCalibration('2026-11-25T10:00:00.000Z');
const newer = aCalibration('2026-11-26T01:02:03.456Z');

describe('calibrations', () => {
  let home: string;
  let folder: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'cilium-bench-test-'));
    folder = defaultCalibrationsFolder({ XDG_DATA_HOME: home }, 'linux');
  });
  afterEach(() => {
    rmSync(home, { recursive: true, force: true });
  });

  it('are kept by the time at which they began, beside the runs', async () => {
    const file = await keepCalibration(folder, newer);
    expect(file).toBe(path.join(home, 'cilium-bench', 'calibrations', 'calibrate-20261126T010203Z.json'));
    expect(await readCalibration(folder, newer.id)).toEqual(newer);
  });

  it('are found again by the machine, the newest first, whatever tools it has', async () => {
    await keepCalibration(folder, newer);
    await keepCalibration(folder, older);
    expect(await newestCalibration(folder, { ...machine, fortioVersion: '1.69.0' })).toEqual(newer);
    expect(await newestCalibration(folder, { ...machine, kernel: 'Linux 6.19' })).toBeNull();
    await keepCalibration(
      folder,
      aCalibration('2026-11-27T00:00:00.000Z', { fingerprint: { ...machine, cpuCount: 8 } }),
    );
    expect((await newestCalibration(folder, machine))?.id).toBe(newer.id);
  });

  it('pass over what is not one, and a folder that is not there', async () => {
    expect(await newestCalibration(folder, machine)).toBeNull();
    await keepCalibration(folder, older);
    for (const [at, text] of ['', '{', '[]', '{"schemaVersion":2}', 'null'].entries())
      writeFileSync(path.join(folder, `calibrate-9999123${at}T000000Z.json`), text);
    expect((await newestCalibration(folder, machine))?.id).toBe(older.id);
    expect(await readCalibration(folder, '../../etc/passwd')).toBeNull();
    expect(await readCalibration(folder, 'calibrate-none')).toBeNull();
  });

  it('are referred to by how many of the truths that were read were covered', async () => {
    expect(referenceTo(newer)).toEqual({ id: newer.id, date: newer.startedAt, covered: 1, of: 2 });
    await keepCalibration(folder, newer);
    const signal = new AbortController().signal;
    const target = (kind: 'lab' | 'kube') =>
      ({ kind, fingerprint: () => Promise.resolve(machine) }) as unknown as Target;
    const env = { XDG_DATA_HOME: home };
    expect(await calibrationOf(target('lab'), env, signal)).toEqual(referenceTo(newer));
    expect(await calibrationOf(target('kube'), env, signal)).toBeNull();
  });
});

describe('the published schema of a calibration', () => {
  const file = fileURLToPath(new URL('../../../media/schemas/calibration.schema.json', import.meta.url));
  const ajv = new Ajv2020({ strictTypes: false });
  ajv.addFormat('date-time', (text: string) => !Number.isNaN(Date.parse(text)));
  const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);

  it('takes what is kept', () => {
    expect(validate(newer), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...newer, loadAverage: null })).toBe(true);
  });

  it('says the same as what reads it, whatever stands in a field', () => {
    const others = [undefined, null, 7, 'x', true, [], {}, [1, 2], '2026-11-25T22:00:00.000Z'];
    const told: string[] = [];
    let refused = 0;
    const check = (value: unknown, where: string): void => {
      const plain: unknown = JSON.parse(JSON.stringify(value));
      const isOne = hasShape(calibrationShape, plain);
      if (!isOne) refused += 1;
      if (validate(plain) !== isOne) told.push(`${where}: read ${isOne}`);
    };
    for (const other of others) {
      for (const field of Object.keys(newer))
        check({ ...newer, [field]: other }, `${field} = ${JSON.stringify(other)}`);
      for (const result of results)
        for (const field of Object.keys(result))
          check(
            { ...newer, results: [{ ...result, [field]: other }] },
            `results.${field} = ${JSON.stringify(other)}`,
          );
    }
    expect(told).toEqual([]);
    expect(refused).toBeGreaterThan(50);
  });
});
