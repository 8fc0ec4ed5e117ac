import { createHash } from 'node:crypto';
import type { FactDraft } from '#domain/fact.ts';
import type { Officer } from '#domain/incidents/rows.ts';
import { changedFields } from '#domain/map-layers/decide.ts';
import { layersAfter, LAYERS_SUBJECT, type MapLayerFactBody } from '#domain/map-layers/facts.ts';
import type { LayerFile } from '#domain/map-layers/geojson.ts';
import { MAX_LAYERS, type LayerFace, type OwnLayer } from '#domain/map-layers/rows.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import type { Instant } from '#domain/time.ts';
import { nextNumber } from './day-number.ts';
import { toTs, type Sql, type Tx } from './db.ts';
import { factsAbout, recording } from './facts.ts';

/** The house's own layers of the map: which there are is told by their facts, their features stand in a table. */

export interface ChangedBy {
  readonly officer: Officer;
  readonly now: Instant;
}

/** The layers as they are, or as they were by what was recorded up to an instant. */
export const ownLayers = async (sql: Sql | Tx, at: Instant | null = null): Promise<ReadonlyMap<string, OwnLayer>> =>
  layersAfter(await factsAbout(sql, LAYERS_SUBJECT, at));

/** Features of a layer as JSON text, also of a withdrawn one; null: there never was one. */
export async function layerFeatures(sql: Sql, id: string): Promise<string | null> {
  const [row] = await sql<{ features: string }[]>`
    select features::text as features from map_layer where layer_id = ${id}`;
  return row?.features ?? null;
}

/** Decides on the layers as they are, one change at a time. */
const changing = <T, Code extends string>(
  sql: Sql,
  by: ChangedBy,
  work: (
    layers: ReadonlyMap<string, OwnLayer>,
    tx: Tx,
  ) => Promise<{ told: MapLayerFactBody | null; result: Result<T, Code> }>,
): Promise<Result<T, Code>> =>
  recording<Result<T, Code>>(sql, async (tx) => {
    await tx`select pg_advisory_xact_lock(7770200)`;
    const { told, result } = await work(await ownLayers(tx), tx);
    const fact = told && { ...told, at: by.now, subject: LAYERS_SUBJECT, actor: `user:${by.officer.account}` };
    return { facts: fact ? [fact satisfies FactDraft] : [], result };
  });

/** Brings a layer. @returns `layer-exists`: these features are there under this name; `layer-many`: withdraw one first */
export async function addLayer(
  sql: Sql,
  face: LayerFace,
  { features, counts }: LayerFile,
  file: string,
  by: ChangedBy & { readonly zone: string },
): Promise<Result<{ id: string }, 'layer-exists' | 'layer-many'>> {
  const text = JSON.stringify(features);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return changing(sql, by, async (layers, tx) => {
    if (layers.size >= MAX_LAYERS) return { told: null, result: refuse('layer-many', String(MAX_LAYERS)) };
    const alike = [...layers.values()].filter((l) => l.name === face.name).map((l) => l.id);
    const [same] = await tx`select 1 from map_layer where layer_id = any(${alike}) and sha256 = ${sha256}`;
    if (same) return { told: null, result: refuse('layer-exists', face.name) };
    const id = `L${await nextNumber(tx, 'map-layer', by.now, by.zone)}`;
    await tx`
      insert into map_layer (layer_id, sha256, features, added_at) values (${id}, ${sha256}, ${text}::text::json, ${toTs(by.now)})`;
    return {
      told: { kind: 'map.layer-added', body: { ...face, id, counts, file, by: by.officer } },
      result: accept({ id }),
    };
  });
}

/** Changes name, validity or roles. Nothing different is no change and no fact. */
export const changeLayer = (
  sql: Sql,
  id: string,
  face: LayerFace,
  by: ChangedBy,
): Promise<Result<null, 'layer-missing'>> =>
  changing<null, 'layer-missing'>(sql, by, (layers) => {
    const before = layers.get(id);
    if (!before) return Promise.resolve({ told: null, result: refuse('layer-missing', id) });
    const changed = changedFields(before, face);
    const told = { kind: 'map.layer-changed', body: { ...face, id, changed, by: by.officer } } as const;
    return Promise.resolve({ told: changed.length === 0 ? null : told, result: accept(null) });
  });

/** Takes a layer from the map, for good. What was there can still be seen as it was. */
export const withdrawLayer = (sql: Sql, id: string, by: ChangedBy): Promise<Result<null, 'layer-missing'>> =>
  changing<null, 'layer-missing'>(sql, by, (layers) => {
    const layer = layers.get(id);
    return Promise.resolve(
      layer
        ? {
            told: { kind: 'map.layer-withdrawn', body: { id, name: layer.name, by: by.officer } },
            result: accept(null),
          }
        : { told: null, result: refuse('layer-missing', id) },
    );
  });
