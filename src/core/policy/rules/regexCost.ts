import { createPatterns, type Patterns } from '../patterns';
import type { Http, PortEntry } from '../semantics/model';
import { portsOf, type PathFinding, type PolicyCheck } from './policyRule';
import { layer7Docs } from './rule';

/** Where an expression starts to weigh: a plain path has some 30 instructions. */
const largeProgram = 1000;
/** A character or two are one instruction each; only counted repetitions make more of them. */
const mayBeLarge = (expression: string): boolean => expression.length > 400 || /\{\d/.test(expression);
const fewestRepeated = 3;

const fields = [
  { field: 'path', of: (http: Http) => http.urlPath },
  { field: 'method', of: (http: Http) => http.method },
  { field: 'host', of: (http: Http) => http.host },
] as const;

type Said = Pick<PathFinding, 'path' | 'reason' | 'detail'>;

function expressionsOf(http: Http, patterns: Patterns): readonly Said[] {
  return fields.flatMap(({ field, of }): Said[] => {
    const expression = of(http);
    if (expression === '') return [];
    const path = [...http.path, field];
    const size = mayBeLarge(expression) ? patterns.size(expression) : null;
    if (size !== null && size > largeProgram)
      return [{ path, reason: 'large-program', detail: { field, expression, instructions: String(size) } }];
    // Alone it matches all, which Envoy sees at once.
    if (/^\^?\(?\.[*+]\)?./.test(expression) && !/^\^?\(?\.[*+]\)?\$?$/.test(expression))
      return [{ path, reason: 'leading-any', detail: { field, expression } }];
    // Names alone: what has other marks was written as an expression.
    if (field === 'host' && /^[\w-]+(?:\.[\w-]+)+(?::\d+)?$/.test(expression))
      return [{ path, reason: 'unescaped-dot', detail: { field, expression } }];
    return [];
  });
}

/** Entries of one list that are the same but for one field: an alternation of it covers them. */
function repeatedIn(entry: PortEntry): readonly Said[] {
  const rules = entry.rules;
  if (rules === null || rules.http.length < fewestRepeated) return [];
  for (const { field, of } of fields) {
    const groups = new Map<string, Set<string>>();
    for (const http of rules.http) {
      if (of(http) === '') continue;
      const others = fields.filter((other) => other.field !== field).map((other) => other.of(http));
      const same = JSON.stringify([others, http.headers, http.headerMatches]);
      groups.set(same, (groups.get(same) ?? new Set()).add(of(http)));
    }
    const count = Math.max(0, ...[...groups.values()].map((values) => values.size));
    if (count >= fewestRepeated)
      return [
        {
          path: [...rules.path, 'http'],
          reason: 'repeated-rules',
          detail: { field, count: String(count) },
        },
      ];
  }
  return [];
}

/** What Envoy tries on each request. Expressions match the whole value, so anchors cost and change nothing. */
export const regexCost: PolicyCheck = ({ policy }) => {
  const patterns = createPatterns();
  return policy.rules.flatMap((rule) =>
    rule.rules.flatMap(({ direction, toPorts }) =>
      (toPorts ?? []).flatMap((entry) =>
        [
          ...(entry.rules?.http ?? []).flatMap((http) => expressionsOf(http, patterns)),
          ...repeatedIn(entry),
        ].map((said): PathFinding => ({
          ...said,
          code: 'l7-regex-cost',
          severity: said.reason === 'large-program' ? 'warning' : 'hint',
          protocol: 'http',
          docs: layer7Docs,
          tags: [],
          rules: entry.rules?.http.length ?? 0,
          rule,
          direction,
          ports: portsOf(entry),
        })),
      ),
    ),
  );
};
