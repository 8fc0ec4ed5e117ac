/**
 * Shapes of states: every state is told by shape, word and colour, so that no state hangs on colour alone.
 * Paths are drawn in a 24×24 box; `fill` shapes are filled with the state's colour, `stroke` shapes are outlined.
 */
export interface Mark {
  readonly colour: string;
  readonly fill?: string;
  readonly stroke?: string;
}

const ring = 'M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 0 0 0-17z';
const disc = 'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18z';

export const MARKS = {
  // seats (spec: workflow §8)
  idle: { colour: 'var(--idle)', stroke: ring },
  ringing: { colour: 'var(--ringing)', fill: 'M12 8a4 4 0 1 0 0 8a4 4 0 0 0 0-8z', stroke: ring },
  talking: { colour: 'var(--talking)', fill: disc },
  outbound: { colour: 'var(--outbound)', fill: 'M7 4h13v13h-3.6V10.2L6.6 20L4 17.4L13.8 7.6H7z' },
  wrap: { colour: 'var(--wrap)', fill: 'M12 3a9 9 0 0 1 0 18z', stroke: ring },
  break: { colour: 'var(--break)', fill: 'M6 4h4.4v16H6zM13.6 4H18v16h-4.4z' },
  busy: { colour: 'var(--busy)', fill: 'M4 9.8h16v4.4H4z', stroke: ring },
  other: { colour: 'var(--other)', stroke: 'M12 3l9 9l-9 9l-9-9z' },
  offline: { colour: 'var(--offline)', stroke: 'M5 5l14 14M19 5L5 19' },
  // sources, processes, links
  good: { colour: 'var(--good)', stroke: 'M4 12.5l5.5 5.5L20 6.5' },
  behind: { colour: 'var(--behind)', stroke: 'M12 6.5V12l4 3M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18z' },
  bad: { colour: 'var(--bad)', stroke: 'M5 5l14 14M19 5L5 19' },
  unknown: { colour: 'var(--unknown)', stroke: 'M5 12h14' },
  // levels I–IV and warnings: diamond, triangle, square, disc, each with its numeral beside it
  'level-1': { colour: 'var(--level-1)', fill: 'M12 2L22 12L12 22L2 12z' },
  'level-2': { colour: 'var(--level-2)', fill: 'M12 3L22 20H2z' },
  'level-3': { colour: 'var(--level-3)', fill: 'M4 4h16v16H4z' },
  'level-4': { colour: 'var(--level-4)', fill: disc },
} as const satisfies Record<string, Mark>;

export type MarkName = keyof typeof MARKS;

/** Signs of buttons without words: lines in a box of 24 × 24. */
export const SIGNS = {
  up: 'M12 19V6M6 12l6-6l6 6',
  down: 'M12 5v13M6 12l6 6l6-6',
  close: 'M6 6l12 12M18 6L6 18',
  swap: 'M8 4v15M8 19l-3.5-3.5M8 19l3.5-3.5M16 20V5M16 5l-3.5 3.5M16 5l3.5 3.5',
} as const;
