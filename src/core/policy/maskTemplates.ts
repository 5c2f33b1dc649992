const hole = '\u0001';
/** Actions that print nothing: comments and control. */
const silentAction =
  /^\{\{-?\s*(?:\/\*|(?:if|else|end|range|with|define|block|break|continue)\b|\$\w+\s*:?=)/;
const longestAction = 4000;

/**
 * Replaces Helm and Go template actions by as many characters that are YAML, so that the rest parses and offsets stay: lines
 * that hold nothing else become comments, actions inside a line become a word, or blanks where they print nothing.
 */
export function maskTemplates(text: string): string {
  if (!text.includes('{{')) return text;
  let masked = '';
  let position = 0;
  let isInsideLine = false;
  for (;;) {
    const start = text.indexOf('{{', position);
    const end = start < 0 ? -1 : text.indexOf('}}', start + 2);
    if (end < 0) break;
    if (end - start > longestAction) {
      masked += text.slice(position, start + 2);
      position = start + 2;
      continue;
    }
    const before = text.slice(position, start);
    const action = text.slice(start, end + 2);
    const lastLine = before.slice(before.lastIndexOf('\n') + 1);
    isInsideLine = lastLine.trim() !== '' || (isInsideLine && lastLine === before);
    // At the start of a line blanks would be taken for indentation.
    const replacement = isInsideLine && silentAction.test(action) ? ' ' : hole;
    masked += before + action.replace(/[^\r\n]/g, replacement);
    position = end + 2;
  }
  masked += text.slice(position);
  return masked
    .split('\n')
    .map((line) => {
      if (!line.includes(hole)) return line;
      if (line.replaceAll(hole, '').trim() !== '') return line.replaceAll(hole, 'x');
      return line.replace(hole, '#').replaceAll(hole, ' ');
    })
    .join('\n');
}
