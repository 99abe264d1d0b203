// views.*: modals and the Home tab.
import { readView, type ViewContent } from '../block-kit/view-schema.ts';
import { type LabView, toViewPayload } from '../view-store.ts';
import { type ApiAnswer, type ApiForm, type Method, parseJson, refuse, type World } from './api-arguments.ts';
import { findUnready } from './chat.ts';

export const VIEW_METHODS: Record<string, Method> = {
  'views.open': {
    run: (form, world) =>
      withView(form, world, 'modal', (content) =>
        withTrigger(form, world, (user) => answerOf(world.views.open(user, content))),
      ),
  },
  'views.push': {
    run: (form, world) =>
      withView(form, world, 'modal', (content) =>
        withTrigger(form, world, (user) => {
          if (world.views.stackOf(user).length === 0) return refuse('not_found');
          const pushed = world.views.push(user, content);
          return pushed === undefined ? refuse('push_limit_reached') : answerOf(pushed);
        }),
      ),
  },
  'views.update': {
    run: (form, world) => {
      const view = findView(form, world);
      if (view === undefined) return refuse('not_found');
      if (form.has('hash') && form.get('hash') !== view.hash) return refuse('hash_conflict');
      return withView(form, world, view.content.type, (content) => answerOf(world.views.replace(view, content)), view);
    },
  },
  'views.publish': {
    run: (form, world) => {
      const user = world.users.find((one) => one.id === form.get('user_id'));
      if (user === undefined) return refuse('invalid_arguments', ['invalid `user_id`']);
      const before = world.views.home(user.id);
      if (form.has('hash') && form.get('hash') !== before?.hash) return refuse('hash_conflict');
      return withView(form, world, 'home', (content) => answerOf(world.views.publish(user.id, content)), before);
    },
  },
};

const answerOf = (view: LabView): ApiAnswer => ({ ok: true, view: toViewPayload(view) });

function withView(
  form: ApiForm,
  world: World,
  type: ViewContent['type'],
  use: (content: ViewContent) => ApiAnswer,
  own?: LabView,
): ApiAnswer {
  const read = readView(parseJson(form.get('view')));
  if ('error' in read) return refuse(read.error, read.messages);
  if (read.view.type !== type)
    return refuse('invalid_arguments', [`[ERROR] must be ${type} [json-pointer:/view/type]`]);
  const unready = findUnready(read.view.blocks, world);
  if (unready.length > 0) return refuse('invalid_arguments', unready);
  const { external_id: externalId } = read.view;
  const holder = externalId === '' ? undefined : world.views.findExternal(externalId);
  return holder === undefined || holder === own ? use(read.view) : refuse('duplicate_external_id');
}

function withTrigger(form: ApiForm, { triggers }: World, use: (user: string) => ApiAnswer): ApiAnswer {
  const id = form.get('trigger_id') ?? '';
  if (id === '') return refuse('invalid_arguments', ['[ERROR] missing required field: trigger_id']);
  const taken = triggers.take(id);
  return 'error' in taken ? refuse(taken.error) : use(taken.user);
}

function findView(form: ApiForm, { views }: World): LabView | undefined {
  const [id, externalId] = [form.get('view_id'), form.get('external_id')];
  if (id !== undefined) return views.find(id);
  return externalId === undefined ? undefined : views.findExternal(externalId);
}
