import type { OptionSpecs, ParsedArguments } from '../arguments';
import type { CommandContext } from './command';

export const driftOptions = {
  target: {
    value: 'NAME',
    help: 'drift: of this context, or lab; that of the newest run unless said otherwise',
  },
  variant: { value: 'ID', help: 'drift: of this setting alone' },
  metric: {
    value: 'METRIC',
    help: 'drift: of this metric; the one that the scenario is about unless said otherwise',
  },
} as const satisfies OptionSpecs;

export async function drift(args: ParsedArguments, context: CommandContext): Promise<void> {
  await (await import('../results/main')).drift(args, context);
}
