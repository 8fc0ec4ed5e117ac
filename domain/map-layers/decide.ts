import { ACCOUNT_ROLES, mayDo, type AccountRole } from '../access.ts';
import { accept, refuse, type Result } from '../result.ts';
import { parseLocal, type Instant } from '../time.ts';
import { MAX_LAYER_NAME, type DayHours, type LayerFace, type Validity } from './rows.ts';
import { standing } from './validity.ts';

/** A layer's name, validity and roles as somebody fills them in: times in the city's zone, '' is none. */
export interface LayerForm {
  readonly name: string;
  readonly nameEn: string;
  /** 'YYYY-MM-DDTHH:MM' */
  readonly from: string;
  readonly until: string;
  /** 'HH:MM' */
  readonly hoursFrom: string;
  readonly hoursUntil: string;
  readonly roles: readonly string[];
}

/** Roles that open the map: whom a layer can be for. */
export const MAP_ROLES: readonly AccountRole[] = ACCOUNT_ROLES.filter((r) => mayDo(r, 'map.see'));

export type LayerRefusal =
  'layer-name' | 'layer-time' | 'layer-order' | 'layer-hours' | 'layer-never' | 'layer-over' | 'layer-roles';

/** What was filled in, as a layer has it. @param now of a new layer: one that is over already is a mistake; null: whatever the time */
export function decideLayer(form: LayerForm, zone: string, now: Instant | null): Result<LayerFace, LayerRefusal> {
  const name = form.name.trim();
  const nameEn = form.nameEn.trim();
  if (name === '' || name.length > MAX_LAYER_NAME || nameEn.length > MAX_LAYER_NAME) return refuse('layer-name', '');
  const roles = MAP_ROLES.filter((r) => form.roles.includes(r));
  if (roles.length === 0 || roles.length !== new Set(form.roles).size) return refuse('layer-roles', '');
  const validity = readValidity(form, zone);
  if (!validity.ok) return validity;
  if (now !== null && standing(validity.value, now, zone).is === 'over') return refuse('layer-over', '');
  return accept({ name, nameEn, validity: validity.value, roles });
}

function readValidity(form: LayerForm, zone: string): Result<Validity, LayerRefusal> {
  const instant = (text: string): Instant | null | undefined =>
    text.trim() === '' ? null : (parseLocal(text, zone) ?? undefined);
  const from = instant(form.from);
  const until = instant(form.until);
  if (from === undefined || until === undefined) return refuse('layer-time', '');
  if (from !== null && until !== null && from >= until) return refuse('layer-order', '');
  const opens = readMinute(form.hoursFrom);
  const closes = readMinute(form.hoursUntil);
  if (
    opens === undefined ||
    closes === undefined ||
    (opens === null) !== (closes === null) ||
    (opens !== null && opens === closes)
  )
    return refuse('layer-hours', '');
  const hours: DayHours | null = opens === null || closes === null ? null : { from: opens, until: closes };
  const validity = { from, until, hours };
  // hours of the day that no day between the two has
  if (from !== null && standing(validity, from, zone).is === 'over') return refuse('layer-never', '');
  return accept(validity);
}

/** Minutes of 'HH:MM'; null of nothing, undefined of anything else. */
function readMinute(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const m = /^(\d{2}):(\d{2})(?::00)?$/.exec(text.trim());
  if (!m || Number(m[1]) > 23 || Number(m[2]) > 59) return undefined;
  return Number(m[1]) * 60 + Number(m[2]);
}

/** Names of what differs between two faces of a layer. */
export function changedFields(before: LayerFace, after: LayerFace): string[] {
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  const { from, until, hours } = before.validity;
  return [
    before.name === after.name ? null : 'name',
    before.nameEn === after.nameEn ? null : 'nameEn',
    same(
      [from, until, hours?.from, hours?.until],
      [after.validity.from, after.validity.until, after.validity.hours?.from, after.validity.hours?.until],
    )
      ? null
      : 'validity',
    same([...before.roles].sort(), [...after.roles].sort()) ? null : 'roles',
  ].filter((f) => f !== null);
}
