import type { Look } from './paint';

const paletteSize = 6;

/** The same colours without their transparency: themes mix some of their chart colours from highlights one sees through. */
function opaque(colours: readonly string[]): readonly string[] {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return colours;
  return colours.map((colour) => {
    context.fillStyle = colour;
    // A canvas gives back `#rrggbb`, or `rgba(…)` where one sees through.
    return context.fillStyle.replace(/^rgba\((.+), [\d.]+\)$/, 'rgb($1)');
  });
}

/** Reads the look from the variables of panel.css, which stand on the theme's where there is one. */
export function currentLook(): Look {
  const style = getComputedStyle(document.body);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    foreground: read('--bench-foreground'),
    muted: read('--bench-muted'),
    grid: read('--bench-grid'),
    background: read('--bench-background'),
    palette: opaque(Array.from({ length: paletteSize }, (_, index) => read(`--bench-series-${index + 1}`))),
    highContrast:
      document.body.classList.contains('vscode-high-contrast') ||
      document.body.classList.contains('vscode-high-contrast-light') ||
      matchMedia('(forced-colors: active)').matches,
    focus: read('--bench-focus'),
    fontFamily: style.fontFamily,
    fontSize: Number.parseFloat(read('--bench-chart-font-size')),
  };
}

/** Calls back when the theme changes, in VS Code or in the system that a report is read on. */
export function onLookChange(changed: () => void): void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class', 'style'] });
  for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)']) {
    matchMedia(query).addEventListener('change', changed);
  }
}
