const hole = '\u0001';
const longestAction = 4000;

/**
 * Replaces Helm and Go template actions by as many characters that are YAML, so that the rest parses and offsets stay: lines
 * that hold nothing else become comments, actions inside a line become a word.
 */
export function maskTemplates(text: string): string {
  if (!text.includes('{{')) return text;
  let masked = '';
  let position = 0;
  for (;;) {
    const start = text.indexOf('{{', position);
    const end = start < 0 ? -1 : text.indexOf('}}', start + 2);
    if (end < 0) break;
    if (end - start > longestAction) {
      masked += text.slice(position, start + 2);
      position = start + 2;
      continue;
    }
    masked += text.slice(position, start) + text.slice(start, end + 2).replace(/[^\r\n]/g, hole);
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
