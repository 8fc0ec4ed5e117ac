import type { Alignment } from '#domain/recordings/align.ts';

/** One part of a call's recording as the server shows it (lib/server/recordings/part-of.ts). */
export interface PartView {
  readonly id: string;
  readonly part: string;
  readonly name: string;
  readonly by: 'told' | 'pattern' | 'recorder';
  readonly refused: string | null;
  readonly there: boolean;
  readonly bytes: number | null;
  readonly seconds: number | null;
  readonly channels: number | null;
  readonly coding: string | null;
  readonly cut: boolean;
  readonly alignment: Alignment;
}
export interface RecordingsView {
  readonly off: boolean;
  readonly parts: readonly PartView[];
  readonly missingS: number | null;
}
export interface AccessView {
  readonly n: number;
  readonly kind: 'heard' | 'saved';
  readonly by: string;
  readonly reason: string | null;
  readonly at: number;
  readonly file: string;
}
