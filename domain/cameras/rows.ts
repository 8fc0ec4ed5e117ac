import type { LngLat } from '../city/rows.ts';
import type { Instant } from '../time.ts';

/** How a camera is, as the checker found it. `slow`: a picture comes, but late; `unknown`: nobody has looked yet, or can. */
export const CAMERA_STATES = ['live', 'slow', 'dead', 'unknown'] as const;
export type CameraState = (typeof CAMERA_STATES)[number];

/** Why there is no picture, or nothing is known. Codes; the screens have a sentence for each. */
export const CAMERA_REASONS = [
  /** No address is registered. */
  'no-address',
  'name-unknown',
  'refused',
  'timeout',
  'broken',
  'tls',
  /** 401 or 403: our user and password are not taken. */
  'not-allowed',
  'not-found',
  'server-error',
  /** It sends its callers to another host, which is not followed. */
  'redirect',
  /** An address that the house does not call: of this link only, or of nobody. */
  'forbidden-host',
  'no-playlist',
  'empty-playlist',
  /** The playlist does not go on. */
  'frozen',
  'no-picture',
  'too-large',
] as const;
export type CameraReason = (typeof CAMERA_REASONS)[number];

/** Ways to get a picture, the best first. */
export const CAMERA_WAYS = ['whep', 'hls', 'snapshot'] as const;
export type CameraWay = (typeof CAMERA_WAYS)[number];

/** What is known of how a camera is. */
export interface CameraHealth {
  readonly state: CameraState;
  readonly reason: CameraReason | null;
  readonly since: Instant;
  readonly checkedAt: Instant | null;
  /** When there was a picture last. */
  readonly pictureAt: Instant | null;
}

/** A camera as everybody may know it who may see cameras: no address, but which ways there are. */
export interface Camera {
  readonly id: string;
  readonly name: string;
  /** [lng, lat], WGS-84. */
  readonly at: LngLat;
  /** Degrees clockwise from north; null: it turns, or nobody knows. */
  readonly bearing: number | null;
  /** Horizontal angle of view, degrees. */
  readonly fov: number | null;
  readonly owner: string;
  readonly simulated: boolean;
  readonly retiredAt: Instant | null;
  readonly ways: readonly CameraWay[];
  readonly health: CameraHealth;
}

/** Where its pictures are; each may hold a password or a token. */
export type CameraAddresses = Readonly<Record<CameraWay, string | null>>;

/** What a registry says of a camera. */
export interface CameraEntry {
  readonly id: string;
  readonly name: string;
  readonly at: LngLat;
  readonly bearing: number | null;
  readonly fov: number | null;
  readonly owner: string;
  readonly addresses: CameraAddresses;
}

/** A camera near a place. */
export interface NearCamera extends Camera {
  /** Metres on the ellipsoid. */
  readonly distanceM: number;
  /** It looks at the place, as far as its direction and angle tell; null: unknown. */
  readonly facing: boolean | null;
}
