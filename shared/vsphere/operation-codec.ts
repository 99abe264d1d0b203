// Operations of managed objects as elements of a SOAP body.
import type { Moref } from '../domain/inventory.ts';
import { type DecodeOptions, decodeElement, decodeFields, encodeElement, encodeFields } from './codec.ts';
import type { Field } from './schema/notation.ts';
import { OPERATIONS, type OperationName, type VimOperation } from './schema.ts';
import type { Parameters, Returned } from './vim.ts';
import { WireError } from './wire-error.ts';
import type { XmlElement } from './xml.ts';

const VIM_NAMESPACE = 'urn:vim25';

/** The operation element of a request: `<AddVirtualNic xmlns="urn:vim25"><_this …>…`. */
export function encodeOperation<O extends OperationName>(
  operation: O,
  target: Moref,
  parameters: Parameters<O>,
): string {
  const { parameters: fields } = operationNamed(operation);
  const body = encodeElement('_this', 'ManagedObjectReference', target) + encodeFields(operation, fields, parameters);
  return `<${operation} xmlns="${VIM_NAMESPACE}">${body}</${operation}>`;
}

/** What a request's operation element asks. Throws `WireError` for operations that the table has not. */
export function decodeOperation(
  element: XmlElement,
  options: DecodeOptions = { strict: true },
): { operation: string; target: Moref; parameters: Record<string, unknown> } {
  const operation = OPERATIONS.get(element.name);
  if (operation === undefined) throw new WireError(`there is no operation ${element.name}`);
  const { _this, ...parameters } = decodeFields(element, operation.request, options);
  return { operation: element.name, target: _this as Moref, parameters };
}

/** The response element of an operation: `<AddVirtualNicResponse xmlns="urn:vim25"><returnval>…`. */
export function encodeResponse(operation: string, value: unknown): string {
  const { returns } = operationNamed(operation);
  const body = returns === undefined ? '' : encodeFields(`${operation}Response`, [returns], { returnval: value });
  return `<${operation}Response xmlns="${VIM_NAMESPACE}">${body}</${operation}Response>`;
}

/** The value in a response element. Throws `WireError` when the operation should have returned one and did not. */
export function decodeResponse<O extends OperationName>(operation: O, element: XmlElement): Returned<O> {
  const { returns } = operationNamed(operation);
  if (element.name !== `${operation}Response`) throw new WireError(`${operation} was answered with <${element.name}>`);
  return decodeReturn(operation, returns, element) as Returned<O>;
}

function decodeReturn(operation: string, returns: Field | undefined, element: XmlElement): unknown {
  if (returns === undefined) return undefined;
  if (returns.list) {
    const values = element.children.filter((child) => child.name === 'returnval');
    return values.map((child) => decodeElement(returns.type, child));
  }
  const [value, ...others] = element.children.filter((child) => child.name === 'returnval');
  if (others.length > 0) throw new WireError(`${operation} was answered with more than one value`);
  if (value !== undefined) return decodeElement(returns.type, value);
  if (returns.optional) return undefined;
  throw new WireError(`${operation} was answered without a value`);
}

function operationNamed(name: string): VimOperation {
  const operation = OPERATIONS.get(name);
  if (operation === undefined) throw new Error(`the schema has no operation ${name}`);
  return operation;
}
