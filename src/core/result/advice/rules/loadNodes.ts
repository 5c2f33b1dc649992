import { isClientBound } from '../../../run/gates/clientBound';
import type { Run } from '../../run';
import type { Advised, AdviceRule, Basis, LoadNodesAdvice, Situation } from '../advice';
import { burstFamilyOf } from '../burst';
import { confidenceOf, limitsOfRun, type Limit } from '../confidence';
import { saidOf } from '../facts';
import { fewestRounds } from '../usable';

/** Samples that their client spoiled, where it did so in two rounds or more: once may be chance. */
function clientBoundIn(
  run: Run,
): { readonly samples: number; readonly of: number; readonly rounds: number } | null {
  const taken = run.samples.filter(({ block }) => block > 0);
  const spoiled = taken.filter(isClientBound);
  const rounds = new Set(spoiled.map(({ block }) => block)).size;
  return rounds < fewestRounds ? null : { samples: spoiled.length, of: taken.length, rounds };
}

/** The instance types of the nodes with where they are said: by the cluster, else by the newest run. */
function typesOf({
  facts,
  runs,
}: Situation): { readonly types: readonly string[]; readonly said: string } | null {
  if (facts?.nodes.known) {
    const told = facts.nodes.value.flatMap(({ instanceType }) => (instanceType.known ? [instanceType] : []));
    const [first] = told;
    return first ? { types: [...new Set(told.map(({ value }) => value))], said: saidOf(first) } : null;
  }
  const run = runs.find(
    ({ target, imported }) => !imported && typeof target.fingerprint['instanceTypes'] === 'string',
  );
  const text = run?.target.fingerprint['instanceTypes'];
  return run && typeof text === 'string'
    ? { types: text.split(', '), said: `fingerprint of run ${run.id}` }
    : null;
}

/** Nodes that limit what is measured, not the network: a client out of CPU, or instances that run on credit. */
export const loadNodes: AdviceRule = {
  code: 'load-nodes',
  runsOn: ['lab', 'kube'],
  advise(situation): Advised {
    const own = situation.runs.filter(
      ({ imported, state }) => !imported && state !== 'cancelled' && state !== 'failed',
    );
    const [bound] = own.flatMap((run) => {
      const found = clientBoundIn(run);
      return found ? [{ run, ...found }] : [];
    });
    const types = typesOf(situation);
    const burst: LoadNodesAdvice['burst'] = (types?.types ?? []).flatMap((type) => {
      const family = burstFamilyOf(type);
      return family === null ? [] : [{ type, family }];
    });
    if (!bound && burst.length === 0) {
      return { code: 'load-nodes', refusal: { kind: 'nothing-found', what: 'spoiled-samples' } };
    }
    const limits: readonly Limit[] = [
      // How far a client was off is counted, so few rounds do not make it less sure; a stand-in's CPU is the machine's own.
      ...(bound ? limitsOfRun(bound.run, bound.rounds).filter((limit) => limit !== 'stand-in') : []),
      ...(burst.length > 0 ? (['by-name'] as const) : []),
    ];
    const basis: Basis[] = [
      ...(bound
        ? [
            {
              from: 'count' as const,
              run: bound.run.id,
              what: 'samples-client-bound' as const,
              value: bound.samples,
              of: bound.of,
            },
          ]
        : []),
      ...burst.map(({ type }): Basis => ({
        from: 'fact',
        fact: 'instanceTypes',
        value: type,
        said: types?.said ?? '',
      })),
    ];
    return {
      code: 'load-nodes',
      what: {
        code: 'load-nodes',
        clientBound: bound ? { samples: bound.samples, of: bound.of } : null,
        burst,
      },
      confidence: confidenceOf(limits),
      basis,
      wouldChange: [
        ...(bound ? [{ kind: 'stronger-client' as const }] : []),
        ...(burst.length > 0 ? [{ kind: 'steal-read' as const }] : []),
      ],
    };
  },
};
