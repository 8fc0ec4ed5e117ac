import type { LngLat } from '#domain/city/rows.ts';
import { CchEngine } from '#gis-data/roads/cch-engine.ts';
import { buildGraph } from '#gis-data/roads/graph.ts';
import { tiledCity } from './tiled-city.ts';

/** One engine in a process of its own, told by its parent: what it takes until its first way, and in memory. Run with --expose-gc. */
export type Task = { readonly pairs: readonly (readonly [LngLat, LngLat])[] } & (
  { readonly file: string; readonly side: number; readonly order: Int32Array } | { readonly configFile: string }
);
export interface Alone {
  /** From what lies on the disk or in the database to the first way, milliseconds. */
  readonly loadMs: number;
  /** The process before, and after all ways, megabytes. */
  readonly emptyMb: number;
  readonly fullMb: number;
}

/** With what the process gives back to the system when it must: reading files leaves garbage that says nothing of an engine. */
const residentMb = (): number => {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  return process.memoryUsage().rss / 1e6;
};

async function alone(task: Task): Promise<Alone> {
  const emptyMb = residentMb();
  const [first, ...rest] = task.pairs;
  if ('configFile' in task) {
    const { Actor } = await import('@valhallajs/valhallajs');
    const began = performance.now();
    const actor = await Actor.fromConfigFile(task.configFile);
    const ask = async ([from, to]: readonly [LngLat, LngLat]): Promise<unknown> =>
      await actor.route({
        locations: [from, to].map(([lon, lat]) => ({ lon, lat })),
        costing: 'auto',
        directions_type: 'none',
      });
    await ask(first!);
    const loadMs = performance.now() - began;
    for (const pair of rest) await ask(pair);
    return { loadMs, emptyMb, fullMb: residentMb() };
  }
  const edges = await tiledCity(task.file, task.side);
  const began = performance.now();
  const engine = new CchEngine(buildGraph(edges).graph);
  edges.length = 0;
  await engine.prepare(task.order);
  const ask = ([from, to]: readonly [LngLat, LngLat]): unknown =>
    engine.route(engine.snap(from, 50)!, engine.snap(to, 50)!, 'fastest');
  ask(first!);
  const loadMs = performance.now() - began;
  for (const pair of rest) ask(pair);
  const fullMb = residentMb();
  await engine.end();
  return { loadMs, emptyMb, fullMb };
}

process.once('message', (task: Task) => {
  void alone(task).then((told) => process.send!(told, () => process.disconnect()));
});
