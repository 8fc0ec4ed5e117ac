import { whyOf, type Playing, type Screen } from './way.ts';

/** The offer goes with what was found of our addresses by then: it is sent once and never added to. */
const GATHER_MS = 1500;
const ANSWER_MS = 8000;

/** WebRTC: the offer goes through the relay, the picture comes from the media server. Pictures only, no sound. */
export function playWhep(id: string, { video }: Screen, { began, failed }: Playing): () => void {
  if (typeof RTCPeerConnection === 'undefined') {
    queueMicrotask(() => failed('decode'));
    return () => {};
  }
  const ended = new AbortController();
  const peer = new RTCPeerConnection();
  let session: string | null = null;
  /** Tells the media server that nobody looks any more; where this is lost, it finds out by itself. */
  const giveBack = (): void => {
    if (session === null) return;
    fetch(session, { method: 'DELETE', keepalive: true }).catch(() => {});
    session = null;
  };
  // a page that is left takes nothing down by itself
  window.addEventListener('pagehide', giveBack);
  video.addEventListener('playing', began);
  peer.addTransceiver('video', { direction: 'recvonly' });
  peer.addEventListener('track', ({ track }) => {
    video.srcObject = new MediaStream([track]);
    video.play().catch(() => {
      // closed meanwhile: "playing" tells when it begins
    });
  });
  peer.addEventListener('connectionstatechange', () => {
    if (peer.connectionState === 'failed' && !ended.signal.aborted) failed('network');
  });
  const open = async (): Promise<void> => {
    await peer.setLocalDescription(await peer.createOffer());
    await gathered(peer);
    if (ended.signal.aborted) return;
    // not ended with the picture: what the media server keeps for us has to be heard of to be given back
    const answer = await fetch(`/cameras/${encodeURIComponent(id)}/whep`, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp' },
      body: peer.localDescription?.sdp ?? '',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    session = answer.headers.get('location');
    if (ended.signal.aborted) return giveBack();
    const text = await answer.text();
    if (!answer.ok) return failed(whyOf(answer.status, text));
    if (!ended.signal.aborted) await peer.setRemoteDescription({ type: 'answer', sdp: text });
  };
  open().catch((e: unknown) => {
    if (!ended.signal.aborted) failed((e as Error).name === 'TimeoutError' ? 'timeout' : 'network');
  });
  return () => {
    ended.abort();
    video.removeEventListener('playing', began);
    peer.close();
    giveBack();
    window.removeEventListener('pagehide', giveBack);
    video.srcObject = null;
  };
}

/** Waits until all of our own addresses are known, or long enough. */
function gathered(peer: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    if (peer.iceGatheringState === 'complete') return resolve();
    const timer = setTimeout(resolve, GATHER_MS);
    peer.addEventListener('icegatheringstatechange', () => {
      if (peer.iceGatheringState !== 'complete') return;
      clearTimeout(timer);
      resolve();
    });
  });
}
