// SOAP 1.1 envelopes around operations, responses and faults.
import { encodeAny } from './codec.ts';
import { WireError } from './wire-error.ts';
import { escapeXml, findChild, parseXml, type XmlElement, type XmlOptions } from './xml.ts';

const NAMESPACES =
  'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ' +
  'xmlns:xsd="http://www.w3.org/2001/XMLSchema" ' +
  'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

/** A whole document around one body element. `operationId` shows up in vCenter's and the hosts' logs as opID. */
export function encodeEnvelope(body: string, operationId?: string): string {
  const header =
    operationId === undefined
      ? ''
      : `<soapenv:Header><operationID>${escapeXml(operationId)}</operationID></soapenv:Header>`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n` +
    `<soapenv:Envelope ${NAMESPACES}>${header}<soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`
  );
}

/** The one element in the body, and the opID of the header. */
export function decodeEnvelope(
  text: string,
  options?: XmlOptions,
): { body: XmlElement; operationId: string | undefined } {
  const envelope = parseXml(text, options);
  const [body, ...others] = findChild(envelope, 'Body')?.children ?? [];
  if (envelope.name !== 'Envelope' || body === undefined) throw new WireError('the document is not a SOAP message');
  if (others.length > 0) throw new WireError('the SOAP message holds more than one answer');
  const header = findChild(envelope, 'Header');
  return { body, operationId: header && findChild(header, 'operationID')?.text };
}

/** A fault's body element. `fault` carries its concrete type as `_type`. */
export function encodeFault(fault: { _type: string }, message: string): string {
  const detail = encodeAny(`${fault._type}Fault`, fault._type, fault).replace(
    ' xsi:type',
    ' xmlns="urn:vim25" xsi:type',
  );
  return (
    `<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>${escapeXml(message)}</faultstring>` +
    `<detail>${detail}</detail></soapenv:Fault>`
  );
}
