/** Texts that the agent takes as expressions: Go's regular expressions in HTTP rules, names and patterns of DNS. */
import { createPatterns } from '../patterns';
import type { CiliumVersion } from './model';

/** Expressions of these characters alone are never refused, and most are; `^*`, `|*` and `**` are left to the library. */
const harmless = /^(?:[\w/.:@%=&,~ -][*+?]?|[$^|])*$/;
/** Repetitions of this kind make a compiled expression large: what has more of them in one policy is not judged. */
const heavyRepetition = /\{\d{2,}/g;
const mostHeavyRepetitions = 40;

/** Long names of Unicode categories, which Go takes since 1.25 (unicode.CategoryAliases) and the library does not. */
const categories: Readonly<Record<string, string>> = {
  casedletter: 'LC',
  closepunctuation: 'Pe',
  connectorpunctuation: 'Pc',
  control: 'Cc',
  cntrl: 'Cc',
  currencysymbol: 'Sc',
  dashpunctuation: 'Pd',
  decimalnumber: 'Nd',
  digit: 'Nd',
  enclosingmark: 'Me',
  finalpunctuation: 'Pf',
  format: 'Cf',
  initialpunctuation: 'Pi',
  letter: 'L',
  letternumber: 'Nl',
  lineseparator: 'Zl',
  lowercaseletter: 'Ll',
  mark: 'M',
  combiningmark: 'M',
  mathsymbol: 'Sm',
  modifierletter: 'Lm',
  modifiersymbol: 'Sk',
  nonspacingmark: 'Mn',
  number: 'N',
  openpunctuation: 'Ps',
  other: 'C',
  otherletter: 'Lo',
  othernumber: 'No',
  otherpunctuation: 'Po',
  othersymbol: 'So',
  paragraphseparator: 'Zp',
  privateuse: 'Co',
  punctuation: 'P',
  punct: 'P',
  separator: 'Z',
  spaceseparator: 'Zs',
  spacingmark: 'Mc',
  surrogate: 'Cs',
  symbol: 'S',
  titlecaseletter: 'Lt',
  unassigned: 'Cn',
  uppercaseletter: 'Lu',
};

/**
 * The name as the library knows it. Go (regexp/syntax, `canonicalName`) drops spaces, hyphens and underscores and ignores case;
 * names of scripts that have an underscore it does not find, since 1.25.
 */
function libraryClass(name: string): string {
  const folded = name.toLowerCase().replace(/[ _-]/g, '');
  // Any class will do: only whether Go knows it is asked.
  if (folded === 'ascii') return 'L';
  if (folded === 'lc') return 'LC';
  return categories[folded] ?? folded.slice(0, 1).toUpperCase() + folded.slice(1);
}

/** The same expression in the library's words: classes by the names it knows, and no name of a group twice. */
function forLibrary(pattern: string): string {
  let groups = 0;
  return pattern
    .replace(
      /\\([pP])\{(\^?)([\w -]+)\}/g,
      (_, letter: string, negation: string, name: string) => `\\${letter}{${negation}${libraryClass(name)}}`,
    )
    .replace(/\(\?P?<\w+>/g, () => `(?P<g${(groups += 1)}>`);
}

/** Whether Go's regexp takes an expression. Null where it does, and where the expression is too large to be judged. */
export type ExpressionRefusal = (pattern: string) => string | null;

/**
 * Cilium compiles with Go's regexp, Envoy with RE2. re2js follows Go but for long names of classes, and for two groups of one
 * name, which Go takes and RE2 refuses (it takes `\C` instead, which Go refuses). What the expressions of one policy may cost is
 * bounded: make one for each policy.
 */
export function createExpressionRefusal(): ExpressionRefusal {
  let patterns: ReturnType<typeof createPatterns> | undefined;
  let heavy = 0;
  return (pattern) => {
    if (harmless.test(pattern)) return null;
    heavy += pattern.match(heavyRepetition)?.length ?? 0;
    if (heavy > mostHeavyRepetitions) return null;
    patterns ??= createPatterns();
    const refusal = patterns.refusal(/\\[pP]\{/.test(pattern) ? forLibrary(pattern) : pattern);
    if (refusal === null) return null;
    if (refusal.includes('duplicate capture group name')) return patterns.refusal(forLibrary(pattern));
    return refusal.endsWith('trailing backslash at end of expression') ? `${refusal}: \`\`` : refusal;
  };
}

export interface DomainRefusal {
  readonly field: 'matchName' | 'matchPattern';
  readonly reason: string;
  readonly says: string;
}

/** Bytes of UTF-8, as Go's `len` counts them. */
const byteLength = (text: string): number => {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
};

/** fqdn.go and pkg/fqdn/matchpattern. `selector`: an entry of toFQDNs, which may not have both. */
export function domainRefusals(
  { matchName = '', matchPattern = '' }: { readonly matchName?: string; readonly matchPattern?: string },
  kind: 'selector' | 'rule',
  version: CiliumVersion,
): readonly DomainRefusal[] {
  const found: DomainRefusal[] = [];
  if (kind === 'selector' && matchName !== '' && matchPattern !== '')
    found.push({
      field: 'matchPattern',
      reason: 'fqdn-name-and-pattern',
      says: 'only one of MatchName or MatchPattern is allowed in an FQDNSelector',
    });
  if (matchName !== '' && !/^[-a-zA-Z0-9_.]+$/.test(matchName)) {
    const allowed = kind === 'selector' && version !== '1.18' ? '., -, _ characters' : '. and - characters';
    found.push({
      field: 'matchName',
      reason: 'fqdn-characters',
      says: `Invalid characters in MatchName: "${matchName}". Only 0-9, a-z, A-Z and ${allowed} are allowed`,
    });
  }
  if (version !== '1.18' && byteLength(matchPattern.trim()) > 255)
    found.push({
      field: 'matchPattern',
      reason: 'fqdn-too-long',
      says: `Invalid MatchPattern: ${JSON.stringify(matchPattern)}. Must be <= 255 characters long.`,
    });
  if (matchPattern !== '' && !/^[-a-zA-Z0-9_.*]+$/.test(matchPattern)) {
    const allowed = version === '1.18' ? '., - and *' : '., -, _ and *';
    found.push({
      field: 'matchPattern',
      reason: 'fqdn-characters',
      says: `Invalid characters in MatchPattern: "${matchPattern}". Only 0-9, a-z, A-Z and ${allowed} characters are allowed`,
    });
  }
  return found;
}
