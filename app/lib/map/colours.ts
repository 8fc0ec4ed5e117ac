/**
 * Colours of the map as numbers, for what is drawn on a canvas. The same hues as the variables in lib/ui/tokens.css: a test holds
 * both together. Red, orange, yellow and blue belong to levels I–IV and to warnings, and to nothing else on the map.
 */
export type Rgb = readonly [number, number, number];

export const COLOURS = {
  ground: '#101214',
  panel: '#181b1e',
  line: '#2a2f34',
  'line-strong': '#414950',
  ink: '#eceff1',
  'ink-2': '#adb5bb',
  'ink-3': '#868f97',
  accent: '#8fd6c9',
  good: '#7fb08d',
  behind: '#b9a5ee',
  bad: '#e282bd',
  unknown: '#8b949b',
  talking: '#3fa796',
  outbound: '#76c7d6',
  wrap: '#a18ae0',
  break: '#a99f8e',
  busy: '#cf77b2',
  'level-1': '#e5484d',
  'level-2': '#f0842f',
  'level-3': '#f3c948',
  'level-4': '#4b93e6',
} as const;
export type ColourName = keyof typeof COLOURS;

const cache = new Map<ColourName, Rgb>();
export function rgb(name: ColourName): Rgb {
  let known = cache.get(name);
  if (!known) {
    const hex = COLOURS[name];
    known = [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16)) as unknown as Rgb;
    cache.set(name, known);
  }
  return known;
}

/** Between two colours, `share` 0–1 of the second: for what looks stale on the ground it stands on. */
export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return [0, 1, 2].map((i) => Math.round(a[i]! + (b[i]! - a[i]!) * share)) as unknown as Rgb;
}
