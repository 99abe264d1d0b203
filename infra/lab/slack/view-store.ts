// Modals that people have open, in stacks, and each one's Home tab.
import { randomBytes } from 'node:crypto';
import { type StateValue, type StateValues, toStateValues } from './block-kit/state-value.ts';
import type { ViewContent } from './block-kit/view-schema.ts';
import { LAB_BOT, LAB_TEAM } from './people.ts';

export type LabView = {
  id: string;
  user: string;
  hash: string;
  content: ViewContent;
  rootId: string;
  previousId: string | null;
  values: StateValues;
  /** What is wrong with inputs, by block_id: the app's word, or Slack's own. */
  errors: Record<string, string>;
  /** What went wrong with the whole, shown above the inputs. */
  problem?: string;
};

export type ViewStore = {
  /** The stack of a person's open modals, the one on top last. */
  stackOf(user: string): LabView[];
  find(id: string): LabView | undefined;
  findExternal(externalId: string): LabView | undefined;
  home(user: string): LabView | undefined;
  /** In place of whatever modals were open. */
  open(user: string, content: ViewContent): LabView;
  /** Undefined when three are open already. */
  push(user: string, content: ViewContent): LabView | undefined;
  replace(view: LabView, content: ViewContent): LabView;
  publish(user: string, content: ViewContent): LabView;
  pop(user: string): void;
  clear(user: string): void;
  put(view: LabView, at: { blockId: string; actionId: string; value: StateValue }): void;
  mark(view: LabView, wrong: { errors?: Record<string, string>; problem?: string }): void;
  onChange(listener: (user: string) => void): () => void;
};

// The root and two above it.
const STACK_MAX = 3;

export function createViewStore(now: () => number = Date.now): ViewStore {
  const stacks = new Map<string, LabView[]>();
  const homes = new Map<string, LabView>();
  const listeners = new Set<(user: string) => void>();
  const tell = (user: string) => {
    for (const listener of listeners) listener(user);
  };
  const stackOf = (user: string) => stacks.get(user) ?? [];
  const all = () => [...homes.values(), ...[...stacks.values()].flat()];
  const newHash = () => `${Math.floor(now() / 1000)}.${randomBytes(4).toString('hex')}`;
  const create = (user: string, content: ViewContent, below: LabView | undefined): LabView => {
    const id = `V${randomBytes(5).toString('hex').toUpperCase()}`;
    const values = toStateValues(content.blocks);
    const at = { rootId: below?.rootId ?? id, previousId: below?.id ?? null };
    return { id, user, hash: newHash(), content, ...at, values, errors: {} };
  };
  const setStack = (user: string, stack: LabView[]) => {
    stacks.set(user, stack);
    tell(user);
  };
  const replace = (view: LabView, content: ViewContent) => {
    Object.assign(view, { content, hash: newHash(), values: toStateValues(content.blocks, view.values), errors: {} });
    delete view.problem;
    tell(view.user);
    return view;
  };
  return {
    stackOf,
    find: (id) => all().find((view) => view.id === id),
    findExternal: (externalId) => all().find((view) => view.content.external_id === externalId),
    home: (user) => homes.get(user),
    open(user, content) {
      const view = create(user, content, undefined);
      setStack(user, [view]);
      return view;
    },
    push(user, content) {
      const stack = stackOf(user);
      if (stack.length >= STACK_MAX) return undefined;
      const view = create(user, content, stack.at(-1));
      setStack(user, [...stack, view]);
      return view;
    },
    replace,
    publish(user, content) {
      const before = homes.get(user);
      if (before !== undefined) return replace(before, content);
      const view = create(user, content, undefined);
      homes.set(user, view);
      tell(user);
      return view;
    },
    pop: (user) => setStack(user, stackOf(user).slice(0, -1)),
    clear: (user) => setStack(user, []),
    put(view, { blockId, actionId, value }) {
      (view.values[blockId] ??= {})[actionId] = value;
      delete view.errors[blockId];
    },
    mark(view, { errors = {}, problem }) {
      view.errors = errors;
      if (problem === undefined) delete view.problem;
      else view.problem = problem;
      tell(view.user);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A view as Slack hands it to an app. */
export function toViewPayload(view: LabView): object {
  const { content } = view;
  const isModal = content.type === 'modal';
  return {
    id: view.id,
    team_id: LAB_TEAM.id,
    type: content.type,
    blocks: content.blocks,
    private_metadata: content.private_metadata,
    callback_id: content.callback_id,
    external_id: content.external_id,
    state: { values: view.values },
    hash: view.hash,
    title: isModal ? content.title : { type: 'plain_text', text: 'View Title', emoji: true },
    submit: isModal ? (content.submit ?? null) : null,
    close: isModal ? (content.close ?? null) : null,
    clear_on_close: isModal && content.clear_on_close,
    notify_on_close: isModal && content.notify_on_close,
    root_view_id: view.rootId,
    previous_view_id: view.previousId,
    app_id: LAB_BOT.appId,
    app_installed_team_id: LAB_TEAM.id,
    bot_id: LAB_BOT.botId,
  };
}
