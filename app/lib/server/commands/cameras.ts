import * as v from 'valibot';
import { keptAddress } from '#domain/cameras/address.ts';
import type { CameraAddresses } from '#domain/cameras/rows.ts';
import { decideCamera, MAX_CAMERA_NAME, MAX_CAMERA_OWNER } from '#domain/cameras/rules.ts';
import { accept, refuse } from '#domain/result.ts';
import { addCamera, addressesOf, changeCamera, nearestCameras, retireCamera } from '#store/cameras.ts';
import { command, Lat, Lng, Text, type Command } from './command.ts';
import { End, resolveEnd } from './ends.ts';

/** The registry of cameras, and which are near a place. A file's cameras come by the registry page's own form. */

/** Cameras farther away show nothing of the place. */
const NEAR_M = 3000;
/** Panels show nine at most. */
const NEAR_AT_MOST = 9;

const Address = Text(1200);
const Input = v.strictObject({
  id: Text(60),
  name: Text(MAX_CAMERA_NAME * 2),
  at: v.tuple([Lng, Lat]),
  bearing: v.nullable(v.number()),
  fov: v.nullable(v.number()),
  owner: Text(MAX_CAMERA_OWNER * 2),
  hls: Address,
  whep: Address,
  snapshot: Address,
});
const NO_ADDRESSES: CameraAddresses = { hls: null, whep: null, snapshot: null };

/** What was typed, with what was left hidden as it is known. */
function decide({ hls, whep, snapshot, ...input }: v.InferOutput<typeof Input>, known: CameraAddresses) {
  const addresses = {
    hls: keptAddress(hls, known.hls),
    whep: keptAddress(whep, known.whep),
    snapshot: keptAddress(snapshot, known.snapshot),
  };
  return decideCamera({ ...input, id: input.id.trim(), addresses });
}

export const CAMERA_COMMANDS = {
  'camera-add': command('camera.manage', Input, async (input, { sql, by, now }) => {
    const entry = decide(input, NO_ADDRESSES);
    return entry.ok ? addCamera(sql, entry.value, { officer: by.officer, now }) : entry;
  }),
  'camera-change': command('camera.manage', Input, async (input, { sql, by, now }) => {
    const known = (await addressesOf(sql, [input.id])).get(input.id);
    if (!known) return refuse('camera-missing', input.id);
    const entry = decide(input, known);
    return entry.ok ? changeCamera(sql, entry.value, { officer: by.officer, now }) : entry;
  }),
  'camera-retire': command(
    'camera.manage',
    v.strictObject({ id: Text(60), retired: v.boolean() }),
    ({ id, retired }, { sql, by, now }) => retireCamera(sql, id, retired, { officer: by.officer, now }),
  ),
  'near-cameras': command('camera.see', v.strictObject({ to: End }), async ({ to }, { sql }) => {
    const end = await resolveEnd(sql, to);
    if (!end.ok) return end;
    const { at } = end.value.end;
    return accept({ at, withinM: NEAR_M, ...(await nearestCameras(sql, at, NEAR_AT_MOST, NEAR_M)) });
  }),
} satisfies Record<string, Command>;
