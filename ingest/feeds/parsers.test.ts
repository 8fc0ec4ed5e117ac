import fc from 'fast-check';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { WarningMessage } from '#domain/city/items.ts';
import type { WarningRow } from '#domain/city/rows.ts';
import { parseAirQuality } from '../air-quality/parse.ts';
import { parsePolice } from '../police-incidents/parse.ts';
import { parseSpeeds } from '../segment-speeds/parse.ts';
import { parseTraffic } from '../traffic-events/parse.ts';
import { parseUrbanManagement } from '../urban-management/parse.ts';
import { parseObservations } from '../weather-observations/parse.ts';
import { parseWarnings } from '../weather-warnings/parse.ts';
import type { ParseContext, ParseFeed } from './contract.ts';
import { toWgs84 } from './crs.ts';

const context: ParseContext = {
  feed: 'f',
  partner: 'weather',
  receivedAt: Date.parse('2026-07-10T09:01:00+08:00'),
  toWgs84: (p) => p,
};
const PARSERS: Record<string, ParseFeed> = {
  parseWarnings,
  parseTraffic,
  parseObservations,
  parseAirQuality,
  parseSpeeds,
  parsePolice,
  parseUrbanManagement,
};
const bytes = (x: unknown): Uint8Array => Buffer.from(typeof x === 'string' ? x : JSON.stringify(x));
const fixture = (path: string): Buffer => readFileSync(join(import.meta.dirname, '..', path));
const refusal = (r: ReturnType<ParseFeed>): string | null => (r.ok ? null : r.code);
const warnings = (body: Uint8Array): { row: WarningRow; message: WarningMessage }[] => {
  const r = parseWarnings(body, null, context);
  if (!r.ok) throw new Error(r.reason);
  return r.value.items.flatMap((i) =>
    i.type === 'warning' ? i.warnings.map((w) => ({ row: w.row, message: i })) : [],
  );
};

const FIXTURES: readonly [ParseFeed, string][] = [
  [parseWarnings, 'weather-warnings/fixtures/rain-1-alert.cap'],
  [parseWarnings, 'weather-warnings/fixtures/index.atom'],
  [parseTraffic, 'traffic-events/fixtures/snapshot.xml'],
  [parseObservations, 'weather-observations/fixtures/stations.json'],
  [parseAirQuality, 'air-quality/fixtures/stations.json'],
  [parseSpeeds, 'segment-speeds/fixtures/segments.json'],
  [parsePolice, 'police-incidents/fixtures/incidents.geojson'],
  [parseUrbanManagement, 'urban-management/fixtures/readings.json'],
];

test.each(Object.entries(PARSERS))('%s gives a value or a refusal for any bytes and any JSON', (_name, parse) => {
  const total = (body: Uint8Array): void => {
    const r = parse(body, null, context);
    if (!r.ok) expect(r.reason).not.toBe('');
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), total));
  fc.assert(fc.property(fc.json(), (s) => total(bytes(s))));
  const keys = fc.constantFrom(
    'time',
    'stations',
    'segments',
    'sensors',
    'events',
    'features',
    'id',
    'type',
    'properties',
    'geometry',
    'coordinates',
    'values',
    'name',
    '__proto__',
    'constructor',
  );
  const shaped = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(
        'FeatureCollection',
        'Feature',
        'Point',
        '2026-07-10T09:00:00Z',
        1e308,
        -1,
        null,
        true,
        '\u0000',
        '\ud800',
      ),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(keys, tie('value'), { maxKeys: 6 }),
    ),
  })).value;
  fc.assert(fc.property(shaped, (x) => total(bytes(x))));
});

test.each(FIXTURES)('a damaged message is a value or a refusal, never an exception (%s %s)', (parse, path) => {
  const whole = fixture(path);
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(whole.length - 1), fc.uint8Array({ maxLength: 8 }), (a, b, junk) => {
      const [from, to] = a < b ? [a, b] : [b, a];
      parse(Buffer.concat([whole.subarray(0, from), junk, whole.subarray(to)]), null, context);
    }),
    { numRuns: 300 },
  );
});

