import type { Random } from '#domain/random.ts';
import { metresBetween, type EdgeInput } from './graph.ts';

/** A crooked grid of streets with holes, one-way streets and bends. */
export function town(random: Random, side = 22): EdgeInput[] {
  const at = Array.from({ length: side * side }, (_, i): [number, number] => [
    118.8 + (i % side) * 0.002 + (random() - 0.5) * 0.0012,
    31.2 + Math.floor(i / side) * 0.0018 + (random() - 0.5) * 0.001,
  ]);
  const edges: EdgeInput[] = [];
  const add = (a: number, b: number): void => {
    if (random() < 0.16) return;
    const [p, q] = [at[a]!, at[b]!];
    const bend: [number, number] = [(p[0] + q[0]) / 2 + (random() - 0.5) * 0.0006, (p[1] + q[1]) / 2];
    const line = random() < 0.5 ? [p, q] : [p, bend, q];
    const [from, to] = random() < 0.5 ? [a, b] : [b, a];
    edges.push({
      id: 1000 + edges.length, from, to, class: random() < 0.1 ? 'primary' : 'residential', name: `路${edges.length % 7}`, nameEn: null,
      lengthM: line.reduce((s, x, i) => (i === 0 ? 0 : s + metresBetween(line[i - 1]!, x)), 0),
      speedKmh: 15 + Math.floor(random() * 60), oneway: random() < 0.25, line: from === a ? line : [...line].reverse(),
    });
  }; // prettier-ignore
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      if (x + 1 < side) add(y * side + x, y * side + x + 1);
      if (y + 1 < side) add(y * side + x, (y + 1) * side + x);
    }
  return edges;
}

/** The same town with limits of height, weight and width on some of its roads, some fast ones, and some for vehicles on duty alone. */
export function limitedTown(random: Random, side = 14): EdgeInput[] {
  return town(random, side).map((e) => ({
    ...e,
    class: random() < 0.06 ? 'expressway' : e.class,
    maxHeightM: random() < 0.1 ? 3 : null,
    maxWeightT: random() < 0.1 ? 7.5 : null,
    maxWidthM: random() < 0.1 ? 2.2 : null,
    reserved: random() < 0.05,
  }));
}

/** A point of that town, or a little outside. */
export const somewhere = (random: Random): [number, number] => [118.8 + random() * 0.044, 31.2 + random() * 0.038];
