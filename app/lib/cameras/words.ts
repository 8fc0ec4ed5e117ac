import type { Camera, CameraState } from '#domain/cameras/rows.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import type { MarkName } from '#lib/ui/marks.ts';

/** Shapes of the states, the same in the registry, on the status page and beside pictures. */
export const CAMERA_MARK: Readonly<Record<CameraState, MarkName>> = {
  live: 'good',
  slow: 'behind',
  dead: 'bad',
  unknown: 'unknown',
};

/** “no picture since 14:02, no answer”: what is to say of a camera that shows nothing. */
export function saySilence({ health }: Pick<Camera, 'health'>, { words, format }: Locale, now: number): string {
  const w = words.cameras;
  const since = health.pictureAt === null ? w.neverPicture : w.noPictureSince(format.moment(health.pictureAt, now));
  return health.reason === null ? since : `${since}${words.cameras.comma}${w.reasons[health.reason]}`;
}
