import { describe, expect, it } from 'vitest';
import { panelHtml } from '../../../src/ui/panel/panelHtml';

const html = panelHtml({
  nonce: 'n0nce',
  script: 'https://file.test/panel.js',
  style: 'https://file.test/panel.css?a="b"',
  language: 'en',
  title: '<policy> & cost',
});
const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';

describe('the page of the panel', () => {
  it('loads nothing that is not named', () => {
    expect(policy).toContain('default-src &#39;none&#39;');
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(policy).toContain('script-src &#39;nonce-n0nce&#39;');
    expect(policy).toContain('style-src &#39;nonce-n0nce&#39;');
    expect(policy).toContain('img-src data:');
  });

  it('gives the nonce to each script and style sheet', () => {
    const tags = html.match(/<(script|link)[^>]*>/g) ?? [];
    expect(tags).toHaveLength(2);
    expect(tags.filter((tag) => !tag.includes('nonce="n0nce"'))).toEqual([]);
  });

  it('escapes what it is given', () => {
    expect(html).toContain('<title>&lt;policy&gt; &amp; cost</title>');
    expect(html).toContain('href="https://file.test/panel.css?a=&quot;b&quot;"');
  });
});
