import { VERBS, type Verb } from './command.ts';
import { nearestFew } from './nearest.ts';

/** What people of other tools type, and the verb here that does it. */
const SYNONYMS: Record<string, Verb> = {
  rollback: 'revert',
  undo: 'revert',
  restore: 'revert',
  disable: 'revert',
  ping: 'test',
  verify: 'test',
  validate: 'check',
  precheck: 'check',
  preflight: 'check',
  fix: 'repair',
  heal: 'repair',
  move: 'trial',
  migrate: 'trial',
  vmotion: 'trial',
  proof: 'evidence',
  configure: 'enable',
  setup: 'enable',
  deny: 'reject',
  refuse: 'reject',
  accept: 'approve',
  run: 'apply',
  jobs: 'history',
  who: 'whoami',
  rights: 'whoami',
  permissions: 'whoami',
  clusters: 'list',
  locks: 'list',
  freezes: 'list',
  stop: 'abort',
  kill: 'abort',
  halt: 'pause',
  hold: 'pause',
  continue: 'resume',
  proceed: 'resume',
  again: 'retry',
  rerun: 'retry',
  unapprove: 'withdraw',
  discard: 'cancel',
  lock: 'freeze',
  thaw: 'unfreeze',
  unlock: 'unfreeze',
  drift: 'audit',
  follow: 'subscribe',
  unfollow: 'unsubscribe',
  rules: 'policy',
  about: 'version',
  doctor: 'check',
  log: 'evidence',
  logs: 'evidence',
  ls: 'list',
  info: 'show',
};

/** The verb that somebody meant who typed another word: its name elsewhere, or a slip. */
export function meantVerb(typed: string): Verb | undefined {
  return meantVerbs(typed)[0];
}

/** Verbs that somebody may have meant, three at most, the likeliest first: the word's name here, then slips of it, then
 * verbs that begin with what was typed. */
export function meantVerbs(typed: string): Verb[] {
  const word = typed.toLowerCase();
  const synonym = Object.hasOwn(SYNONYMS, word) ? SYNONYMS[word] : undefined;
  if (synonym !== undefined) return [synonym];
  const near = nearestFew(word, VERBS);
  // Of one letter nearly everything is a beginning.
  const begun = word.length < 2 ? [] : VERBS.filter((verb) => verb.startsWith(word));
  return [...new Set([...near, ...begun])].flatMap((name) => VERBS.filter((verb) => verb === name)).slice(0, MEANT_MAX);
}

const MEANT_MAX = 3;
