import { expect, test } from 'vitest';
import { parseLocal } from '../time.ts';
import { changedFields, decideLayer, MAP_ROLES, type LayerForm } from './decide.ts';

const ZONE = 'Asia/Shanghai';
const NOW = parseLocal('2026-11-23 09:00', ZONE)!;
const form = (over: Partial<LayerForm> = {}): LayerForm => ({
  ...{ name: '积水点', nameEn: '', from: '', until: '', hoursFrom: '', hoursUntil: '', roles: MAP_ROLES },
  ...over,
});
const code = (over: Partial<LayerForm>): string => {
  const r = decideLayer(form(over), ZONE, NOW);
  return r.ok ? 'ok' : r.code;
};

test('times are of the city’s clocks, and either side may stay open', () => {
  expect(MAP_ROLES).toEqual(['duty-officer', 'coordinator']);
  expect(decideLayer(form(), ZONE, NOW)).toMatchObject({
    value: { validity: { from: null, until: null, hours: null } },
  });
  const read = decideLayer(form({ from: '2026-11-24T08:00', hoursFrom: '22:00', hoursUntil: '05:30' }), ZONE, NOW);
  expect(read).toMatchObject({
    value: { validity: { from: Date.parse('2026-11-24T00:00:00Z'), until: null, hours: { from: 1320, until: 330 } } },
  });
});

test('what is no name, no time or nobody’s is refused with its code', () => {
  expect(code({ name: ' ' })).toBe('layer-name');
  expect(code({ name: '长'.repeat(61) })).toBe('layer-name');
  expect(code({ from: 'tomorrow' })).toBe('layer-time');
  expect(code({ from: '2026-11-24T08:00', until: '2026-11-24T08:00' })).toBe('layer-order');
  for (const hours of [{ hoursFrom: '08:00' }, { hoursUntil: '10:00' }, { hoursFrom: '25:00', hoursUntil: '10:00' }])
    expect(code(hours)).toBe('layer-hours');
  expect(code({ hoursFrom: '08:00', hoursUntil: '08:00' })).toBe('layer-hours');
  // between noon and one nothing of 08:00–10:00 comes
  const noon = { from: '2026-11-24T12:00', until: '2026-11-24T13:00' };
  expect(code({ ...noon, hoursFrom: '08:00', hoursUntil: '10:00' })).toBe('layer-never');
  for (const roles of [[], ['leader'], ['wall'], ['coordinator', 'leader']])
    expect(code({ roles })).toBe('layer-roles');
});

test('a new layer that is over already is refused, a change that ends one is not', () => {
  const ended = form({ until: '2026-11-23T09:00' });
  expect(decideLayer(ended, ZONE, NOW)).toMatchObject({ code: 'layer-over' });
  expect(decideLayer(ended, ZONE, null)).toMatchObject({ ok: true });
});

test('only what differs is named as changed', () => {
  const face = (over: Partial<LayerForm>) => {
    const r = decideLayer(form(over), ZONE, NOW);
    if (!r.ok) throw new Error(r.code);
    return r.value;
  };
  expect(changedFields(face({}), face({}))).toEqual([]);
  expect(changedFields(face({}), face({ name: '易涝点', hoursFrom: '08:00', hoursUntil: '10:00' }))).toEqual([
    'name',
    'validity',
  ]);
  expect(changedFields(face({}), face({ roles: ['coordinator'], nameEn: 'x' }))).toEqual(['nameEn', 'roles']);
});
