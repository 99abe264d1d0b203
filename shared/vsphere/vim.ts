// What decoded vim25 values look like in TypeScript, derived from the schema table.
import type { Scalars, TypeEntry } from './schema/notation.ts';
import type { OPERATION_TABLE, OperationName, TYPE_TABLE, TypeName } from './schema.ts';

type Table = typeof TYPE_TABLE;
type FieldsOf<T extends TypeName> = Table[T] extends TypeEntry<infer F> ? F : never;
type BaseOf<T extends TypeName> = Table[T]['base'];

type Named<N, L> = N extends keyof Scalars ? Scalars[N] : N extends TypeName ? Shape<N, L> : unknown;
/** A polymorphic value: its fields as declared, and the concrete type to narrow by. */
type Single<N, L> = N extends `${infer T}^` ? Named<T, L> & { _type?: string } : Named<N, L>;

type RequiredNames<F, L> = {
  [K in keyof F]: F[K] extends `${string}?`
    ? never
    : F[K] extends `${string}*`
      ? L extends 'given'
        ? never
        : K
      : F[K] extends `${string}-`
        ? L extends 'given'
          ? K
          : never
        : K;
}[keyof F];
type ValueOf<N, L> = N extends `${infer T}?`
  ? Single<T, L> | undefined
  : N extends `${infer T}*` | `${infer T}+`
    ? Single<T, L>[]
    : N extends `${infer T}-`
      ? Single<T, L>
      : Single<N, L>;
type Own<F, L> = { [K in RequiredNames<F, L> & keyof F]: ValueOf<F[K], L> } & {
  [K in Exclude<keyof F, RequiredNames<F, L>>]?: ValueOf<F[K], L> | undefined;
};
type Shape<T extends TypeName, L> = Own<FieldsOf<T>, L> & (BaseOf<T> extends TypeName ? Shape<BaseOf<T>, L> : unknown);

/** A value of that type as decoded: lists are always there. */
export type Vim<T extends TypeName> = Shape<T, 'read'>;
/** A value of that type to encode: empty lists may be left out. */
export type VimInput<T extends TypeName> = Shape<T, 'given'>;

type Operations = typeof OPERATION_TABLE;
/** The parameters of an operation, to encode. */
export type Parameters<O extends OperationName> = Own<Operations[O]['takes'], 'given'>;
/** What the operation returns, decoded; `undefined` for void and for a null result. */
export type Returned<O extends OperationName> = Operations[O] extends { returns: infer N }
  ? ValueOf<N, 'read'>
  : undefined;
