import type { Officer } from '../incidents/rows.ts';
import type { Instant } from '../time.ts';
import type { CameraReason, CameraState } from './rows.ts';

/** Facts of cameras. Subject: `camera:<id>`, of an import `cameras`. None holds an address. */
export type CameraFactBody =
  | {
      kind: 'camera.added' | 'camera.changed' | 'camera.retired' | 'camera.restored';
      /** `changed`: names of the fields, never their values. */
      body: { name: string; changed: readonly string[]; by: Officer };
    }
  /** A file was taken whole. */
  | {
      kind: 'camera.imported';
      body: { file: string; added: number; changed: number; same: number; by: Officer | null };
    }
  /** Somebody opens its picture: once for a while of watching. */
  | { kind: 'camera.watched'; body: { by: Officer; way: string } }
  /** The checker found another state than before. */
  | {
      kind: 'camera.found';
      body: { state: CameraState; reason: CameraReason | null; was: CameraState; pictureAt: Instant | null };
    };
