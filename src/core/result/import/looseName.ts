import { idText, shortText } from './figures';

/** A round's number at the end of a name: `_r2`, `-round-3`. */
const roundEnd = /[-_.](?:r|round|run)[-_]?(\d{1,3})$/i;

/** What a file is called where nothing but its name tells it from others: files that differ in the round alone are one setting. */
export function looseNameOf(path: string): {
  readonly id: string;
  readonly label: string;
  readonly round?: number;
} {
  const base = (path.split('/').at(-1) ?? '').replace(/\.(?:json|txt|csv|log|out)$/i, '');
  const counted = roundEnd.exec(base);
  const name = counted ? base.slice(0, counted.index) : base;
  const round = Number(counted?.[1] ?? 0);
  return {
    id: idText(name, 'file'),
    label: shortText(name) || 'file',
    ...(round >= 1 ? { round } : {}),
  };
}
