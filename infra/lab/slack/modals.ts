// A person's open modals: filling in, submitting, closing, and what the app answers.
import { z } from 'zod';
import { findInputProblem, type LabInput } from './block-kit/state-value.ts';
import { readView, type ViewContent } from './block-kit/view-schema.ts';
import { placedElements } from './block-kit/walk.ts';
import type { Delivery } from './deliver.ts';
import { closedPayload, submissionPayload } from './forms.ts';
import { failed, type InteractionParts, type Interactions } from './interactions.ts';
import { parseJson } from './methods/api-arguments.ts';
import type { LabView } from './view-store.ts';

/** What became of a submission: `open` when the modal still stands there, with what is wrong in its `errors`. */
export type Submitted = 'open' | 'closed';

export type FilledInput = { blockId: string; actionId: string; value: LabInput };

export type Modals = {
  /** Puts something into an input of the topmost modal. Without a value: presses a button of it. */
  fillIn(input: { user: string; actionId: string; blockId?: string | undefined; value?: LabInput }): Promise<void>;
  /** `values`: what the inputs hold, where they were not filled one by one. */
  submit(input: { user: string; values?: FilledInput[] | undefined }): Promise<Submitted>;
  /** Leaves the topmost modal. */
  dismiss(input: { user: string }): Promise<void>;
};

export function createModals(parts: InteractionParts, interactions: Interactions): Modals {
  const { views, triggers, deliver } = parts;
  const topOf = (user: string): LabView => {
    const view = views.stackOf(user).at(-1);
    if (view === undefined) throw new Error(`${user} has no modal open`);
    return view;
  };
  return {
    async fillIn({ user, actionId, blockId, value }) {
      await interactions.useInView({ user, viewId: topOf(user).id, actionId, blockId, value });
    },
    async submit({ user, values = [] }) {
      const view = topOf(user);
      for (const filled of values) interactions.keep({ user, viewId: view.id, ...filled });
      const errors = findErrors(view);
      views.mark(view, { errors });
      if (Object.keys(errors).length > 0) return 'open';
      const body = submissionPayload(parts, { view, triggerId: triggers.create(user) });
      const delivery = await deliver({ kind: 'interactive', body });
      take(parts, view, delivery);
      return views.stackOf(user).includes(view) ? 'open' : 'closed';
    },
    async dismiss({ user }) {
      const view = topOf(user);
      const isCleared = view.content.type === 'modal' && view.content.clear_on_close;
      const left = isCleared ? views.stackOf(user).toReversed() : [view];
      if (isCleared) views.clear(user);
      else views.pop(user);
      for (const one of left) {
        if (one.content.type === 'modal' && one.content.notify_on_close)
          await deliver({ kind: 'interactive', body: closedPayload(parts, { view: one, isCleared }) });
      }
    },
  };
}

/** What Slack itself finds before anything is sent. */
function findErrors(view: LabView): Record<string, string> {
  const found = placedElements(view.content.blocks)
    .filter((placed) => placed.isInput)
    .map((placed) => {
      const value = view.values[placed.blockId]?.[placed.element.action_id ?? ''];
      return [placed.blockId, findInputProblem(placed, value)] as const;
    });
  return Object.fromEntries(found.flatMap(([id, problem]) => (problem === undefined ? [] : [[id, problem]])));
}

const responseSchema = z.discriminatedUnion('response_action', [
  z.strictObject({ response_action: z.literal('update'), view: z.unknown() }),
  z.strictObject({ response_action: z.literal('push'), view: z.unknown() }),
  z.strictObject({ response_action: z.literal('clear') }),
  z.strictObject({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string().min(1)) }),
]);

function take({ views }: InteractionParts, view: LabView, delivery: Delivery): void {
  if (delivery.kind === 'failed') return views.mark(view, { problem: failed(delivery.error) });
  if (delivery.body.trim() === '') return views.pop(view.user);
  const answer = responseSchema.safeParse(parseJson(delivery.body));
  if (!answer.success) return views.mark(view, { problem: failed('invalid_payload') });
  const { data } = answer;
  switch (data.response_action) {
    case 'clear':
      return views.clear(view.user);
    case 'errors':
      return takeErrors(view, data.errors, (wrong) => views.mark(view, wrong));
    case 'update':
      return withModal(
        data.view,
        (content) => views.replace(view, content),
        () => views.mark(view, { problem: failed('invalid_view') }),
      );
    case 'push':
      return withModal(
        data.view,
        (content) => views.push(view.user, content),
        () => views.mark(view, { problem: failed('invalid_view') }),
      );
    default:
      throw new Error(`unknown answer ${JSON.stringify(data satisfies never)}`);
  }
}

// An error must name an input of the view, or Slack shows none of them.
function takeErrors(
  view: LabView,
  errors: Record<string, string>,
  mark: (wrong: { errors?: Record<string, string>; problem?: string }) => void,
): void {
  const inputs = new Set(placedElements(view.content.blocks).flatMap((one) => (one.isInput ? one.blockId : [])));
  const areKnown = Object.keys(errors).every((id) => inputs.has(id));
  mark(areKnown ? { errors } : { problem: failed('invalid_errors') });
}

function withModal(value: unknown, use: (content: ViewContent) => unknown, otherwise: () => void): void {
  const read = readView(value);
  if ('view' in read && read.view.type === 'modal') use(read.view);
  else otherwise();
}