test('a document type is refused before anything of it is expanded, in every place and disguise', () => {
  for (const name of ['bad-billion-laughs.xml', 'bad-external-entity.xml'])
    expect(refusal(parseWarnings(fixture(`weather-warnings/fixtures/${name}`), null, context))).toBe('entities');
  for (const parse of [parseWarnings, parseTraffic]) {
    expect(refusal(parse(bytes('<!DOCTYPE x><alert/>'), null, context))).toBe('entities');
    expect(refusal(parse(bytes('<!-- a --><!doctype x [<!entity a "b">]><alert>&a;</alert>'), null, context))).toBe(
      'entities',
    );
    const utf16 = Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from('<!DOCTYPE x [<!ENTITY a "b">]><alert>&a;</alert>', 'utf16le'),
    ]);
    expect(refusal(parse(utf16, null, context))).toBe('entities');
  }
});

test('an envelope cannot smuggle a document type in with its inner text', () => {
  const inner = '<!DOCTYPE x [<!ENTITY a "b">]><d2LogicalModel>&a;</d2LogicalModel>';
  const r = parseTraffic(bytes(`<envelope><![CDATA[${inner}]]></envelope>`), null, context);
  expect(r.ok).toBe(false);
  const late = `<d2LogicalModel><payloadPublication/><!DOCTYPE y></d2LogicalModel>`;
  expect(refusal(parseTraffic(bytes(`<envelope><![CDATA[${late}]]></envelope>`), null, context))).toBe('entities');
});

test('XML made to be expensive is refused', () => {
  for (const text of [
    '<!--'.repeat(300_000),
    '<a>'.repeat(300_000),
    `<a>${'<b/>'.repeat(500_000)}</a>`,
    `<a b="${'&amp;'.repeat(300_000)}`,
  ])
    expect(parseWarnings(bytes(text), null, context).ok).toBe(false);
  expect(refusal(parsePolice(bytes('['.repeat(1_000_000)), null, context))).toBe('too-deep');
});

test('a message that is no text in the encoding that it declares is refused', () => {
  expect(refusal(parseWarnings(Buffer.from([0x3c, 0x61, 0xff, 0xfe, 0x3e]), null, context))).toBe('encoding');
  expect(refusal(parseWarnings(bytes('<?xml version="1.0" encoding="EBCDIC-CP-US"?><a/>'), null, context))).toBe(
    'encoding',
  );
});

test('a GBK message reads as Chinese', () => {
  const xml =
    '<?xml version="1.0" encoding="GBK"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>1</identifier><sender>s</sender><sent>2026-07-10T08:00:00+08:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope><info><event>';
  const rest =
    '</event><urgency>Expected</urgency><severity>Blue</severity><certainty>Likely</certainty></info></alert>';
  const gale = Buffer.from([0xb4, 0xf3, 0xb7, 0xe7]); // 大风
  const [w] = warnings(Buffer.concat([Buffer.from(xml), gale, Buffer.from(rest)]));
  expect(w!.row).toMatchObject({ event: { zh: '大风' }, level: 'blue', levelFrom: 'declared', severity: 'Minor' });
});

const alertWith = (
  more: string,
  head: Partial<Record<'status' | 'msgType' | 'references' | 'sent' | 'ns', string>> = {},
): string =>
  `<alert xmlns="urn:oasis:names:tc:emergency:cap:${head.ns ?? '1.2'}"><identifier>1</identifier><sender>s</sender><sent>${head.sent ?? '2026-07-10T08:00:00+08:00'}</sent><status>${head.status ?? 'Actual'}</status><msgType>${head.msgType ?? 'Alert'}</msgType><scope>Public</scope>${head.references ? `<references>${head.references}</references>` : ''}<info><event>e</event><urgency>Expected</urgency><severity>Severe</severity><certainty>Likely</certainty>${more}</info></alert>`;

test.each([
  ['a time without an offset', alertWith('', { sent: '2026-07-10T08:00:00' }), 'format'],
  ['CAP 1.0', alertWith('', { ns: '1.0' }), 'version'],
  ['a status that CAP does not know', alertWith('', { status: 'Real' }), 'format'],
  ['a cancellation that names nothing', alertWith('', { msgType: 'Cancel' }), 'format'],
  ['references that are no triples', alertWith('', { msgType: 'Update', references: 's,1' }), 'format'],
  ['an alert without info', alertWith('').replace(/<info>.*<\/info>/, ''), 'format'],
  ['a page in HTML', '<html><body>502 Bad Gateway</body></html>', 'format'],
])('%s is rejected', (_what, xml, code) => {
  expect(refusal(parseWarnings(bytes(xml), null, context))).toBe(code);
});

test.each(['Test', 'System', 'Draft'])('a message of status %s is understood and shows nothing', (status) => {
  const r = parseWarnings(bytes(alertWith('', { status })), null, context);
  expect(r).toMatchObject({ ok: true, value: { items: [], notes: [`1: status ${status}: not shown`] } });
});

