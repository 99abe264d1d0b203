// What vCenter and the way to it do on bad days: every fault of the facts, answers that are none, restarts.
import type { HookCall, LabHooks, LabResponse } from '../../infra/lab/vcenter/vcenter.ts';
import { notAuthenticated, VimFault } from '../../infra/lab/vcenter/vim-fault.ts';
import { lostAnswer, notSent, type Wire } from '../support/lab-transport.ts';
import { faultsOf, isRare, MAY_HAVE_HAPPENED } from './fault-types.ts';
import { type Fate, mayDie, type Process } from './faults.ts';
import type { Site } from './run.ts';
import { isWrite } from './write-calls.ts';

type Fields = Record<string, unknown>;

/** Writes are few beside reads, and what goes wrong at them is what matters. */
const WRITE_FACTOR = 4;
const SLOW_MS = 100_000;

const ESXCLI = ['RetrieveManagedMethodExecuter', 'ExecuteSoap'];

/** Only the product's own calls fail: checkers and the stories' people look undisturbed. */
export function faultyHooks(site: Site, fate: Fate): LabHooks {
  const { chances, random } = fate;
  const isOurs = (): boolean => site.lab.calls().at(-1)?.opId?.startsWith('vmotion-ops-') === true;
  const answer = (type: string, fields: Fields, { operation, host }: HookCall): VimFault => {
    if (host !== undefined && ESXCLI.includes(operation)) site.mute.add(host);
    fate.story(`${site.vcenter} answers ${operation} on ${host ?? 'no host'} with ${type}`);
    fate.reach(`fault:${type}`);
    site.troubledAt = fate.clock.now().getTime();
    return new VimFault(type, `The simulation says ${type}.`, fields);
  };
  /** What this vCenter is prone to, where it may answer this call with it. */
  const answerFavourite = (call: HookCall): void => {
    const { prone } = fate.weather();
    if (prone === 0) return;
    const faults = faultsOf(call);
    const own = site.favourites.filter((type) => Object.hasOwn(faults, type));
    if (own.length === 0 || !chances.happens('favourite-fault', prone * timesOf(call))) return;
    const type = random.pick(own);
    throw answer(type, faults[type] ?? {}, call);
  };
  const isAfter = new WeakSet<HookCall>();
  return {
    async before(call) {
      if (!isOurs()) return;
      answerFavourite(call);
      const chance = fate.weather().fault * (isWrite(call.operation) ? WRITE_FACTOR : 1);
      if (chance === 0) return;
      if (chances.happens('slow-call', chance / 2)) {
        fate.story(`${site.vcenter} takes its time for ${call.operation}`);
        await fate.clock.sleep(random.below(SLOW_MS));
      }
      if (chances.happens('session-lost', chance / 2) && !['Login', 'Logout'].includes(call.operation)) {
        fate.story(`${site.vcenter} forgets a session`);
        fate.reach('fault:NotAuthenticated');
        throw notAuthenticated();
      }
      if (chances.happens('fault-after', isWrite(call.operation) ? chance / 2 : 0)) isAfter.add(call);
      if (!chances.happens('vcenter-fault', chance)) return;
      const faults = faultsOf(call);
      const type = random.pick(Object.keys(faults));
      throw answer(type, faults[type] ?? {}, call);
    },
    async after(call) {
      if (!isAfter.has(call)) return;
      throw answer(random.pick(MAY_HAVE_HAPPENED), {}, call);
    },
  };
}

/** How much likelier than at a usual write: a call that few stories come to at all is mostly the only one. */
function timesOf({ operation }: HookCall): number {
  if (isRare(operation)) return 5;
  return isWrite(operation) ? 1 : 0.1;
}

/** The way to one vCenter: a request may not leave, its answer may be lost or damaged, and the process may die around
 * it. While vCenter restarts, whoever stands before it says so, or nobody answers. */
export function badWire(site: Site, process: Process, fate: Fate): Wire {
  const { chances, weather, random, reach } = fate;
  const story = (line: string) => {
    site.troubledAt = fate.clock.now().getTime();
    fate.story(line);
  };
  return {
    before() {
      mayDie(process, fate, 'before a SOAP call');
      const isRefused = chances.happens('refused-connection', weather().refuseConnection);
      if (isRefused) story('connection refused');
      if (site.outage !== undefined) site.troubledAt = fate.clock.now().getTime();
      if (isRefused || site.outage?.kind === 'silent') throw notSent();
    },
    instead: () => (site.outage?.kind === 'proxy' ? { status: 503, headers: {}, body: PAGE } : undefined),
    after() {
      mayDie(process, fate, 'after a SOAP call');
      if (!chances.happens('lost-answer', weather().loseAnswer)) return;
      story('answer lost');
      throw lostAnswer();
    },
    reply(reply) {
      if (!chances.happens('bad-reply', weather().fault)) return reply;
      const kind = random.pick(BAD_REPLIES);
      story(`the answer is ${kind}`);
      reach(`reply:${kind}`);
      return damaged(reply, kind, random.next());
    },
  };
}

/** Cut off, somebody else's page, a proxy's status, nothing. */
export const BAD_REPLIES = ['truncated', 'other', '502', '503', '504', 'empty'] as const;

const PAGE = '<html><body><h1>Service Unavailable</h1></body></html>';

function damaged(reply: LabResponse, kind: (typeof BAD_REPLIES)[number], share: number): LabResponse {
  if (kind === 'truncated') return { ...reply, body: reply.body.slice(0, Math.floor(reply.body.length * share)) };
  if (kind === 'other') return { ...reply, status: 200, body: PAGE };
  if (kind === 'empty') return { ...reply, body: '' };
  return { status: Number(kind), headers: {}, body: PAGE };
}
