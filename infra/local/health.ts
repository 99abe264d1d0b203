// Whether this process does what it is there for, asked of each of its parts at the moment of the question.
import { VERSION } from '../../shared/domain/version.ts';

/** `trouble` answers what is wrong in a few words without secrets, or nothing. A part that does not answer in time, or
 * throws, is in trouble as well. */
export type HealthPart = { name: string; trouble: () => Promise<string | undefined> | string | undefined };

/** `parts`: "ok", or what is wrong, by the part's name. */
export type Health = {
  status: 'starting' | 'ready' | 'failing' | 'stopping';
  version: string;
  parts: Record<string, string>;
};

export type HealthBoard = {
  /** From here on the process takes requests. */
  ready(parts: HealthPart[]): void;
  stopping(): void;
  health(): Promise<Health>;
};

// Whoever asks waits a few seconds at most.
const ANSWER_MS_MAX = 1500;

/** Starts as `starting`, without parts. */
export function createHealthBoard(): HealthBoard {
  let phase: 'starting' | 'ready' | 'stopping' = 'starting';
  let parts: HealthPart[] = [];
  return {
    ready(given) {
      phase = 'ready';
      parts = given;
    },
    stopping() {
      phase = 'stopping';
    },
    async health() {
      const looked = await Promise.all(parts.map(async (part) => [part.name, await troubleOf(part)] as const));
      const isWell = looked.every(([, trouble]) => trouble === undefined);
      return {
        status: phase === 'ready' && !isWell ? 'failing' : phase,
        version: VERSION,
        parts: Object.fromEntries(looked.map(([name, trouble]) => [name, trouble ?? 'ok'])),
      };
    },
  };
}

async function troubleOf({ trouble }: HealthPart): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${ANSWER_MS_MAX} ms`), ANSWER_MS_MAX);
  });
  try {
    return await Promise.race([trouble(), late]);
  } catch (error) {
    // Its name only: a message may quote what it was about.
    return `does not answer: ${error instanceof Error ? error.name : 'unknown'}`;
  } finally {
    clearTimeout(timer);
  }
}
