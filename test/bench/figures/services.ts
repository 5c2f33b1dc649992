import { writeFile } from 'node:fs/promises';
import { createLabTarget } from '../../../src/lab/labTarget';
import { labFile, startHolder } from '../../../src/lab/holder';
import { loaderCommand, serviceTexts, tryFiltering, type RuleLoader } from '../../../src/lab/loaders';
import { labServices } from '../../../src/lab/serviceList';
import { inTest, never, planOf, saturated, toolsHere } from '../../lab/support';
import { CannotMeasure, median, pairedRatio, seconds, type Figure, type Line } from '../figure';

const count = 30_000;
/** iptables takes seconds a round, nft a quarter of one. */
const rounds = { nft: 12, 'iptables-legacy': 4 } as const;

/**
 * What a change to 30,000 Services takes from asking to done, beside the rule loader alone with the same rules in a file.
 * Who goes first changes from round to round: the kernel frees the rules of the one before in the background.
 */
export const services: Figure = {
  name: 'services',
  async measure(say) {
    const tools = await toolsHere();
    const rights = process.getuid?.() === 0 ? 'root' : 'user-namespace';
    const bare = await startHolder(rights, never);
    try {
      const filtering = await tryFiltering(bare, tools, never);
      const target = createLabTarget({ findTools: () => Promise.resolve(tools) });
      const kinds: readonly (readonly ['nftables' | 'iptables', RuleLoader | null])[] = [
        ['nftables', filtering.nft],
        ['iptables', filtering.iptables],
      ];
      const lines: Line[] = [];
      for (const [rules, loader] of kinds) {
        if (loader === null || loader.kind === 'iptables-nft') continue;
        say(`${rules}: ${rounds[loader.kind]} rounds`);
        const ports = [{ name: 'http', port: 80, targetPort: 8080 }];
        const [text = ''] = serviceTexts(loader, labServices(count, ports, 8080), Number.POSITIVE_INFINITY);
        const to = { rules, count } as const;
        const bench = await target.open(planOf([saturated], [{ what: 'services', to }]), inTest);
        const through: number[] = [];
        const byHand: number[] = [];
        const file = `by-hand-${loader.kind}.rules`;
        await writeFile(bare.pathOf(file), text);
        const load = async (command: readonly string[], input?: string): Promise<void> => {
          const { exitCode, stderr } = await bare.run('node-a', command, {
            ...(input === undefined ? {} : { input }),
            env: loader.env,
          });
          if (exitCode !== 0) throw new CannotMeasure(`${loader.kind} alone failed: ${stderr.trim()}`);
        };
        const measureThrough = async (): Promise<void> => {
          through.push(await seconds(() => bench.change({ what: 'services', to }, never)));
          await bench.change({ what: 'services', to: null }, never);
        };
        const measureByHand = async (): Promise<void> => {
          byHand.push(await seconds(() => load(loaderCommand(loader, labFile(file)))));
          await load(loaderCommand(loader), loader.kind === 'nft' ? 'flush ruleset\n' : '*nat\nCOMMIT\n');
        };
        try {
          for (let round = 0; round < rounds[loader.kind]; round += 1) {
            const both = [measureThrough, measureByHand];
            for (const measure of round % 2 === 0 ? both : both.reverse()) await measure();
          }
        } finally {
          await bench.close();
        }
        const { ratio, plusMinus } = pairedRatio(
          through.map((value, index) => ({ value, beside: byHand[index] ?? Number.NaN })),
        );
        lines.push({
          name: `30,000 Services by ${loader.kind}`,
          value: median(byHand) * ratio,
          unit: 's',
          beside: median(byHand),
          plusMinus,
          besideWhat: `${loader.kind} alone`,
          ratio: { atMost: 1.1 },
        });
      }
      if (lines.length === 0) throw new CannotMeasure('neither nft nor iptables-legacy works here');
      return lines;
    } finally {
      await bare.close();
    }
  },
};
