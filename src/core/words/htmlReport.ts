import type { PanelModel } from '../result/panelModel';
import { keptLine } from './keptWords';

export interface HtmlReportParts {
  /** Text of the bundle that draws the charts (`dist/report.js`). */
  readonly script: string;
  /** Text of its style sheet (`dist/report.css`). */
  readonly style: string;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A thin space in HTML may end a line, inside a number too; its no-break sister looks the same and does not. */
function escapeHtml(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => entities[character] ?? character)
    .replaceAll('\u2009', '\u202f');
}

/** JSON that cannot end its script element, whatever its texts hold; U+2028 and U+2029 were line ends to old scripts. */
function jsonInScript(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * Script or style text that cannot end its element early. In script both spellings mean the same inside strings and
 * regular expressions, which is where a bundle can hold them.
 */
function insideElement(text: string, tag: 'script' | 'style'): string {
  const closed = text.replace(new RegExp(`</(?=${tag})`, 'gi'), '<\\/');
  return tag === 'script' ? closed.replace(/<!--/g, '<\\!--') : closed;
}

function list(lines: readonly string[]): string {
  return `<ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul>`;
}

function section(heading: string, content: string): string {
  return `<section><h2>${escapeHtml(heading)}</h2>${content}</section>`;
}

function tableOf({ columns, rows }: PanelModel['table']): string {
  const cell = (text: string, index: number): string =>
    `<td${columns[index]?.numeric === true ? ' class="numeric"' : ''}>${escapeHtml(text)}</td>`;
  const head = columns
    .map(
      ({ label, numeric }) => `<th scope="col"${numeric ? ' class="numeric"' : ''}>${escapeHtml(label)}</th>`,
    )
    .join('');
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('');
  return `<table class="numbers"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

/**
 * A nonce made of the data (53 bits, the cyrb53 mix). Whoever wrote the manifest or a label cannot know it, for it hangs on
 * every measured value; markup that slipped in with such a text would not run.
 */
function nonceOf(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return `${(b >>> 0).toString(36)}${(a >>> 0).toString(36)}`.padStart(14, '0');
}

function adviceList(advice: NonNullable<PanelModel['advice']>): string {
  return advice
    .map(
      ({ title, text, details }) =>
        `<p><strong>${escapeHtml(title)}.</strong> ${escapeHtml(text)}</p>${details.length > 0 ? list(details) : ''}`,
    )
    .join('');
}

function keptHtml(kept: NonNullable<PanelModel['kept']>): string {
  const line = keptLine(kept);
  const parts = [...(line === '' ? [] : [line]), ...(kept.note === null ? [] : kept.note.split('\n'))];
  return `<section class="kept">${parts.map((part) => `<p>${escapeHtml(part)}</p>`).join('')}</section>`;
}

/** The whole result without script: the script replaces it by the drawing. */
function plainResult(model: PanelModel): string {
  const state = model.state === 'complete' ? '' : ` <span class="state">${model.state}</span>`;
  const facts = model.fingerprint.map(({ name, value }) => `${name}: ${value}`);
  return [
    `<header><h1>${escapeHtml(model.title)}${state}</h1><p class="subtitle">${escapeHtml(model.subtitle)}</p></header>`,
    ...(model.kept ? [keptHtml(model.kept)] : []),
    `<section class="answer">${model.sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join('')}</section>`,
    ...((model.advice?.length ?? 0) > 0 ? [section('Advice', adviceList(model.advice ?? []))] : []),
    ...(model.charts.length > 0
      ? [section('Charts in words', list(model.charts.map(({ title, summary }) => `${title}. ${summary}`)))]
      : []),
    ...(model.table.rows.length > 0 ? [section('Numbers', tableOf(model.table))] : []),
    ...(model.parts ?? []).map(({ title, table }) => section(title, tableOf(table))),
    section('How sure', list(model.notes)),
    section('Samples', list(model.samples.map(({ text }) => text))),
    ...(facts.length > 0 ? [section('Fingerprint', list(facts))] : []),
  ].join('\n');
}

const paper = '@page{size:A4;margin:14mm}';

/**
 * The result of a run as one HTML file. It asks for nothing from anywhere (the content security policy forbids it), reads
 * without JavaScript, and prints on A4. The element `model` holds the data as JSON; the script draws it into `root`.
 */
export function htmlReport(model: PanelModel, { script, style }: HtmlReportParts): string {
  const data = jsonInScript(model);
  const nonce = nonceOf(data);
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Cilium Bench">
<title>${escapeHtml(`${model.title} · ${model.subtitle}`)}</title>
<style nonce="${nonce}">${insideElement(style, 'style')}${paper}</style>
</head>
<body>
<main id="root" class="bench">
${plainResult(model)}
</main>
<script type="application/json" id="model">${data}</script>
<script nonce="${nonce}">${insideElement(script, 'script')}</script>
</body>
</html>
`;
}
