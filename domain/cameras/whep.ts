import { isForbiddenIp } from './address.ts';

/** WHEP (WebRTC-HTTP egress): what a browser offers and what a media server answers, as SDP. */

/** A media server names its addresses, one line each; more than these is no answer. */
const MOST_CANDIDATES = 32;

/**
 * An offer of a caller that only asks whether there is a picture: it wants one stream of video, in what browsers decode, and names no
 * address of its own, so that nothing is sent.
 */
export const ASKING_OFFER = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=video 9 UDP/TLS/RTP/SAVPF 96 97 98',
  'c=IN IP4 0.0.0.0',
  'a=rtcp:9 IN IP4 0.0.0.0',
  'a=ice-ufrag:look',
  'a=ice-pwd:lookwhetherthereisapicture',
  'a=ice-options:trickle',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'A5').join(':')}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=recvonly',
  'a=rtcp-mux',
  'a=rtpmap:96 VP8/90000',
  'a=rtcp-fb:96 nack pli',
  'a=rtpmap:97 H264/90000',
  'a=fmtp:97 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
  'a=rtcp-fb:97 nack pli',
  'a=rtpmap:98 VP9/90000',
  'a=rtcp-fb:98 nack pli',
  '',
].join('\r\n');

/** Is this the offer of a browser that wants to see and to send nothing? */
export const isOffer = (sdp: string): boolean =>
  sdp.startsWith('v=0') && /^m=video /m.test(sdp) && /^a=recvonly\r?$/m.test(sdp) && !/^m=(?!video )/m.test(sdp);

/**
 * A media server's answer as a browser may have it. The browser sends packets to every address in it, so names, which it would look
 * up, and addresses that no camera has are left out.
 * @returns `no-picture`: it answers without a stream of video; `forbidden-host`: none of its addresses may be called
 */
export function checkAnswer(
  sdp: string,
): { readonly ok: true; readonly sdp: string } | { readonly ok: false; readonly why: 'no-picture' | 'forbidden-host' } {
  const lines = sdp.split(/\r?\n/);
  const media = lines.filter((l) => l.startsWith('m='));
  // port 0 refuses the stream
  if (!lines[0]!.startsWith('v=') || media.length !== 1 || !/^m=video [1-9]/.test(media[0]!))
    return { ok: false, why: 'no-picture' };
  let called = 0;
  const may = (candidate: string): boolean =>
    called < MOST_CANDIDATES && !isForbiddenIp(candidate.split(' ')[4] ?? '') && ++called > 0;
  const kept = lines.filter((l) => !isCandidate(l) || may(l));
  if (called === 0 && kept.length < lines.length) return { ok: false, why: 'forbidden-host' };
  return { ok: true, sdp: kept.join('\r\n') };
}

const isCandidate = (line: string): boolean => line.startsWith('a=candidate:');
