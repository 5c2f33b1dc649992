import { exactly, object, text, type Shape } from '../core/shape';
import { parseAs, type Parsed } from './parseRun';

export const resumptionSchemaVersion = 1;

/** What the target of a run is opened with again: `resume.json` beside `plan.json`. Never holds credentials. */
export interface Resumption {
  readonly schemaVersion: typeof resumptionSchemaVersion;
  readonly context: string;
  /** The target's own; it reads them with care. */
  readonly settings: unknown;
}

const resumption: Shape<Omit<Resumption, 'settings'>> = object({
  schemaVersion: exactly(resumptionSchemaVersion),
  context: text,
});

/** Reads the text of a `resume.json`. The reason of a refusal is the rest of a sentence that begins with the file's name. */
export function parseResumption(json: string): Parsed<Resumption> {
  const parsed = parseAs(resumption, json);
  return parsed.ok ? { ok: true, value: { settings: undefined, ...parsed.value } } : parsed;
}
