import type { Capability } from '../../core/scenario/scenario';
import type { Target } from '../../core/target';
import type { FoundTools } from '../../lab/tools/foundTools';
import type { MissingTool, MissingTools } from '../../lab/tools/missingTools';
import { toolsFolderSetting } from '../configuration';
import { labFacts, type LabFacts } from '../tree/labFacts';

/** The local lab as the extension uses it. Nothing of it is loaded or started before a method is called. */
export interface LocalLab {
  /** What is on this machine and what can be measured with it; remembered until {@link LocalLab.forget}. */
  facts(): Promise<LabFacts>;
  target(): Promise<Target>;
  /** Which tools these needs ask for and are not there. */
  missingTools(needs: Iterable<Capability>): Promise<MissingTools>;
  /** Brings tools into the tools folder. Throws a `Problem` when one cannot be had. */
  provide(tools: readonly MissingTool[], report: (text: string) => void, signal: AbortSignal): Promise<void>;
  /** Looks at the machine anew when next asked. */
  forget(): void;
}

/** Looking at the machine takes a moment and is not worth a button to stop it. */
const noCancel = (): AbortSignal => new AbortController().signal;

/** The lab of this machine, with the tools folder that the settings name. */
export function createLocalLab(environment: NodeJS.ProcessEnv): LocalLab {
  const load = () => import('../../lab/main');
  let target: Promise<Target> | undefined;
  let facts: Promise<LabFacts> | undefined;

  const toolsFolder = async (): Promise<string> =>
    toolsFolderSetting() ?? (await load()).defaultCacheFolder(environment);
  const findTools = async (signal: AbortSignal): Promise<FoundTools> =>
    (await load()).findTools({ cacheFolder: await toolsFolder(), env: environment, signal });
  const openTarget = async (): Promise<Target> => (await load()).createLabTarget({ findTools });
  const getTarget = (): Promise<Target> => (target ??= openTarget());

  const look = async (): Promise<LabFacts> => {
    const [tools, capabilities] = await Promise.all([
      findTools(noCancel()),
      getTarget().then((lab) => lab.capabilities(noCancel())),
    ]);
    return labFacts(tools, capabilities);
  };

  return {
    facts() {
      facts ??= look().catch((error: unknown) => {
        facts = undefined;
        throw error;
      });
      return facts;
    },
    target: getTarget,
    async missingTools(needs) {
      const { missingTools, toolsFor } = await load();
      return missingTools(await findTools(noCancel()), toolsFor(needs));
    },
    async provide(tools, report, signal) {
      const { provideTools } = await load();
      facts = undefined;
      const wanted = tools.map(({ name }) => name);
      await provideTools({ wanted, cacheFolder: await toolsFolder(), env: environment, signal, report });
    },
    forget() {
      facts = undefined;
    },
  };
}
