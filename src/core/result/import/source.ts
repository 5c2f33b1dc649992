/** What an import is made of: the files of others in, readings with their places out. */
import type { CurvePoint, Load } from '../../scenario/scenario';
import type { MetricName } from '../metrics';
import type { Fingerprint, NotMeasured, PartValue } from '../run';

/** A file of somebody else's, its path relative to what was named, with `/` between folders. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** What was not taken over. */
export interface LeftOut {
  readonly file: string;
  /** From 1, where a line is to blame. */
  readonly line?: number;
  /** The rest of a sentence that begins with the file's name. */
  readonly reason: string;
}

/** A file with what its text says as JSON; `fault` where it begins like JSON and is none. */
export interface OpenedFile extends SourceFile {
  readonly json?: unknown;
  readonly fault?: { readonly line: number; readonly reason: string };
}

/** Where a reading belongs: a scenario's variant, and the load it was taken under. */
export interface Place {
  readonly scenario: string;
  /** Tells runs of one scenario apart, and is a parameter of it, e.g. `connections` = `kept`. */
  readonly parameter?: { readonly name: string; readonly value: string; readonly words: string };
  readonly variant: {
    readonly id: string;
    readonly label: string;
    readonly baseline?: string;
    readonly point?: CurvePoint;
  };
  readonly load: Load;
  /** Whether the file tells the whole load. Where it does not, figures carry none: their way is not made up. */
  readonly loadKnown: boolean;
  /** From 1; absent where the file does not count its rounds. */
  readonly round?: number;
}

/** The figures of one process, or of one row of a table, with the text that they stand in. */
export interface Reading {
  readonly file: string;
  readonly tool: string;
  readonly toolVersion: string | null;
  readonly raw: string;
  readonly places: readonly Place[];
  readonly values: Readonly<Partial<Record<MetricName, number>>>;
  readonly parts?: readonly PartValue[];
  readonly invalidReasons: readonly string[];
  /** ISO 8601; null where the file does not say. */
  readonly startedAt: string | null;
  readonly seconds: number | null;
  /** What can be told of these figures besides, a sentence each. */
  readonly notes: readonly string[];
  readonly notMeasured: readonly NotMeasured[];
  /** Stands back where a file has the same place at first hand. */
  readonly secondHand?: true;
}

/** What a file says of the place where it was measured. */
export interface SourceFacts {
  readonly targetName?: string;
  /** ISO 8601. */
  readonly date?: string;
  readonly fingerprint: Fingerprint;
}

export interface Found {
  readonly readings: readonly Reading[];
  readonly leftOut: readonly LeftOut[];
  readonly facts?: SourceFacts;
}

/** One kind of file. It is known by its content: names of files are anybody's. */
export interface ResultFormat {
  /** Part of the `run.json` contract: `imported.format`. */
  readonly id: string;
  /** As it follows "read as". */
  readonly name: string;
  detects(file: OpenedFile): boolean;
  /** Never throws: what cannot be read is left out with the reason. */
  read(file: OpenedFile): Found;
}
