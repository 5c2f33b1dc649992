/** What people keep with a run, as its panel and its reports show it. */
import { noAnnotations, type Annotations } from '../result/annotations';
import type { PanelModel } from '../result/panelModel';

/** The model with what is kept with its run; the same where nothing is. */
export function withKept(
  model: PanelModel,
  { name, note, tags, pinnedAt }: Annotations = noAnnotations,
): PanelModel {
  const isBaseline = pinnedAt !== null;
  if (name === null && note === null && tags.length === 0 && !isBaseline) return model;
  return { ...model, kept: { name, note, tags, isBaseline } };
}

/** `Nightly before the upgrade · baseline · #nightly #v1.19`: all but the note, in one line; empty where there is nothing of it. */
export function keptLine({ name, tags, isBaseline }: NonNullable<PanelModel['kept']>): string {
  return [
    ...(name === null ? [] : [name]),
    ...(isBaseline ? ['baseline'] : []),
    ...(tags.length === 0 ? [] : [tags.map((tag) => `#${tag}`).join(' ')]),
  ].join(' · ');
}
