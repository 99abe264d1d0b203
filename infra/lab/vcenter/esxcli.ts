// ReflectManagedMethodExecuter.ExecuteSoap: esxcli commands by way of vCenter.
import type { Vim } from '../../../shared/vsphere/vim.ts';
import { parseXml } from '../../../shared/vsphere/xml.ts';
import { CLI_COMMANDS, type CliCommand } from './esxcli-commands.ts';
import { encodeCliInfo } from './esxcli-info.ts';
import { interfaceList, ipv4Get, netstackGet, netstackList, routeList } from './esxcli-network.ts';
import { CLI_FAULT, encodeCliFault, encodeRows } from './esxcli-object.ts';
import type { HostContext } from './host-context.ts';
import { computePing, type PingAnswer, type PingInput } from './ping.ts';
import { recordPing } from './ping-journal.ts';
import { invalidArgument, notSupported, VimFault } from './vim-fault.ts';

/** `takesMs`: how long the command would have run on a real host. */
export type CliAnswer = { result: CliResult; takesMs: number };
export type CliResult = { response: string } | { fault: { faultMsg: string; faultDetail?: string | undefined } };

type Request = {
  moid: string;
  version: string;
  method: string;
  argument: Vim<'ReflectManagedMethodExecuterSoapArgument'>[];
};
type Arguments = Map<string, string[]>;

const VERSION = 'urn:vim25/5.0';
const CLI_INFO_MOID = 'ha-dynamic-type-manager-local-cli-cliinfo';
const METHOD_PREFIX = 'vim.EsxCLI.';

export function executeSoap(context: HostContext, request: Request): CliAnswer {
  // ESXi answers other versions as if it did not have the method.
  if (request.version !== VERSION) throw notSupported();
  const given = readArguments(request.argument);
  if (request.moid === CLI_INFO_MOID) return { result: fetchCliInfo(request.method, given), takesMs: 0 };
  const words = request.method.startsWith(METHOD_PREFIX) ? request.method.slice(METHOD_PREFIX.length).split('.') : [];
  const namespace = words.slice(0, -1);
  const command = CLI_COMMANDS[namespace.join('.')]?.[words.at(-1) ?? ''];
  if (command === undefined) throw invalidArgument('method');
  if (request.moid !== `ha-cli-handler-${namespace.join('-')}`) throw invalidArgument('moid');
  requireArguments(command, request.argument);
  return run(context, words.join('.'), given);
}

function run(context: HostContext, command: string, given: Arguments): CliAnswer {
  switch (command) {
    case 'network.diag.ping':
      return ping(context, given);
    case 'network.ip.netstack.list':
      return answered(netstackList(context.host));
    case 'network.ip.netstack.get':
      return answered(netstackGet(context.host, one(given, 'netstack') ?? ''));
    case 'network.ip.interface.list':
      return answered(interfaceList(context.model, context.host, one(given, 'netstack')));
    case 'network.ip.interface.ipv4.get':
      return answered(ipv4Get(context.host, one(given, 'interface-name'), one(given, 'netstack')));
    case 'network.ip.route.ipv4.list':
      return answered(routeList(context.host, one(given, 'netstack')));
    default:
      throw new Error(`esxcli ${command} is described and not made`);
  }
}

function ping(context: HostContext, given: Arguments): CliAnswer {
  const input = toPingInput(given);
  const intervalMs = seconds(one(given, 'interval'), 1) * 1000;
  const waitMs = seconds(one(given, 'wait'), 1) * 1000;
  const answer = computePing(context.model, context.seed, context.host, input);
  recordPing(context, input, answer);
  if (answer.kind === 'fault') return { result: cliFault(answer.errors), takesMs: 5 };
  // Packets leave one interval after another; the last one is waited for.
  const isLastLost = !answer.replies.some((reply) => reply.sequence === input.count - 1);
  const takesMs = (input.count - 1) * intervalMs + (isLastLost ? waitMs : 1);
  const perUnit = context.switches.pingTimeUnit === 'milliseconds' ? 1000 : 1;
  return { result: { response: encodePing(input, answer, perUnit) }, takesMs };
}

