import { expect, test } from 'vitest';
import { decideLayer, MAP_ROLES, type LayerForm } from '#domain/map-layers/decide.ts';
import { LAYERS_SUBJECT } from '#domain/map-layers/facts.ts';
import { readLayerFile, type LayerFile } from '#domain/map-layers/geojson.ts';
import { MAX_LAYERS, type LayerFace } from '#domain/map-layers/rows.ts';
import { visible } from '#domain/map-layers/validity.ts';
import { testDatabase } from '#tests/support/database.ts';
import { stateAt } from './snapshots.ts';
import { newestCursor } from './facts.ts';
import { addLayer, changeLayer, layerFeatures, ownLayers, withdrawLayer } from './map-layers.ts';

const { sql } = await testDatabase();
const ZONE = 'Asia/Shanghai';
const NOW = Date.parse('2027-01-15T02:00:00Z');
const officer = { account: 3, name: '陈调度' };
const by = { officer, now: NOW, zone: ZONE };
const face = (over: Partial<LayerForm> = {}): LayerFace => {
  const form = { name: '马拉松', nameEn: '', from: '', until: '', hoursFrom: '08:00', hoursUntil: '10:00' };
  const made = decideLayer({ ...form, roles: MAP_ROLES, ...over }, ZONE, NOW);
  if (!made.ok) throw new Error(made.code);
  return made.value;
};
const file = (lng = 120.2): LayerFile => {
  const geometry = {
    type: 'LineString',
    coordinates: [
      [lng, 23],
      [lng + 0.1, 23],
    ],
  };
  const read = readLayerFile(JSON.stringify({ type: 'Feature', properties: { name: '东门路' }, geometry }), (at) => at);
  if (!read.ok) throw new Error(read.code);
  return read.value;
};
test('a layer is brought, changed and withdrawn by facts; every moment can be asked as it was, and its features stay', async () => {
  const made = await addLayer(sql, face(), file(), '马拉松.geojson', by);
  if (!made.ok) throw new Error(made.code);
  const { id } = made.value;
  expect(id).toBe('L20270115-0001');
  expect(await addLayer(sql, face(), file(), 'again.geojson', by)).toMatchObject({ code: 'layer-exists' });
  expect(await changeLayer(sql, id, face(), by)).toMatchObject({ ok: true });
  expect(await changeLayer(sql, id, face({ hoursFrom: '14:00', hoursUntil: '16:00' }), by)).toMatchObject({ ok: true });
  expect(await withdrawLayer(sql, id, by)).toMatchObject({ ok: true });
  expect(await withdrawLayer(sql, id, by)).toMatchObject({ code: 'layer-missing' });
  expect(await changeLayer(sql, id, face(), by)).toMatchObject({ code: 'layer-missing' });

  const facts = await sql<{ kind: string; changed: string[] | null; who: string }[]>`
    select kind, body->'changed' as changed, body->'by'->>'name' as who from fact where subject = ${LAYERS_SUBJECT} order by n`;
  expect(facts.map((f) => [f.kind, f.changed, f.who])).toEqual([
    ['map.layer-added', null, '陈调度'],
    ['map.layer-changed', ['validity'], '陈调度'],
    ['map.layer-withdrawn', null, '陈调度'],
  ]);
  // as if an hour had passed between them
  await sql`
    update fact set recorded_at = ${new Date(NOW).toISOString()}::timestamptz + (n - (select min(n) from fact where subject = ${LAYERS_SUBJECT})) * interval '1 hour'
    where subject = ${LAYERS_SUBJECT}`;
  const morning = Date.parse('2027-01-16T01:00:00Z');
  const seenAsOf = async (hours: number): Promise<number> =>
    visible((await ownLayers(sql, NOW + hours * 3_600_000)).values(), morning, 'duty-officer', ZONE).length;
  // not yet there, valid in the morning, in the afternoon only, withdrawn
  expect([await seenAsOf(-0.1), await seenAsOf(0.5), await seenAsOf(1.5), await seenAsOf(2.5)]).toEqual([0, 1, 0, 0]);
  expect([
    (await ownLayers(sql, NOW + 1.5 * 3_600_000)).size,
    (await ownLayers(sql, NOW + 2 * 3_600_000)).size,
  ]).toEqual([1, 0]);
  expect((await ownLayers(sql)).size).toBe(0);
  expect(JSON.parse((await layerFeatures(sql, id))!)).toMatchObject([{ name: '东门路', shape: { kind: 'line' } }]);
  expect(await layerFeatures(sql, 'L20270115-9999')).toBeNull();
});

test('open desks hear by a row that something changed, and not what', async () => {
  await addLayer(sql, face({ name: '秘密活动' }), file(120.3), 'secret.geojson', by);
  const n = await newestCursor(sql);
  const row = (await stateAt(sql, n, ZONE)).city.get('ownLayers', 'all');
  expect(row).toEqual({ change: n });
});

test('no more layers than a map bears, also when two come at once', async () => {
  const have = (await ownLayers(sql)).size;
  const many = await Promise.all(
    Array.from({ length: MAX_LAYERS - have + 2 }, (_, i) => addLayer(sql, face({ name: `层 ${i}` }), file(), 'x', by)),
  );
  expect(many.filter((m) => !m.ok).map((m) => !m.ok && m.code)).toEqual(['layer-many', 'layer-many']);
  expect((await ownLayers(sql)).size).toBe(MAX_LAYERS);
});
