import { VERBS, type Verb } from './command.ts';
import { nearest } from './nearest.ts';

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
  const synonym = Object.hasOwn(SYNONYMS, typed.toLowerCase()) ? SYNONYMS[typed.toLowerCase()] : undefined;
  return synonym ?? VERBS.find((verb) => verb === nearest(typed, VERBS));
}
