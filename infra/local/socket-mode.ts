// Slack's requests over a connection that this process opens: no public address, no signature. The same listeners.
import { App, SocketModeReceiver } from '@slack/bolt';
import { OpsError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import type { AnswerParts } from '../../shared/slack/answer.ts';
import { createBoltLogger } from '../../shared/slack/bolt-logger.ts';
import { listen } from '../../shared/slack/listeners.ts';
import { createClaimEnvelope } from './claim-envelope.ts';
import { translated } from '../../shared/slack/web-api-call.ts';

export type SocketModeOptions = {
  /** xapp-..., with connections:write. */
  appToken: string;
  /** Ends in "/"; Slack's own where absent. */
  slackApiUrl?: string | undefined;
  answers: AnswerParts;
  log: Log;
  /** Before the first try to connect again; doubled with each that fails, up to a minute. */
  reconnectMs?: number;
};

export type SocketMode = {
  /** Lets what is being answered end, then closes the connection. */
  stop(): Promise<void>;
};

const RECONNECT_MS = 500;
const RECONNECT_MS_MAX = 60_000;
const CALL_TIMEOUT_MS = 10_000;
// Slack waits no longer for an answer.
const ANSWER_MS_MAX = 3000;
const CLOSE_MS_MAX = 1000;

/** Resolves once Slack has said hello. Throws `slack-refused` or `slack-unreachable` when the first connection fails;
 * later ones are tried again for ever. What Slack sends twice is done once, as by HTTP. */
export async function startSocketMode(options: SocketModeOptions): Promise<SocketMode> {
  const { log, answers } = options;
  const logger = createBoltLogger(log);
  const receiver = new SocketModeReceiver({
    appToken: options.appToken,
    logger,
    // Slack's client gives up for good, with an unhandled rejection, where it is refused while connecting again.
    autoReconnectEnabled: false,
    customPropertiesExtractor: (args: { envelope_id?: string }) => ({ fallbackId: `env-${args.envelope_id ?? ''}` }),
    installerOptions: { clientOptions: clientOptions(options) },
  });
  const app = new App({ receiver, logger, authorize: async () => ({}), ignoreSelf: false });
  const running = new Set<Promise<void>>();
  app.use(async ({ next }) => {
    const work = next();
    running.add(work);
    await work.finally(() => running.delete(work));
  });
  app.use(createClaimEnvelope({ ...answers, log }));
  listen(app, answers);
  const connection = keepConnected(receiver.client, options);
  await translated(() => connection.open());
  return {
    async stop() {
      await atMost(ANSWER_MS_MAX, Promise.allSettled(running));
      await connection.close();
    },
  };
}

type Client = SocketModeReceiver['client'];

function keepConnected(client: Client, { log, reconnectMs = RECONNECT_MS }: SocketModeOptions) {
  let state: 'connecting' | 'connected' | 'closed' = 'connecting';
  let waiting: (() => void) | undefined;

  const wait = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      waiting = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const connect = async () => {
    await client.start();
    if (state === 'connecting') state = 'connected';
    // It was closed while the connection was on its way.
    else await client.disconnect();
  };

  const reconnect = async () => {
    for (let pauseMs = reconnectMs; !(await isOver()); pauseMs = Math.min(pauseMs * 2, RECONNECT_MS_MAX)) {
      await wait(pauseMs);
    }
  };

  /** Whether there is nothing to try again: it is connected, or was closed meanwhile. */
  const isOver = async (): Promise<boolean> => {
    if (state === 'closed') return true;
    try {
      await connect();
      log.info('socket-mode-reconnected', {});
      return true;
    } catch (error) {
      const failure: unknown = await translated(() => Promise.reject(error)).catch((cause: unknown) => cause);
      const remedy = failure instanceof OpsError ? failure.remedy : undefined;
      log.warn('socket-mode-not-connected', { error: failure, remedy });
      return false;
    }
  };

  client.on('disconnected', () => {
    // While it connects, the one who connects hears of it by the error.
    if (state !== 'connected') return;
    state = 'connecting';
    log.info('socket-mode-disconnected', {});
    void reconnect();
  });

  return {
    open: connect,
    async close() {
      const wasConnected = state === 'connected';
      state = 'closed';
      waiting?.();
      const closed = client.disconnect();
      // A client that has no connection any more never says that it has closed it.
      await atMost(wasConnected ? CLOSE_MS_MAX : 0, closed);
    },
  };
}

function clientOptions({ slackApiUrl }: SocketModeOptions) {
  return {
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: CALL_TIMEOUT_MS,
    ...(slackApiUrl === undefined ? {} : { slackApiUrl }),
  };
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, over]);
  clearTimeout(timer);
}
