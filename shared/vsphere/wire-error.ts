/** What arrived is not what vim25 allows: malformed XML, over a limit, or not as the schema table says. */
export class WireError extends Error {
  override readonly name = 'WireError';
}
