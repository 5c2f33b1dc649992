import { Problem } from '../../core/problem';
import { refuseBlocked } from '../../core/run/conduct';
import { exitCodes } from '../exitCode';
import { asksForCluster, openCluster } from '../kube';
import { lookAtLab, toolsOption } from '../lab';
import { planText } from '../../core/words/plans';
import { prepare } from '../prepare';
import { readChoices, runOptions } from '../runOptions';
import { storeOption } from '../storeOption';
import type { Command } from './command';

export const planCommand: Command = {
  name: 'plan',
  usage: '<scenario>',
  summary: 'Shows checks, steps and changes of a run. Touches nothing.',
  options: {
    ...runOptions,
    ...storeOption,
    ...toolsOption,
    json: { help: 'the plan as one JSON document' },
    yes: { help: 'as for run; a plan asks nothing' },
  },
  async run(args, context) {
    if (args.positionals.length !== 1) {
      throw new Problem('usage', 'plan takes one scenario.', 'Name it: cilium-bench plan rps.');
    }
    const choices = await readChoices(args, context);
    const cluster = asksForCluster(args) ? await openCluster(args, context) : null;
    const target = cluster ?? (await lookAtLab(choices, args, context));
    try {
      for (const scenario of choices.scenarios) {
        const { plan, checks } = await prepare(scenario, choices, target, context.signal);
        const { kind, name } = target;
        context.terminal.out.write(
          args.flag('json')
            ? `${JSON.stringify({ schemaVersion: 1, target: { kind, name }, checks, plan }, null, 2)}\n`
            : planText(plan, target, checks),
        );
        refuseBlocked(checks);
      }
    } finally {
      cluster?.close();
    }
    return exitCodes.done;
  },
};
