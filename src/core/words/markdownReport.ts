import type { Run } from '../result/run';

/** The result of a run as GitHub-flavoured Markdown. */
export function markdownReport(run: Run, timeZone?: string): string {
  return `# ${run.title}\n${timeZone ?? ''}`;
}
