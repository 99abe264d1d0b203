import { escapeXml } from '../../../shared/vsphere/xml.ts';
import { CLI_COMMANDS, type CliCommand, type CliParameter } from './esxcli-commands.ts';

/** The answer of vim.CLIInfo.FetchCLIInfo for a namespace, which govc asks before each command. */
export function encodeCliInfo(namespace: string): string | undefined {
  const commands = CLI_COMMANDS[namespace];
  if (commands === undefined) return undefined;
  const leaf = namespace.slice(namespace.lastIndexOf('.') + 1);
  const methods = Object.entries(commands).map(([name, command]) => encodeMethod(name, command));
  return (
    '<obj xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ' +
    'xmlns="urn:vim25" versionId="5.0" xsi:type="VimCLIInfo">' +
    `${item(namespace, leaf, `The ${leaf} namespace.`)}${methods.join('')}</obj>`
  );
}

function encodeMethod(name: string, command: CliCommand): string {
  const { columns } = command;
  const hints = [hint('formatter', columns === undefined ? 'simple' : 'table')];
  if (columns !== undefined) hints.unshift(hint(`fields:${columns.type}`, columns.titles.join(',')));
  const parameters = command.parameters.map(encodeParameter).join('');
  return `<method>${item(name, name, command.help)}${parameters}${hints.join('')}</method>`;
}

function encodeParameter(parameter: CliParameter): string {
  const aliases = parameter.aliases.map((alias) => `<aliases>${alias}</aliases>`).join('');
  const about = item(parameter.name, parameter.name, parameter.help);
  return `<param>${about}${aliases}<flag>${parameter.type === 'bool'}</flag></param>`;
}

function item(name: string, displayName: string, help: string): string {
  return `<name>${name}</name><displayName>${displayName}</displayName><help>${escapeXml(help)}</help>`;
}

function hint(key: string, value: string): string {
  return `<hints><key>${key}</key><value>${escapeXml(value)}</value></hints>`;
}
