import type { Target } from '../../core/target';
import type { TargetWords } from '../../core/words/runQuestion';
import type { Resumption } from '../../store/resumption';

/** Where a run may be asked for: the lab of this machine, or the cluster of a kube context. */
export type Place = { readonly kind: 'lab' } | { readonly kind: 'kube'; readonly context: string };

/** A target with what is said of it before, during and after a run. */
export interface OpenPlace {
  readonly target: Target;
  /** For the question before the run. */
  readonly words: TargetWords;
  /** While it is only looked at. */
  readonly looking: string;
  readonly building: string;
  readonly takingDown: string;
  /** What the target is opened with again, where its runs can be interrupted and go on. */
  readonly resumption?: Resumption;
  close(): void;
}
