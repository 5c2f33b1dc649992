import type { ClusterFacts } from '../cluster/clusterFacts';
import { clusterSummary, factGroups } from './clusterFacts';
import type { FactRow } from './factRows';

function rowLines({ label, value, evidence }: FactRow, labelWidth: number): string[] {
  const indent = ' '.repeat(labelWidth + 4);
  return [
    `    ${label.padEnd(labelWidth)}${value}`,
    ...evidence.split('\n').flatMap((line) => (line === '' ? [] : [`${indent}· ${line}`])),
  ];
}

/** All facts of a cluster for a terminal, each with the objects that said so. */
export function clusterText(
  about: { readonly name: string; readonly server: string; readonly user: string; readonly readAt: string },
  facts: ClusterFacts,
): string {
  const summary = clusterSummary(facts);
  const groups = factGroups(facts);
  const labelWidth = 2 + Math.max(...groups.flatMap(({ rows }) => rows.map(({ label }) => label.length)));
  const lines = groups.flatMap((group) => [
    '',
    `  ${group.title}${group.summary === '' ? '' : `: ${group.summary}`}`,
    ...group.rows.flatMap((row) => rowLines(row, labelWidth)),
  ]);
  return `${[
    `${about.name}${summary === '' ? '' : `   ${summary}`}`,
    `  ${about.server}, user ${about.user || '(none)'}, read ${about.readAt}`,
    ...lines,
  ].join('\n')}\n`;
}