test('a polygon of CAP is “lat,lon”, and a shape that cannot be read does not cost the warning', () => {
  const [w] = warnings(
    bytes(
      alertWith(
        '<area><areaDesc>A</areaDesc><polygon>30,114 30,115 31,115 30,114</polygon><polygon>30,114 31,115 30,114</polygon><polygon>130,14 30,115 31,115 130,14</polygon><circle>30.5,114.5 2.5</circle></area>',
      ),
    ),
  );
  expect(w!.row.areas[0]!.polygons).toEqual([
    [
      [114, 30],
      [115, 30],
      [115, 31],
      [114, 30],
    ],
  ]);
  expect(w!.row.areas[0]!.circles).toEqual([{ at: [114.5, 30.5], radiusM: 2500 }]);
});

test('info blocks of different severity are different warnings of one message', () => {
  const second =
    '</info><info><event>e</event><urgency>Expected</urgency><severity>Minor</severity><certainty>Likely</certainty>';
  const found = warnings(bytes(alertWith(second)));
  expect(found.map((w) => w.row.level)).toEqual(['orange', 'blue']);
  expect(found[0]!.message.warnings.map((w) => w.id)).toEqual(['s,1', 's,1#2']);
});

test('a headline that names two colours is no declaration of either', () => {
  const [w] = warnings(bytes(alertWith('<headline>由橙色预警降为黄色预警</headline>')));
  expect(w!.row).toMatchObject({ level: 'orange', levelFrom: 'severity' });
});

test('an outline of 50,000 points is thinned and stays closed', () => {
  const ring = Array.from({ length: 50_000 }, (_, i) => {
    const a = (i / 50_000) * 2 * Math.PI;
    return `${(30 + Math.sin(a)).toFixed(6)},${(114 + Math.cos(a)).toFixed(6)}`;
  });
  const [w] = warnings(
    bytes(alertWith(`<area><areaDesc>A</areaDesc><polygon>${[...ring, ring[0]].join(' ')}</polygon></area>`)),
  );
  const got = w!.row.areas[0]!.polygons[0]!;
  expect(got.length).toBeLessThanOrEqual(400);
  expect(got.length).toBeGreaterThan(30);
  expect(got[0]).toEqual(got.at(-1));
  for (const [lng, lat] of got) expect(Math.hypot(lng - 114, lat - 30)).toBeCloseTo(1, 2);
});

test('an Atom index gives the links of its alerts and not those of their pages', () => {
  const r = parseWarnings(fixture('weather-warnings/fixtures/index.atom'), null, context);
  expect(r.ok && r.value.follow).toEqual(['alerts/rain-2-update.cap', 'alerts/rain-1-alert.cap']);
});

test('a feed that declares GCJ-02 lands where it is, not 500 m beside it', () => {
  const at = toWgs84('gcj02')([116.404, 39.915]);
  expect(at[0]).toBeCloseTo(116.39775, 4);
  expect(at[1]).toBeCloseTo(39.91359, 4);
});

test('DATEX II 3, and a publication that is none of situations, are rejected by name', () => {
  expect(
    parseTraffic(bytes('<d2:messageContainer xmlns:d2="x"><d2:payload/></d2:messageContainer>'), null, context),
  ).toMatchObject({ ok: false, code: 'version' });
  const measured =
    '<d2LogicalModel xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><payloadPublication xsi:type="MeasuredDataPublication"/></d2LogicalModel>';
  expect(parseTraffic(bytes(measured), null, context)).toMatchObject({
    ok: false,
    reason: 'a MeasuredDataPublication, not a SituationPublication',
  });
});

// ── the real files ───────────────────────────────────────────────────────────────────────────────────────────────────

const SHARED = join(import.meta.dirname, '../../../shared/data');
const there = existsSync(SHARED);
const list = (dir: string): string[] => (there ? readdirSync(join(SHARED, dir)).sort() : []);

test.skipIf(!there)(
  'every CAP file of ../shared is accepted with an event and an area (skipped without ../shared)',
  () => {
    const files = list('weather/cap');
    expect(files).toHaveLength(9);
    for (const f of files) {
      const found = warnings(readFileSync(join(SHARED, 'weather/cap', f)));
      expect(found, f).toHaveLength(1);
      expect(found[0]!.row.event.en, f).toBeTruthy();
      expect(found[0]!.row.areas.length, f).toBeGreaterThan(0);
    }
  },
);

