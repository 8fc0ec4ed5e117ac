import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test, vi } from 'vitest';
import { CITY_LANES } from '#domain/city/rows.ts';
import { must } from '#domain/result.ts';
import { loadCity, type CityData } from '#store/gis-load.ts';
import { drawBlock, endBlock, newestBlocks } from '#store/road-blocks.ts';
import { putSignals } from '#store/signals.ts';
import { testDatabase } from '#tests/support/database.ts';
import { roadClient } from './client.ts';

const { sql, url } = await testDatabase();

/** A short street and a way around it. */
function city(version: string, extra = 0): CityData {
  const at: [number, number][] = [[118.8, 31.2], [118.81, 31.2], [118.82, 31.2], [118.81, 31.21], [118.83, 31.2]]; // prettier-ignore
  const edge = (id: number, from: number, to: number, lengthM: number, name: string): CityData['edges'][number] => ({
    id, from, to, class: 'secondary', name, nameEn: null, lengthM, speedKmh: 50, oneway: false, bridge: false, tunnel: false, line: [at[from]!, at[to]!],
  }); // prettier-ignore
  return {
    city: {
      id: 'c', name: '市', nameEn: 'City', bbox: [118.7, 31.1, 118.9, 31.3], centre: [118.8, 31.2], attribution: '', simulated: true, version,
    },
    boundaries: [],
    nodes: at.map((p, id) => ({ id, at: p })),
    edges: [edge(1, 0, 1, 960, '中街'), edge(2, 1, 2, 960, '中街'), edge(3, 0, 3, 1500, '环路'), edge(4, 3, 2, 1500, '环路'), ...(extra ? [edge(5, 2, 4, 960, '新街')] : [])],
    footways: [{ id: 100, from: 1, to: 3, kind: 'path', name: '小径', nameEn: null, lengthM: 1112, waitS: 0, oneway: false, bridge: false, tunnel: false, line: [at[1]!, at[3]!] }],
    areas: [],
    lines: [],
    places: [],
  };
} // prettier-ignore
await loadCity(sql, city('v1'));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = must(server.address() as { port: number } | null, 'address');
  server.close();
  await once(server, 'close');
  return port;
}

const port = await freePort();
const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
  env: { ...process.env, MODE: 'demo', DATABASE_URL: url, ROADS_PORT: String(port), LOG_LEVEL: 'info' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const lines: string[] = [];
await new Promise<void>((ready, failed) => {
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    if ((JSON.parse(line) as { msg: string }).msg === 'ready') ready();
  });
  child.once('exit', () => failed(new Error(`the road engine ended:\n${lines.join('\n')}`)));
});
afterAll(() => void child.kill('SIGKILL'));

const roads = roadClient({ host: '127.0.0.1', port });
const question = { from: [118.8001, 31.2], to: [118.8199, 31.2] } as { from: [number, number]; to: [number, number] };

/** Asks until the best way is this one. The issue allows 2 s on a quiet machine; a busy one gets 8. */
const becomes = (road: string): Promise<void> =>
  vi.waitFor(async () => expect(await via()).toBe(road), { timeout: 8000, interval: 50 });
const via = async (): Promise<string> => {
  const answer = await roads.route(question);
  return answer.ok ? answer.value.best.via.map((w) => w.name).join(' ') : answer.code;
};

test('a route is answered with both ways, their lengths and times, and what it rests on', async () => {
  const answer = await roads.route(question);
  expect(answer).toMatchObject({
    ok: true,
    value: { why: [{ code: 'same' }], basis: { speeds: 'free-flow', measuredSegments: 0, mapVersion: 'v1' } },
  });
  if (!answer.ok) return;
  expect(answer.value.shortest.lengthM).toBeCloseTo(1901, -1);
  expect(answer.value.shortest.timeS).toBeCloseTo(answer.value.shortest.lengthM / (50 / 3.6), 0);
  expect(answer.value.shortest.line[0]).toEqual([118.8001, 31.2]);
  expect(answer.value.shortest.line.at(-1)).toEqual([118.8199, 31.2]);
});

