/** Which nodes can reach one another. */

interface Arc {
  readonly from: number;
  readonly to: number;
  readonly oneway: boolean;
}

/**
 * Strongly connected components, iteratively (Tarjan needs a deep stack).
 * @returns the component of each node, and the number of the largest one
 * @source Kosaraju and Sharir: two depth-first passes
 */
export function strongComponents(nodes: number, arcs: readonly Arc[]): { of: Int32Array; largest: number } {
  const [out, into] = [adjacency(nodes, arcs, false), adjacency(nodes, arcs, true)];
  const order = postOrder(nodes, out);
  const of = new Int32Array(nodes).fill(-1);
  const sizes: number[] = [];
  for (let k = nodes - 1; k >= 0; k--) {
    const root = order[k]!;
    if (of[root] !== -1) continue;
    const component = sizes.push(0) - 1;
    const stack = [root];
    of[root] = component;
    while (stack.length > 0) {
      const n = stack.pop()!;
      sizes[component]!++;
      for (let i = into.start[n]!; i < into.start[n + 1]!; i++) {
        const m = into.to[i]!;
        if (of[m] === -1) {
          of[m] = component;
          stack.push(m);
        }
      }
    }
  }
  return { of, largest: sizes.indexOf(sizes.reduce((a, b) => Math.max(a, b), 0)) };
}

function adjacency(nodes: number, arcs: readonly Arc[], reverse: boolean): { start: Int32Array; to: Int32Array } {
  const start = new Int32Array(nodes + 1);
  const both = (f: (a: number, b: number) => void): void => {
    for (const e of arcs) {
      if (reverse) f(e.to, e.from);
      else f(e.from, e.to);
      if (!e.oneway) {
        if (reverse) f(e.from, e.to);
        else f(e.to, e.from);
      }
    }
  };
  both((a) => start[a + 1]!++);
  for (let i = 0; i < nodes; i++) start[i + 1]! += start[i]!;
  const fill = start.slice();
  const to = new Int32Array(start[nodes]!);
  both((a, b) => (to[fill[a]!++] = b));
  return { start, to };
}

function postOrder(nodes: number, g: { start: Int32Array; to: Int32Array }): Int32Array {
  const order = new Int32Array(nodes);
  const next = g.start.slice(0, nodes);
  const seen = new Uint8Array(nodes);
  let done = 0;
  for (let root = 0; root < nodes; root++) {
    if (seen[root]) continue;
    const stack = [root];
    seen[root] = 1;
    while (stack.length > 0) {
      const n = stack.at(-1)!;
      if (next[n]! < g.start[n + 1]!) {
        const m = g.to[next[n]!++]!;
        if (!seen[m]) {
          seen[m] = 1;
          stack.push(m);
        }
      } else {
        order[done++] = n;
        stack.pop();
      }
    }
  }
  return order;
}