function encodePing(input: PingInput, answer: Extract<PingAnswer, { kind: 'sent' }>, perUnit: number): string {
  const times = answer.replies.map((reply) => Math.round(reply.micros / perUnit));
  const received = answer.replies.length;
  const trace = answer.replies.map((reply) => ({
    Detail: '',
    Dup: false,
    Host: reply.from,
    ICMPSeq: reply.sequence,
    ReceivedBytes: reply.bytes,
    RoundtripTimeMS: Math.round(reply.micros / perUnit),
    TTL: reply.ttl,
  }));
  const summary = {
    Duplicated: 0,
    HostAddr: input.host,
    PacketLost: Math.round(((answer.sent - received) * 100) / answer.sent),
    // ESXi spells it so.
    Recieved: received,
    RoundtripAvgMS: received === 0 ? 0 : Math.round(times.reduce((sum, time) => sum + time, 0) / received),
    RoundtripMaxMS: Math.max(0, ...times),
    RoundtripMinMS: received === 0 ? 0 : Math.min(...times),
    Transmitted: answer.sent,
  };
  return encodeRows('VimEsxCLInetworkdiagpingPingResult', [{ Trace: trace, Summary: [summary] }]);
}

function toPingInput(given: Arguments): PingInput {
  return {
    host: one(given, 'host') ?? '',
    interface: one(given, 'interface'),
    netstack: one(given, 'netstack'),
    nexthop: one(given, 'nexthop'),
    size: whole(one(given, 'size'), { unset: 56, least: 0, most: 65_507, name: 'size' }),
    count: whole(one(given, 'count'), { unset: 3, least: 1, most: 1000, name: 'count' }),
    ttl: whole(one(given, 'ttl'), { unset: 64, least: 1, most: 255, name: 'ttl' }),
    df: one(given, 'df') === 'true',
  };
}

function fetchCliInfo(method: string, given: Arguments): CliResult {
  if (method !== 'vim.CLIInfo.FetchCLIInfo') throw invalidArgument('method');
  const typeName = one(given, 'typeName') ?? '';
  const info = typeName.startsWith(METHOD_PREFIX) ? encodeCliInfo(typeName.slice(METHOD_PREFIX.length)) : undefined;
  if (info !== undefined) return { response: info };
  return { fault: { faultMsg: 'The object or item referred to could not be found.' } };
}

/** `val` holds elements as text: `<count>3</count>`, several for a list. */
function readArguments(argument: Request['argument']): Arguments {
  return new Map(
    argument.map(({ name, val }, position) => {
      try {
        const { children } = parseXml(`<a>${val}</a>`);
        if (children.some((child) => child.name !== name)) throw new Error(`${name} holds another element`);
        return [name, children.map((child) => child.text)];
      } catch (cause) {
        throw asInvalid(position, cause);
      }
    }),
  );
}

/** Names the parameter that is unknown, out of order or not of its type by its position, as ESXi does. */
function requireArguments(command: CliCommand, argument: Request['argument']): void {
  let last = -1;
  for (const [position, { name, val }] of argument.entries()) {
    const index = command.parameters.findIndex((parameter) => parameter.name === name);
    const parameter = command.parameters[index];
    if (parameter === undefined || index <= last) throw invalidArgument(`argument[${position}]`);
    last = index;
    const value = /^<[^>]*>([^<]*)<\//.exec(val)?.[1]?.trim() ?? '';
    const isWellTyped =
      parameter.type === 'string' ||
      (parameter.type === 'int' ? /^\d+$/.test(value) : ['true', 'false', '1', '0'].includes(value));
    if (!isWellTyped) throw invalidArgument(`argument[${position}]`);
  }
  const missing = command.parameters.find(
    (parameter) => parameter.isRequired === true && !argument.some(({ name }) => name === parameter.name),
  );
  if (missing !== undefined) throw invalidArgument(missing.name);
}

function answered(result: CliResult | { errors: string[] }): CliAnswer {
  return { result: 'errors' in result ? cliFault(result.errors) : result, takesMs: 0 };
}

function cliFault(errors: string[]): CliResult {
  return { fault: { faultMsg: CLI_FAULT, faultDetail: encodeCliFault(errors) } };
}

function asInvalid(position: number, cause: unknown): VimFault {
  const fault = invalidArgument(`argument[${position}]`);
  fault.cause = cause;
  return fault;
}

function one(given: Arguments, name: string): string | undefined {
  return given.get(name)?.[0];
}

function whole(text: string | undefined, is: { unset: number; least: number; most: number; name: string }): number {
  const value = text === undefined ? is.unset : Number(text);
  if (value < is.least || value > is.most) throw invalidArgument(is.name);
  return value;
}

function seconds(text: string | undefined, unset: number): number {
  const value = text === undefined ? unset : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : unset;
}
