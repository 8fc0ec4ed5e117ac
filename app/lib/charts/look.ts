/** What charts take from the design system: canvas knows no CSS variables, so they are read once per drawing. */
export interface Look {
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly line: string;
  readonly panel: string;
  readonly raised: string;
  readonly accent: string;
  readonly good: string;
  readonly bad: string;
  readonly series: readonly string[];
  readonly font: string;
  /** CSS pixels of 1 rem: sizes of charts grow with it, on walls and on large desks alike. */
  readonly rem: number;
}

/** Reads the look from the page. Browser only. */
export function readLook(): Look {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ink: of('--ink'),
    ink2: of('--ink-2'),
    ink3: of('--ink-3'),
    line: of('--line'),
    panel: of('--panel'),
    raised: of('--raised'),
    accent: of('--accent'),
    good: of('--good'),
    bad: of('--bad'),
    series: [1, 2, 3, 4, 5, 6].map((n) => of(`--series-${n}`)),
    font: of('--font'),
    rem: Number.parseFloat(style.fontSize),
  };
}

/** A look for tests of option builders: nothing of it is drawn. */
export const PLAIN_LOOK: Look = {
  ink: '#eee',
  ink2: '#aaa',
  ink3: '#888',
  line: '#333',
  panel: '#181818',
  raised: '#222',
  accent: '#8fd6c9',
  good: '#7fb08d',
  bad: '#e282bd',
  series: ['#1', '#2', '#3', '#4', '#5', '#6'],
  font: 'sans-serif',
  rem: 16,
};
