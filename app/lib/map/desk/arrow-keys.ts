/**
 * Arrow keys move through the buttons of a list; Home and End go to its ends. For `{@attach arrowKeys}` on the list.
 */
export function arrowKeys(list: HTMLElement): () => void {
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY }[
      event.key
    ];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    // in a field they move the cursor or change the number
    if (event.target instanceof HTMLInputElement) return;
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

/**
 * Arrow keys choose within a radiogroup, round its ends, as the keyboard does in a group of the browser's own.
 * For `{@attach arrowChoice}` on the group; what is chosen is the group's only stop of Tab.
 */
export function arrowChoice(group: HTMLElement): () => void {
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const radios = [...group.querySelectorAll<HTMLElement>('[role=radio]')];
    const here = radios.findIndex((r) => r === document.activeElement);
    const next = radios[(here + step + radios.length) % radios.length];
    if (!next || here < 0) return;
    event.preventDefault();
    event.stopPropagation();
    next.focus();
    next.click();
  };
  group.addEventListener('keydown', move);
  return () => group.removeEventListener('keydown', move);
}
