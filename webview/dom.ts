type Child = Node | string;

/** A thin space may end a line, inside a number too; its no-break sister looks the same and does not. */
function unbroken(child: Child): Child {
  return typeof child === 'string' ? child.replaceAll('\u2009', '\u202f') : child;
}

/** A new element with a class and children. Text only ever becomes a text node. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.append(...children.map(unbroken));
  return made;
}

/** Shows or hides by the `hidden` attribute, which also takes it from screen readers. */
export function showIf(target: HTMLElement, shown: boolean): void {
  target.hidden = !shown;
}

/** Calls `render` only when the data differs from last time: focus, scrolling and open details keep their place. */
export function whenChanged<T>(render: (data: T) => void): (data: T) => void {
  let before: string | undefined;
  return (data) => {
    const now = JSON.stringify(data);
    if (now === before) return;
    before = now;
    render(data);
  };
}
