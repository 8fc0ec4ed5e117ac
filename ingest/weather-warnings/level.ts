import type { WarningLevel, WarningRow } from '#domain/city/rows.ts';

const WORDS: readonly (readonly [RegExp, WarningLevel])[] = [
  [/\bred\b|红色|紅色|^红$|^i级?$/i, 'red'],
  [/\borange\b|橙色|^橙$|^ii级?$/i, 'orange'],
  [/\byellow\b|黄色|黃色|^黄$|^iii级?$/i, 'yellow'],
  [/\bblue\b|蓝色|藍色|^蓝$|^iv级?$/i, 'blue'],
];

const FROM_SEVERITY: Record<string, WarningLevel> = {
  Extreme: 'red',
  Severe: 'orange',
  Moderate: 'yellow',
  Minor: 'blue',
};

/** Chinese senders write the colour where CAP wants its own words; both are understood. */
const COLOUR_AS_SEVERITY: Record<WarningLevel, WarningRow['severity']> = {
  red: 'Extreme',
  orange: 'Severe',
  yellow: 'Moderate',
  blue: 'Minor',
};

function colourIn(text: string | null): WarningLevel | null {
  if (text === null) return null;
  const found = WORDS.filter(([re]) => re.test(text.trim()));
  return found.length === 1 ? found[0]![1] : null; // “改橙色预警为黄色” names two: no guess
}

export interface LevelSources {
  readonly severity: string;
  /** Values of parameters and event codes whose name speaks of a level or colour. */
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
  readonly headlines: readonly (string | null)[];
}

/**
 * The colour of a warning: what the sender declares (a level parameter, the severity itself, “暴雨橙色预警” in the
 * headline), else derived from CAP severity: Extreme red, Severe orange, Moderate yellow, Minor blue. Null when unknown.
 */
export function warningLevel(s: LevelSources): { level: WarningLevel | null; from: 'declared' | 'severity' | null } {
  for (const p of s.parameters) {
    if (!/level|colou?r|signal|grade|级别|等级|颜色|awareness/i.test(p.name)) continue;
    const level = colourIn(p.value);
    if (level) return { level, from: 'declared' };
  }
  const bySeverity = colourIn(s.severity);
  if (bySeverity) return { level: bySeverity, from: 'declared' };
  for (const h of s.headlines) {
    const level = h !== null && /预警|預警|warning/i.test(h) ? colourIn(h) : null;
    if (level) return { level, from: 'declared' };
  }
  const level = FROM_SEVERITY[s.severity] ?? null;
  return { level, from: level ? 'severity' : null };
}

/** CAP's severity of a value that may be a Chinese colour word; null when it is neither. */
export function capSeverity(value: string): WarningRow['severity'] | null {
  const known = ['Extreme', 'Severe', 'Moderate', 'Minor', 'Unknown'] as const;
  const found = known.find((k) => k.toLowerCase() === value.toLowerCase());
  if (found) return found;
  const colour = colourIn(value);
  return colour ? COLOUR_AS_SEVERITY[colour] : null;
}