test.skipIf(!there)('the CAP files of ../shared read as what they say (skipped without ../shared)', () => {
  const read = (f: string) => warnings(readFileSync(join(SHARED, 'weather/cap', f)))[0]!;
  expect(read('earthquake-iso8859-1.cap').row.headline.en).toContain('Usulután');
  const canada = read('canada.cap');
  expect(canada.message).toMatchObject({
    action: 'update',
    references: ['cap@ec.gc.ca,2.49.0.1.124.a3f342a4.2012', 'cap@ec.gc.ca,2.49.0.1.124.60f31a3a.2012'],
  });
  expect(canada.row.areas.map((a) => a.desc)).toEqual([
    'Windsor - Leamington - Essex County',
    'Chatham-Kent - Rondeau Park',
  ]);
  expect(canada.row.areas[0]!.polygons[0]![0]).toEqual([-82.9314, 42.3481]);
  const fire = read('australia.cap').row;
  expect(fire).toMatchObject({ level: 'blue', levelFrom: 'severity', categories: ['Fire', 'Met'] });
  expect(fire.areas).toMatchObject([
    { circles: [{ at: [147.0598, -35.3888], radiusM: 25_000 }], geocodes: [{ code: 'AU-NSW' }, { code: '2642' }] },
  ]);
});

/** records accepted / records set aside, or the code of the rejection */
const DATEX: Record<string, string> = {
  'datex2/Datex2_2017-08-10-15-59-34-896.xml': '3/0',
  'datex2/Datex2_2017-08-10-16-08-32-976.xml': '2/0',
  'datex2/Datex2_2017-08-10-16-10-01-680.xml': '1/0',
  'datex2/InfoXML_2016-09-12-20-51-24-602.xml': '2/0',
  'datex2/InfoXML_2016-10-30-08-40-10-252.xml': '2/0',
  'datex2/InfoXML_2016-10-30-09-00-07-600.xml': '2/0',
  'datex2/InfoXML_2016-10-30-11-19-09-486.xml': '2/0',
  'datex2/InfoXML_2016-10-30-14-55-50-942.xml': '1/0',
  'datex2/InfoXML_2016-10-30-16-30-29-783.xml': '2/0',
  'datex2/InfoXML_2016-10-30-18-24-33-412.xml': '2/0',
  'datex2/manualImportOfImsMessage-datex2.xml': '1/0',
  'ims/GUID50409331.json': 'not-xml',
  'ims/ImsMessageV1_2_2.xml': 'format',
  'ims/TrafficIncidentImsMessage-2016-09-12-20-51-24-602.xml': '2/0',
  'ims/TrafficIncidentImsMessage-2016-11-17-18-34-36-299.xml': '2/0',
  'ims/TrafficIncidentImsMessage-2017-08-10-15-59-34-896.xml': '3/0',
  'ims/TrafficIncidentImsMessageV1_2_1JsonV0_2_6MultipleMessages.xml': '7/0',
  'ims/TrafficIncidentImsMessageV1_2_1JsonV0_2_6MultipleMessagesInactive.xml': '7/0',
  // a template whose times and versions are still placeholders
  'ims/TrafficIncidentImsMessageV1_2_1WithActiveAndPassiveSituationRecord.xml': '0/2',
};

test.skipIf(!there)(
  'every DATEX and envelope file of ../shared gives the records that stand in it (skipped without ../shared)',
  () => {
    const got: Record<string, string> = {};
    for (const dir of ['datex2', 'ims'])
      for (const f of list(`traffic/${dir}`)) {
        const r = parseTraffic(readFileSync(join(SHARED, 'traffic', dir, f)), null, context);
        got[`${dir}/${f}`] = r.ok ? `${r.value.items.length}/${r.value.quarantined.length}` : r.code;
      }
    expect(got).toEqual(DATEX);
  },
);

test.skipIf(!there)(
  'an ended, a cancelled and an open record of the Finnish files are told apart (skipped without ../shared)',
  () => {
    const ends = (f: string) => {
      const r = parseTraffic(readFileSync(join(SHARED, 'traffic/datex2', f)), null, context);
      return r.ok ? r.value.items.map((i) => (i.type === 'traffic' ? i.ended : 'no')) : [];
    };
    expect(ends('Datex2_2017-08-10-15-59-34-896.xml')).toEqual([null, null, null]);
    expect(ends('Datex2_2017-08-10-16-10-01-680.xml')).toEqual(['ended']);
    expect(ends('manualImportOfImsMessage-datex2.xml')).toEqual(['cancelled']);
  },
);
