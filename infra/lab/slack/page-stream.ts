// What changes, told to the page as server-sent events. The browser reconnects by itself and then asks for everything
// again.
import type { ServerResponse } from 'node:http';
import type { MessageLog, PrivateMessage } from './message-log.ts';
import type { Side } from './side.ts';
import type { LabView, ViewStore } from './view-store.ts';

type StreamParts = { log: MessageLog; views: ViewStore; side: Side | undefined };

export type PageStream = {
  /** Until the browser leaves. */
  send(response: ServerResponse, user: string): void;
  /** Counts changes of views and of what stands beside the channel, so that an older answer never hides a newer one. */
  version(): number;
};

// A matrix is thousands of pings; nobody reads faster than this.
const SIDE_PAUSE_MS = 250;

export function createPageStream({ log, views, side }: StreamParts): PageStream {
  let version = 0;
  const listeners = new Set<(what: { user?: string }) => void>();
  const tell = (what: { user?: string }) => {
    version += 1;
    for (const listener of listeners) listener(what);
  };
  views.onChange((user) => tell({ user }));
  side?.onChange(throttle(() => tell({}), SIDE_PAUSE_MS));

  return {
    version: () => version,
    send(response, user) {
      const write = (event: string, data: object) =>
        response.write(`${event === '' ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`);
      response.write('retry: 500\n');
      write('ready', {});
      const stopMessages = log.onChange((message, kind) => {
        const { to } = message as PrivateMessage;
        if (to === undefined || to === user) write('', { kind, message, change: log.changes() });
      });
      const listener = (what: { user?: string }) => {
        if (what.user === user) write('views', { ...readViews({ views }, user), version });
        if (what.user === undefined && side !== undefined)
          write('side', { ...side.read(), scenarios: side.scenarios(), version });
      };
      listeners.add(listener);
      response.on('close', () => {
        stopMessages();
        listeners.delete(listener);
      });
    },
  };
}

/** A person's modals and Home tab, as the page draws them. */
export function readViews({ views }: Pick<StreamParts, 'views'>, user: string): object {
  const home = views.home(user);
  return {
    modals: views.stackOf(user).map(toPage),
    ...(home === undefined ? {} : { home: toPage(home) }),
  };
}

function toPage({ id, hash, content, values, errors, problem, previousId }: LabView): object {
  return { id, hash, content, values, errors, problem, isStacked: previousId !== null };
}

/** At once when it is quiet, otherwise once after each pause. */
function throttle(run: () => void, pauseMs: number): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isDue = false;
  const pause = () => {
    timer = setTimeout(() => {
      timer = undefined;
      if (isDue) go();
    }, pauseMs);
    timer.unref();
  };
  const go = () => {
    isDue = false;
    run();
    pause();
  };
  return () => {
    if (timer === undefined) go();
    else isDue = true;
  };
}
