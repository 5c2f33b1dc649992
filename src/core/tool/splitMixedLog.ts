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
  isResult(line: string): boolean;
  isWhole(stdout: string): boolean;
}

/**
 * JSON over several lines: a brace alone, or an indented line. Both tools begin everything else at the first column: fortio's
 * messages are text or JSON objects of one line (fortio.org/log v1.17), iperf3's are text.
 */
const indentedJson: LogForm = {
  isResult: (line) => line === '{' || line === '}' || /^[ \t]/.test(line),
  isWhole: (stdout) => isRecord(readJson(stdout)),
};

const forms: Readonly<Record<string, LogForm>> = {
  fortio: indentedJson,
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
  const lines = log.split('\n');
  // A last line without an end was cut, or is empty.
  const ended = lines.slice(0, -1).map((line) => line.replace(/\r$/, ''));
  const rest = lines.at(-1) ?? '';
  const stdout = ended.filter((line) => form.isResult(line)).map((line) => `${line}\n`);
  const stderr = ended.filter((line) => !form.isResult(line)).map((line) => `${line}\n`);
  const result = stdout.join('') + (rest !== '' && form.isResult(rest) ? rest : '');
  return {
    stdout: result,
    stderr: stderr.join('') + (rest !== '' && !form.isResult(rest) ? rest : ''),
    whole: form.isWhole(result),
  };
}
