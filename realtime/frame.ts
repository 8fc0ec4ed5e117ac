import * as ws from 'ws';

/**
 * One WebSocket frame, built once and written to every socket that wants it: no copy, no masking, no compression.
 * `Sender.frame` is ws's own framing; permessage-deflate stays off, which is what makes sharing a frame right.
 */
interface FrameOptions {
  fin: boolean;
  rsv1: boolean;
  opcode: 1 | 2;
  mask: boolean;
  readOnly: boolean;
}
// the type package leaves Sender out; it is exported and documented for this use
const { frame: build } = (ws as unknown as { Sender: { frame(data: Buffer, o: FrameOptions): Buffer[] } }).Sender;

export function binaryFrame(payload: Uint8Array): Buffer {
  return Buffer.concat(build(asBuffer(payload), { fin: true, rsv1: false, opcode: 2, mask: false, readOnly: true }));
}

export function textFrame(message: unknown): Buffer {
  const payload = Buffer.from(JSON.stringify(message), 'utf8');
  return Buffer.concat(build(payload, { fin: true, rsv1: false, opcode: 1, mask: false, readOnly: true }));
}

const asBuffer = (b: Uint8Array): Buffer => Buffer.from(b.buffer, b.byteOffset, b.byteLength);
