import { whyOf, type Playing, type Screen } from './way.ts';

const EVERY_MS = 3000;
const ANSWER_MS = 9000;

/** Still pictures, one after the other: of a camera that has no stream, or whose stream fails. */
export function playStills(id: string, { image }: Screen, { began, failed }: Playing): () => void {
  const ended = new AbortController();
  let shown = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const next = async (): Promise<void> => {
    try {
      const answer = await fetch(`/cameras/${encodeURIComponent(id)}/snapshot`, {
        cache: 'no-store',
        signal: AbortSignal.any([ended.signal, AbortSignal.timeout(ANSWER_MS)]),
      });
      if (!answer.ok) return failed(whyOf(answer.status, await answer.text()));
      const picture = URL.createObjectURL(await answer.blob());
      if (ended.signal.aborted) return URL.revokeObjectURL(picture);
      image.src = picture;
      if (shown !== '') URL.revokeObjectURL(shown);
      shown = picture;
      await image.decode();
      began();
      timer = setTimeout(() => void next(), EVERY_MS);
    } catch (e) {
      if (ended.signal.aborted) return;
      const { name } = e as Error;
      failed(name === 'TimeoutError' ? 'timeout' : name === 'EncodingError' ? 'decode' : 'network');
    }
  };
  void next();
  return () => {
    ended.abort();
    clearTimeout(timer);
    image.removeAttribute('src');
    if (shown !== '') URL.revokeObjectURL(shown);
  };
}
