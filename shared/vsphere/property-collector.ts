import type { Moref } from '../domain/inventory.ts';
import { OpsError } from '../errors.ts';
import { decodeAny, decodeElement } from './codec.ts';
import { type FaultContext, type VimFault, vimFaultToError } from './faults.ts';
import { isKindOf } from './schema.ts';
import type { Session } from './session.ts';
import { PATH_TYPES } from './path-types.ts';
import type { CallOptions, Soap } from './soap.ts';
import type { Vim, VimInput } from './vim.ts';
import { WireError } from './wire-error.ts';
import { findChild, type XmlElement } from './xml.ts';

/** One object's properties by path. A property that vCenter has no value for is not among them. */
export type PropertyRow = { obj: Moref; properties: ReadonlyMap<string, unknown> };

/** `skip`: elements inside the values that the caller does not read. `hideable`: types whose properties are left out,
 * not failed for, where the account may not read them. */
export type RetrieveOptions = { skip?: ReadonlySet<string>; about?: string; hideable?: ReadonlySet<string> };

// A guard against a server that never stops handing out tokens: far more pages than any inventory has.
const PAGES_MAX = 10_000;

/**
 * PropertyCollector.RetrievePropertiesEx and its continuations. Notices an expired session also where vCenter answers
 * with 200 and tells it in a `missingSet`. Throws when a property may not be read, but for
 * objects of hideable types.
 */
export function retrieveProperties(
  session: Session,
  spec: VimInput<'PropertyFilterSpec'>,
  options: RetrieveOptions = {},
): Promise<PropertyRow[]> {
  // Tokens belong to a login, so after a new one the reading starts over.
  return session.withLogin(async (soap) => {
    const rows: PropertyRow[] = [];
    // Each object is decoded when its last tag was read: with hundreds of hosts the whole tree would not fit.
    const each = (element: XmlElement) => rows.push(toRow(element, options));
    const { skip, about } = options;
    await readAllPages(soap, session.content.propertyCollector, {
      spec,
      options: { skip, about, take: { name: 'objects', each }, budget: session.createReadBudget() },
    });
    return rows;
  });
}

/**
 * The same for objects that may have gone meanwhile: the rows of those that there are, and of what is reached from them.
 * vCenter leaves the others out where it is asked to; a call that fails for one of them all the same is made for each half
 * of them, until only that one is left, and is believed when it says so twice: whoever is taken for gone is no longer
 * written to, nor missed. Throws `vcenter-no-permission` where nothing may be read at all.
 */
export async function retrieveExisting(
  session: Session,
  objects: readonly Moref[],
  { toSpec, ...options }: RetrieveOptions & { toSpec: (objects: readonly Moref[]) => VimInput<'PropertyFilterSpec'> },
): Promise<PropertyRow[]> {
  let refusal: OpsError | undefined;
  const read = async (some: readonly Moref[], isAgain = false): Promise<PropertyRow[]> => {
    try {
      return await retrieveProperties(session, { ...toSpec(some), reportMissingObjectsInResults: true }, options);
    } catch (error) {
      if (!(error instanceof OpsError) || !OUT_OF_SIGHT.has(error.code)) throw error;
      if (error.code === 'vcenter-no-permission') refusal ??= error;
      if (some.length === 1) return isAgain || error.code !== 'vcenter-object-gone' ? [] : read(some, true);
      const middle = Math.ceil(some.length / 2);
      return [...(await read(some.slice(0, middle))), ...(await read(some.slice(middle)))];
    }
  };
  const rows = objects.length === 0 ? [] : await read(objects);
  if (rows.length === 0 && refusal !== undefined) throw refusal;
  return rows;
}

/** Where a role was given on one cluster only, an object that has left it can't be told from one that is gone. */
const OUT_OF_SIGHT: ReadonlySet<string> = new Set(['vcenter-object-gone', 'vcenter-no-permission']);

async function readAllPages(
  soap: Soap,
  collector: Moref,
  { spec, options }: { spec: VimInput<'PropertyFilterSpec'>; options: CallOptions },
): Promise<void> {
  const first = await soap.call('RetrievePropertiesEx', collector, { specSet: [spec], options: {} }, options);
  let token = first?.token;
  for (let page = 1; token !== undefined; page += 1) {
    if (page > PAGES_MAX)
      throw new OpsError('vcenter-reply-invalid', `vCenter answers with more than ${PAGES_MAX} pages.`, {
        retry: 'never',
        remedy: 'Check that the URL is that of a vCenter, and that nothing in between rewrites its answers.',
      });
    token = (await soap.call('ContinueRetrievePropertiesEx', collector, { token }, options)).token;
  }
}

function toRow(element: XmlElement, { about, hideable }: RetrieveOptions): PropertyRow {
  const children = element.children.filter(({ name }) => name !== 'propSet');
  const object = decodeElement('ObjectContent', { ...element, children }) as Vim<'ObjectContent'>;
  for (const missing of object.missingSet) {
    const fault = missing.fault.fault as VimFault;
    // A host out of reach has nothing to tell; that is for the reader of the row to notice.
    if (isKindOf(fault._type, 'HostCommunication')) continue;
    if (hideable?.has(object.obj.type) && isHidden(fault)) continue;
    const operation = `Reading ${missing.path} of ${object.obj.value}`;
    const context: FaultContext = { operation, about, isWrite: false };
    throw vimFaultToError(fault, missing.fault.localizedMessage ?? '', context);
  }
  const values = element.children.filter(({ name }) => name === 'propSet').map(toProperty);
  return { obj: object.obj, properties: new Map(values) };
}

/** What is read here is of the type that the path has, whatever type the answer says. */
function toProperty(element: XmlElement): [path: string, value: unknown] {
  const path = findChild(element, 'name')?.text;
  const value = findChild(element, 'val');
  if (path === undefined || value === undefined) throw new WireError('a property has no name or no value');
  const type = PATH_TYPES.get(path);
  return [path, type === undefined ? decodeAny(value) : decodeElement(type, value)];
}

/** An ended session is told in the same place, and is no matter of one object. */
const isHidden = (fault: VimFault) => isKindOf(fault._type, 'NoPermission') && fault._type !== 'NotAuthenticated';
