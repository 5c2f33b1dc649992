import { answeredBytes } from './fortioFanOut';
import { isRecord, readJson } from './json';

/** A container's log taken apart: Kubernetes mixes both outputs of a process into one text. */
export interface SplitLog {
  /** The tool's result; all that is there of it. */
  readonly stdout: string;
  /** Everything else that it said. */
  readonly stderr: string;
  /** The result is there from its beginning to its end. False for a log that was cut or rotated, and for a tool that failed. */
  readonly whole: boolean;
}

interface LogForm {
  /** Whether a line belongs to the result. */
  readonly isResult: (line: string) => boolean;
  readonly isWhole: (stdout: string, stderr: string) => boolean;
}

/**
 * JSON over several lines: a brace alone, or an indented line. Both tools begin everything else at the first column: fortio's
 * messages are text or JSON objects of one line (fortio.org/log v1.17), iperf3's are text.
 */
const indentedJson: LogForm = {
  isResult: (line) => line === '{' || line === '}' || /^[ \t]/.test(line),
  isWhole: (stdout) => isRecord(readJson(stdout)),
};

/** A brace that ends one of fortio's results and has the next of its outputs behind it: `fortio curl` ends no line itself. */
const joined = /^\}(?=\{)/gm;
const parted = /^\}\n(?=\{)/gm;

/** Results of several fortio, as one `fortio curl` brought them: it says how many bytes they have together. */
const fannedOut: LogForm = {
  isResult: indentedJson.isResult,
  isWhole: (stdout, stderr) => {
    const bytes = new TextEncoder().encode(stdout.replace(parted, '}').replace(/\n$/, ''));
    return bytes.length === answeredBytes(stderr);
  },
};

/** What {@link splitMixedLog} calls the log of a `fortio curl` that brought the results of several clients. */
export const fortioFanOut = 'fortio-fan-out';

const forms: Readonly<Record<string, LogForm>> = {
  fortio: indentedJson,
  [fortioFanOut]: fannedOut,
  iperf3: indentedJson,
  netperf: {
    isResult: (line) => /^-?\d/.test(line),
    isWhole: (stdout) => /^-?\d.*\n$/m.test(stdout),
  },
  sockperf: {
    isResult: () => true,
    // Its percentiles go from the highest down to the smallest observation, which ends the result (sockperf 3.7).
    isWhole: (stdout) => /\[Valid Duration\]/.test(stdout) && /<MIN> observation/.test(stdout),
  },
};

/** Takes a container's log apart. Never throws. A tool that is not known has no result that could be whole. */
export function splitMixedLog(tool: string, log: string): SplitLog {
  const form = Object.hasOwn(forms, tool) ? forms[tool] : undefined;
  if (form === undefined) return { stdout: '', stderr: log, whole: false };
  const lines = (form === fannedOut ? log.replace(joined, '}\n') : log).split('\n');
  // A last line without an end was cut, or is empty.
  const ended = lines.slice(0, -1).map((line) => line.replace(/\r$/, ''));
  const rest = lines.at(-1) ?? '';
  const stdout = ended.filter((line) => form.isResult(line)).map((line) => `${line}\n`);
  const stderr = ended.filter((line) => !form.isResult(line)).map((line) => `${line}\n`);
  const result = stdout.join('') + (rest !== '' && form.isResult(rest) ? rest : '');
  const said = stderr.join('') + (rest !== '' && !form.isResult(rest) ? rest : '');
  return { stdout: result, stderr: said, whole: form.isWhole(result, said) };
}
