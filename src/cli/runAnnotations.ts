import { Problem } from '../core/problem';
import { nameOf, noteOf, tagsOf, type Annotations } from '../core/result/annotations';
import { targetPlace } from '../core/words/targets';
import { systemClock } from '../store/systemClock';
import type { ParsedArguments } from './arguments';
import type { CommandContext } from './commands/command';
import { findRun, type FoundRun } from './findRun';
import { openStore } from './storeOption';

/** The run that follows the action, and the words after it. */
async function named(
  args: ParsedArguments,
  context: CommandContext,
): Promise<FoundRun & { readonly words: readonly string[] }> {
  const [action = '', word, ...words] = args.positionals;
  if (word === undefined) {
    throw new Problem('usage', `runs ${action} takes a run.`, `Name it: cilium-bench runs ${action} latest.`);
  }
  return { ...(await findRun(openStore(args, context), word, context.cwd)), words };
}

const annotate = async (
  { run, store }: FoundRun,
  change: (now: Annotations) => Annotations,
): Promise<Annotations> => store.annotate(run.id, change);

export async function nameRun(args: ParsedArguments, context: CommandContext): Promise<void> {
  const found = await named(args, context);
  const { name } = await annotate(found, (now) => ({ ...now, name: nameOf(found.words.join(' ')) }));
  const said = name === null ? 'has no name now' : `is named ${name}`;
  context.terminal.out.write(`${found.run.id} ${said}\n`);
}

export async function noteRun(args: ParsedArguments, context: CommandContext): Promise<void> {
  const found = await named(args, context);
  const [text, ...more] = found.words;
  if (text === undefined || more.length > 0) {
    throw new Problem(
      'usage',
      'runs note takes one text.',
      'Quote it, or give - to read it from standard input.',
    );
  }
  const given = text === '-' ? await context.readStdin() : text;
  const { note } = await annotate(found, (now) => ({ ...now, note: noteOf(given) }));
  context.terminal.out.write(`${found.run.id} ${note === null ? 'has no note now' : 'has the note'}\n`);
}

export async function tagRun(args: ParsedArguments, context: CommandContext): Promise<void> {
  const found = await named(args, context);
  const added = found.words.map((word) => word.replace(/^[+#]/, ''));
  const gone = new Set(args.texts('untag'));
  if (added.length + gone.size === 0) {
    throw new Problem('usage', 'runs tag takes tags.', 'Write +TAG to add one, -TAG to take one away.');
  }
  const { tags } = await annotate(found, (now) => ({
    ...now,
    tags: tagsOf([...now.tags, ...added].filter((tag) => !gone.has(tag))),
  }));
  const said = tags.length === 0 ? 'has no tags now' : `is tagged ${tags.join(', ')}`;
  context.terminal.out.write(`${found.run.id} ${said}\n`);
}

async function alone(args: ParsedArguments, context: CommandContext): Promise<FoundRun> {
  const found = await named(args, context);
  if (found.words.length === 0) return found;
  throw new Problem(
    'usage',
    `runs ${args.positionals[0] ?? ''} takes one run.`,
    'cilium-bench runs list shows the runs.',
  );
}

export async function pinRun(args: ParsedArguments, context: CommandContext): Promise<void> {
  const { run, store } = await alone(args, context);
  await store.pin(run.id, systemClock.now());
  context.terminal.out.write(
    `${run.id} is the baseline of ${run.scenario} on ${targetPlace(run.target)} now\n`,
  );
}

export async function unpinRun(args: ParsedArguments, context: CommandContext): Promise<void> {
  const { run, store } = await alone(args, context);
  await store.pin(run.id, null);
  context.terminal.out.write(`${run.id} is no baseline now\n`);
}
