import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mulberry32, type Random } from '#domain/random.ts';
import { ruledTurns, TURN, type TurnRule } from './turns.ts';

/** A small dense network: two-way and one-way roads between a few nodes. */
function network(random: Random, nodes: number, roads: number) {
  const [tail, head, reverse, road]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let r = 0; r < roads; r++) {
    const [a, b] = [Math.floor(random() * nodes), Math.floor(random() * nodes)];
    const i = tail.length;
    const both = random() < 0.7;
    tail.push(a);
    head.push(b);
    reverse.push(both ? i + 1 : -1);
    road.push(r);
    if (!both) continue;
    tail.push(b);
    head.push(a);
    reverse.push(i);
    road.push(r);
  }
  const int = (x: number[]): Int32Array => Int32Array.from(x);
  return {
    arcs: { nodeCount: nodes, arcTail: int(tail), arcHead: int(head), reverseOf: int(reverse) },
    road: int(road),
  };
}

/** Rules along random drives, so that they overlap and continue one another. */
function rulesOf(random: Random, { arcs, road }: ReturnType<typeof network>, count: number): TurnRule[] {
  const walk = (): number[] => {
    const way = [Math.floor(random() * arcs.arcTail.length)];
    while (way.length < 2 + Math.floor(random() * 3)) {
      const on = Array.from(arcs.arcTail, (_, a) => a).filter((a) => arcs.arcTail[a] === arcs.arcHead[way.at(-1)!]);
      if (on.length === 0) break;
      way.push(on[Math.floor(random() * on.length)]!);
    }
    return way;
  };
  return Array.from({ length: count }, walk).flatMap((way): TurnRule[] =>
    way.length < 2
      ? []
      : [
          {
            from: road[way[0]!]!,
            via: arcs.arcHead[way[0]!]!,
            through: way.slice(1, -1).map((a) => road[a]!),
            to: road[way.at(-1)!]!,
            kind: random() < 0.7 ? 'no' : 'only',
          },
        ],
  );
}

/** Whether the last step of a drive breaks a rule, told from the whole drive: what a rule says, word for word. */
function breaks(rules: readonly TurnRule[], { arcs, road }: ReturnType<typeof network>, drive: readonly number[]) {
  const speaking = rules.filter((r) => {
    const watched = [r.from, ...(r.through ?? [])];
    const before = drive.slice(-watched.length - 1, -1);
    return (
      before.length === watched.length &&
      before.every((a, i) => road[a] === watched[i]) &&
      arcs.arcHead[before[0]!] === r.via
    );
  });
  const to = road[drive.at(-1)!]!;
  const only = speaking.filter((r) => r.kind === 'only');
  return speaking.some((r) => r.kind === 'no' && r.to === to) || (only.length > 0 && !only.some((r) => r.to === to));
}

test('a drive is possible in the graph just when no rule speaks against it, however rules overlap and however long they are', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0 }), (seed) => {
      const random = mulberry32(seed);
      const net = network(random, 5, 9);
      const rules = rulesOf(random, net, 6);
      const { graph, base, kind } = ruledTurns(net.arcs, net.road, rules, true);
      for (let i = 0; i < 40; i++) {
        const drive = [Math.floor(random() * net.arcs.arcTail.length)];
        let state = drive[0]!;
        for (let step = 0; step < 8; step++) {
          const [first, end] = [graph.turnStart[state]!, graph.turnStart[state + 1]!];
          if (first === end) break;
          const turn = first + Math.floor(random() * (end - first));
          drive.push(base[graph.turnTo[turn]!]!);
          expect(kind[turn] === TURN.forbidden).toBe(breaks(rules, net, drive));
          state = graph.turnTo[turn]!;
        }
      }
      // with the free ones alone nothing forbidden and nobody turning round is left
      const strict = ruledTurns(net.arcs, net.road, rules);
      expect(strict.kind.every((k) => k === TURN.free)).toBe(true);
    }),
    { numRuns: 300, seed: 20_261_122 },
  );
});
