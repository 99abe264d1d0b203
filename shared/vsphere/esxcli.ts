// esxcli through vCenter: a private, untyped part of the API, the same in every version since 5.0.
import type { Moref } from '../domain/inventory.ts';
import { OpsError } from '../errors.ts';
import type { Session } from './session.ts';
import type { Soap } from './soap.ts';
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
      const result = await session.withLogin(async (soap) =>
        soap.call('ExecuteSoap', await executerOf(soap, host), call, options),
      );
      try {
        if (result?.fault !== undefined) return { kind: 'failed', messages: readMessages(result.fault) };
        return { kind: 'answered', response: parseXml(result?.response ?? '<obj/>', { maxBytes: MAX_BYTES }) };
      } catch (error) {
        if (error instanceof WireError) throw unreadable(host, command, error);
        throw error;
      }
    },
  };
}

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
function readMessages(fault: { faultMsg: string; faultDetail?: string | undefined }): string[] {
  const found: string[] = [];
  const collect = (element: XmlElement) => {
    if (element.name === 'errMsg') found.push(element.text.trim());
    for (const child of element.children) collect(child);
  };
  if (fault.faultDetail?.includes('<')) collect(parseXml(fault.faultDetail, { maxBytes: MAX_BYTES }));
  else if (fault.faultDetail !== undefined) found.push(fault.faultDetail.trim());
  const messages = [...new Set(found)].filter((one) => one !== '');
  return messages.length > 0 ? messages : [fault.faultMsg];
}

function unreadable(host: EsxcliHost, command: string, cause: WireError): OpsError {
  return new OpsError('vcenter-reply-invalid', `esxcli ${command} on ${host.name}: ${cause.message}.`, {
    retry: 'never',
    remedy: 'Run the command on the host itself and compare: its answer has a form that is not known here.',
    cause,
  });
}
