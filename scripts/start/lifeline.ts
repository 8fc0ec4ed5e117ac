import { Socket } from 'node:net';

const VARIABLE = 'WATCHFLOOR_LIFELINE';

/**
 * Calls `onGone` when the process that started this one is gone, however it died: it holds the other end of a pipe whose number
 * it put into the environment, and the kernel closes that end for it. Does not keep this process alive. Without a pipe, nothing happens.
 */
export function watchLifeline(onGone: () => void): void {
  const fd = Number(process.env[VARIABLE] ?? '');
  delete process.env[VARIABLE]; // our own children get pipes of their own, or none
  if (!Number.isInteger(fd) || fd < 3) return;
  let told = false;
  const gone = (): void => {
    if (!told) onGone();
    told = true;
  };
  const pipe = new Socket({ fd, readable: true, writable: false });
  pipe.on('error', gone).on('end', gone).on('close', gone);
  pipe.resume();
  pipe.unref();
}
