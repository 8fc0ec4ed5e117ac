import { expect, test } from 'vitest';
import type { Fact } from '../fact.ts';
import { parseLocal, type Instant } from '../time.ts';
import { layersAfter, layersAt, LAYERS_SUBJECT, type MapLayerFactBody } from './facts.ts';
import type { LayerFace, Validity } from './rows.ts';
import { listed, standing, visible } from './validity.ts';

const ZONE = 'Asia/Shanghai';
const at = (text: string): Instant => parseLocal(text, ZONE)!;
const by = { account: 3, name: '陈调度' };
const ALWAYS: Validity = { from: null, until: null, hours: null };
const MORNING: Validity = { ...ALWAYS, hours: { from: 8 * 60, until: 10 * 60 } };
const face = (over: Partial<LayerFace> = {}): LayerFace => ({
  ...{ name: '马拉松管制', nameEn: 'Marathon', validity: MORNING, roles: ['duty-officer', 'coordinator'] },
  ...over,
});
const counts = { points: 1, lines: 2, areas: 0 };
const added = (id: string, f: LayerFace): MapLayerFactBody => ({
  kind: 'map.layer-added',
  body: { ...f, id, counts, file: 'a.geojson', by },
});
/** Facts in their order, each recorded a second after it happened. */
const story = (...told: readonly (readonly [string, MapLayerFactBody])[]): Fact[] =>
  told.map(([when, body], i) => ({
    ...body,
    ...{ n: i + 1, at: at(when), recordedAt: at(when) + 1000, subject: LAYERS_SUBJECT, actor: 'user:3' },
  }));

test('a layer valid 08:00–10:00 is seen then only: not at 07:59, at 08:00, still at 09:59:59, not at 10:00', () => {
  const layers = [...layersAfter(story(['2026-11-20 07:00', added('L1', face())])).values()];
  const seen = (text: string): number => visible(layers, at(text), 'duty-officer', ZONE).length;
  expect(['07:59', '07:59:59', '08:00', '09:59:59', '10:00'].map((t) => seen(`2026-11-23 ${t}`))).toEqual([
    0, 0, 1, 1, 0,
  ]);
});

test('as it was: nothing before it was recorded, its old hours before they were changed, nothing after it was withdrawn', () => {
  const later = face({ validity: { ...ALWAYS, hours: { from: 14 * 60, until: 16 * 60 } } });
  const facts = story(
    ['2026-11-20 08:30', added('L1', face())],
    ['2026-11-21 12:00', { kind: 'map.layer-changed', body: { ...later, id: 'L1', changed: ['validity'], by } }],
    ['2026-11-22 15:00', { kind: 'map.layer-withdrawn', body: { id: 'L1', name: '马拉松管制', by } }],
  );
  const seen = (text: string): string[] =>
    visible(layersAt(facts, at(text)).values(), at(text), 'coordinator', ZONE).map((l) => l.id);
  // it happened at 08:30:00 and was recorded a second later
  expect([seen('2026-11-20 08:30:00'), seen('2026-11-20 08:30:01')]).toEqual([[], ['L1']]);
  expect([seen('2026-11-21 09:00'), seen('2026-11-21 15:00')]).toEqual([['L1'], ['L1']]);
  expect([seen('2026-11-22 09:00'), seen('2026-11-22 14:59'), seen('2026-11-22 15:01')]).toEqual([[], ['L1'], []]);
});

test('a layer is seen by its roles only, whatever the hour', () => {
  const layers = layersAfter(
    story(['2026-11-20 07:00', added('L1', face({ validity: ALWAYS, roles: ['coordinator'] }))]),
  );
  const t = at('2026-11-23 09:00');
  expect(visible(layers.values(), t, 'coordinator', ZONE)).toHaveLength(1);
  expect(visible(layers.values(), t, 'duty-officer', ZONE)).toEqual([]);
  expect(visible(layers.values(), t, 'wall', ZONE)).toEqual([]);
});

test('how it stands: when it comes, until when it is there, and that it is over', () => {
  expect(standing(ALWAYS, 0, ZONE)).toEqual({ is: 'now', until: null });
  expect(standing(MORNING, at('2026-11-23 07:00'), ZONE)).toEqual({ is: 'later', from: at('2026-11-23 08:00') });
  expect(standing(MORNING, at('2026-11-23 10:00'), ZONE)).toEqual({ is: 'later', from: at('2026-11-24 08:00') });
  const weekend: Validity = { ...MORNING, from: at('2026-11-28 09:00'), until: at('2026-11-29 09:30') };
  expect(standing(weekend, at('2026-11-23 09:00'), ZONE)).toEqual({ is: 'later', from: at('2026-11-28 09:00') });
  expect(standing(weekend, at('2026-11-28 09:00'), ZONE)).toEqual({ is: 'now', until: at('2026-11-28 10:00') });
  expect(standing(weekend, at('2026-11-29 08:00'), ZONE)).toEqual({ is: 'now', until: at('2026-11-29 09:30') });
  expect(standing(weekend, at('2026-11-29 09:30'), ZONE)).toEqual({ is: 'over' });
  // no morning is left before its end
  expect(standing({ ...weekend, until: at('2026-11-29 08:00') }, at('2026-11-28 10:00'), ZONE)).toEqual({ is: 'over' });
});

test('hours over midnight hold on both sides of it, and where clocks change they follow the clocks', () => {
  const night: Validity = { ...ALWAYS, hours: { from: 22 * 60, until: 5 * 60 + 30 } };
  expect(standing(night, at('2026-11-23 23:10'), ZONE)).toEqual({ is: 'now', until: at('2026-11-24 05:30') });
  expect(standing(night, at('2026-11-24 05:29'), ZONE)).toEqual({ is: 'now', until: at('2026-11-24 05:30') });
  expect(standing(night, at('2026-11-24 05:30'), ZONE)).toEqual({ is: 'later', from: at('2026-11-24 22:00') });
  const rome = (text: string): Instant => parseLocal(text, 'Europe/Rome')!;
  const before = rome('2026-10-24 11:00');
  expect(standing(MORNING, before, 'Europe/Rome')).toEqual({ is: 'later', from: rome('2026-10-25 08:00') });
  expect(rome('2026-10-25 08:00') - before).toBe(22 * 3_600_000);
});

test('the list names what comes within a week and what was over for less than a day', () => {
  const named = (validity: Validity): boolean => listed([{ validity }], at('2026-11-23 09:00'), ZONE).length === 1;
  expect(named({ ...ALWAYS, from: at('2026-11-30 09:00') })).toBe(true);
  expect(named({ ...ALWAYS, from: at('2026-11-30 09:01') })).toBe(false);
  expect(named({ ...ALWAYS, until: at('2026-11-22 09:01') })).toBe(true);
  expect(named({ ...ALWAYS, until: at('2026-11-22 09:00') })).toBe(false);
});
