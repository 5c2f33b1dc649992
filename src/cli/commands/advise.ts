import { storeOption } from '../storeOption';
import type { Command } from './command';

export const adviseCommand: Command = {
  name: 'advise',
  usage: '[<run>...]',
  summary: 'Says what runs and facts of a target give reason for, and on which numbers it stands.',
  options: {
    target: { value: 'NAME', help: 'a context, or lab; that of the newest run unless said otherwise' },
    context: { value: 'NAME', help: 'asks the cluster of this context for its facts too; reads only' },
    policies: { value: 'PATH', many: true, help: 'manifests, or folders of them; may be repeated' },
    services: { value: 'N', help: 'Services that the cluster shall have, those of now among them' },
    endpoints: { value: 'N', help: 'endpoints of each' },
    format: { value: 'FORMAT', choices: ['text', 'json', 'md'], help: 'text unless said otherwise' },
    output: { value: 'FILE', short: 'o', help: 'write there instead of to standard output' },
    ...storeOption,
  },
  notes: [
    '<run> is an id, the beginning of one, "latest", or the folder of a run; all runs of the target where none is named.',
    'Nothing is advised from one round, from noise, or from runs that were cancelled, failed or imported.',
    'Ends with 4 where nothing can be advised.',
  ],
  run: async (args, context) => (await import('../results/main')).advise(args, context),
};
