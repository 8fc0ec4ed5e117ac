import { expect, test } from 'vitest';
import { addressOf, filePattern, patternMistake, toldPath, urlMistake, type PatternCall } from './pattern.ts';

const ZONE = 'Asia/Shanghai';
const CALL: PatternCall = {
  id: '1795320651.1',
  // 23:30 on the 21st in UTC is the 22nd in the city
  setupAt: Date.parse('2026-11-21T23:30:00Z'),
  caller: '13900001111',
  called: '12345',
};
const of = (template: string, call: Partial<PatternCall> = {}) => filePattern(template, { ...CALL, ...call }, ZONE);
const matching = (template: string, name: string): boolean => {
  const p = of(template);
  return p.ok && p.value.matches(name);
};

test('the folder of a call is that of its city day', () => {
  const p = of('{yyyy}/{mm}/{dd}/{call}*.wav');
  expect(p).toMatchObject({ ok: true, value: { folder: '2026/11/22', text: '2026/11/22/1795320651.1*.wav' } });
});

test('a call’s files are found by its whole id: 17.1 is neither 17.10 nor 217.1', () => {
  const t = '{call}*.wav';
  expect(matching(t, '1795320651.1.wav')).toBe(true);
  expect(matching(t, '1795320651.1-out.wav')).toBe(true);
  expect(matching(t, '1795320651.10.wav')).toBe(false);
  expect(matching(t, '1795320651.1.gsm')).toBe(false);
  expect(matching('*{call}.wav', '91795320651.1.wav')).toBe(false);
  expect(matching('*{call}.wav', 'q-general-1795320651.1.wav')).toBe(true);
  // a dot of the id is a dot
  expect(matching(t, '1795320651x1.wav')).toBe(false);
});

test('nothing of a call gets out of the folder', () => {
  for (const id of ['../../etc/passwd', '..', 'a/b', 'a\0b', '', 'x'.repeat(200)])
    expect(of('{call}*.wav', { id }), id).toMatchObject({ ok: false, code: 'unsafe' });
  expect(of('{caller}/{call}.wav', { caller: '..' }).ok).toBe(false);
});

test('a pattern with a mistake is refused at the start, with what is wrong', () => {
  for (const good of ['{call}.wav', '{yyyy}/{mm}/{dd}/{call}*.wav', '{yyyy}{mm}{dd}/*-{caller}-*.WAV'])
    expect(patternMistake(good), good).toBeNull();
  for (const bad of [
    '/{call}.wav',
    '../{call}.wav',
    '{who}.wav',
    '{call',
    '*/{call}.wav',
    '{yyyy}/all.wav',
    'a//{call}',
  ])
    expect(patternMistake(bad), bad).not.toBeNull();
  expect(urlMistake('https://pbx/rec/{yyyy}/{call}.wav')).toBeNull();
  for (const bad of ['ftp://pbx/{call}', '{call}', 'https://pbx/all.wav', 'https://pbx/{x}/{call}'])
    expect(urlMistake(bad), bad).not.toBeNull();
});

test('a value in an address cannot change the address', () => {
  expect(addressOf('https://pbx/rec/{call}.wav', { ...CALL, id: '../x?y#z' }, ZONE)).toBe(
    'https://pbx/rec/..%2Fx%3Fy%23z.wav',
  );
});

test('a file that the switch named is looked for below our folder, and only there', () => {
  const dir = '/var/spool/asterisk/monitor/';
  expect(toldPath('/var/spool/asterisk/monitor/2026/a.wav', dir)).toEqual({ ok: true, value: '2026/a.wav' });
  expect(toldPath('2026/a.wav', dir)).toEqual({ ok: true, value: '2026/a.wav' });
  expect(toldPath('/etc/passwd', dir)).toMatchObject({ code: 'elsewhere' });
  expect(toldPath('/var/spool/asterisk/monitor-2/a.wav', dir)).toMatchObject({ code: 'elsewhere' });
  for (const bad of ['../a.wav', '/var/spool/asterisk/monitor/../../x', 'a\0.wav', '', '/var/spool/asterisk/monitor/'])
    expect(toldPath(bad, dir).ok, bad).toBe(false);
});
