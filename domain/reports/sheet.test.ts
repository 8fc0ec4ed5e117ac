import { expect, test } from 'vitest';
import { PartGrid } from '../calls/grid.ts';
import { parseLocal } from '../time.ts';
import { grainEdges } from './grain.ts';
import { cellText, intervalName, listSheet, statSheet, toCsv, toText, width } from './sheet.ts';
import { statTable } from './table.ts';

const ZONE = 'Asia/Shanghai';
const at = (t: string): number => parseLocal(t, ZONE)!;
const edges = grainEdges(at('2026-03-02 09:00'), at('2026-03-02 10:00'), 'half-hour', ZONE);
const table = statTable(
  new PartGrid(2).addCounted([
    { interval: 0, group: ['综合'], parts: { offered: 11, answered: 8, wait_s: 301, waits: 11 } },
    { interval: 1, group: [''], parts: { offered: 2 } },
  ]),
  { columns: ['offered', 'averageWait', 'answerRate', 'inbound'], by: ['queue'], edges },
);
const sheet = statSheet(table, { lang: 'zh', zone: ZONE, grain: 'half-hour', where: 'export' });

test('a sheet names interval and group, and its totals are of added parts', () => {
  expect(sheet.header).toEqual([
    '时段',
    '技能组',
    '进入ACD电话总数',
    '平均等待时长(秒)',
    '排队接通率 %',
    '呼入电话总数',
  ]);
  const lines = (rows: typeof sheet.rows) => rows.map((r) => r.map((c) => cellText(c, ZONE)));
  expect(lines(sheet.rows)).toEqual([
    ['2026-03-02 09:00', '综合', '11', '27.36', '72.7', '?'],
    ['2026-03-02 09:30', '(无)', '2', '–', '0.0', '?'],
  ]);
  expect(lines(sheet.totals).at(-1)).toEqual(['合计', '', '13', '27.36', '61.5', '?']);
});

test('CSV begins with a byte order mark, quotes what must be, and never gives Excel a formula', () => {
  const csv = toCsv(
    {
      header: ['a', 'b'],
      rows: [
        [
          { is: 'text', text: '=1+1' },
          { is: 'text', text: 'x,"y"' },
        ],
        [{ is: 'empty' }, { is: 'number', n: 27.3, decimals: 1 }],
      ],
      totals: [],
    },
    ZONE,
  );
  expect(csv).toBe('\uFEFFa,b\r\n\'=1+1,"x,""y"""\r\n-,27.3\r\n');
  expect(toCsv(sheet, ZONE)).toContain('2026-03-02 09:00,综合,11,27.36,72.7,?');
});

test('a terminal’s columns stand in line also where names are Chinese', () => {
  const lines = toText(sheet, ZONE).split('\n');
  expect(new Set(lines.slice(0, 4).map(width)).size).toBe(1);
});

test('a list keeps instants as times of the city and tells what is not there', () => {
  const s = listSheet(
    [
      { key: 't', zh: '时间', en: 'Time', type: 'time' },
      { key: 'talk_s', zh: '通话', en: 'Talk', type: 's' },
    ],
    [{ t: at('2026-03-02 09:00:05'), talk_s: null }],
    'en',
  );
  expect(s.header).toEqual(['Time', 'Talk (s)']);
  expect(s.rows[0]!.map((c) => cellText(c, ZONE))).toEqual(['2026-03-02 09:00:05', '–']);
});

test('intervals are named by the city’s calendar', () => {
  const t = at('2026-05-01 00:00');
  expect((['half-hour', 'day', 'month', 'quarter', 'year'] as const).map((g) => intervalName(t, g, ZONE))).toEqual([
    '2026-05-01 00:00',
    '2026-05-01',
    '2026-05',
    '2026-Q2',
    '2026',
  ]);
});
