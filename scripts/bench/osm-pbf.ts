import { writeFile } from 'node:fs/promises';
import type { EdgeInput } from '#gis-data/roads/graph.ts';
import { block, header, Strings } from '#scripts/city/to-pbf.ts';

/** Writes a road network as an OpenStreetMap file, for engines that read nothing else (https://wiki.openstreetmap.org/wiki/PBF_Format). */
const BLOCK = 8000;
const HIGHWAY: Readonly<Record<string, string>> = { expressway: 'trunk', lane: 'service', link: 'primary_link' };

export async function writeOsmPbf(edges: readonly EdgeInput[], file: string): Promise<void> {
  const parts: Uint8Array[] = [...header()];
  const nodes: [id: number, lng: number, lat: number][] = [];
  const ends = new Map<number, number>();
  const nodeOf = (lng: number, lat: number): number => nodes.push([nodes.length + 1, lng, lat]);
  const ways = edges.map((e) => ({
    edge: e,
    refs: e.line.map(([lng, lat], i) => {
      const end = i === 0 ? e.from : i === e.line.length - 1 ? e.to : null;
      if (end === null) return nodeOf(lng, lat);
      const have = ends.get(end) ?? nodeOf(lng, lat);
      ends.set(end, have);
      return have;
    }),
  }));
  for (let i = 0; i < nodes.length; i += BLOCK)
    parts.push(...block(new Strings(), nodes.slice(i, i + BLOCK), (n, w) => {
      w.writeSVarintField(1, n[0]);
      w.writeSVarintField(8, Math.round(n[2] * 1e7));
      w.writeSVarintField(9, Math.round(n[1] * 1e7));
    }, 1)); // prettier-ignore
  for (let i = 0; i < ways.length; i += BLOCK) {
    const strings = new Strings();
    const group = ways.slice(i, i + BLOCK).map(({ edge, refs }) => ({
      id: edge.id,
      refs,
      tags: Object.entries({
        highway: HIGHWAY[edge.class] ?? edge.class,
        oneway: edge.oneway ? 'yes' : 'no',
        maxspeed: String(Math.round(edge.speedKmh)),
      }).map(([k, v]) => [strings.at(k), strings.at(v)] as const),
    }));
    parts.push(...block(strings, group, (way, w) => {
      w.writeVarintField(1, way.id);
      w.writePackedVarint(2, way.tags.map(([k]) => k));
      w.writePackedVarint(3, way.tags.map(([, v]) => v));
      w.writePackedSVarint(8, way.refs.map((r, k) => r - (way.refs[k - 1] ?? 0)));
    }, 3)); // prettier-ignore
  }
  await writeFile(file, Buffer.concat(parts));
}
