// The XML inside ExecuteSoap's answers: rows of esxcli's tables, and its faults.
import { escapeXml } from '../../../shared/vsphere/xml.ts';

/** A row: columns by name without spaces. A nested list is a repeated element. */
export type CliRow = { [column: string]: CliValue | CliRow[] };
type CliValue = string | number | boolean;

/** `<obj xsi:type="ArrayOfDataObject">` with one DataObject for each row. */
export function encodeRows(type: string, rows: CliRow[]): string {
  const objects = rows.map((row) => `<DataObject xsi:type="${type}">${encodeRow(row)}</DataObject>`);
  return `<obj ${NAMESPACES} xsi:type="ArrayOfDataObject">${objects.join('')}</obj>`;
}

/** `<obj>` with the fields directly in it. */
export function encodeStruct(type: string, row: CliRow): string {
  return `<obj ${NAMESPACES} xsi:type="${type}">${encodeRow(row)}</obj>`;
}

/** The detail of a fault: LocalizedMethodFault with VimEsxCLICLIFault. */
export function encodeCliFault(errors: string[]): string {
  const messages = errors.map((one) => `<errMsg>${escapeXml(one)}</errMsg>`).join('');
  const fault = `<fault xsi:type="VimEsxCLICLIFault">${messages}</fault>`;
  const message = `<localizedMessage>${CLI_FAULT}</localizedMessage>`;
  return `<obj ${NAMESPACES} xsi:type="LocalizedMethodFault">${fault}${message}</obj>`;
}

export const CLI_FAULT = 'EsxCLI.CLIFault.summary';

const NAMESPACES =
  'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ' +
  'xmlns="urn:vim25" versionId="5.0"';

function encodeRow(row: CliRow): string {
  return Object.entries(row)
    .map(([column, value]) => {
      if (Array.isArray(value)) return value.map((one) => `<${column}>${encodeRow(one)}</${column}>`).join('');
      return `<${column}>${escapeXml(String(value))}</${column}>`;
    })
    .join('');
}
