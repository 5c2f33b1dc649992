import type { Target } from '../../core/target';
import type { LabFacts } from '../tree/targetNodes';

/** A tool that is not on this machine yet. */
export interface MissingTool {
  readonly name: string;
  /** Where it would come from and how large it is, e.g. `fortio 1.69.5, 12 MB from the Go module proxy`. */
  readonly how: string;
  readonly bytes: number;
}

/** The local lab as the extension uses it. Nothing is loaded or started before a method is called. */
export interface LabAccess {
  facts(): Promise<LabFacts>;
  target(): Promise<Target>;
  /** What is missing and could be had. */
  missingTools(): Promise<readonly MissingTool[]>;
  /** Gets them into the tools folder. Throws a `Problem` when one cannot be had. */
  provide(tools: readonly MissingTool[], report: (text: string) => void, signal: AbortSignal): Promise<void>;
}
