/**
 * Tells how many rows of a height fit into an element, now and whenever its size changes. For `{@attach roomFor(…)}`.
 * @param rowRem height of a row, rem
 */
export function roomFor(rowRem: number, tell: (rows: number) => void): (element: HTMLElement) => () => void {
  return (element) => {
    const look = (): void => {
      const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
      tell(Math.max(1, Math.floor((element.clientHeight + 1) / (rowRem * rem))));
    };
    const watcher = new ResizeObserver(look);
    watcher.observe(element);
    look();
    return () => watcher.disconnect();
  };
}
