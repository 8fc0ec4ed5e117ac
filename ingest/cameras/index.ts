import { setTimeout as sleep } from 'node:timers/promises';
import { judge } from '#domain/cameras/health.ts';
import type { CameraAddresses } from '#domain/cameras/rows.ts';
import { simulatedSources } from '#domain/demo.ts';
import { SECOND } from '#domain/time.ts';
import { dueCameras, keepCamera, type DueCamera } from '#store/camera-health.ts';
import { addressesOf, cameraCounts, retireSimulated } from '#store/cameras.ts';
import { holdAlone } from '#store/housekeeping.ts';
import type { Source, SourceContext } from '../source.ts';
import { lookAt } from './client.ts';

const LOOK_FOR_DUE_MS = SECOND;
const REPORT_EVERY_MS = 5 * SECOND;
/** Cameras taken up at once from the registry. */
const BATCH = 200;
const NO_ADDRESSES: CameraAddresses = { hls: null, whep: null, snapshot: null };

/** Looks at one camera and keeps what was found. */
async function check(
  { sql, config, signal }: SourceContext,
  camera: DueCamera,
  addresses: CameraAddresses,
): Promise<void> {
  const look = await lookAt(addresses, config.cameraTimeoutS * SECOND, signal);
  // a look that our own end cut short says nothing of the camera
  if (signal.aborted) return;
  const { kept, dueAt } = judge(camera.kept, look, Date.now(), config.cameraCheckS * SECOND);
  await keepCamera(sql, camera, kept, dueAt);
}

/** Runs the checks of a batch, so many at once; one that fails on our side ends the batch. */
async function checkAll(context: SourceContext, due: readonly DueCamera[]): Promise<void> {
  const addresses = await addressesOf(
    context.sql,
    due.map((c) => c.id),
  );
  const queue = [...due];
  const hand = async (): Promise<void> => {
    for (let next = queue.shift(); next && !context.signal.aborted; next = queue.shift())
      await check(context, next, addresses.get(next.id) ?? NO_ADDRESSES);
  };
  await Promise.all(Array.from({ length: context.config.cameraChecksAtOnce }, hand));
}

/**
 * Looks at every camera of the registry in turn and keeps how it is. A camera that is found in another state is a fact. One
 * checker at a time: a second one waits for the lock of the first.
 */
export const cameras: Source = {
  name: 'cameras',
  enabled: () => true,
  async run(context) {
    const { sql, config, signal, report } = context;
    await using lock = await holdAlone(sql, 'cameras', signal);
    if (!lock.held) return;
    if (!simulatedSources(config).includes('cameras')) await retireSimulated(sql, Date.now());
    let reportedAt = 0;
    while (!signal.aborted) {
      const now = Date.now();
      const due = await dueCameras(sql, now, BATCH);
      await checkAll(context, due);
      if (now - reportedAt >= REPORT_EVERY_MS) {
        report('live', await cameraCounts(sql));
        reportedAt = now;
      }
      if (due.length < BATCH) await sleep(LOOK_FOR_DUE_MS, undefined, { signal }).catch(() => {}); // stopping
    }
  },
};
