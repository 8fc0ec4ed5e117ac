import type { VehicleSignal } from '#domain/city/rows.ts';
import type { VehicleInfo, VehiclePosition } from '#store/vehicles.ts';
import type { VehicleMessage } from './parse.ts';

/** Vehicles remembered at most; the longest unheard leaves. A city has hundreds, a broken publisher has no end. */
export const MAX_VEHICLES = 20_000;

interface Known {
  info: VehicleInfo | null;
  last: VehiclePosition | null;
}

/**
 * The fleet as heard so far: turns messages into positions to save. No I/O and no clock. A position older than the last
 * never becomes the newest one, whatever the order of arrival; it still belongs to the history.
 */
export class Fleet {
  readonly #known = new Map<string, Known>();
  #changedInfo = new Map<string, VehicleInfo>();

  /** @param infos and positions from before a restart */
  constructor(infos: readonly VehicleInfo[] = [], positions: readonly VehiclePosition[] = []) {
    for (const info of [...infos].reverse()) this.#at(info.id).info = info;
    for (const p of [...positions].reverse()) this.#at(p.vehicle).last = p;
  }

  get size(): number {
    return this.#known.size;
  }

  /** @returns what is to be saved; null when the message changes nothing (an old status, a vehicle never seen) */
  take(m: VehicleMessage): VehiclePosition | null {
    if (m.type === 'position') return this.#position(m);
    if (m.type === 'info') return this.#info(m);
    return this.#status(m);
  }

  /** Descriptions that are new or changed since the last call. */
  takeChangedInfo(): VehicleInfo[] {
    if (this.#changedInfo.size === 0) return [];
    const out = [...this.#changedInfo.values()];
    this.#changedInfo = new Map();
    return out;
  }

  #position(m: VehicleMessage & { type: 'position' }): VehiclePosition {
    const k = this.#at(m.vehicle);
    const signal: VehicleSignal = {
      at: m.position,
      heading: m.heading,
      kmh: m.kmh,
      state: m.state ?? k.last?.signal.state ?? 'available',
      kind: k.info?.kind ?? 'other',
      zh: k.info?.zh ?? m.vehicle,
      en: k.info?.en ?? null,
      plate: k.info?.plate ?? null,
      online: true,
      simulated: m.simulated || (k.info?.simulated ?? false),
    };
    const position = { vehicle: m.vehicle, at: m.at, signal };
    if (k.last === null || m.at > k.last.at) k.last = position;
    return position;
  }

  #info(m: VehicleMessage & { type: 'info' }): VehiclePosition | null {
    const { vehicle, kind, zh, en, plate, simulated } = m;
    const k = this.#at(vehicle);
    const info: VehicleInfo = { id: vehicle, kind, zh, en, plate, simulated };
    if (k.info && JSON.stringify(k.info) === JSON.stringify(info)) return null;
    k.info = info;
    this.#changedInfo.set(vehicle, info);
    return k.last ? this.#again(k, { ...k.last.signal, kind, zh, en, plate, simulated }) : null;
  }

  /** Gone or back. Back changes nothing by itself: a vehicle is somewhere again when it says where. */
  #status(m: VehicleMessage & { type: 'status' }): VehiclePosition | null {
    const k = this.#known.get(m.vehicle);
    if (m.online || !k?.last || !k.last.signal.online) return null;
    return this.#again(k, { ...k.last.signal, online: false });
  }

  /** The last position with something else changed: a millisecond later, so that its age stays what it is. */
  #again(k: Known, signal: VehicleSignal): VehiclePosition {
    k.last = { vehicle: k.last!.vehicle, at: k.last!.at + 1, signal };
    return k.last;
  }

  #at(id: string): Known {
    const have = this.#known.get(id);
    const k = have ?? { info: null, last: null };
    // to the end: the first of the map is the longest unheard
    if (have) this.#known.delete(id);
    else if (this.#known.size >= MAX_VEHICLES) this.#known.delete(this.#known.keys().next().value!);
    this.#known.set(id, k);
    return k;
  }
}
