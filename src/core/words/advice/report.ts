/** Advice on a target as text for a terminal and as Markdown. */
import { isAdvice, type Advised, type Planned } from '../../result/advice/advice';
import type { Run } from '../../result/run';
import { adviceText, type AdviceText } from './adviceText';
import { githubText } from '../markdownText';
import { counted } from '../numbers';
import { targetPlace } from '../targets';
import { paint, wrap } from '../terminalText';

/** Version of the JSON document: fields are added freely and changed only with a new number. */
const schemaVersion = 1;

/** What is advised on one target. */
export interface TargetAdvice {
  readonly target: Pick<Run['target'], 'kind' | 'name'> & Partial<Pick<Run['target'], 'fingerprint'>>;
  /** Ids of the runs that were looked at, the newest first. */
  readonly runs: readonly string[];
  readonly advised: readonly Advised[];
}

function headline({ target, runs }: TargetAdvice): string {
  return `Advice for ${targetPlace(target)}, from ${counted(runs.length, 'run')}`;
}

/** Advice first, then what is not advised and why. */
function parts({ advised, target }: TargetAdvice): {
  readonly given: readonly AdviceText[];
  readonly not: readonly AdviceText[];
} {
  return {
    given: advised.filter(isAdvice).map((one) => adviceText(one, target)),
    not: advised.filter((one) => !isAdvice(one)).map((one) => adviceText(one, target)),
  };
}

const notAdvised = 'Not advised';
const nothing = 'Nothing can be advised yet.';

/** `text` begins with the same words as the heading that it stands under. */
const reasonOf = ({ text }: AdviceText): string => text.replace(/^Not advised\. /, '');

export function adviceLines(
  advice: TargetAdvice,
  { width, colour }: { readonly width: number; readonly colour: boolean },
): readonly string[] {
  const { given, not } = parts(advice);
  const bold = (text: string): string => paint({ text, colour: 'bold' }, colour);
  const dim = (text: string): string => paint({ text, colour: 'dim' }, colour);
  return [
    bold(headline(advice)),
    '',
    ...(given.length === 0 ? [nothing, ''] : []),
    ...given.flatMap(({ title, text, details }) => [
      bold(title),
      ...wrap(text, width - 2).map((line) => `  ${line}`),
      ...details.flatMap((line) => wrap(line, width - 4, '  ').map((part) => dim(`    ${part}`))),
      '',
    ]),
    ...(not.length === 0
      ? []
      : [
          bold(notAdvised),
          ...not.flatMap((one) =>
            wrap(`${one.title}: ${reasonOf(one)}`, width - 2, '  ').map((line) => `  ${line}`),
          ),
        ]),
  ];
}

/** Characters of one advice: it may name several policies. */
const mostCharacters = 1200;

export function adviceMarkdown(advice: TargetAdvice): string {
  const { given, not } = parts(advice);
  const text = (line: string): string => githubText(line, mostCharacters);
  return [
    `## ${text(headline(advice))}`,
    ...(given.length === 0 ? [nothing] : []),
    ...given.flatMap((one) => [
      `### ${text(one.title)}`,
      text(one.text),
      one.details.map((line) => `- ${text(line)}`).join('\n'),
    ]),
    ...(not.length === 0
      ? []
      : [
          `### ${notAdvised}`,
          not.map((one) => `- **${text(one.title)}:** ${text(reasonOf(one))}`).join('\n'),
        ]),
  ]
    .join('\n\n')
    .concat('\n');
}

/** The advice as data, with all that it stands on. */
export function adviceJson(
  { target: { kind, name }, runs, advised }: TargetAdvice,
  planned: Planned,
): string {
  const advice = advised.filter(isAdvice);
  const notAdvised = advised.filter((one) => !isAdvice(one));
  const document = { schemaVersion, target: { kind, name }, runs, planned, advice, notAdvised };
  return `${JSON.stringify(document, null, 2)}\n`;
}