test('a jam and a closure change the best way at once, and their end changes it back', async () => {
  const at = Date.now();
  await putSignals(sql, [{ lane: CITY_LANES.segments, key: '1', at, body: { feed: 'f', kmh: 5, freeKmh: 50, confidence: null } }]);
  await becomes('环路');
  expect(await roads.route(question)).toMatchObject({ value: { why: [{ code: 'slow', road: '中街' }, { code: 'class' }], basis: { speeds: 'live', measuredSegments: 1 } } });
  await putSignals(sql, [{ lane: CITY_LANES.closures, key: '3', at, body: { closed: true, direction: 'both', event: 'e', from: at, until: null } }]);
  await becomes('中街');
  await putSignals(sql, [{ lane: CITY_LANES.closures, key: '3', at: at + 1, body: { closed: false, direction: 'both', event: 'e', from: at, until: null } }]);
  await becomes('环路');
}); // prettier-ignore

test('roads that are closed by hand are driven around at once, and again when somebody opens them', async () => {
  const [account] = await sql<{ id: number }[]>`
    insert into account (login, name, role, password_hash) values ('c1', '值班员', 'duty-officer', 'x') returning id`;
  const by = { officer: { account: must(account, 'account').id, name: '值班员' }, now: Date.now() };
  const key = 'aaaa-bbbb';
  const before = await via();
  expect(before).toBe('环路');
  const points: [number, number][] = [[118.804, 31.206], [118.806, 31.204]]; // prettier-ignore
  const block = { kind: 'line', points, reason: '水淹', until: null } as const;
  const made = await drawBlock(sql, block, key, by);
  expect(await drawBlock(sql, block, key, by)).toEqual(made);
  await becomes('中街');
  if (!made.ok) throw new Error(made.reason);
  expect(await endBlock(sql, made.value.id, by)).toEqual(made);
  expect(await endBlock(sql, made.value.id, by)).toMatchObject({ ok: false, code: 'block-unknown' });
  await becomes('环路');
  const city = (await sql`select id from city where active`)[0]!.id as string;
  expect(await newestBlocks(sql, city, Date.now())).toMatchObject([
    { reason: '水淹', by: '值班员', ended: { by: '值班员' } },
  ]);
});

test('who is on foot takes the path that cars may not, in every question, until it is closed by hand', async () => {
  const uphill = { from: [118.8101, 31.2], to: [118.8101, 31.2099] } as {
    from: [number, number];
    to: [number, number];
  };
  const walked = async (): Promise<string> => {
    const answer = await roads.route({ ...uphill, vehicle: 'foot' });
    return answer.ok ? answer.value.best.via.map((w) => w.name).join(' ') : answer.code;
  };
  expect(await walked()).toBe('小径');
  expect((await roads.route(uphill)).ok && (await walked())).toBe('小径');
  const car = await roads.etas({ to: uphill.to, from: [uphill.from] });
  const foot = await roads.etas({ to: uphill.to, from: [uphill.from], vehicle: 'foot' });
  const matrix = await roads.matrix({ to: [uphill.to], from: [uphill.from], vehicle: 'foot' });
  const reach = await roads.reach({ from: uphill.from, limitsS: [300], vehicle: 'foot' });
  if (!car.ok || !foot.ok || !matrix.ok || !reach.ok) throw new Error('not answered');
  expect([foot.value.etas[0]!.lengthM < 1200, car.value.etas[0]!.lengthM > 2000]).toEqual([true, true]);
  expect(foot.value.etas[0]!.timeS).toBeCloseTo(foot.value.etas[0]!.lengthM / (4.8 / 3.6), 0);
  expect(matrix.value.etas[0]![0]!.timeS).toBeCloseTo(foot.value.etas[0]!.timeS, 1);
  // 400 m of path to the north, and the houses beside it
  const north = Math.max(...reach.value.areas[0]!.polygons.flat(2).map(([, lat]) => lat));
  expect((north - 31.2) * 111_195).toBeGreaterThan(380);
  const evacuated = async (vehicle: string): Promise<number> => {
    const body = JSON.stringify({ blocks: [{ at: uphill.from, people: 9 }], shelters: [{ at: uphill.to, places: 9 }], vehicle }); // prettier-ignore
    const r = await fetch(`http://127.0.0.1:${port}/evacuate`, { method: 'POST', body });
    return ((await r.json()) as { flows: { timeS: number }[] }).flows[0]!.timeS;
  };
  expect(await evacuated('foot')).toBeCloseTo(foot.value.etas[0]!.timeS, 0);
  expect(await evacuated('car')).toBeCloseTo(car.value.etas[0]!.timeS, 0);
  const [account] = await sql<{ id: number }[]>`
    insert into account (login, name, role, password_hash) values ('c2', '值班员', 'duty-officer', 'x') returning id`;
  const by = { officer: { account: must(account, 'account').id, name: '值班员' }, now: Date.now() };
  const points: [number, number][] = [[118.809, 31.205], [118.811, 31.205]]; // prettier-ignore
  const made = await drawBlock(sql, { kind: 'line', points, reason: '水淹', until: null }, 'cccc-dddd', by);
  await vi.waitFor(async () => expect(await walked()).toContain('环路'), { timeout: 8000, interval: 50 });
  if (!made.ok) throw new Error(made.reason);
  await endBlock(sql, made.value.id, by);
  await vi.waitFor(async () => expect(await walked()).toBe('小径'), { timeout: 8000, interval: 50 });
});

