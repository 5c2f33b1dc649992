import { describe, expect, it } from 'vitest';
import { noAnnotations, type Annotations } from '../../../src/core/result/annotations';
import { policyOverhead } from '../../../src/core/scenario/policyOverhead';
import { htmlReport } from '../../../src/core/words/htmlReport';
import { keptLine, withKept } from '../../../src/core/words/keptWords';
import { markdownReport } from '../../../src/core/words/markdownReport';
import { panelModelOf } from '../../../src/core/words/panelModelOf';
import { isPanelModel } from '../../../webview/messages';
import { overheadValues, runOf } from './runs';

const run = runOf(policyOverhead, overheadValues);
const plain = panelModelOf(run, undefined, 'UTC');
const annotations: Annotations = {
  name: 'Before the upgrade',
  note: 'Kernel 6.18.\n# Ask @mira <b>',
  tags: ['nightly', 'v1.19'],
  pinnedAt: '2026-11-25T10:00:00.000Z',
};

describe('what is kept with a run', () => {
  it('is part of what its panel and its report draw', () => {
    const model = withKept(plain, annotations);
    expect(model.kept).toEqual({
      name: 'Before the upgrade',
      note: annotations.note,
      tags: ['nightly', 'v1.19'],
      isBaseline: true,
    });
    expect(isPanelModel(JSON.parse(JSON.stringify(model)))).toBe(true);
    expect(isPanelModel({ ...model, kept: { name: 7 } })).toBe(false);
    const html = htmlReport(model, { script: '', style: '' });
    expect(html).toContain(
      '<section class="kept"><p>Before the upgrade · baseline · #nightly #v1.19</p><p>Kernel 6.18.</p><p># Ask @mira &lt;b&gt;</p></section>',
    );
    expect(html.indexOf('class="kept"')).toBeLessThan(html.indexOf('class="answer"'));
  });

  it('stands under the title of the Markdown as text that tells nobody and begins nothing', () => {
    const markdown = markdownReport(run, { timeZone: 'UTC', annotations });
    expect(markdown).toContain('**Before the upgrade · baseline · \\#&#8203;nightly \\#&#8203;v1.19**');
    expect(markdown).toContain('\n> Kernel 6.18.  \n> \\# Ask @&#8203;mira \\<b\\>\n\n');
    expect(markdown.indexOf('> Kernel')).toBeLessThan(markdown.indexOf('| Setting'));
  });

  it('is nothing where nothing is kept', () => {
    expect(withKept(plain, noAnnotations)).toBe(plain);
    expect(withKept(plain)).toBe(plain);
    expect(markdownReport(run, { timeZone: 'UTC', annotations: noAnnotations })).toBe(
      markdownReport(run, { timeZone: 'UTC' }),
    );
  });

  it.each([
    [{ name: null, isBaseline: true, tags: [] }, 'baseline'],
    [{ name: 'a', isBaseline: false, tags: [] }, 'a'],
    [{ name: null, isBaseline: false, tags: ['x', 'y'] }, '#x #y'],
    [{ name: null, isBaseline: false, tags: [] }, ''],
  ])('in one line of %j is "%s"', (kept, line) => {
    expect(keptLine({ note: null, ...kept })).toBe(line);
  });
});
