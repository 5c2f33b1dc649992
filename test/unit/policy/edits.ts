/** Pieces that change what a manifest means, or whether it is YAML at all. */
const pieces = [
  ...['\t', '  ', '\n', '\r\n', '---\n', '  ---\n', '"', "'", '{', '}', '[', ']', ':', ': ', '- ', '#', ' #'],
  ...['&a ', '*a', '<<: *a', '|', '|\n', '>-', '{{', '}}', '{{ x }}', '{{- if .Values.x }}\n', '{{- end }}'],
  ...[
    '\uFEFF',
    'é',
    '😀',
    '\uFFFD',
    '\u0000',
    '\u0001',
    '%',
    '? ',
    '!!str ',
    ',',
    '@',
    '~',
    'null',
    '0x1F90',
  ],
];

/** A text after one edit: cut, doubled, indented anew, or with a piece typed into it. `random` is from 0 up to 1. */
export function edited(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length);
  const length = Math.floor(random() * 12);
  const piece = pieces[Math.floor(random() * pieces.length)] ?? '';
  const other = Math.floor(random() * text.length);
  const lines = text.split('\n');
  const line = Math.floor(random() * lines.length);
  const count = 1 + Math.floor(random() * 6);
  switch (Math.floor(random() * 7)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at) + piece + text.slice(at);
    case 2:
      return text.slice(0, at) + piece + text.slice(at + length);
    case 3:
      return text.slice(0, at) + text.slice(other, other + 40) + text.slice(at);
    case 4:
      return [...lines.slice(0, line), ...lines.slice(line + count)].join('\n');
    case 5:
      return [...lines.slice(0, line + count), ...lines.slice(line)].join('\n');
    default: {
      const by = Math.floor(random() * 5) - 2;
      return lines
        .map((each, number) => {
          if (number < line || number >= line + count) return each;
          return by < 0 ? each.replace(new RegExp(`^ {0,${-by}}`), '') : ' '.repeat(by) + each;
        })
        .join('\n');
    }
  }
}
