import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../log.ts';

/** Bolt's warnings and errors as lines of our log. Its debug lines hold whole request bodies and go nowhere. */
export function createBoltLogger(log: Log): Logger {
  const ignore = () => undefined;
  return {
    debug: ignore,
    info: ignore,
    warn: (...messages) => log.warn('bolt', { message: toText(messages) }),
    error: (...messages) => log.error('bolt', { message: toText(messages) }),
    setLevel: ignore,
    getLevel: () => LogLevel.WARN,
    setName: ignore,
  };
}

function toText(messages: unknown[]): string {
  return messages
    .filter((message) => typeof message === 'string')
    .join(' ')
    .slice(0, 500);
}
