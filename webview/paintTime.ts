/** Calls back once the page has painted what stands in it now: a frame's callbacks come before its paint, a task after it. */
export function afterPaint(act: () => void): void {
  requestAnimationFrame(() => {
    setTimeout(act);
  });
}
