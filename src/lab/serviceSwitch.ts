import { setImmediate as nextTurn } from 'node:timers/promises';
import { Problem } from '../core/problem';
import type { ServiceScale } from '../core/scenario/scenario';
import type { Address } from '../core/target';
import type { Holder } from './holder';
import {
  largestTransaction,
  loadServices,
  serviceTexts,
  unloadServices,
  type Filtering,
  type LoadedServices,
  type RuleLoader,
} from './loaders';
import { labServices, mostServices, probedServices, type LabService, type MeasuredPort } from './serviceList';

/** Programs Services on the client's node, one set of rules at a time. */
export interface ServiceSwitch {
  /** Makes the rules of these scales ahead, so that later only the loader's time passes. */
  prepare(scales: readonly ServiceScale[]): Promise<void>;
  /** Puts a scale in force in place of the one before; null takes all rules away. */
  to(scale: ServiceScale | null, signal: AbortSignal): Promise<LoadedServices | null>;
  /** The marker Services and the measured one, as programmed now. */
  probed(): readonly Address[];
}

/** Throws a {@link Problem} for a scale that this lab cannot program. */
function loaderFor({ rules, count }: ServiceScale, filtering: Filtering): RuleLoader {
  if (count > mostServices) {
    throw new Problem(
      'usage',
      `The lab has room for ${mostServices} Services, and ${count} are asked for.`,
      `Ask for ${mostServices} or fewer.`,
    );
  }
  const loader = rules === 'nftables' ? filtering.nft : filtering.iptables;
  if (loader !== null) return loader;
  throw new Problem(
    'target',
    `${rules} does not work in the lab here, so Services cannot be programmed with it.`,
    `Install ${rules}, or choose the other rules.`,
  );
}

/** `measured` are the ports of the measured Service; `markerTarget` is where the marker Services lead. */
export function createServiceSwitch(
  holder: Holder,
  filtering: Filtering,
  measured: readonly MeasuredPort[],
  markerTarget: number,
): ServiceSwitch {
  const texts = new Map<string, readonly string[]>();
  /** Once the kernel has refused a size of transaction, it is not tried again. */
  const largest = new Map<RuleLoader, number>();
  let current: { readonly loader: RuleLoader; readonly services: readonly LabService[] } | null = null;

  const textsOf = (
    loader: RuleLoader,
    services: readonly LabService[],
    perTransaction: number,
  ): readonly string[] => {
    const key = `${loader.kind} ${services.length} ${perTransaction}`;
    const made = texts.get(key) ?? serviceTexts(loader, services, perTransaction);
    texts.set(key, made);
    return made;
  };

  return {
    async prepare(scales) {
      for (const scale of scales) {
        const loader = loaderFor(scale, filtering);
        // 30,000 Services take a third of a second: others get their turn in between.
        await nextTurn();
        textsOf(loader, labServices(scale.count, measured, markerTarget), largestTransaction(loader));
      }
    },
    async to(scale, signal) {
      const loader = scale === null ? null : loaderFor(scale, filtering);
      if (current !== null && current.loader !== loader) {
        await unloadServices(holder, current.loader, signal);
        current = null;
      }
      if (scale === null || loader === null) return null;
      const services = labServices(scale.count, measured, markerTarget);
      current = { loader, services };
      const loaded = await loadServices(
        holder,
        loader,
        (perTransaction) => textsOf(loader, services, perTransaction),
        largest.get(loader) ?? Number.POSITIVE_INFINITY,
        signal,
      );
      largest.set(loader, loaded.perTransaction);
      return loaded;
    },
    probed: () => probedServices(current?.services ?? []),
  };
}
