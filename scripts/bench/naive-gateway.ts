/**
 * The peer of the gateway: follows the same facts with the same folds, and sends each changed row to each client
 * with a JSON.stringify of its own. No tick, no shared frame, no packing.
 */
import { createServer } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import { foldFact, TOPICS } from '#domain/folds.ts';
import { followFacts } from '#store/change-feed.ts';
import { connect } from '#store/db.ts';
import { newestCursor } from '#store/facts.ts';
import { emptyState } from '#store/snapshots.ts';

const sql = connect(process.env.DATABASE_URL!, { max: 3, name: 'watchfloor-bench-naive' });
const state = emptyState();
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
const stop = new AbortController();

void followFacts(
  sql,
  await newestCursor(sql),
  (facts) => {
    for (const fact of facts) {
      foldFact(state, fact, 'Asia/Shanghai');
      for (const topic of TOPICS)
        for (const change of state[topic].takeTouched())
          for (const ws of sockets.clients)
            if (ws.readyState === WebSocket.OPEN) ws.send(JSON.stringify({ topic, upTo: fact.n, ...change }));
    }
  },
  stop.signal,
);
server.listen(Number(process.env.RT_PORT), '127.0.0.1', () => console.log('{"msg":"ready"}'));
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
