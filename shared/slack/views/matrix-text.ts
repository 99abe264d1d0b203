import { hostLabels } from '../../domain/host-names.ts';
import type { Cell, Endpoint } from '../../domain/matrix.ts';
import { compareNaturally } from '../../domain/natural-order.ts';
import { cutPlain } from '../fit.ts';

const HOSTS_MAX = 12;
const ENDPOINTS_MAX = 24;

const LEGEND: Record<string, string> = {
  o: 'o ok',
  M: 'M only below the full MTU',
  x: 'x loss',
  '!': '! could not send',
  '-': '- silent, as it should be',
  L: 'L leak: answers and should not',
  '.': '. n/a',
};

/** Every cell as one character, sources as rows, with a legend. Undefined for more hosts than a person can read. */
export function renderMatrixText(cells: Cell[]): string[] | undefined {
  const endpoints = endpointsOf(cells);
  const labels = hostLabels(endpoints.map((endpoint) => endpoint.host));
  if (endpoints.length === 0 || labels.size > HOSTS_MAX || endpoints.length > ENDPOINTS_MAX) return undefined;
  const glyphs = new Map(cells.map((cell) => [`${keyOf(cell.from)} ${keyOf(cell.to)}`, glyphOf(cell)]));
  const names = endpoints.map(
    (endpoint) => `${cutPlain(labels.get(endpoint.host) ?? endpoint.host, 40)} ${deviceText(endpoint)}`,
  );
  const width = Math.max(...names.map((name) => name.length));
  const number = (index: number) => String(index + 1).padStart(2);
  const rows = endpoints.map((from, row) => {
    const marks = endpoints.map((to) => ` ${glyphs.get(`${keyOf(from)} ${keyOf(to)}`) ?? '.'}`);
    return `${number(row)} ${(names[row] ?? '').padEnd(width)} ${marks.join(' ')}`;
  });
  const used = Object.keys(LEGEND).filter((glyph) => glyph === '.' || [...glyphs.values()].includes(glyph));
  const head = `${' '.repeat(width + 4)}${endpoints.map((_, index) => number(index)).join(' ')}`;
  return [head, ...rows, '', used.map((glyph) => LEGEND[glyph]).join('   ')];
}

// An adapter with both families has a row for each.
function deviceText({ device, address }: Endpoint): string {
  return address.includes(':') ? `${device} IPv6` : device;
}

function glyphOf({ expected, result }: Cell): string {
  if (expected === 'not-applicable' || result.kind === 'not-tested') return '.';
  const answers = result.kind === 'ok' || result.kind === 'mtu' || (result.kind === 'lossy' && result.received > 0);
  // Islands without a route between them can't even send: just what is wanted.
  if (expected === 'unreachable') return answers ? 'L' : '-';
  if (result.kind === 'refused') return '!';
  if (result.kind === 'ok') return 'o';
  return result.kind === 'mtu' ? 'M' : 'x';
}

function endpointsOf(cells: Cell[]): Endpoint[] {
  const byKey = new Map<string, Endpoint>();
  for (const cell of cells) byKey.set(keyOf(cell.from), cell.from).set(keyOf(cell.to), cell.to);
  return [...byKey.values()].sort(
    (left, right) => compareNaturally(left.host, right.host) || compareNaturally(deviceText(left), deviceText(right)),
  );
}

function keyOf(endpoint: Endpoint): string {
  return JSON.stringify([endpoint.host, endpoint.device, endpoint.address]);
}
