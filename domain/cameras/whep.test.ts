import { expect, test } from 'vitest';
import { ASKING_OFFER, checkAnswer, isOffer } from './whep.ts';

const answer = (...lines: string[]): string =>
  ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', ...lines, 'a=sendonly', ''].join('\r\n');
const at = (ip: string): string => `a=candidate:1 1 udp 2130706431 ${ip} 8189 typ host`;
const VIDEO = 'm=video 9 UDP/TLS/RTP/SAVPF 96';

test('a browser is told no address that it would look up or that no camera has, and every other line as it was', () => {
  const sent = answer(VIDEO, at('10.1.2.3'), at('media.example'), at('169.254.169.254'), at('0.0.0.0'), at('fd00::7'));
  expect(checkAnswer(sent)).toEqual({ ok: true, sdp: answer(VIDEO, at('10.1.2.3'), at('fd00::7')) });
  expect(checkAnswer(answer(VIDEO))).toEqual({ ok: true, sdp: answer(VIDEO) });
  const many = checkAnswer(answer(VIDEO, ...Array.from({ length: 500 }, (_, i) => at(`10.0.${i % 250}.1`))));
  expect(many.ok && many.sdp.split('a=candidate').length - 1).toBe(32);
});

test('an answer without a stream of video, or with other streams, is no picture; one with none but forbidden addresses is told as such', () => {
  for (const sdp of ['', '<html>', answer(), answer('m=video 0 UDP/TLS/RTP/SAVPF 96'), answer(VIDEO, 'm=audio 9 X 0')])
    expect(checkAnswer(sdp), sdp).toEqual({ ok: false, why: 'no-picture' });
  expect(checkAnswer(answer(VIDEO, at('224.0.0.1'), at('a.local')))).toEqual({ ok: false, why: 'forbidden-host' });
});

test('only who wants to see makes an offer: one that sends, hears or opens a data channel is none', () => {
  expect(isOffer(ASKING_OFFER)).toBe(true);
  for (const sdp of [
    'v=0',
    ASKING_OFFER.replace('recvonly', 'sendrecv'),
    `${ASKING_OFFER}m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n`,
    ASKING_OFFER.replace('m=video', 'm=application'),
  ])
    expect(isOffer(sdp), sdp).toBe(false);
});
