/**
 * Arrow keys move through the buttons of a list; Home and End go to its ends. For `{@attach arrowKeys}` on the list.
 */
export function arrowKeys(list: HTMLElement): () => void {
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY }[
      event.key
    ];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const rows = [...list.querySelectorAll<HTMLElement>('[data-row]')];
    const here = rows.findIndex((r) => r === document.activeElement || r.contains(document.activeElement));
    const next = rows[Math.max(0, Math.min(rows.length - 1, here + step))];
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    next.focus();
    next.scrollIntoView({ block: 'nearest' });
  };
  list.addEventListener('keydown', move);
  return () => list.removeEventListener('keydown', move);
}
