import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, Vp8Packetizer } from 'werift';

/**
 * A media server for tests: WHEP as it is spoken (offer by POST, answer 201 with `Location`, end by DELETE, no trickle), and the
 * pictures over WebRTC from 127.0.0.1 alone. What is asked of it beside `/good/whep` decides how it behaves.
 */

const FRAME_MS = 100;
/** RTP's clock for video is 90 kHz. */
const FRAME_TICKS = 90 * FRAME_MS;
const VP8 = 96;

export interface WhepServer {
  /** `http://127.0.0.1:<port>` */
  readonly home: string;
  /** Methods and paths that were asked, in their order. */
  readonly asked: readonly string[];
  /** Sessions that nobody has ended. */
  open(): number;
  /** Sessions that had at least one picture sent, ended or not. */
  readonly watched: ReadonlySet<string>;
  /** Sessions that were ended by DELETE. */
  readonly ended: ReadonlySet<string>;
  close(): Promise<void>;
}

/** Pictures of an IVF file. @throws when it is none */
function readIvf(bytes: Buffer): Buffer[] {
  if (bytes.toString('latin1', 0, 4) !== 'DKIF') throw new Error('no IVF file');
  const frames: Buffer[] = [];
  for (let at = bytes.readUInt16LE(6); at < bytes.length;) {
    const size = bytes.readUInt32LE(at);
    frames.push(bytes.subarray(at + 12, at + 12 + size));
    at += 12 + size;
  }
  return frames;
}

/** `/good/whep` sends pictures, `/refused/whep` answers 404, `/silent/whep` never answers. */
export async function startWhepServer(): Promise<WhepServer> {
  const frames = readIvf(readFileSync(join(import.meta.dirname, 'camera-media/stream.ivf')));
  const sessions = new Map<string, () => Promise<void>>();
  const asked: string[] = [];
  const watched = new Set<string>();
  const ended = new Set<string>();
  let made = 0;

  const answer = async (offer: string): Promise<{ path: string; sdp: string }> => {
    const path = `/good/session/${++made}`;
    const peer = new RTCPeerConnection({
      codecs: { video: [new RTCRtpCodecParameters({ mimeType: 'video/VP8', clockRate: 90_000, payloadType: VP8 })] },
      iceServers: [],
      iceUseIpv6: false,
      iceUseTcp: false,
      iceInterfaceAddresses: { udp4: '127.0.0.1' },
      iceAdditionalHostAddresses: ['127.0.0.1'],
    });
    const track = new MediaStreamTrack({ kind: 'video' });
    peer.addTransceiver(track, { direction: 'sendonly' });
    let timer: ReturnType<typeof setInterval> | undefined;
    sessions.set(path, async () => {
      clearInterval(timer);
      sessions.delete(path);
      await peer.close();
    });
    peer.connectionStateChange.subscribe((state) => {
      if (state !== 'connected' || timer !== undefined) return;
      const packets = new Vp8Packetizer({ payloadType: VP8 });
      let n = 0;
      timer = setInterval(() => {
        for (const packet of packets.packetize(frames[n % frames.length]!, (n * FRAME_TICKS) >>> 0))
          track.writeRtp(packet);
        n++;
        watched.add(path);
      }, FRAME_MS);
    });
    await peer.setRemoteDescription({ type: 'offer', sdp: offer });
    await peer.setLocalDescription(await peer.createAnswer());
    const sdp = peer.localDescription!.sdp.split(/\r?\n/);
    // loopback alone, whatever other addresses this machine has
    return {
      path,
      sdp: sdp.filter((l) => !l.startsWith('a=candidate:') || l.split(' ')[4] === '127.0.0.1').join('\r\n'),
    };
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '' } = request;
    asked.push(`${method} ${url}`);
    if (url === '/silent/whep') return;
    const end = sessions.get(url);
    if (method === 'DELETE' && end) {
      ended.add(url);
      await end();
      response.writeHead(200).end();
    } else if (method === 'POST' && url === '/good/whep' && request.headers['content-type'] === 'application/sdp') {
      const { path, sdp } = await answer(await text(request));
      response.writeHead(201, { 'content-type': 'application/sdp', location: path }).end(sdp);
    } else response.writeHead(404).end();
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((e: unknown) => response.writeHead(500).end(String(e)));
  });
  await new Promise<void>((r) => server.listen(0, '127.0.0.1', r));
  return {
    home: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    open: () => sessions.size,
    watched,
    ended,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await Promise.all([...sessions.values()].map((end) => end()));
    },
  };
}
