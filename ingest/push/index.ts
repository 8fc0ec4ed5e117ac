import { casePushContact } from '#domain/contact.ts';
import { ContactTeller } from '../contact.ts';
import { feedPushRoute } from './feeds.ts';
import type { Source, SourceContext } from '../source.ts';
import { casesRoute } from './cases.ts';
import { startPushServer, type PushAnswer, type PushRoute } from './server.ts';
import { allowedTokens } from './tokens.ts';
import { forgetReceipts } from '#store/case-push.ts';

const TELL_EVERY_MS = 2000;
const FORGET_EVERY_MS = 3_600_000;
/** Answers to idempotency keys are kept so long, days. */
const RECEIPT_DAYS = 7;

/**
 * A route that notes when each sender was last heard with something that could be stored. That is all that can be known of those
 * who push: one that is silent may be well or dead.
 */
export function noteSenders(ctx: Pick<SourceContext, 'sql' | 'log'>, route: PushRoute): PushRoute {
  const senders = new Map<string, ContactTeller>();
  const teller = (sender: string): ContactTeller => {
    let t = senders.get(sender);
    if (!t) senders.set(sender, (t = new ContactTeller(ctx.sql, casePushContact(sender), null, ctx.log)));
    return t;
  };
  return {
    ...route,
    async handle(request): Promise<PushAnswer> {
      const answer = await route.handle(request);
      if (answer.status < 400) teller(request.sender).heard(Date.now());
      return answer;
    },
  };
}

/** `POST /in/cases` and `POST /in/feeds/<feed>`: what other systems send us of their own accord. */
export const push: Source = {
  name: 'push',
  enabled: () => true,
  async run(ctx) {
    const told = { messages: 0, refused: 0, lastAt: null as number | null };
    const counted = (route: PushRoute): PushRoute => ({
      ...route,
      async handle(request) {
        const answer = await route.handle(request);
        told.messages++;
        if (answer.status >= 400) told.refused++;
        else told.lastAt = Date.now();
        return answer;
      },
    });
    const server = await startPushServer({
      host: ctx.config.ingestBind,
      port: ctx.config.ingestPort,
      tokens: await allowedTokens(ctx.config, ctx.sql),
      log: ctx.log,
      routes: [noteSenders(ctx, casesRoute(ctx)), feedPushRoute()].map(counted),
    });
    ctx.log.info({ port: server.port }, 'taking pushes');
    const tell = (): void => ctx.report('live', { ...told, port: server.port });
    tell();
    const telling = setInterval(tell, TELL_EVERY_MS);
    const forgetting = setInterval(() => {
      forgetReceipts(ctx.sql, RECEIPT_DAYS).catch((e: unknown) =>
        ctx.log.warn({ err: e }, 'old receipts stay for now'),
      );
    }, FORGET_EVERY_MS);
    try {
      await new Promise<void>((r) =>
        ctx.signal.aborted ? r() : ctx.signal.addEventListener('abort', () => r(), { once: true }),
      );
    } finally {
      clearInterval(telling);
      clearInterval(forgetting);
      await server.close();
    }
  },
};
