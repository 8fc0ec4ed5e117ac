import type { CityEventRow, Partner } from '#domain/city/rows.ts';
import { cityEventPhase } from '#domain/city/view.ts';
import type { Instant } from '#domain/time.ts';
import { mix, rgb, type ColourName } from '../colours.ts';
import { markSet, type MarkInput, type MarkSet } from '../marks.ts';

const LOOK: Partial<Record<Partner, { colour: ColourName; icon: string }>> = {
  police: { colour: 'outbound', icon: 'police' },
  urbanManagement: { colour: 'break', icon: 'urban' },
};

/** What one partner (police, urban management) reports, as marks; graver ones are larger, handled ones faded, closed ones gone. */
export function cityEventMarks(
  rows: ReadonlyMap<string, CityEventRow>,
  partner: Partner,
  now: Instant,
  chosen: string | null = null,
): MarkSet {
  const marks: MarkInput[] = [];
  const look = LOOK[partner] ?? { colour: 'unknown' as const, icon: 'police' };
  for (const [id, e] of rows) {
    if (e.partner !== partner || !e.at || cityEventPhase(e, now) === 'over') continue;
    const colour = e.status === 'handling' ? mix(rgb(look.colour), rgb('ground'), 0.35) : rgb(look.colour);
    marks.push({
      id,
      at: e.at,
      radius: (e.severity !== null && e.severity <= 2 ? 11 : 9) + (id === chosen ? 2 : 0),
      fill: [...rgb('ground'), 235],
      line: id === chosen ? [...rgb('ink'), 255] : [...colour, 255],
      icon: look.icon,
      ink: [...colour, 255],
    });
  }
  return markSet(marks);
}
