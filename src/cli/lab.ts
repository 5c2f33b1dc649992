import path from 'node:path';
import type { CalibrationBench } from '../core/calibration/bench';
import type { Truth } from '../core/calibration/truth';
import { variantNeeds } from '../core/plan/needs';
import { fillParameters } from '../core/scenario/parameters';
import type { ToolUse } from '../core/result/run';
import type { Capability } from '../core/scenario/scenario';
import type { Target, TargetCapabilities } from '../core/target';
import type * as labMain from '../lab/main';
import type { FoundTools } from '../lab/tools/foundTools';
import type { OptionSpecs, ParsedArguments } from './arguments';
import type { CommandContext } from './commands/command';
import { choicesFor, type RunChoices } from './runOptions';

export const toolsOption = {
  tools: {
    value: 'DIR',
    help: "folder that the lab's tools are brought to; the extension shares the default one",
  },
} as const satisfies OptionSpecs;

type LabModule = typeof labMain;

/** Loaded when first needed: other commands start without it. */
async function loadLab(): Promise<LabModule> {
  return import('../lab/main');
}

function toolsFolder(lab: LabModule, args: ParsedArguments, { cwd, env }: CommandContext): string {
  const folder = args.text('tools');
  return folder === undefined ? lab.defaultCacheFolder(env) : path.resolve(cwd, folder);
}

function labWith(lab: LabModule, cacheFolder: string, { env }: CommandContext): Target {
  return lab.createLabTarget({ findTools: (signal) => lab.findTools({ cacheFolder, env, signal }) });
}

/** What the scenarios ask of a target, before it is known what the target can do. */
function needsOf(choices: RunChoices): ReadonlySet<Capability> {
  return new Set(
    choices.scenarios.flatMap((scenario) => {
      const { parameters } = choicesFor(scenario, choices);
      return scenario.variants(fillParameters(scenario, parameters), 'lab').flatMap(variantNeeds);
    }),
  );
}

/**
 * The lab, to look at only: tools that are missing are named on standard error, and what needs them is left out of a
 * plan. Nothing is brought.
 */
export async function lookAtLab(
  choices: RunChoices,
  args: ParsedArguments,
  context: CommandContext,
): Promise<Target> {
  const lab = await loadLab();
  const cacheFolder = toolsFolder(lab, args, context);
  const found = await lab.findTools({ cacheFolder, env: context.env, signal: context.signal });
  const { canBring } = lab.missingTools(found, lab.toolsFor(needsOf(choices)));
  if (canBring.length > 0) {
    context.terminal.err.write(
      `A run brings these tools first, and this plan leaves out what needs them: ${lab.describeProvision(canBring)}.\n`,
    );
  }
  return labWith(lab, cacheFolder, context);
}

/**
 * The lab's tools, those that are wanted among them as far as they can be had: what is missing is brought, after saying what and how
 * large on standard error. Throws a target {@link Problem} when a tool cannot be brought although it should.
 */
async function provided(
  lab: LabModule,
  wanted: Parameters<LabModule['missingTools']>[1],
  args: ParsedArguments,
  context: CommandContext,
): Promise<FoundTools> {
  const { terminal, env, signal } = context;
  const cacheFolder = toolsFolder(lab, args, context);
  const found = await lab.findTools({ cacheFolder, env, signal });
  const { canBring, cannotBring } = lab.missingTools(found, wanted);
  for (const { name, reason, todo } of cannotBring) {
    terminal.err.write(`${name} is not there and cannot be brought: ${reason}. ${todo}\n`);
  }
  if (canBring.length > 0) {
    terminal.err.write(`Bringing to ${cacheFolder}: ${lab.describeProvision(canBring)}\n`);
    await lab.provideTools({
      wanted: canBring.map(({ name }) => name),
      cacheFolder,
      env,
      signal,
      report: (text) => {
        terminal.err.write(`${text}\n`);
      },
    });
  }
  return canBring.length === 0 ? found : lab.findTools({ cacheFolder, env, signal });
}

/**
 * The lab with the tools that the scenarios need. What is missing is brought, after saying what and how large on standard
 * error; what cannot be brought is said too, and planning then leaves out what needs it. Throws a target {@link Problem}
 * when a tool cannot be brought although it should.
 */
export async function openLab(
  choices: RunChoices,
  args: ParsedArguments,
  context: CommandContext,
): Promise<Target> {
  const lab = await loadLab();
  await provided(lab, lab.toolsFor(needsOf(choices)), args, context);
  const cacheFolder = toolsFolder(lab, args, context);
  return labWith(lab, cacheFolder, context);
}

/** The lab with injections, by the tools that these truths need: what is missing is brought as for a run. */
export async function openLabForCalibration(
  truths: readonly Truth[],
  args: ParsedArguments,
  context: CommandContext,
): Promise<{ readonly open: () => Promise<CalibrationBench>; readonly tools: readonly ToolUse[] }> {
  const lab = await loadLab();
  // Before anything is brought.
  await lab.namespaceRights(context.signal);
  const wanted = new Set(truths.flatMap(({ tool, needs }) => [tool.name, ...needs]));
  const tools = await provided(lab, [...wanted], args, context);
  return {
    open: () => lab.openCalibrationBench(tools, context.signal),
    tools: [...tools.values()].map(({ name, version, source }) => ({ name, version, source })),
  };
}

/** What the lab can do on this machine as it is. */
export interface LabFacts {
  readonly capabilities: TargetCapabilities;
  readonly tools: FoundTools;
  /** The tools that are not here, each with how it can be had. */
  readonly missing: readonly { readonly name: string; readonly how: string; readonly canBring: boolean }[];
}

/** Looks at tools and rights. Contacts nothing and brings nothing. */
export async function surveyLab(args: ParsedArguments, context: CommandContext): Promise<LabFacts> {
  const lab = await loadLab();
  const cacheFolder = toolsFolder(lab, args, context);
  const tools = await lab.findTools({ cacheFolder, env: context.env, signal: context.signal });
  const capabilities = await labWith(lab, cacheFolder, context).capabilities(context.signal);
  const { canBring, cannotBring } = lab.missingTools(tools, lab.toolNames);
  return {
    capabilities,
    tools,
    missing: [
      ...canBring.map((tool) => ({
        name: tool.name,
        how: `a run brings ${lab.describeProvision([tool])}`,
        canBring: true,
      })),
      ...cannotBring.map(({ name, reason, todo }) => ({ name, how: `${reason}. ${todo}`, canBring: false })),
    ],
  };
}
