/**
 * Callers' ways through the voice menu, as a tree: point → key → next point. A menu may come back to a point, and a tree of ways
 * shows that as it was; it is bounded by the steps of a way and by the number of different ways that are given.
 */
export interface MenuStep {
  /** The key that led here; '' without one. */
  readonly key: string;
  readonly point: string;
  /** The queue that the point leads to or is about; '' for none. */
  readonly queue: string;
}

/** Where a way led: to a queue, no further than the menu, to a message, refused at the door or by the blacklist; it may go on. */
export const MENU_ENDS = ['queue', 'menu', 'voicemail', 'blocked', 'blacklisted', 'open'] as const;
export type MenuEnd = (typeof MENU_ENDS)[number];

/** A way that so many calls went. */
export interface MenuPath {
  readonly steps: readonly MenuStep[];
  readonly end: MenuEnd;
  readonly calls: number;
}

export interface FlowNode extends MenuStep {
  /** The way to here, as a key of lists. */
  readonly id: string;
  readonly depth: number;
  readonly calls: number;
  /** Of those: of the node before, 0–1. */
  readonly share: number;
  /** Calls whose way ended here, by how. */
  readonly ends: Readonly<Partial<Record<MenuEnd, number>>>;
}

/** Steps of one way that are told apart; what comes after is counted where it was cut. */
const STEPS_AT_MOST = 8;
export const QUEUE_POINT = 'queue';

/** A caller who came to a queue is no longer in the menu; what the menu offers him afterwards (a message) belongs to it again. */
function menuOnly(steps: readonly MenuStep[]): MenuStep[] {
  const out: MenuStep[] = [];
  let queued = false;
  for (const s of steps) {
    if (s.point === QUEUE_POINT && queued) continue;
    queued ||= s.point === QUEUE_POINT;
    out.push(s);
  }
  return out.slice(0, STEPS_AT_MOST);
}

interface Growing extends MenuStep {
  calls: number;
  ends: Partial<Record<MenuEnd, number>>;
  children: Map<string, Growing>;
}
const node = (s: MenuStep): Growing => ({ ...s, calls: 0, ends: {}, children: new Map() });

/** Every point of every way, a child after its parent, most callers first. @returns the rows of the tree and the calls in it */
export function flowTree(paths: Iterable<MenuPath>): { rows: FlowNode[]; calls: number } {
  const root = node({ key: '', point: '', queue: '' });
  for (const p of paths) {
    let at = root;
    at.calls += p.calls;
    for (const s of menuOnly(p.steps)) {
      const id = `${s.key}\u0000${s.point}\u0000${s.queue}`;
      let next = at.children.get(id);
      if (!next) at.children.set(id, (next = node(s)));
      next.calls += p.calls;
      at = next;
    }
    at.ends[p.end] = (at.ends[p.end] ?? 0) + p.calls;
  }
  const rows: FlowNode[] = [];
  const walk = (parent: Growing, path: string, depth: number): void => {
    const children = [...parent.children].sort(([a, x], [b, y]) => y.calls - x.calls || (a < b ? -1 : 1));
    for (const [step, child] of children) {
      const { key, point, queue, calls, ends } = child;
      const id = `${path}\u0001${step}`;
      rows.push({ key, point, queue, calls, ends, id, depth, share: calls / parent.calls });
      walk(child, id, depth + 1);
    }
  };
  walk(root, '', 0);
  return { rows, calls: root.calls };
}

/** Calls whose way ended at each point, by how. */
export function endsByPoint(rows: readonly FlowNode[]): Map<string, Partial<Record<MenuEnd, number>>> {
  const out = new Map<string, Partial<Record<MenuEnd, number>>>();
  for (const r of rows) {
    const ends = out.get(r.point) ?? {};
    for (const [end, n] of Object.entries(r.ends) as [MenuEnd, number][]) ends[end] = (ends[end] ?? 0) + n;
    out.set(r.point, ends);
  }
  return out;
}

/** What callers chose at a point, by the key that led on from it; those who chose nothing stand under null. */
export function choicesAt(
  rows: readonly FlowNode[],
  point: string,
): { key: string | null; calls: number; queue: boolean }[] {
  const at = rows.filter((r) => r.point === point);
  const by = new Map<string, { calls: number; queue: boolean }>();
  let all = 0;
  let chose = 0;
  for (const r of at) {
    all += r.calls;
    for (const next of rows.filter((x) => x.depth === r.depth + 1 && x.id.startsWith(`${r.id}\u0001`))) {
      const have = by.get(next.key) ?? { calls: 0, queue: next.point === QUEUE_POINT };
      by.set(next.key, { calls: have.calls + next.calls, queue: have.queue });
      chose += next.calls;
    }
  }
  const chosen = [...by].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, v]) => ({ key, ...v }));
  return all === 0 ? [] : [...chosen, ...(all > chose ? [{ key: null, calls: all - chose, queue: false }] : [])];
}

/** Callers who left a queue for something that the menu offered them there (a message): calls at `point` right after a queue. */
export function afterQueue(rows: readonly FlowNode[], point: string): number {
  const queues = rows.filter((r) => r.point === QUEUE_POINT);
  return rows
    .filter((r) => r.point === point && queues.some((q) => q.depth === r.depth - 1 && r.id.startsWith(`${q.id}\u0001`)))
    .reduce((n, r) => n + r.calls, 0);
}
