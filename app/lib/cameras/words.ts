import type { Camera, CameraState } from '#domain/cameras/rows.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import type { MarkName } from '#lib/ui/marks.ts';
import type { NoPicture } from './way.ts';

/** Shapes of the states, the same in the registry, on the status page and beside pictures. */
export const CAMERA_MARK: Readonly<Record<CameraState, MarkName>> = {
  live: 'good',
  slow: 'behind',
  dead: 'bad',
  unknown: 'unknown',
};

/** Why there is no picture; a code that nobody knows says itself. */
export function sayReason(why: NoPicture | null, { words }: Locale): string {
  if (why === null) return words.cameras.states.unknown;
  return words.cameras.reasons[why] ?? why;
}

/** “no picture since 14:02”. */
export function sayRest({ health }: Pick<Camera, 'health'>, { words, format }: Locale, now: number): string {
  const w = words.cameras;
  return health.pictureAt === null ? w.neverPicture : w.noPictureSince(format.moment(health.pictureAt, now));
}

/** “no picture since 14:02, no answer”: what is to say of a camera that shows nothing. */
export function saySilence(camera: Pick<Camera, 'health'>, locale: Locale, now: number): string {
  const { reason } = camera.health;
  const since = sayRest(camera, locale, now);
  return reason === null ? since : `${since}${locale.words.cameras.comma}${sayReason(reason, locale)}`;
}
