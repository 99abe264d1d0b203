// esxcli through vCenter: a private, untyped part of the API, the same in every version since 5.0.
import type { Concealer } from '../domain/concealer.ts';
import type { Moref } from '../domain/inventory.ts';
import { OpsError } from '../errors.ts';
import { concealElement } from './conceal-element.ts';
import { shorten } from './faults.ts';
import type { Session } from './session.ts';
import type { Soap } from './soap.ts';
import type { Vim } from './vim.ts';
import { WireError } from './wire-error.ts';
import { escapeXml, parseXml, type XmlElement } from './xml.ts';

/** Values are sent as text. A list is a parameter given several times. `undefined` is not sent. */
export type EsxcliArguments = Record<string, string | number | boolean | readonly string[] | undefined>;

/** `failed`: the command ran and ended with an error; `messages` are ESXi's own words. */
export type EsxcliResult = { kind: 'answered'; response: XmlElement } | { kind: 'failed'; messages: string[] };

export type Esxcli = {
  /** `command`: "network diag ping". Throws `OpsError` when the command could not be run at all. */
  run(host: EsxcliHost, command: string, request: { args: EsxcliArguments; timeoutMs: number }): Promise<EsxcliResult>;
};

type EsxcliHost = { moref: Moref; name: string };

// Any other is refused, whatever the version of the host.
const VERSION = 'urn:vim25/5.0';
const MAX_BYTES = 4 * 1024 * 1024;
/** Of ESXi's words to each packet: the first ones say it. */
const MESSAGES_MAX = 10;
const MESSAGE_CHARS_MAX = 300;

/** Runs esxcli through vCenter, as the host agent's own method executer offers it: no SSH, and no login on the host. An
 * executer is asked for once a host and login. */
export function createEsxcli(session: Session): Esxcli {
  // One executer for each host and login.
  const executers = new Map<string, Promise<Moref>>();

  const executerOf = (soap: Soap, host: EsxcliHost): Promise<Moref> => {
    const key = `${session.generation} ${host.moref.value}`;
    const known = executers.get(key);
    if (known !== undefined) return known;
    const asked = soap.call('RetrieveManagedMethodExecuter', host.moref, {}, { about: host.name });
    executers.set(key, asked);
    asked.catch(() => executers.delete(key));
    return asked;
  };

  return {
    async run(host, command, { args, timeoutMs }) {
      const words = command.split(' ');
      const call = {
        moid: `ha-cli-handler-${words.slice(0, -1).join('-')}`,
        version: VERSION,
        method: `vim.EsxCLI.${words.join('.')}`,
        argument: toArguments(args),
      };
      const options = { about: host.name, timeoutMs };
      // After a new login the executer is asked for anew, with the command.
      return session.withLogin(async (soap) => {
        const result = await soap.call('ExecuteSoap', await executerOf(soap, host), call, options);
        return readResult(result, { host, command, concealer: soap.concealer });
      });
    },
  };
}

type Asked = { host: EsxcliHost; command: string; concealer: Concealer };

/** XML within XML: what it spells out is looked at once more. */
function readResult(
  result: Vim<'ReflectManagedMethodExecuterSoapResult'> | undefined,
  { host, command, concealer }: Asked,
): EsxcliResult {
  try {
    if (result?.fault === undefined)
      return { kind: 'answered', response: parse(result?.response ?? '<obj/>', concealer) };
    const messages = readMessages(result.fault, concealer);
    return { kind: 'failed', messages: messages.slice(0, MESSAGES_MAX).map((one) => shorten(one, MESSAGE_CHARS_MAX)) };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw unreadable(host, command, shorten(concealer.conceal(error.message), MESSAGE_CHARS_MAX));
  }
}

const parse = (text: string, concealer: Concealer): XmlElement =>
  concealElement(parseXml(text, { maxBytes: MAX_BYTES }), concealer);

/** The rows of an answer. A single structure may come as itself or as a list of one. */
export function dataObjects(response: XmlElement): XmlElement[] {
  const rows = response.children.filter((child) => child.name === 'DataObject');
  return rows.length > 0 || response.xsiType === 'ArrayOfDataObject' ? rows : [response];
}

/** Sorted by name, which is the order ESXi declares them in: any other is refused as "argument[N]". */
function toArguments(args: EsxcliArguments): { name: string; val: string }[] {
  return Object.keys(args)
    .sort()
    .filter((name) => args[name] !== undefined)
    .map((name) => ({
      name,
      val: [args[name]]
        .flat()
        .map((value) => `<${name}>${escapeXml(String(value))}</${name}>`)
        .join(''),
    }));
}

/** `faultMsg` is mostly generic; what went wrong is in the `errMsg`s of the detail, one for each packet. */
function readMessages(fault: { faultMsg: string; faultDetail?: string | undefined }, concealer: Concealer): string[] {
  const found: string[] = [];
  const collect = (element: XmlElement) => {
    if (element.name === 'errMsg') found.push(element.text.trim());
    for (const child of element.children) collect(child);
  };
  if (fault.faultDetail?.includes('<')) collect(parse(fault.faultDetail, concealer));
  else if (fault.faultDetail !== undefined) found.push(fault.faultDetail.trim());
  const messages = [...new Set(found)].filter((one) => one !== '');
  return messages.length > 0 ? messages : [fault.faultMsg];
}

function unreadable(host: EsxcliHost, command: string, why: string): OpsError {
  return new OpsError('vcenter-reply-invalid', `esxcli ${command} on ${host.name}: ${why}.`, {
    retry: 'never',
    remedy: 'Run the command on the host itself and compare: its answer has a form that is not known here.',
    cause: new WireError(why),
  });
}
