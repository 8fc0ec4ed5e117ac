import { CITY_LANES, type VehicleKind, type VehicleSignal, type VehicleState } from '#domain/city/rows.ts';
import { vehiclePresence, type PositionAge } from '#domain/city/view.ts';
import type { Instant } from '#domain/time.ts';
import { mix, rgb, type ColourName, type Rgb } from '../colours.ts';
import { markSet, NO_MARKS, type MarkInput, type MarkSet } from '../marks.ts';

export const VEHICLE_LANE = CITY_LANES.vehicles;

/** Colour of a state; a filled disc is a vehicle at work, a ring one that is free or on its way home. */
export const VEHICLE_LOOK: Record<VehicleState, { colour: ColourName; filled: boolean }> = {
  available: { colour: 'good', filled: false },
  assigned: { colour: 'wrap', filled: false },
  en_route: { colour: 'wrap', filled: true },
  on_scene: { colour: 'talking', filled: true },
  returning: { colour: 'break', filled: false },
  unavailable: { colour: 'unknown', filled: false },
};
/** Picture in the atlas per kind of vehicle. */
export const VEHICLE_ICON: Record<VehicleKind, string> = {
  rescue: 'vehicle-rescue',
  fire: 'vehicle-fire',
  ambulance: 'vehicle-ambulance',
  police: 'vehicle-police',
  urbanManagement: 'vehicle-urban',
  repair: 'vehicle-repair',
  sanitation: 'vehicle-sanitation',
  supply: 'vehicle-supply',
  command: 'vehicle-command',
  other: 'vehicle-other',
};

const RADIUS = 10;
/** Below this speed a heading means nothing. */
const STANDING_KMH = 2;

export interface VehicleValue {
  readonly at: Instant;
  readonly body: VehicleSignal;
}

export interface MovingMarks {
  readonly marks: MarkSet;
  /** When each position was measured. */
  readonly ats: Float64Array;
}

type Presence = PositionAge | 'offline';
/** What a mark was made of: the same again makes the same. */
interface Made {
  readonly value: VehicleValue;
  readonly presence: Presence;
  readonly chosen: boolean;
}

/**
 * Vehicles as marks, made anew only where something changed: of ten thousand vehicles a message tells some hundred. What was returned
 * is never written again; an array in which nothing changed is the same as before.
 */
export class VehicleMarks {
  #made: Made[] = [];
  #last: MovingMarks = { marks: NO_MARKS, ats: new Float64Array(0) };

  /**
   * Fresh ones in full colour, stale ones (2 min) faded, unknown (10 min) and offline ones as hollow rings where they were last seen.
   * @param values in an order that stays; @param now by the server's clock; @param chosen id drawn larger with a white ring
   */
  of(values: ReadonlyMap<string, VehicleValue>, now: Instant, chosen: string | null): MovingMarks {
    const { ids } = this.#last.marks;
    const changed: number[] = [];
    let n = 0;
    for (const [id, value] of values) {
      if (!value.body.at) continue;
      if (ids[n] !== id) return this.#anew(values, now, chosen);
      const made = this.#made[n]!;
      const presence = vehiclePresence(value.body, value.at, now);
      if (made.value !== value || made.presence !== presence || made.chosen !== (id === chosen)) {
        this.#made[n] = { value, presence, chosen: id === chosen };
        changed.push(n);
      }
      n++;
    }
    if (n !== ids.length) return this.#anew(values, now, chosen);
    if (changed.length > 0) this.#last = this.#changed(changed);
    return this.#last;
  }

  #anew(values: ReadonlyMap<string, VehicleValue>, now: Instant, chosen: string | null): MovingMarks {
    const shown = [...values].filter(([, v]) => v.body.at);
    this.#made = shown.map(([id, value]) => ({
      value,
      presence: vehiclePresence(value.body, value.at, now),
      chosen: id === chosen,
    }));
    const marks = markSet(shown.map(([id], i) => vehicleMark(id, this.#made[i]!)));
    // also without a vehicle that moves, so that the next one that does is a change and no other set
    const headings = marks.headings ?? new Float32Array(shown.length).fill(Number.NaN);
    this.#last = { marks: { ...marks, headings }, ats: Float64Array.from(shown, ([, v]) => v.at) };
    return this.#last;
  }

  #changed(indices: readonly number[]): MovingMarks {
    const { marks, ats } = this.#last;
    const made = indices.map((i) => vehicleMark(marks.ids[i]!, this.#made[i]!));
    const write = <A extends Float64Array | Float32Array | Uint8Array>(was: A, size: number, of: (m: VehicleMark) => ArrayLike<number>): A => {
      let out: A | null = null;
      made.forEach((m, k) => {
        const values = of(m);
        for (let j = 0; j < size; j++) {
          const at = indices[k]! * size + j;
          if (Object.is((out ?? was)[at], values[j])) continue;
          out ??= was.slice() as A;
          out[at] = values[j]!;
        }
      });
      return out ?? was;
    };
    const icons = marks.icons!;
    return {
      marks: {
        ids: marks.ids,
        positions: write(marks.positions, 2, (m) => m.at),
        fills: write(marks.fills, 4, (m) => m.fill),
        lines: write(marks.lines, 4, (m) => m.line),
        radii: write(marks.radii, 1, (m) => [m.radius]),
        icons: made.every((m, k) => icons[indices[k]!] === m.icon) ? icons : marks.ids.map((id, i) => vehicleMark(id, this.#made[i]!).icon!),
        inks: write(marks.inks!, 4, (m) => m.ink!),
        headings: write(marks.headings!, 1, (m) => [m.heading ?? Number.NaN]),
      },
      ats: write(ats, 1, (m) => [m.measuredAt]),
    };
  } // prettier-ignore
}

interface VehicleMark extends MarkInput {
  readonly measuredAt: Instant;
}
function vehicleMark(id: string, { value, presence, chosen }: Made): VehicleMark {
  const { body } = value;
  const look = VEHICLE_LOOK[body.state] ?? VEHICLE_LOOK.unavailable;
  const lost = presence === 'unknown' || presence === 'offline';
  const fade = lost ? 0.65 : presence === 'stale' ? 0.5 : 0;
  const colour = mix(rgb(look.colour), rgb('ground'), fade);
  const filled = look.filled && !lost;
  const ink: Rgb = filled ? rgb('ground') : mix(rgb('ink'), rgb('ground'), fade);
  const moving = presence === 'fresh' && body.heading !== null && (body.kmh ?? 0) >= STANDING_KMH;
  return {
    id,
    at: body.at,
    measuredAt: value.at,
    radius: chosen ? RADIUS + 2 : RADIUS,
    fill: filled ? [...colour, 255] : [...rgb('ground'), lost ? 60 : 225],
    line: chosen ? [...rgb('ink'), 255] : [...colour, 255],
    icon: VEHICLE_ICON[body.kind] ?? VEHICLE_ICON.other,
    ink: [...ink, lost ? 150 : 255],
    heading: moving ? body.heading : null,
  };
}
