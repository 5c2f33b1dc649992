import type { OptionSpecs } from './arguments';
import type { Command } from './commands/command';

/** Rows of two columns, the second one aligned and wrapped. */
function columns(rows: readonly (readonly [string, string])[], width = 100): string[] {
  const left = Math.min(32, Math.max(...rows.map(([first]) => first.length))) + 2;
  return rows.flatMap(([first, second]) => {
    const lines: string[] = [];
    let line = '';
    for (const word of second.split(' ')) {
      if (line !== '' && line.length + word.length + 1 > width - left - 2) {
        lines.push(line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    lines.push(line);
    const head = first.length + 2 > left ? [`  ${first}`] : [];
    const start = head.length > 0 ? '' : first;
    return [...head, ...lines.map((text, index) => `  ${(index === 0 ? start : '').padEnd(left)}${text}`)];
  });
}

function optionRows(options: OptionSpecs): (readonly [string, string])[] {
  return Object.entries(options).map(([name, spec]) => {
    const short = spec.short === undefined ? '' : `-${spec.short}, `;
    const value = spec.choices
      ? ` ${spec.choices.join('|')}`
      : spec.value === undefined
        ? ''
        : ` ${spec.value}`;
    return [`${short}--${name}${value}`, spec.help] as const;
  });
}

export function commandHelp(command: Command): string {
  return [
    `cilium-bench ${command.name} ${command.usage}`,
    '',
    command.summary,
    '',
    'Options',
    ...columns([...optionRows(command.options), ['-h, --help', 'show this'] as const]),
    ...(command.notes && command.notes.length > 0 ? ['', ...command.notes] : []),
    '',
  ].join('\n');
}

export function generalHelp(commands: readonly Command[], version: string): string {
  return [
    `cilium-bench ${version}: what a Kubernetes network and its Cilium policies cost`,
    '',
    'Commands',
    ...columns(commands.map((command) => [`${command.name} ${command.usage}`, command.summary] as const)),
    '',
    'Options',
    ...columns([
      ['-h, --help', 'show this, or the help of a command'],
      ['-V, --version', 'show the version'],
    ]),
    '',
    'Standard output carries the result alone, standard error the progress and problems.',
    'Exit codes: 0 done · 1 findings at or above --fail-on, or a comparison that is worse ·',
    '2 wrong words or bad input · 3 target not usable or a tool missing · 4 no valid result ·',
    '130 interrupted, everything undone',
    '',
  ].join('\n');
}
