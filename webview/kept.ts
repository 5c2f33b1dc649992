import type { PanelModel } from '../src/core/result/panelModel';
import { element, showIf, whenChanged } from './dom';

/** What people keep with the run: its name, its baseline mark, its tags, and the note below them. */
export function createKept() {
  const marks = element('p', 'kept-marks');
  const note = element('p', 'kept-note');
  const node = element('section', 'kept', marks, note);
  node.setAttribute('aria-label', 'Kept with the run');
  const show = whenChanged((kept: PanelModel['kept'] | null) => {
    showIf(node, kept != null);
    if (kept == null) return;
    const { name, isBaseline, tags } = kept;
    marks.replaceChildren(
      ...(name === null ? [] : [element('strong', '', name)]),
      ...(isBaseline ? [element('span', 'kept-baseline', 'Baseline')] : []),
      ...tags.map((tag) => element('span', 'kept-tag', `#${tag}`)),
    );
    showIf(marks, marks.childElementCount > 0);
    note.textContent = kept.note;
    showIf(note, kept.note !== null);
  });
  return {
    node,
    show: ({ kept }: PanelModel): void => {
      show(kept ?? null);
    },
  };
}
