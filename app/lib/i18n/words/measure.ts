import type { Translated } from '../words.ts';

/** The tool “measure” of the map desk. */
const zh = {
  title: '测量',
  close: '关闭测量',
  anew: '重新测量',
  length: '长度',
  legs: (n: string) => `${n} 段`,
  perimeter: '周长',
  area: '面积',
  closed: '首尾相连',
  crosses: '图形自相交，不计面积',
  begin: '两点起测长度，三点起另测首尾相连的面积和周长',
  note: '沿图上直线，按 WGS-84 椭球面计算；不是道路里程。',
  squareMetres: (n: string) => `${n} 平方米`,
  hectares: (n: string) => `${n} 公顷`,
  squareKilometres: (n: string) => `${n} 平方公里`,
};

const en: Translated<typeof zh> = {
  title: 'Measure',
  close: 'Close measuring',
  anew: 'Measure again',
  length: 'Length',
  legs: (n) => (n === '1' ? '1 leg' : `${n} legs`),
  perimeter: 'Perimeter',
  area: 'Area',
  closed: 'closed to its beginning',
  crosses: 'The shape crosses itself: no area',
  begin: 'Two points give a length; from three on also area and perimeter of the closed shape',
  note: 'Straight on the map, on the ellipsoid of WGS-84; not the way by road.',
  squareMetres: (n) => `${n} m²`,
  hectares: (n) => `${n} ha`,
  squareKilometres: (n) => `${n} km²`,
};

export default { zh, en };