test('questions that cannot be answered are refused with a code', async () => {
  expect(await roads.route({ ...question, to: [10, 10] })).toMatchObject({ ok: false, code: 'too-far' });
  expect(await roads.route({ ...question, to: [500, 10] })).toMatchObject({ ok: false, code: 'bad-question' });
  for (const body of ['{', 'null', '[]', 'x'.repeat(70_000)]) {
    const r = await fetch(`http://127.0.0.1:${port}/route`, { method: 'POST', body });
    expect(r.status).toBe(400);
    expect(await r.json()).toMatchObject({ refused: 'bad-question' });
  }
  expect((await fetch(`http://127.0.0.1:${port}/else`, { method: 'POST', body: '{}' })).status).toBe(404);
  expect(await roadClient({ host: '127.0.0.1', port: 1 }).route(question)).toMatchObject({ ok: false, code: 'away' });
});

test('arrival times come in the order of the sources, null for one without a road', async () => {
  const answer = await roads.etas({ to: [118.82, 31.2], from: [[118.8, 31.2], [10, 10], [118.82, 31.2]] }); // prettier-ignore
  if (!answer.ok) throw new Error(answer.reason);
  expect(answer.value.etas[0]!.timeS).toBeGreaterThan(100);
  expect(answer.value.etas[1]).toBeNull();
  expect(answer.value.etas[2]!.timeS).toBeLessThan(1);
});

test('a city that is loaded anew is driven without a restart', async () => {
  await loadCity(sql, city('v2', 1));
  await expect.poll(async () => (await roads.route({ ...question, to: [118.829, 31.2] })).ok && (await via()), { timeout: 15_000 }).toBeTruthy();
  await expect.poll(async () => ((await (await fetch(`http://127.0.0.1:${port}/health`)).json()) as { mapVersion: string }).mapVersion, { timeout: 15_000 }).toBe('v2');
  const across: [number, number][] = [[118.812, 31.19], [118.817, 31.19], [118.817, 31.22], [118.812, 31.22]];
  const beyond = { ...question, to: [118.829, 31.2] as [number, number] };
  expect(await roads.route({ ...beyond, avoid: [across] })).toMatchObject({ ok: false, code: 'avoided' });
}); // prettier-ignore

test('SIGTERM ends it', async () => {
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(0);
  expect((JSON.parse(lines.at(-1)!) as { msg: string }).msg).toBe('stopped');
});
