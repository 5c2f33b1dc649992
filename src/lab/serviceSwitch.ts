import { writeFile } from 'node:fs/promises';
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
import { labServices, mostServices, probedServices, type MeasuredPort } from './serviceList';

/** Programs Services on the client's node, one set of rules at a time. */
export interface ServiceSwitch {
  /** Writes the rules of these scales to files of the lab ahead, so that later only the loader's time passes. */
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
  const known = new Map<string, Programming>();
  /** Once the kernel has refused a size of transaction, it is not tried again. */
  const largest = new Map<RuleLoader, number>();
  let current: Programming | null = null;

  const programmingOf = (scale: ServiceScale): Programming => {
    const loader = loaderFor(scale, filtering);
    const key = `${loader.kind}-${scale.count}`;
    const before = known.get(key);
    if (before) return before;
    const services = labServices(scale.count, measured, markerTarget);
    const written = new Map<number, Promise<readonly string[]>>();
    const made: Programming = {
      loader,
      probed: probedServices(services),
      files(perTransaction) {
        const texts = (): readonly string[] => serviceTexts(loader, services, perTransaction);
        const files =
          written.get(perTransaction) ?? write(holder, `services-${key}-${perTransaction}`, texts());
        written.set(perTransaction, files);
        return files;
      },
    };
    known.set(key, made);
    return made;
  };

  return {
    async prepare(scales) {
      for (const scale of scales) {
        // 30,000 Services take a third of a second: others get their turn in between.
        await nextTurn();
        const programming = programmingOf(scale);
        await programming.files(largestTransaction(programming.loader));
      }
    },
    async to(scale, signal) {
      const next = scale === null ? null : programmingOf(scale);
      if (current !== null && current.loader !== next?.loader) {
        await unloadServices(holder, current.loader, signal);
        current = null;
      }
      if (next === null) return null;
      const { loader } = next;
      current = next;
      const loaded = await loadServices(
        holder,
        loader,
        (perTransaction) => next.files(perTransaction),
        largest.get(loader) ?? Number.POSITIVE_INFINITY,
        signal,
      );
      largest.set(loader, loaded.perTransaction);
      return loaded;
    },
    probed: () => current?.probed ?? [],
  };
}

/** A scale with what it takes to put it in force. */
interface Programming {
  readonly loader: RuleLoader;
  readonly probed: readonly Address[];
  /** The lab's files that hold its rules, one a transaction; written when first asked for. */
  files(perTransaction: number): Promise<readonly string[]>;
}

/** Writes each text to a file of the lab. Its /run is memory, and goes with it. */
async function write(holder: Holder, name: string, texts: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for (const [index, text] of texts.entries()) {
    const file = `${name}-${index}.rules`;
    await writeFile(holder.pathOf(file), text);
    files.push(file);
  }
  return files;
}
