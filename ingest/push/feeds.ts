import { pushToFeed } from '../feeds/push.ts';
import type { PushRoute } from './server.ts';

const MAX_BYTES = 16 * 1024 * 1024;

/** `POST /in/feeds/<feed>`: one message of a partner, in the format of that feed. Sending it again changes nothing. */
export const feedPushRoute = (): PushRoute => ({
  path: '/in/feeds/:feed',
  maxBytes: MAX_BYTES,
  handle: ({ params, body, contentType }) => pushToFeed(params.feed!, body, contentType),
});
