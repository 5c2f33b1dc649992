import type { CiliumVersion } from '../../src/core/policy/semantics/model';
import type { ManifestFile } from './answer';
import type { Judged, JudgedEndpoint } from './judged';

/** Who an answer is asked for: sides are compared on the same endpoints. */
export type Subject = Pick<JudgedEndpoint, 'labels' | 'isHost' | 'isCombined'>;

/** One side of a comparison: what it says of files that are one cluster, for one version of Cilium. */
export type Judge = (
  files: readonly ManifestFile[],
  version: CiliumVersion,
  subjects: readonly Subject[],
) => Judged | Promise<Judged>;

/** The analysis of this project as a judge. Null: `src/core/policy/semantics` has no analysis yet, only its contract. */
export const ours: Judge | null = null;
