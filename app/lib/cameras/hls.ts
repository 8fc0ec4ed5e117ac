import type { ErrorData } from 'hls.js';
import { whyOf, type Playing, type Screen } from './way.ts';

/** Seconds of picture kept before and behind what is seen: nine players must not fill a desk's memory. */
const AHEAD_S = 12;
const BEHIND_S = 4;
const ANSWER_MS = 9000;
const once = { maxTimeToFirstByteMs: ANSWER_MS, maxLoadTimeMs: 2 * ANSWER_MS, timeoutRetry: null, errorRetry: null };
const twice = { ...once, errorRetry: { maxNumRetry: 1, retryDelayMs: 500, maxRetryDelayMs: 1000 } };

/** HLS through the relay: by hls.js, or by the browser itself where that cannot. */
export function playHls(id: string, { video }: Screen, { began, failed }: Playing): () => void {
  const address = `/cameras/${encodeURIComponent(id)}/live.m3u8`;
  let ended = false;
  let end = (): void => {};
  video.addEventListener('playing', began);
  const wrong = (): void => {
    // what a browser says of a stream of its own; hls.js tells by itself
    if (!ended && video.error && video.getAttribute('src') === address) failed('broken');
  };
  video.addEventListener('error', wrong);
  void load()
    .then(({ default: Hls }) => {
      if (ended) return;
      if (!Hls.isSupported()) {
        if (video.canPlayType('application/vnd.apple.mpegurl') === '') return failed('decode');
        video.src = address;
        end = () => {
          video.removeAttribute('src');
          video.load();
        };
        return play(video);
      }
      const hls = new Hls({
        enableWorker: false,
        maxBufferLength: AHEAD_S,
        maxMaxBufferLength: AHEAD_S,
        maxBufferSize: 8_000_000,
        backBufferLength: BEHIND_S,
        liveSyncDurationCount: 2,
        startFragPrefetch: true,
        manifestLoadPolicy: { default: once },
        playlistLoadPolicy: { default: twice },
        fragLoadPolicy: { default: twice },
      });
      end = () => hls.destroy();
      let mended = false;
      hls.on(Hls.Events.ERROR, (_event, data) => {
        if (!data.fatal || ended) return;
        if (data.type === Hls.ErrorTypes.MEDIA_ERROR && !mended && data.details !== 'manifestIncompatibleCodecsError') {
          mended = true;
          hls.recoverMediaError();
        } else failed(reasonOf(data, data.type === Hls.ErrorTypes.MEDIA_ERROR));
      });
      hls.on(Hls.Events.MANIFEST_PARSED, () => play(video));
      hls.loadSource(address);
      hls.attachMedia(video);
    })
    .catch(() => failed('network'));
  return () => {
    ended = true;
    video.removeEventListener('playing', began);
    video.removeEventListener('error', wrong);
    end();
  };
}

/** Only who opens a camera fetches the player. */
const load = (): Promise<typeof import('hls.js/light')> => import('hls.js/light');

/** A muted video may begin by itself; where it may not, its own error tells. */
function play(video: HTMLVideoElement): void {
  video.play().catch(() => {
    // the picture was closed meanwhile, or the browser waits for it to load: "playing" tells when it begins
  });
}

function reasonOf(data: ErrorData, media: boolean): Parameters<Playing['failed']>[0] {
  if (media) return 'decode';
  if (/timeout/i.test(data.details)) return 'timeout';
  const request = data.networkDetails as XMLHttpRequest | null | undefined;
  const text = request && ['', 'text'].includes(request.responseType) ? request.responseText : '';
  return whyOf(data.response?.code ?? 0, text);
}
