import type { LngLat } from '../city/rows.ts';
import { accept, refuse, type Result } from '../result.ts';
import { addressMistake } from './address.ts';
import { CAMERA_WAYS, type CameraAddresses, type CameraEntry } from './rows.ts';

/** What is wrong with what somebody says of a camera. */
export type CameraRefusal =
  | 'camera-id'
  | 'camera-name'
  | 'camera-point'
  | 'camera-bearing'
  | 'camera-fov'
  | 'camera-owner'
  | 'address-none'
  | 'address-long'
  | 'address-hidden'
  | 'address-url';

export const MAX_CAMERA_NAME = 80;
export const MAX_CAMERA_OWNER = 80;
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;
export const isCameraId = (text: string): boolean => ID.test(text);

/** A camera as a form or a file says it. */
export interface CameraInput {
  readonly id: string;
  readonly name: string;
  /** WGS-84. */
  readonly at: LngLat;
  readonly bearing: number | null;
  readonly fov: number | null;
  readonly owner: string;
  readonly addresses: CameraAddresses;
}

/** @returns the entry, with its direction in [0, 360) */
export function decideCamera(input: CameraInput): Result<CameraEntry, CameraRefusal> {
  const { id, at, bearing, fov, addresses } = input;
  const [name, owner] = [input.name.trim(), input.owner.trim()];
  const [lng, lat] = at;
  if (!isCameraId(id)) return refuse('camera-id', id);
  if (name === '' || name.length > MAX_CAMERA_NAME) return refuse('camera-name', name);
  if (!(lng >= -180 && lng <= 180 && lat >= -90 && lat <= 90) || (lng === 0 && lat === 0))
    return refuse('camera-point', `${lng}, ${lat}`);
  if (bearing !== null && !(bearing >= 0 && bearing <= 360)) return refuse('camera-bearing', String(bearing));
  if (fov !== null && !(fov > 0 && fov <= 360)) return refuse('camera-fov', String(fov));
  if (owner.length > MAX_CAMERA_OWNER) return refuse('camera-owner', owner);
  for (const way of CAMERA_WAYS) {
    const wrong = addresses[way] === null ? null : addressMistake(addresses[way]);
    // what was typed may be a secret: the refusal names the field only
    if (wrong) return refuse(wrong, way);
  }
  if (CAMERA_WAYS.every((way) => addresses[way] === null)) return refuse('address-none', id);
  return accept({ id, name, at, bearing: bearing === null ? null : bearing % 360, fov, owner, addresses });
}
