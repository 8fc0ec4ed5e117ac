import type { CameraEntry } from '#domain/cameras/rows.ts';
import { mulberry32 } from '#domain/random.ts';
import type { LngLat } from '#store/gis.ts';

/** How a simulated camera behaves; most are in order. */
export const CONDUCTS = ['good', 'slow', 'missing', 'silent', 'frozen', 'failing', 'stills'] as const;
export type Conduct = (typeof CONDUCTS)[number];

export interface DemoCamera {
  readonly entry: CameraEntry;
  readonly conduct: Conduct;
}

/** Every camera of the simulator wants this, as many real ones do. */
export const DEMO_TOKEN = 'demo-camera';
const CAMERAS = 240;
/** Of sixteen neighbours in the list, those that are not in order. */
const PLANTED: Readonly<Record<number, Conduct>> = {
  3: 'missing',
  6: 'slow',
  8: 'silent',
  10: 'stills',
  12: 'frozen',
  14: 'failing',
};
const LOOKS = ['全景', '路口', '入口', '广场'] as const;

/**
 * Cameras at places of a city: the same seed, the same cameras. @param base address of the simulator
 */
export function demoCameras(
  places: readonly { readonly name: string; readonly at: LngLat }[],
  seed: number,
  base: string,
): DemoCamera[] {
  const random = mulberry32(seed ^ 0xca3e);
  const left = [...places];
  const chosen: (typeof places)[number][] = [];
  while (chosen.length < CAMERAS && left.length > 0)
    chosen.push(left.splice(Math.floor(random() * left.length), 1)[0]!);
  return chosen.map(({ name, at }, i) => {
    const conduct = PLANTED[i % 16] ?? 'good';
    const id = `DEMO-${String(i + 1).padStart(3, '0')}`;
    // a pole beside the place, up to 60 m away
    const spot: LngLat = [round(at[0] + (random() - 0.5) * 0.0012), round(at[1] + (random() - 0.5) * 0.0011)];
    const turns = i % 9 === 4;
    const address = (what: string): string => `${base}/${id}/${what}?token=${DEMO_TOKEN}`;
    return {
      conduct,
      entry: {
        id,
        name: `${name}${LOOKS[Math.floor(random() * LOOKS.length)]!}`,
        at: spot,
        bearing: turns ? null : Math.floor(random() * 72) * 5,
        fov: turns ? null : 50 + Math.floor(random() * 9) * 5,
        owner: i % 3 === 0 ? '城管局' : '交警支队',
        addresses: {
          hls: conduct === 'stills' ? null : address('live.m3u8'),
          whep: null,
          snapshot: conduct === 'stills' ? address('still.jpg') : null,
        },
      },
    };
  });
}

const round = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;
